"""Does a conversation edit one image, on every platform? Journeys that all adapters share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.driver import drawn, says
from tests.servers.model import Gate, fails, text
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer


async def test_a_prompt_is_drawn_and_five_edits_each_get_the_image_before(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a lighthouse at dusk")
    first = await driver.seen(thread, 0, drawn("v1"))
    assert first.images == (png(1),)
    for number in range(2, 7):
        await driver.say(thread, f"make it bluer, step {number}")
        seen = await driver.seen(thread, number - 1, drawn(f"v{number} ← v{number - 1}"))
        assert seen.images == (png(number),)
        request = model.requests[number - 1]
        assert request.prompt == f"make it bluer, step {number}"
        assert request.images == [png(number - 1)]


async def test_who_undid_it_is_named_and_redo_stands_beside_it(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a lighthouse")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "make it blue")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, "undo", person="Ben")
    await driver.shown(thread, says("Undone by Ben. Replies now edit v1."))
    await driver.use(thread, "Redo")
    await driver.shown(thread, says("Redone by Ana. Replies now edit v2."))
    await driver.head(thread, "v2")


async def test_undo_moves_the_head_back_and_the_next_edit_branches(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "paint it red")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, "undo")
    await driver.head(thread, "v1")
    await driver.say(thread, "paint it green")
    await driver.seen(thread, 2, drawn("v3 ← v1"))
    assert model.requests[2].images == [png(1)]
    assert "red" not in str(model.requests[2].body["messages"])


async def test_an_answer_to_an_older_version_edits_that_version(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    for number in (2, 3, 4):
        await driver.seen(thread, number - 2, lambda seen: "Vary" in seen.buttons)
        await driver.say(thread, f"edit {number}")
    await driver.seen(thread, 3, drawn("v4 ← v3"))
    await driver.say(thread, "add a flag", source="v2")
    await driver.seen(thread, 4, drawn("v5 ← v2"))
    assert model.requests[4].images == [png(2)]
    await driver.say(thread, "v3: add a dog")
    await driver.seen(thread, 5, drawn("v6 ← v3"))
    assert model.requests[5].prompt == "add a dog"
    assert model.requests[5].images == [png(3)]


async def test_of_two_images_the_chosen_one_is_edited(driver: Driver, model: ModelServer) -> None:
    thread = await driver.start("a cat", n="2")
    seen = await driver.seen(thread, 0, drawn("v1a, v1b"))
    assert seen.images == (png(1), png(2))
    await driver.press(thread, 0, "Use v1b")
    await driver.head(thread, "v1b")
    await driver.say(thread, "give it a hat")
    await driver.seen(thread, 1, drawn("v2 ← v1b"))
    assert model.requests[1].images == [png(2)]


async def test_vary_asks_the_same_of_the_same_source_once_more(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a fox")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "in the snow")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.press(thread, 1, "Vary")
    await driver.seen(thread, 2, drawn("v3 ← v1"))
    await driver.say(thread, "again")
    await driver.seen(thread, 3, drawn("v4 ← v1"))
    second, third = model.requests[2], model.requests[3]
    assert second.prompt == third.prompt == "in the snow"
    assert second.images == third.images == [png(1)]
    assert second.raw != third.raw, "a variation is told that it is one"


async def test_a_blocked_prompt_is_told_apart_from_an_empty_account_and_poisons_nothing(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a castle")
    await driver.seen(thread, 0, drawn("v1"))
    model.answer(fails(451, "moderation_blocked"))
    await driver.say(thread, "something unspeakable")
    seen = await driver.seen(thread, 1, says("not billed"))
    assert "safety" in seen.text
    assert "credit" not in seen.text
    assert "Edit prompt" in seen.buttons
    await driver.say(thread, "at night")
    await driver.seen(thread, 2, drawn("v2 ← v1"))
    assert "unspeakable" not in str(model.requests[2].body["messages"])
    await driver.press(thread, 1, "Edit prompt", fields={"text": "something nice"})
    await driver.seen(thread, 3, drawn("v3 ← v1"))
    assert model.requests[3].prompt == "something nice"


async def test_an_empty_account_holds_what_waits_until_resume(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a castle")
    await driver.seen(thread, 0, drawn("v1"))
    model.answer(fails(402, "insufficient_credits"))
    await driver.say(thread, "with a moat")
    seen = await driver.seen(thread, 1, says("no credit"))
    assert "safety" not in seen.text
    await driver.say(thread, "and a dragon", person="Ben")
    kept = await driver.seen(thread, 2, says("Saved"))
    assert "top" not in kept.text.lower(), "one notice a thread"
    assert len(model.requests) == 2
    await driver.press(thread, 1, "Resume")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert model.requests[1].key == model.requests[2].key, "the same turn, the same key"
    assert model.requests[1].raw == model.requests[2].raw
    assert [request.prompt for request in model.requests[2:]] == ["with a moat", "and a dragon"]


async def test_several_people_are_served_in_order_with_the_queue_on_show(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a park")
    await driver.seen(thread, 0, drawn("v1"))
    gate = Gate()
    model.answer(gate.before(model.draw))
    await driver.say(thread, "add a bench", person="Ana")
    await gate.entered.wait()
    await driver.say(thread, "add a dog", person="Ben")
    await driver.say(thread, "make it autumn", person="Cleo")
    await driver.seen(thread, 2, says("Next in line"))
    await driver.seen(thread, 3, says("1 before"))
    gate.open.set()
    await driver.seen(thread, 3, drawn("v4 ← v3"))
    prompts = [request.prompt for request in model.requests]
    assert prompts == ["a park", "add a bench", "add a dog", "make it autumn"]
    told = str(model.requests[3].body["messages"])
    assert all(name in told for name in ("Ana", "Ben", "Cleo")), "the model knows who said what"


async def test_what_waits_and_what_is_drawn_can_be_cancelled(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a park")
    await driver.seen(thread, 0, drawn("v1"))
    gate = Gate()
    model.answer(gate.before(model.draw))
    await driver.say(thread, "add a bench")
    await gate.entered.wait()
    await driver.say(thread, "add a dog")
    await driver.seen(thread, 2, says("Next in line"))
    await driver.press(thread, 2, "Cancel")
    await driver.seen(thread, 2, says("Not billed"))
    await driver.press(thread, 1, "Cancel")
    await driver.seen(thread, 1, says("Cancelled"))
    gate.open.set()
    await driver.say(thread, "add a cat")
    await driver.seen(thread, 3, drawn("v2 ← v1"))
    assert [request.prompt for request in model.requests] == ["a park", "add a bench", "add a cat"]


async def test_an_upstream_fault_is_tried_again_in_sight_then_told(
    driver: Driver, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(fails(500, "server_error"), gate.before(fails(503, "overloaded")), fails(502, "x"))
    thread = await driver.start("a comet")
    await driver.seen(thread, 0, says("2 of 3"))
    gate.open.set()
    seen = await driver.seen(thread, 0, lambda seen: "Retry" in seen.buttons)
    assert "not billed" in seen.text
    assert len({request.raw for request in model.requests}) == 1
    assert len({request.key for request in model.requests}) == 1
    await driver.press(thread, 0, "Retry")
    await driver.seen(thread, 0, drawn("v1"))
    assert model.requests[3].key == model.requests[0].key


async def test_a_question_of_the_model_is_an_answer_and_the_talk_goes_on(
    driver: Driver, model: ModelServer
) -> None:
    model.answer(text("By day or by night?"))
    thread = await driver.start("a lighthouse")
    await driver.seen(thread, 0, says("By day or by night?"))
    await driver.say(thread, "by night")
    await driver.seen(thread, 1, drawn("v1"))
    roles = [message["role"] for message in model.requests[1].body["messages"]]
    assert roles == ["user", "assistant", "user"]
