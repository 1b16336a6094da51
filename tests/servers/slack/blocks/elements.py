"""Which block elements does the local Slack take, with which properties? Those that Easel shows; others are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks.texts import (
    chosen_among_options,
    confirm,
    option,
    plain,
    plain_option,
)
from tests.servers.slack.rules import (
    Report,
    Rule,
    at_least_one_of,
    boolean,
    items,
    literal,
    shape,
    string,
    url,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_id = string(255)


def element(
    kind: str, required: Mapping[str, Rule], optional: Mapping[str, Rule], *also: Rule
) -> Rule:
    return shape({"type": literal(kind), **required}, {"action_id": _id, **optional}, *also)


def _field(kind: str, optional: Mapping[str, Rule], *also: Rule) -> Rule:
    """An element that holds a value: it has a placeholder and may take the focus."""
    return element(
        kind, {}, {"placeholder": plain(150), "focus_on_load": boolean, **optional}, *also
    )


def _in_order(low: str, high: str) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if low in value and high in value and value[low] > value[high]:
            report.add(f"`{low}` cannot be greater than `{high}`", pointer)

    return check


def _initial_fits(value: Any, pointer: str, report: Report) -> None:
    longest = value.get("max_length", 3000)
    if len(value.get("initial_value", "")) > longest:
        report.add(f"must be less than {longest + 1} characters", f"{pointer}/initial_value")


button = element(
    "button",
    {"text": plain(75)},
    {
        "url": url(),
        "value": string(2000, 0),
        "style": literal("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": string(75),
    },
)
#: The SDK's own source and the present documentation allow a single option; older ones asked for 2.
overflow = element(
    "overflow",
    {"options": items(option(plain(75), links=True), high=5)},
    {"confirm": confirm},
)
static_select = element(
    "static_select",
    {"options": items(plain_option, high=100)},
    {
        "placeholder": plain(150),
        "focus_on_load": boolean,
        "initial_option": plain_option,
        "confirm": confirm,
    },
    chosen_among_options,
)
_filter = shape(
    {},
    {
        "include": items(literal("im", "mpim", "private", "public"), high=4),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
    at_least_one_of("include", "exclude_bot_users", "exclude_external_shared_channels"),
)
conversations_select = _field(
    "conversations_select",
    {
        "default_to_current_conversation": boolean,
        "filter": _filter,
        "initial_conversation": _id,
        "response_url_enabled": boolean,
        "confirm": confirm,
    },
)
plain_text_input = _field(
    "plain_text_input",
    {
        "initial_value": string(3000, 0),
        "multiline": boolean,
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
    _in_order("min_length", "max_length"),
    _initial_fits,
)

ACTIONS: Mapping[str, Rule] = {
    "button": button,
    "overflow": overflow,
    "static_select": static_select,
    "conversations_select": conversations_select,
}
INPUTS: Mapping[str, Rule] = {
    "static_select": static_select,
    "conversations_select": conversations_select,
    "plain_text_input": plain_text_input,
}
