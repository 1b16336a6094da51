"""Which blocks does Block Kit know, and where may each stand?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks.elements import (
    ACCESSORIES,
    ACTIONS,
    INPUTS,
    button,
    feedback_buttons,
    icon_button,
    overflow,
)
from tests.servers.slack.blocks.rich_text import RICH_TEXT
from tests.servers.slack.blocks.texts import IMAGE, image, mrkdwn, plain, text
from tests.servers.slack.rules import (
    Report,
    Rule,
    anything,
    at_least_one_of,
    boolean,
    exactly_one_of,
    items,
    literal,
    matching,
    shape,
    string,
    tagged,
    url,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def _block(
    kind: str,
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *also: Rule,
) -> Rule:
    return shape(
        {"type": literal(kind), **(required or {})},
        {"block_id": string(255), **(optional or {})},
        *also,
    )


def _remote_only(_value: Any, pointer: str, report: Report) -> None:
    report.add("unsupported type: file", f"{pointer}/type")


def _one_header(value: Any, pointer: str, report: Report) -> None:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        report.add("`has_header_divider` cannot be set on a collapsible container", pointer)


_context = tagged(
    {
        "image": image,
        "plain_text": plain(3000),
        "mrkdwn": mrkdwn(3000),
    }
)
_card = _block(
    "card",
    {},
    {
        "hero_image": tagged({"image": image}),
        "icon": tagged({"image": image}),
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "actions": items(tagged({"button": button}), high=25),
    },
    at_least_one_of("hero_image", "title", "actions", "body"),
)
_source = shape({"type": literal("url"), "url": url(), "text": string(3000)})
_task = _block(
    "task_card",
    {
        "task_id": string(255),
        "title": string(3000),
        "status": literal("pending", "in_progress", "complete", "error"),
    },
    {"details": RICH_TEXT, "output": RICH_TEXT, "sources": items(_source, high=100, low=0)},
)
_cell = tagged(
    {
        "rich_text": RICH_TEXT,
        "raw_text": shape({"type": literal("raw_text"), "text": string(3000)}),
        "raw_number": shape(
            {"type": literal("raw_number"), "value": anything, "text": string(3000)}
        ),
    }
)
_column = shape({}, {"align": literal("left", "center", "right"), "is_wrapped": boolean})
_https = matching(r"https://\S+", "a valid https URL", 3000)

#: Blocks of every surface.
COMMON: Mapping[str, Rule] = {
    "actions": _block("actions", {"elements": items(tagged(ACTIONS), high=25)}),
    "alert": _block(
        "alert",
        {"text": text()},
        {"level": literal("default", "info", "warning", "error", "success")},
    ),
    "context": _block("context", {"elements": items(_context, high=10)}),
    "divider": _block("divider"),
    "header": _block("header", {"text": plain(150)}),
    "image": _block(
        "image",
        {"alt_text": string(2000)},
        {"title": plain(2000), **IMAGE},
        exactly_one_of("image_url", "slack_file"),
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": tagged(INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "section": _block(
        "section",
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), high=10),
            "accessory": tagged(ACCESSORIES),
            "expand": boolean,
        },
        at_least_one_of("text", "fields"),
    ),
    "video": _block(
        "video",
        {
            "alt_text": string(2000),
            "video_url": _https,
            "thumbnail_url": url(),
            "title": plain(199),
        },
        {
            "title_url": _https,
            "description": plain(3000),
            "provider_icon_url": url(),
            "provider_name": string(3000),
            "author_name": string(49),
        },
    ),
}
_child = tagged(COMMON)
#: Blocks that only messages take.
MESSAGE_ONLY: Mapping[str, Rule] = {
    "auth_provider": _block(
        "auth_provider",
        {"value": string(150), "name": plain(75), "is_connected": boolean},
        {
            "description": plain(150),
            "icon_url": url(),
            "auth_url": url(),
            "disconnect_url": url(),
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "accessory": tagged({"overflow": overflow}),
            "fallback": items(_child, high=50),
        },
    ),
    "card": _card,
    "carousel": _block("carousel", {"elements": items(tagged({"card": _card}), high=10)}),
    "container": _block(
        "container",
        {"child_blocks": items(_child, high=10)},
        {
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "width": literal("narrow", "standard", "wide", "full"),
            "icon": tagged({"image": image}),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        at_least_one_of("title", "rich_text_title"),
        _one_header,
    ),
    "context_actions": _block(
        "context_actions",
        {
            "elements": items(
                tagged({"feedback_buttons": feedback_buttons, "icon_button": icon_button}), high=5
            )
        },
    ),
    "file": _block("file", {"source": string(255), "external_id": string(255)}, {}, _remote_only),
    "markdown": _block("markdown", {"text": string(12_000)}),
    "plan": _block("plan", {"title": string(3000)}, {"tasks": items(_task, high=50, low=0)}),
    "table": _block(
        "table",
        {"rows": items(items(_cell, high=20), high=100)},
        {"column_settings": items(_column, high=20)},
    ),
    "task_card": _task,
}

BLOCKS: Mapping[str, Mapping[str, Rule]] = {
    "message": {**COMMON, **MESSAGE_ONLY},
    "modal": COMMON,
    "home": COMMON,
}
