"""Who may do what: lists, the operator, and what a refusal says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.platforms import read_settings
from bot.conversation.codes import Code
from bot.policy import permissions
from bot.policy.copies import may_copy
from bot.policy.permissions import Entry, Permissions
from bot.ports.actions import Action
from bot.ports.errors import NotAllowed
from bot.ports.messages import ActionEvent, IncomingMessage, Person, Place
from bot.ports.settings import BadSettings
from tests.journeys.driver import drawn
from tests.servers.model import text

if TYPE_CHECKING:
    from bot.ports.messages import Copies
    from tests.journeys.web import WebDriver
    from tests.servers.model import ModelServer

ANA = Person(id="U1", name="Ana", groups=("S1",))
CHANNEL = Place(platform="slack", workspace="T1", channel="C1", thread="1.0")


def may(place: Place = CHANNEL, **settings: Any) -> bool:
    """Tell whether a prompt is taken."""
    known = read_settings(**settings).permissions()
    ask = IncomingMessage(event_id="e", place=place, person=ANA, text="a park")
    return known.terms(ask).refusal is None


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, True),
        ({"allow": "slack"}, True),
        ({"allow": "slack:T1"}, True),
        ({"allow": "slack:T2"}, False),
        ({"allow": "discord:T1"}, False),
        ({"allow": "slack:T1:C1"}, True),
        ({"allow": "slack:T2:C1"}, False),
        ({"allow": "slack:T2, slack:T1:S1"}, True),
        ({"allow": "slack:T1:S2"}, False),
        ({"deny": "slack:U1"}, False),
        ({"deny": "slack:T1:S1=loud ones"}, False),
        ({"deny": "slack:T1:C2"}, True),
        ({"allow": "slack:T1", "deny": "slack:C1"}, False),
        ({"allow": "slack:T2", "operator": "slack:T1:U1"}, True),
        ({"deny": "slack", "operator": "slack:T1:U1"}, True),
        ({"deny": "slack", "operator": "slack:T1:U2"}, False),
        ({"deny": "slack", "operator": "slack:T1"}, False),
    ],
)
def test_lists_name_workspaces_channels_people_and_groups(
    settings: dict[str, Any], allowed: object
) -> None:
    assert may(**settings) is allowed


def test_whoever_can_open_the_page_is_the_operator_unless_a_list_names_its_people() -> None:
    page = Place(platform="web", workspace="local", channel="page", thread="t")
    assert may(page, allow="slack:T1")
    assert may(page, may_finalize="slack:T1")
    assert not may(page, allow="slack:T1, web:Ben")
    assert not may(page, deny="web:U1")


ids = st.sampled_from(["T1", "C1", "U1", "S1", "T2", "U2"])
lists = st.lists(st.lists(ids, max_size=3), max_size=3)


@given(allow=lists, deny=lists, operates=st.booleans())
def test_deny_counts_before_allow_and_the_operator_before_both(
    allow: list[list[str]], deny: list[list[str]], operates: object
) -> None:
    known = Permissions(
        operator=Entry(platform="slack", ids=("T1", "U1")) if operates else None,
        allow=tuple(Entry(platform="slack", ids=tuple(one)) for one in allow) or None,
        deny=tuple(Entry(platform="slack", ids=tuple(one)) for one in deny),
    )
    mine = {"T1", "C1", "U1", "S1"}
    expected = operates or (
        not any(mine >= set(one) for one in deny)
        and (not allow or any(mine >= set(one) for one in allow))
    )
    ask = IncomingMessage(event_id="e", place=CHANNEL, person=ANA, text="a park")
    assert (known.terms(ask).refusal is None) is bool(expected)


@given(action=st.sampled_from(sorted(Action)), named=st.booleans())
def test_only_those_named_finalize_and_resume(action: Action, named: object) -> None:
    given_ = "slack:S1=the leads" if named else "slack:S2=the leads"
    known = read_settings(may_finalize=given_, may_resume=given_).permissions()
    press = ActionEvent(event_id="e", place=CHANNEL, person=ANA, action=action)
    if named or action not in {Action.FINALIZE, Action.RESUME}:
        known.check(press, action)
        return
    with pytest.raises(NotAllowed) as refused:
        known.check(press, action)
    assert "Only the leads and your Easel admin can" in refused.value.facts["problem"]


def test_those_to_whom_easel_is_closed_use_no_control_but_help() -> None:
    known = read_settings(deny="slack:U1").permissions()
    press = ActionEvent(event_id="e", place=CHANNEL, person=ANA, action=Action.UNDO)
    with pytest.raises(NotAllowed):
        known.check(press, Action.UNDO)
    known.check(replace(press, action=Action.HELP), Action.HELP)
    known.check(replace(press, person=replace(ANA, id="U2")), Action.UNDO)


@pytest.mark.parametrize("text", ["teams:T1", "slack:", "slack:T1::C1", ":T1", "T1"])
def test_a_list_that_cannot_be_read_is_told_by_its_name(text: str) -> None:
    with pytest.raises(BadSettings, match=r"^EASEL_ALLOW: .*slack:T…"):
        read_settings(allow=text)


@pytest.mark.parametrize("text", ["ten", "10", "0/minute", "10/fortnight", "-1/hour"])
def test_a_rate_that_cannot_be_read_is_told_by_its_name(text: str) -> None:
    with pytest.raises(BadSettings, match=r"^EASEL_RATE_PERSON: .*10/minute"):
        read_settings(rate_person=text)


def test_rates_are_read_by_commas() -> None:
    found = permissions.parse_rates("10/minute, 100 / day")
    assert [(one.count, one.seconds) for one in found] == [(10, 60), (100, 86400)]


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"deny": "web:Eve", "may_finalize": "web:Ana=Ana", "rate_person": "3/hour"}


async def test_a_refused_prompt_is_on_disk_but_never_sent_and_begins_no_thread(
    web: WebDriver, model: ModelServer
) -> None:
    said = await web.http.post(
        "/api/threads", json={"text": "a park", "person": "Eve", "event": "e"}
    )
    assert said.status_code == 403
    assert said.json()["error"]["kind"] == "not_allowed"
    assert "You can't use Easel here" in said.json()["error"]["says"]
    again = await web.http.post(
        "/api/threads", json={"text": "a park", "person": "Eve", "event": "e"}
    )
    assert again.json() == said.json()
    assert (await web.http.get("/api/threads")).json()["threads"] == []
    thread = await web.start("a lake")
    await web.seen(thread, 0, drawn("v1"))
    for call in (
        web.http.post(f"/api/threads/{thread}/messages", json={"text": "a dog", "person": "Eve"}),
        web.http.post(f"/api/threads/{thread}/actions", json={"action": "undo", "person": "Eve"}),
        web.http.post(f"/api/threads/{thread}/messages", json={"text": "undo", "person": "Eve"}),
    ):
        assert (await call).status_code == 403
    found = await web.thread(thread)
    assert [(turn["person"], turn["state"]) for turn in found["turns"]] == [
        ("Ana", "posted"),
        ("Eve", "refused"),
    ]
    assert (found["turns"][1]["error"]["kind"], found["turns"][1]["cost"]) == ("not_allowed", None)
    assert len(model.requests) == 1


async def test_only_those_named_finalize(web: WebDriver, model: ModelServer) -> None:
    thread = await web.start("a lake")
    await web.seen(thread, 0, drawn("v1"))
    url = f"/api/threads/{thread}/actions"
    refused = await web.http.post(url, json={"action": "finalize", "person": "Ben"})
    assert refused.status_code == 403
    assert "Only Ana and your Easel admin can finalize" in refused.json()["error"]["says"]
    finalize = {"action": "finalize", "person": "Ana"}
    dear = await web.http.post(url, json=finalize)  # it asks before it draws: $0.67
    assert (dear.status_code, dear.json()["form"]["price"]) == (200, 0.668)
    taken = await web.http.post(url, json={**finalize, "fields": {"value": "draw"}})
    assert taken.status_code == 202
    await model.received(2)


async def test_a_person_who_asks_too_fast_is_told_when_to_go_on(
    web: WebDriver, model: ModelServer
) -> None:
    async def ask(person: str) -> tuple[int, str]:
        said = await web.http.post("/api/threads", json={"text": "a park", "person": person})
        return said.status_code, said.json().get("error", {}).get("says", "")

    several = await asyncio.gather(*(ask("Ana") for _ in range(5)))
    assert sorted(status for status, _ in several) == [202, 202, 202, 403, 403]
    status, says = await ask("Ana")
    assert status == 403
    assert "3 prompts an hour" in says
    assert "59 minutes" in says or "60 minutes" in says
    assert (await ask("Ben"))[0] == 202
    await model.received(4)


async def test_of_several_directions_those_are_drawn_that_there_is_room_for(
    web: WebDriver, model: ModelServer
) -> None:
    model.answer(text("1. a fox\n2. an owl\n3. a bear\n4. a crab"))
    thread = await web.start("brainstorm: a mascot", person="Ben")
    await web.seen(thread, 0, lambda seen: "☐ 1" in seen.buttons)
    for number in (1, 2, 3):
        await web.press(thread, 0, f"☐ {number}", person="Ben")
    turn = (await web.thread(thread))["turns"][0]["id"]
    draw = {"action": "draw", "turn": turn, "person": "Ben"}
    said = (await web.http.post(f"/api/threads/{thread}/actions", json=draw)).json()
    assert "3 prompts an hour" in said["says"]
    await model.received(3)  # the ideas, and two pictures
    again = await web.http.post(f"/api/threads/{thread}/actions", json=draw)
    assert again.status_code == 403
    found = (await web.thread(thread))["turns"]
    assert [one["text"] for one in found if one["gathering"]] == [
        "a mascot: a fox",
        "a mascot: an owl",
    ]


@pytest.mark.parametrize(
    ("copies", "place", "is_page", "may"),
    [
        (None, ("slack", "T1"), False, True),
        (None, ("slack", "T2"), False, False),
        (None, ("discord", "G1"), False, True),
        (None, ("web", "local"), True, True),
        ("here", ("slack", "T1"), False, True),
        ("here", ("discord", "G1"), False, False),
        ("here", ("web", "local"), True, True),
        ("anywhere", ("slack", "T2"), False, True),
    ],
)
def test_a_canvas_goes_on_in_other_workspaces_only_where_its_own_allows_it(
    copies: Copies | None, place: tuple[str, str], *, is_page: bool, may: bool
) -> None:
    code = Code(
        hash="",
        until=0,
        conversation="c",
        version="v1",
        origin="",
        platform="slack",
        workspace="T1",
        copies=copies,
    )
    there = Place(platform=place[0], workspace=place[1], channel="C")
    assert may_copy(code, there, is_page=is_page) is may
