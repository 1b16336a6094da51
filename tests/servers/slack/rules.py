"""How is a JSON document checked against Slack's rules, and what does Slack say about it?

A rule looks at one value and adds what is wrong, in Slack's words and with its JSON pointer, to a
report. Rules never raise, whatever the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Rule = Callable[[Any, str, "Report"], None]


@dataclass(kw_only=True)
class Report:
    """Everything wrong so far, and what rules may ask of their surroundings."""

    #: message, modal or home
    surface: str = "message"
    #: may this slack_file be shown? It gives what is wrong, or None
    refuse_file: Callable[[Mapping[str, Any]], str | None] = lambda _file: None
    problems: list[str] = field(default_factory=list)

    def add(self, sentence: str, pointer: str) -> None:
        self.problems.append(f"{sentence} [json-pointer:{pointer}]")


def string(high: int, low: int = 1) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", pointer)
        elif len(value) < low:
            report.add(f"must be more than {low - 1} characters", pointer)
        elif len(value) > high:
            report.add(f"must be less than {high + 1} characters", pointer)

    return check


def matching(pattern: str, what: str, high: int = 255) -> Rule:
    known = re.compile(pattern)
    plain = string(high)

    def check(value: Any, pointer: str, report: Report) -> None:
        before = len(report.problems)
        plain(value, pointer, report)
        if len(report.problems) == before and known.fullmatch(value) is None:
            report.add(f"must be {what}", pointer)

    return check


#: Slack asks for a URL that a browser can open.
def url(high: int = 3000) -> Rule:
    return matching(r"https?://\S+", "a valid URL", high)


def literal(*values: Any) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if isinstance(value, dict | list) or value not in values:
            allowed = ", ".join(str(one) for one in values)
            report.add(f"must be a valid enum value: {allowed}", pointer)

    return check


def boolean(value: Any, pointer: str, report: Report) -> None:
    if not isinstance(value, bool):
        report.add("must provide a boolean", pointer)


def whole(low: int, high: int) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add("must provide an integer", pointer)
        elif not low <= value <= high:
            report.add(f"must be between {low} and {high}", pointer)

    return check


def items(rule: Rule, *, high: int, low: int = 1) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", pointer)
            return
        if len(value) > high:
            report.add(f"no more than {high} items allowed", pointer)
        if len(value) < low:
            report.add(f"no less than {low} items allowed", pointer)
        for number, item in enumerate(value):
            rule(item, f"{pointer}/{number}", report)

    return check


def shape(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    """An object of just these properties; `also` looks at it whole, once each property is right."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        before = len(report.problems)
        for name in required:
            if name not in value:
                report.add(f"missing required field: {name}", pointer)
        for name, item in value.items():
            if name in known:
                known[name](item, f"{pointer}/{name}", report)
            else:
                report.add(f"invalid additional property: {name}", pointer)
        if len(report.problems) == before:
            for rule in also:
                rule(value, pointer, report)

    return check


def tagged(table: Mapping[str, Rule]) -> Rule:
    """An object whose `type` names the rule for it."""

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            report.add("missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in table:
            report.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            table[kind](value, pointer, report)

    return check


def exactly_one_of(*names: str) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if sum(name in value for name in names) != 1:
            wanted = " or ".join(f"`{name}`" for name in names)
            report.add(f"must define either {wanted}, and only one of them", pointer)

    return check


def at_least_one_of(*names: str) -> Rule:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not any(name in value for name in names):
            wanted = " or ".join(f"`{name}`" for name in names)
            report.add(f"must define either {wanted}", pointer)

    return check
