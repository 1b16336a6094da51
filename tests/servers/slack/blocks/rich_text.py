"""What may a rich_text block hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.rules import (
    Rule,
    boolean,
    items,
    literal,
    matching,
    shape,
    string,
    tagged,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_style = shape(
    {},
    dict.fromkeys(
        (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        ),
        boolean,
    ),
)


def _part(
    kind: str, required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None
) -> Rule:
    return shape({"type": literal(kind), **required}, {"style": _style, **(optional or {})})


_link = matching(r"[a-z][a-z0-9+.-]*:\S+", "a valid URL", 3000)
_small: Mapping[str, Rule] = {
    "text": _part("text", {"text": string(12_000)}),
    "link": _part("link", {"url": _link}, {"text": string(12_000), "unsafe": boolean}),
}
_parts: Mapping[str, Rule] = {
    **_small,
    "broadcast": _part("broadcast", {"range": literal("here", "channel", "everyone")}),
    "channel": _part("channel", {"channel_id": string(255)}),
    "color": _part("color", {"value": matching("#[0-9a-fA-F]{6}", "a colour")}),
    "date": _part(
        "date",
        {"timestamp": whole(0, 9_999_999_999), "format": string(255)},
        {"url": _link, "fallback": string(255)},
    ),
    "emoji": _part(
        "emoji",
        {"name": string(255)},
        {"skin_tone": whole(1, 6), "unicode": string(255), "url": _link},
    ),
    "team": _part("team", {"team_id": string(255)}),
    "user": _part("user", {"user_id": string(255)}),
    "usergroup": _part("usergroup", {"usergroup_id": string(255)}),
}
_border = {"border": whole(0, 1)}
_section = shape(
    {"type": literal("rich_text_section"), "elements": items(tagged(_parts), high=1000, low=0)}
)
_sections: Mapping[str, Rule] = {
    "rich_text_section": _section,
    "rich_text_list": shape(
        {
            "type": literal("rich_text_list"),
            "style": literal("bullet", "ordered"),
            "elements": items(tagged({"rich_text_section": _section}), high=1000),
        },
        {"indent": whole(0, 8), "offset": whole(0, 1000), **_border},
    ),
    "rich_text_quote": shape(
        {"type": literal("rich_text_quote"), "elements": items(tagged(_parts), high=1000)}, _border
    ),
    "rich_text_preformatted": shape(
        {"type": literal("rich_text_preformatted"), "elements": items(tagged(_small), high=1000)},
        {**_border, "language": string(255)},
    ),
}

RICH_TEXT = shape(
    {"type": literal("rich_text"), "elements": items(tagged(_sections), high=1000, low=0)},
    {"block_id": string(255)},
)
