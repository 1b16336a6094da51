"""What was spent: the chat's words, the page, its API and the command show the same figures."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.__main__ import main
from bot.conversation.terms import Limits
from bot.policy.budget import Month
from bot.ports.actions import Action
from bot.ports.messages import ActionEvent, Person, Place
from bot.ports.queries import Usage, UsageRow
from bot.presentation import statement
from tests.journeys.driver import drawn
from tests.servers.model import Gate, completion, fails, says

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.compose import Running
    from tests.journeys.web import WebDriver
    from tests.servers.model import ModelServer

ANA = Person(id="Ana", name="Ana")
HERE = Place(platform="web", workspace="local", channel="page")


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"limit_person": "0.08"}


async def test_chat_page_api_and_command_show_the_same_figures(
    web: WebDriver,
    model: ModelServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thread = await web.start("a park")
    await web.seen(thread, 0, drawn("v1"))
    model.answer(says(completion("Which colour?", usage={"cost": 0.003})))
    await web.say(thread, "a bench", person="Ben")
    await web.seen(thread, 1, lambda seen: "Which colour?" in seen.text)
    model.answer(fails(451, "moderation_blocked"))
    await web.say(thread, "something bad", person="Ben")
    await web.seen(thread, 2, lambda seen: "blocked" in seen.text)
    found = (await web.http.get("/api/usage")).json()
    assert found["month"] == str(Month.now())
    assert (found["total"]["settled"], found["total"]["images"]) == (pytest.approx(0.045), 1)
    assert [(one["name"], one["settled"]) for one in found["people"]] == [
        ("Ana", 0.042),
        ("Ben", 0.003),
    ]
    assert [one["name"] for one in found["models"]] == ["gpt-4o-image"]
    page = (await web.http.get("/usage")).text
    assert "about $0.042" in page
    assert "$0.003" in page
    body = {"action": "usage", "person": "Ana"}
    said = (await web.http.post(f"/api/threads/{thread}/actions", json=body)).json()
    assert said["says"].splitlines()[1] == "• You: about $0.042 for 1 picture (limit $0.080)"
    assert "Ben $0.003" in said["says"]
    monkeypatch.setenv("EASEL_DATA", str(tmp_path / "data"))
    assert await asyncio.to_thread(main, ["usage"]) == 0
    told = capsys.readouterr().out
    assert "web/local" in told
    assert [line.split()[-3:-1] for line in told.splitlines() if "Ana" in line] == [
        ["about", "$0.042"]
    ]


async def test_a_month_that_is_none_is_told_and_another_is_empty(web: WebDriver) -> None:
    refused = await web.http.get("/api/usage", params={"month": "soon"})
    assert refused.status_code == 422
    assert "2026-11" in refused.json()["error"]["says"]
    past = (await web.http.get("/api/usage", params={"month": "2001-01"})).json()
    assert (past["total"]["images"], past["people"]) == (0, [])
    assert "January 2001" in (await web.http.get("/usage", params={"month": "2001-01"})).text


async def test_a_full_limit_stops_kindly_and_what_is_being_drawn_counts(
    web: WebDriver, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    first = await web.start("a park")
    await gate.entered.wait()
    refused = await web.http.post("/api/threads", json={"text": "a lake", "person": "Ana"})
    assert refused.status_code == 403
    assert "your $0.080 monthly limit has only $0.038 left" in refused.json()["error"]["says"]
    taken = await web.http.post("/api/threads", json={"text": "a lake", "person": "Ben"})
    assert taken.status_code == 202
    gate.open.set()
    seen = await web.seen(first, 0, drawn("v1"))
    assert "used" not in seen.text
    await model.received(2)


async def test_usage_can_be_asked_for_anywhere_and_only_of_ones_own_workspace(
    easel: Running, web: WebDriver
) -> None:
    thread = await web.start("a park")
    await web.seen(thread, 0, drawn("v1"))
    elsewhere = Place(platform="slack", workspace="T1", channel="C1")
    press = ActionEvent(event_id="e", place=elsewhere, person=ANA, action=Action.USAGE)
    receipt = await easel.easel.handle_action(press)
    assert receipt.message.splitlines()[0].endswith(": nothing for 0 pictures")  # type: ignore[union-attr] # no form


def test_the_statement_says_what_is_yours_the_channels_and_open() -> None:
    usage = Usage(
        month="2026-11",
        name="November 2026",
        total=UsageRow(images=81, settled=3.2, unsettled=0.084, unpriced=2),
        people=(
            UsageRow(id="Ana", name="Ana", images=30, settled=2.0),
            UsageRow(id="B", name="Ben", images=51, settled=1.2, unsettled=0.084),
        ),
        channels=(UsageRow(id="page", name="page", images=81, settled=3.2, unsettled=0.084),),
    )
    limits = Limits(workspace=5.0, channel=4.0, resets="1 December (UTC)")
    assert statement.chat(usage, limits, HERE, ANA).splitlines() == [
        "November 2026: $3.20 for 81 pictures, plus up to about $0.084 not settled yet (limit $5.00)",
        "• You: $2.00 for 30 pictures",
        "• This channel: $3.20 for 81 pictures, plus up to about $0.084 not settled yet (limit $4.00)",
        "• By person: Ana $2.00, Ben $1.20",
        "• 2 of them with no known price; set EASEL_PRICES to count them",
        "Limits reset on 1 December (UTC).",
    ]
    many = tuple(UsageRow(id=str(n), name=f"P{n}", settled=1.0) for n in range(12))
    assert "and 2 more" in statement.chat(Usage(total=UsageRow(), people=many), Limits(), HERE, ANA)
    hostile = Usage(
        total=UsageRow(),
        workspaces=(UsageRow(platform="web", workspace="local"),),
        people=(UsageRow(platform="web", workspace="local", id="x", name="\x1b[31mEve\n"),),
    )
    assert "\x1b" not in statement.table(hostile)
