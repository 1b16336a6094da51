"""What does Slack's client make of the words that a person types?"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.slack.values import Json

_TOKENS = re.compile(
    r"(?P<known><(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>]*)?)>)"
    r"|(?P<all>(?<!\w)@(?:channel|here|everyone)\b)"
    r"|(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)\]'\"])"
)


def escape(text: str) -> str:
    """Write the three characters that Slack's markup takes for itself."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, names: Mapping[str, str]) -> tuple[str, list[Json]]:
    """Return the message's text and its rich_text block; `names` are of people, "Ana" → "U…".

    "@Ana" becomes a mention, as when it is picked from the list; "<@U…>" is one already.
    """
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w)@{re.escape(name)}(?!\w)", f"<@{names[name]}>", text)
    words: list[str] = []
    parts: list[Json] = []
    at = 0
    for found in _TOKENS.finditer(text):
        _plainly(text[at : found.start()], words, parts)
        at = found.end()
        written, part = _token(found)
        words.append(written)
        parts.append(part)
    _plainly(text[at:], words, parts)
    return "".join(words), rich_text(parts)


def _plainly(text: str, words: list[str], parts: list[Json]) -> None:
    if text:
        words.append(escape(text))
        parts.append({"type": "text", "text": text})


def _token(found: re.Match[str]) -> tuple[str, Json]:
    if found["all"]:
        return f"<!{found['all'][1:]}>", {"type": "broadcast", "range": found["all"][1:]}
    if found["url"]:
        return f"<{escape(found['url'])}>", {"type": "link", "url": found["url"]}
    inner = found["known"][1:-1]
    if inner.startswith("@"):
        return found["known"], {"type": "user", "user_id": inner[1:]}
    return found["known"], {"type": "channel", "channel_id": inner[1:].partition("|")[0]}


def rich_text(parts: list[Json]) -> list[Json]:
    """Return the blocks that Slack makes of plain words; none where there are no words."""
    if not parts:
        return []
    section = {"type": "rich_text_section", "elements": parts}
    block_id = secrets.token_urlsafe(4)[:5]
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]
