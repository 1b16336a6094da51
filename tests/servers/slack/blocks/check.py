"""Would Slack take these blocks, this view, this metadata?"""

from __future__ import annotations

import json
import secrets
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks.layout import BLOCKS
from tests.servers.slack.blocks.texts import plain
from tests.servers.slack.blocks.walk import elements_in, elements_of, flat
from tests.servers.slack.rules import Report, Rule, boolean, items, literal, shape, string, tagged
from tests.servers.slack.values import Json, SlackError, with_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Characters of text in all blocks of a message; measured by others at about this, documented nowhere.
ALL_TEXT = 13_200
#: Bytes of a message's metadata, written as JSON.
METADATA = 16_000
#: Bytes of a view, written as JSON.
VIEW = 250_000

_text_keys = {"text", "alt_text", "fallback"}


def _letters(value: Any) -> int:
    if isinstance(value, dict):
        own = sum(len(v) for k, v in value.items() if k in _text_keys and isinstance(v, str))
        return own + sum(_letters(v) for v in value.values())
    if isinstance(value, list):
        return sum(_letters(one) for one in value)
    return 0


def _unique(blocks: list[Json], pointer: str, report: Report) -> None:
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            report.add(f"`block_id` {name} already exists", f"{pointer}/{number}/block_id")
        if name is not None:
            seen.add(name)
        for inner in flat([block]):
            actions = [one.element.get("action_id") for one in elements_in(inner)]
            given = [action for action in actions if isinstance(action, str)]
            if len(given) != len(set(given)):
                report.add("`action_id` must be unique within its block", f"{pointer}/{number}")


def _one_focus(blocks: list[Json], pointer: str, report: Report) -> None:
    focused = [one for one in elements_of(blocks) if one.element.get("focus_on_load")]
    if focused and (report.surface == "message" or len(focused) > 1):
        report.add("`focus_on_load` may be set on one element of a view", pointer)


def _blocks_rule(surface: str, high: int) -> Rule:
    each = items(tagged(BLOCKS[surface]), high=high, low=0 if surface == "message" else 1)

    def check(value: Any, pointer: str, report: Report) -> None:
        before = len(report.problems)
        each(value, pointer, report)
        if len(report.problems) == before:
            _unique(value, pointer, report)
            _one_focus(value, pointer, report)

    return check


_message_blocks = _blocks_rule("message", 50)


def check_blocks(blocks: Any, refuse_file: Callable[[Mapping[str, Any]], str | None]) -> list[Json]:
    """Return a message's blocks as Slack stores them; SlackError when it would refuse them."""
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise SlackError("invalid_blocks_format")
    report = Report(refuse_file=refuse_file)
    _message_blocks(blocks, "/blocks", report)
    if report.problems:
        raise with_problems("invalid_blocks", report.problems)
    if _letters(blocks) > ALL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return finished(blocks)


def _needs_submit(value: Any, pointer: str, report: Report) -> None:
    if "submit" not in value and any(one["type"] == "input" for one in value["blocks"]):
        report.add("must define `submit` to use an `input` block in modals", pointer)


_common: Mapping[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
}
_VIEWS: Mapping[str, Rule] = {
    "modal": shape(
        {"type": literal("modal"), "title": plain(24), "blocks": _blocks_rule("modal", 100)},
        {
            **_common,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        _needs_submit,
    ),
    "home": shape(
        {"type": literal("home"), "blocks": _blocks_rule("home", 100)},
        _common,
    ),
}


def check_view(
    view: Any,
    kind: str,
    refuse_file: Callable[[Mapping[str, Any]], str | None] = lambda _file: None,
) -> Json:
    """Return a view as Slack stores it; SlackError(invalid_arguments, …) when it would refuse it."""
    if len(json.dumps(view)) > VIEW:
        raise SlackError("view_too_large")
    report = Report(surface=kind, refuse_file=refuse_file)
    tagged({kind: _VIEWS[kind]})(view, "/view", report)
    if report.problems:
        raise with_problems("invalid_arguments", report.problems)
    return {**view, "blocks": finished(view["blocks"])}


def check_metadata(metadata: Any) -> Json:
    """Return a message's metadata; an empty object stays empty (an update removes with it)."""
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not metadata:
        return {}
    if (
        set(metadata) != {"event_type", "event_payload"}
        or not isinstance(metadata["event_type"], str)
        or not metadata["event_type"]
        or not isinstance(metadata["event_payload"], dict)
    ):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def finished(blocks: list[Json]) -> list[Json]:
    """Fill in what Slack fills in: ids, and the flags of text objects."""
    own = deepcopy(blocks)
    for block in flat(own):
        if not block.get("block_id"):
            block["block_id"] = secrets.token_urlsafe(4)[:5]
    for placed in elements_of(own):
        if not placed.element.get("action_id"):
            placed.element["action_id"] = secrets.token_urlsafe(4)[:5]
    _flags(own)
    return own


def _flags(value: Any) -> None:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for inner in value.values():
            _flags(inner)
    elif isinstance(value, list):
        for inner in value:
            _flags(inner)
