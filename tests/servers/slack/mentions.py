"""Whom does what the app wrote notify?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.servers.slack.values import Json

_MARKUP = re.compile(
    r"<(?:!(?P<all>channel|here|everyone|group)|@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+))"
    r"(?:\|[^<>]*)?>"
)
#: What `parse=full` and `link_names` make of names that stand there in plain letters.
_NAMES = re.compile(r"(?<![\w/@.])@(channel|here|everyone|group)\b")


def in_text(text: str, *, names_too: bool = False) -> Iterator[str]:
    """Give the mentions in mrkdwn text, each as Slack writes it."""
    for found in _MARKUP.finditer(text):
        if found["all"]:
            yield f"<!{found['all']}>"
        elif found["user"]:
            yield f"<@{found['user']}>"
        else:
            yield f"<!subteam^{found['group']}>"
    if names_too:
        for name in _NAMES.findall(text):
            yield f"<!{name}>"


def in_blocks(blocks: Iterable[Json]) -> Iterator[str]:
    """Give the mentions in blocks: mrkdwn and markdown texts, and rich text. plain_text notifies nobody."""
    for block in blocks:
        if block.get("type") == "markdown":
            yield from in_text(block["text"])
        else:
            yield from _in_value(block)


def _in_value(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _in_value(inner)
    if not isinstance(value, dict):
        return
    match value.get("type"):
        case "mrkdwn":
            yield from in_text(value["text"])
        case "broadcast":
            yield f"<!{value['range']}>"
        case "user":
            yield f"<@{value['user_id']}>"
        case "usergroup":
            yield f"<!subteam^{value['usergroup_id']}>"
        case "markdown":
            yield from in_text(value["text"])
        case _:
            for inner in value.values():
                yield from _in_value(inner)
