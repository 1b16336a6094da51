"""Which blocks does the local Slack take, and where may each stand? Those that Easel shows; others are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.blocks.elements import ACTIONS, INPUTS, button
from tests.servers.slack.blocks.texts import IMAGE, image, mrkdwn, plain, text
from tests.servers.slack.rules import (
    Rule,
    at_least_one_of,
    boolean,
    exactly_one_of,
    items,
    literal,
    shape,
    string,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def _block(
    kind: str, required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    return shape(
        {"type": literal(kind), **required},
        {"block_id": string(255), **(optional or {})},
        *also,
    )


_context = tagged({"image": image, "plain_text": plain(3000), "mrkdwn": mrkdwn(3000)})
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

#: Blocks of every surface.
COMMON: Mapping[str, Rule] = {
    "actions": _block("actions", {"elements": items(tagged(ACTIONS), high=25)}),
    "context": _block("context", {"elements": items(_context, high=10)}),
    "divider": _block("divider", {}),
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
    "section": _block(
        "section",
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), high=10),
            "accessory": tagged({**ACTIONS, "image": image}),
            "expand": boolean,
        },
        at_least_one_of("text", "fields"),
    ),
}
#: Blocks that only messages take.
MESSAGE_ONLY: Mapping[str, Rule] = {
    "card": _card,
    "carousel": _block("carousel", {"elements": items(tagged({"card": _card}), high=10)}),
}

BLOCKS: Mapping[str, Mapping[str, Rule]] = {
    "message": {**COMMON, **MESSAGE_ONLY},
    "modal": COMMON,
    "home": COMMON,
}
