"""Which block elements does Block Kit know, with which properties?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks.rich_text import RICH_TEXT
from tests.servers.slack.blocks.texts import (
    chosen_among_options,
    confirm,
    image,
    option,
    option_group,
    plain,
    plain_option,
    rich_option,
)
from tests.servers.slack.rules import (
    Report,
    Rule,
    at_least_one_of,
    boolean,
    exactly_one_of,
    items,
    literal,
    matching,
    shape,
    string,
    url,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE = literal("primary", "danger")
_id = string(255)


def element(
    kind: str,
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *also: Rule,
) -> Rule:
    return shape(
        {"type": literal(kind), **(required or {})},
        {"action_id": _id, **(optional or {})},
        *also,
    )


def _field(kind: str, optional: Mapping[str, Rule] | None = None, *also: Rule) -> Rule:
    """An element that holds a value: it has a placeholder and may take the focus."""
    own = {"placeholder": plain(150), "focus_on_load": boolean, **(optional or {})}
    return element(kind, {}, own, *also)


def _in_order(low: str, high: str) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if low in value and high in value and float(value[low]) > float(value[high]):
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
        "style": STYLE,
        "confirm": confirm,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": string(75),
        "visible_to_user_ids": items(_id, high=10),
    },
)
icon_button = element(
    "icon_button",
    {"icon": string(50), "text": plain(75)},
    {
        "value": string(2000, 0),
        "confirm": confirm,
        "accessibility_label": string(75),
        "visible_to_user_ids": items(_id, high=10),
    },
)
_feedback = shape(
    {"text": plain(75), "value": string(2000, 0)}, {"accessibility_label": string(75)}
)
feedback_buttons = element(
    "feedback_buttons", {"positive_button": _feedback, "negative_button": _feedback}
)
_inputs = items(shape({"name": string(255), "value": string(3000)}), high=25)
_trigger = shape({"url": url()}, {"customizable_input_parameters": _inputs})
workflow_button = element(
    "workflow_button",
    {"text": plain(75), "workflow": shape({"trigger": _trigger})},
    {"style": STYLE, "accessibility_label": string(75)},
)
#: The SDK's own source and the present documentation allow a single option; older ones asked for 2.
overflow = element(
    "overflow",
    {"options": items(option(plain(75), links=True), high=5)},
    {"confirm": confirm},
)

_ten = items(rich_option, high=10)
checkboxes = element(
    "checkboxes",
    {"options": _ten},
    {"initial_options": _ten, "confirm": confirm, "focus_on_load": boolean},
    chosen_among_options,
)
radio_buttons = element(
    "radio_buttons",
    {"options": _ten},
    {"initial_option": rich_option, "confirm": confirm, "focus_on_load": boolean},
    chosen_among_options,
)

_days = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "in the format YYYY-MM-DD")
_minutes = matching(r"([01]\d|2[0-3]):[0-5]\d", "in the format HH:mm")
datepicker = _field("datepicker", {"initial_date": _days, "confirm": confirm})
timepicker = _field(
    "timepicker", {"initial_time": _minutes, "timezone": string(75), "confirm": confirm}
)
datetimepicker = element(
    "datetimepicker",
    {},
    {
        "initial_date_time": whole(0, 9_999_999_999),
        "confirm": confirm,
        "focus_on_load": boolean,
    },
)

_static = {"options": items(plain_option, high=100), "option_groups": items(option_group, high=100)}
_filter = shape(
    {},
    {
        "include": items(literal("im", "mpim", "private", "public"), high=4),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
    at_least_one_of("include", "exclude_bot_users", "exclude_external_shared_channels"),
)


def _select(kind: str, optional: Mapping[str, Rule], *also: Rule) -> Rule:
    return _field(kind, {"confirm": confirm, **optional}, *also)


def _multi(kind: str, optional: Mapping[str, Rule], *also: Rule) -> Rule:
    own = {"confirm": confirm, "max_selected_items": whole(1, 100), **optional}
    return _field(kind, own, *also)


_query = {"min_query_length": whole(0, 255)}
_here = {"default_to_current_conversation": boolean, "filter": _filter}
_ids = items(_id, high=100)
SELECTS: Mapping[str, Rule] = {
    "static_select": _select(
        "static_select",
        {**_static, "initial_option": plain_option},
        exactly_one_of("options", "option_groups"),
        chosen_among_options,
    ),
    "external_select": _select("external_select", {**_query, "initial_option": plain_option}),
    "users_select": _select("users_select", {"initial_user": _id}),
    "conversations_select": _select(
        "conversations_select",
        {**_here, "initial_conversation": _id, "response_url_enabled": boolean},
    ),
    "channels_select": _select(
        "channels_select", {"initial_channel": _id, "response_url_enabled": boolean}
    ),
    "multi_static_select": _multi(
        "multi_static_select",
        {**_static, "initial_options": items(plain_option, high=100)},
        exactly_one_of("options", "option_groups"),
        chosen_among_options,
    ),
    "multi_external_select": _multi(
        "multi_external_select", {**_query, "initial_options": items(plain_option, high=100)}
    ),
    "multi_users_select": _multi("multi_users_select", {"initial_users": _ids}),
    "multi_conversations_select": _multi(
        "multi_conversations_select", {**_here, "initial_conversations": _ids}
    ),
    "multi_channels_select": _multi("multi_channels_select", {"initial_channels": _ids}),
}

_dispatch = {
    "dispatch_action_config": shape(
        {},
        {"trigger_actions_on": items(literal("on_enter_pressed", "on_character_entered"), high=2)},
    )
}
_number = matching(r"-?\d+(\.\d+)?", "a number written as a string")
plain_text_input = _field(
    "plain_text_input",
    {
        **_dispatch,
        "initial_value": string(3000, 0),
        "multiline": boolean,
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
    _in_order("min_length", "max_length"),
    _initial_fits,
)
rich_text_input = _field(
    "rich_text_input",
    {
        **_dispatch,
        "initial_value": RICH_TEXT,
        "min_lines": whole(1, 100),
        "max_lines": whole(1, 100),
    },
)
email_text_input = _field("email_text_input", {**_dispatch, "initial_value": string(3000, 0)})
url_text_input = _field("url_text_input", {**_dispatch, "initial_value": string(3000, 0)})
number_input = element(
    "number_input",
    {"is_decimal_allowed": boolean},
    {
        **_dispatch,
        "placeholder": plain(150),
        "focus_on_load": boolean,
        "initial_value": _number,
        "min_value": _number,
        "max_value": _number,
    },
    _in_order("min_value", "max_value"),
)
file_input = element(
    "file_input", {}, {"filetypes": items(string(50), high=50), "max_files": whole(1, 10)}
)

PICKERS: Mapping[str, Rule] = {
    "checkboxes": checkboxes,
    "datepicker": datepicker,
    "radio_buttons": radio_buttons,
    "timepicker": timepicker,
}
ACCESSORIES: Mapping[str, Rule] = {
    **SELECTS,
    **PICKERS,
    "button": button,
    "image": image,
    "overflow": overflow,
    "workflow_button": workflow_button,
}
ACTIONS: Mapping[str, Rule] = {
    **SELECTS,
    **PICKERS,
    "button": button,
    "datetimepicker": datetimepicker,
    "overflow": overflow,
    "rich_text_input": rich_text_input,
    "workflow_button": workflow_button,
}
INPUTS: Mapping[str, Rule] = {
    **SELECTS,
    **PICKERS,
    "datetimepicker": datetimepicker,
    "email_text_input": email_text_input,
    "file_input": file_input,
    "number_input": number_input,
    "plain_text_input": plain_text_input,
    "rich_text_input": rich_text_input,
    "url_text_input": url_text_input,
}
