"""Is only drawn what is meant to be drawn, on every platform?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.bot.test_drawing import calls
from tests.journeys.driver import drawn, says
from tests.servers.model import fails, text

if TYPE_CHECKING:
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer

TALK = (
    "thanks!",
    "lol",
    "nice!",
    "👍",
    "🎉🎉",
    ":party_parrot:",
    "https://tenor.com/view/cat-1",
    "???",
    "brb",
    "danke",
    "// lunch at one?",
)
OTHERS = (
    "@design thoughts?",
    "@here look at this",
    "hey @bob can you make it blue?",
    "what do you all think?",
)


async def test_talk_in_a_canvas_is_left_alone(driver: Driver, model: ModelServer) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    for said in (*TALK, *OTHERS):
        await driver.say(thread, said, person="Ben")
    await driver.say(thread, "perfect, now add a flag")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert [one.prompt for one in model.requests] == ["a boat", "perfect, now add a flag"]


async def test_a_mention_of_easel_beside_somebody_else_is_drawn(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, f"@alice look: {driver.mention} make it blue")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, f"hey @bob and {driver.mention} add a dog")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    await driver.say(thread, f"{driver.mention} thanks!")
    await driver.say(thread, "at night")
    await driver.seen(thread, 3, drawn("v4 ← v3"))
    assert len(model.requests) == 4


@pytest.mark.parametrize("words", ["try again", "the second one", "👍"])
async def test_what_follows_a_question_of_the_model_answers_it(
    driver: Driver, model: ModelServer, words: str
) -> None:
    model.answer(fails(400, message="bad size"))
    thread = await driver.start("an older prompt")
    await driver.seen(thread, 0, says("bad size"))
    model.answer(text("A big one, or a small one?"))
    await driver.say(thread, "a lighthouse size:portrait")
    await driver.seen(thread, 1, says("A big one, or a small one?"))
    await driver.say(thread, words)
    await driver.seen(thread, 2, drawn("v1"))
    asked = model.requests[-1]
    assert asked.prompt == words
    assert "A big one, or a small one?" in str(asked.body["messages"])
    assert asked.body["image_output"]["size"] == "1024x1536", "with the options of what was asked"


async def test_an_option_said_in_words_answers_the_models_question(
    driver: Driver, model: ModelServer
) -> None:
    question = {
        "question": "Undo it all, or the top button?",
        "options": ["undo", "the top button"],
    }
    model.answer(calls(("ask_people", json.dumps(question))))
    thread = await driver.start("a shirt")
    await driver.seen(thread, 0, says("Undo it all"))
    await driver.say(thread, "lol")
    await driver.say(thread, "Undo")
    await driver.seen(thread, 1, drawn("v1"))
    assert [one.prompt for one in model.requests] == ["a shirt", "Undo"]


async def test_a_thread_can_take_only_what_mentions_easel(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "only when mentioned")
    await driver.shown(thread, says("In this thread from now on: only when mentioned."))
    await driver.say(thread, "a hat would be nice", person="Ben")
    await driver.say(thread, f"{driver.mention} add a flag")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, f"{driver.mention} every reply")
    await driver.shown(thread, says("In this thread from now on: every reply."))
    await driver.say(thread, "add a dog", person="Ben")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert [one.prompt for one in model.requests] == ["a boat", "add a flag", "add a dog"]
