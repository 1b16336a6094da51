from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.platforms import read_settings
from bot.conversation.turn import Failure
from bot.policy.budget import Month
from bot.ports.errors import Kind
from bot.presentation import cards, problems
from tests.bot.test_cards import MODEL
from tests.bot.test_history import turn


@given(st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(9998, 12, 31)))  # noqa: DTZ001 - hypothesis adds the zone
def test_every_moment_is_in_its_month_and_months_follow_each_other(day: dt.datetime) -> None:
    day = day.replace(tzinfo=dt.UTC)
    month = Month.of(day)
    assert month.starts <= day < month.following.starts
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("text", ["", "november", "2026-13", "2026-00", "0000-01", "2026-1"])
def test_what_is_no_month_is_told_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        Month.parse(text)


def test_limits_begin_with_the_month_and_say_when_the_next_one_does() -> None:
    budget = read_settings(limit_person="$5", limit_month="100").budget()
    limits = budget.limits()
    assert (limits.person, limits.channel, limits.month) == (5.0, None, 100.0)
    month = Month.now()
    assert limits.since == month.starts.timestamp()
    assert limits.resets.startswith("1 ")
    assert Month(year=2026, number=12).resets == "1 January (UTC)"
    assert not read_settings().budget().limits().has_any


def _over(**facts: str) -> str:
    failure = Failure(
        kind=Kind.NOT_ALLOWED,
        code="over_limit",
        billed=False,
        detail={"resets": "1 December (UTC)", **facts},
    )
    return problems.problem(failure).message


def test_a_used_up_limit_says_whose_it_is_and_when_it_starts_anew() -> None:
    said = _over(whose="person", limit="5.0", used="5.01", price="0.042")
    assert said == (
        "You've reached your $5.00 monthly limit, so this was not sent or billed. It resets on 1 December (UTC); "
        "your Easel admin can raise it."
    )
    assert "this channel's $5.00" in _over(whose="channel", limit="5", used="4.9", price="0.167")
    small = _over(whose="month", limit="5", used="4.9", price="0.167")
    assert "about $0.17" in small
    assert "only $0.10 left" in small


def test_a_limit_that_is_nearly_used_is_told_on_the_card() -> None:
    warned = turn(warning={"whose": "workspace", "used": "4.2", "limit": "5.0"})
    assert (
        "84% of this workspace's $5.00 monthly limit used" in cards.card(warned, model=MODEL).detail
    )
