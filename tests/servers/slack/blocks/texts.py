"""Which text objects, options, confirmations and images does Block Kit know?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.rules import (
    Report,
    Rule,
    boolean,
    exactly_one_of,
    literal,
    shape,
    string,
    tagged,
    url,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def _plain(high: int, low: int) -> Rule:
    return shape(
        {"type": literal("plain_text"), "text": string(high, low)},
        {"emoji": boolean},
    )


def _mrkdwn(high: int, low: int) -> Rule:
    return shape({"type": literal("mrkdwn"), "text": string(high, low)}, {"verbatim": boolean})


def plain(high: int, low: int = 1) -> Rule:
    """A text object that may only be plain_text."""
    return tagged({"plain_text": _plain(high, low)})


def mrkdwn(high: int, low: int = 1) -> Rule:
    return tagged({"mrkdwn": _mrkdwn(high, low)})


def text(high: int = 3000, low: int = 1) -> Rule:
    return tagged({"plain_text": _plain(high, low), "mrkdwn": _mrkdwn(high, low)})


confirm = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": literal("primary", "danger")},
)


def option(label: Rule, *, links: bool = False) -> Rule:
    more: dict[str, Rule] = {"description": plain(75)}
    if links:
        more["url"] = url()
    return shape({"text": label, "value": string(150)}, more)


plain_option = option(plain(75))


def chosen_among_options(value: Any, pointer: str, report: Report) -> None:
    """What is chosen at first must be one of the options, letter for letter."""
    known = [(one["text"]["text"], one["value"]) for one in value["options"]]
    chosen = value.get("initial_option")
    if chosen is not None and (chosen["text"]["text"], chosen["value"]) not in known:
        report.add("initial option must exactly match one of the options", pointer)


def _may_be_shown(value: Any, pointer: str, report: Report) -> None:
    problem = report.refuse_file(value)
    if problem is not None:
        report.add(problem, pointer)


slack_file = shape(
    {}, {"id": string(255), "url": url()}, exactly_one_of("id", "url"), _may_be_shown
)

#: What an image block and an image element have in common.
IMAGE: Mapping[str, Rule] = {"image_url": url(), "slack_file": slack_file}

image = shape(
    {"type": literal("image"), "alt_text": string(2000)},
    IMAGE,
    exactly_one_of("image_url", "slack_file"),
)
