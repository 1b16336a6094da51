"""Whom does what the app wrote notify?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKUP = re.compile(
    r"<(?:!(?P<all>channel|here|everyone|group)|@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+))"
    r"(?:\|[^<>]*)?>"
)


def in_text(text: str) -> Iterator[str]:
    """Return the mentions in mrkdwn text, each as Slack writes it."""
    for found in _MARKUP.finditer(text):
        if found["all"]:
            yield f"<!{found['all']}>"
        elif found["user"]:
            yield f"<@{found['user']}>"
        else:
            yield f"<!subteam^{found['group']}>"


def in_blocks(value: Any) -> Iterator[str]:
    """Return the mentions in blocks: in mrkdwn texts wherever they stand. plain_text notifies nobody."""
    if isinstance(value, list):
        for inner in value:
            yield from in_blocks(inner)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield from in_text(value["text"])
        else:
            for inner in value.values():
                yield from in_blocks(inner)
