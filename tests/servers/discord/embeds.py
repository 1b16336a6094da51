"""Is an embed one that Discord takes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part


def read_embeds(body: Part, find: Callable[[str], int | None]) -> list[Json]:
    """Read `embeds`: ten at most, 6,000 characters in all."""
    parts = body.each("embeds", most=10)
    read = [_embed(part, find) for part in parts]
    size = sum(_size(embed) for embed in read)
    if size > 6000:
        says = "Embed size exceeds maximum size of 6000"
        body.wrong("MAX_EMBED_SIZE_EXCEEDED", says, "embeds")
    return read


def _embed(part: Part, find: Callable[[str], int | None]) -> Json:
    read: Json = {
        "type": "rich",
        "title": part.text("title", most=256) or None,
        "description": part.text("description", most=4096) or None,
        "url": part.text("url", most=2048) or None,
        "color": part.whole("color", most=0xFFFFFF),
        "fields": [
            {
                "name": entry.text("name", least=1, most=256, required=True),
                "value": entry.text("value", least=1, most=1024, required=True),
                "inline": entry.flag("inline", default=False),
            }
            for entry in part.each("fields", most=25)
        ],
    }
    footer = part.child("footer")
    if footer is not None:
        read["footer"] = {"text": footer.text("text", least=1, most=2048, required=True)}
    author = part.child("author")
    if author is not None:
        read["author"] = {"name": author.text("name", least=1, most=256, required=True)}
    for key in ("image", "thumbnail"):
        media = part.child(key)
        if media is not None:
            url = media.text("url", least=1, most=2048, required=True)
            found = find(url)
            read[key] = {"url": url, **({"attachment_id": str(found)} if found else {})}
    return {key: value for key, value in read.items() if value is not None}


def _size(embed: Json) -> int:
    words = [embed.get("title"), embed.get("description")]
    words += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    for entry in embed["fields"]:
        words += [entry["name"], entry["value"]]
    return sum(len(word) for word in words if word)
