"""How does a turn become an answer, with tools, budgets, other protocols and other gateways?"""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from starlette.responses import JSONResponse, Response

from bot.model.transport import Timing
from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import ModelServer, completion, fails
from tests.servers.model import says as answers
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from tests.conftest import Start
    from tests.servers.model import Received, Reply


def calls(*given: tuple[str, str]) -> Reply:
    """Answer with calls of tools: (name, arguments as JSON)."""
    tool_calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(given)
    ]
    return answers(completion(None, message={"tool_calls": tool_calls}, finish="tool_calls"))


async def test_the_model_sets_the_output_as_the_words_ask(
    web: WebDriver, model: ModelServer
) -> None:
    model.answer(calls(("set_output", '{"size": "1536x1024"}')))
    thread = await web.start("a boat, make it landscape")
    await web.seen(thread, 0, drawn("v1"))
    first, second = model.requests
    assert {tool["function"]["name"] for tool in first.body["tools"]} == {
        "set_output",
        "ask_people",
    }
    assert first.body["image_output"]["size"] == "1024x1024"
    assert second.body["image_output"]["size"] == "1536x1024"
    assert second.body["messages"][-1] == {
        "role": "tool",
        "tool_call_id": "call_0",
        "content": '{"ok":true,"size":"1536x1024","quality":"medium","n":1}',
    }
    assert second.body["messages"][-2]["tool_calls"][0]["id"] == "call_0"
    turn = (await web.thread(thread))["turns"][0]
    assert turn["output"]["size"] == "1536x1024"
    assert [request.key for request in model.requests] == [f"{turn['id']}-1", f"{turn['id']}-2"]


@pytest.mark.parametrize(
    ("arguments", "label"),
    [
        ('{"quality": "high"}', "Redraw at 1024×1024, high"),
        ('{"size": "2048x2048"}', "Redraw at 2048×2048, medium"),
        ('{"n": 2}', "Redraw at 1024×1024, medium, 2 images"),
    ],
)
async def test_what_costs_more_is_offered_with_its_price_not_taken(
    web: WebDriver, model: ModelServer, arguments: str, label: str
) -> None:
    model.answer(calls(("set_output", arguments)))
    thread = await web.start("a boat in the finest quality")
    seen = await web.seen(thread, 0, lambda seen: label in seen.buttons)
    assert model.requests[1].body["image_output"] == {
        "size": "1024x1024",
        "quality": "medium",
        "n": 1,
    }
    assert '"ok":false' in model.requests[1].body["messages"][-1]["content"]
    buttons = (await web.thread(thread))["turns"][0]["card"]["buttons"]
    assert next(one for one in buttons if one["label"] == label)["price"] > 0.042
    await web.press(thread, 0, label)
    await web.seen(thread, 1, lambda seen: bool(seen.images))
    assert model.requests[2].body["image_output"] != model.requests[1].body["image_output"]
    assert seen.images


async def test_an_edit_keeps_the_shape_of_its_picture_unless_another_is_asked(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("a boat", size="landscape")
    await web.seen(thread, 0, drawn("v1"))
    await web.say(thread, "at night")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    await web.say(thread, "with a moon size:portrait")
    await web.seen(thread, 2, drawn("v3 ← v2"))
    await web.say(thread, "v2: with a moon")
    await web.seen(thread, 3, drawn("v4 ← v2"))
    sizes = [one.body["image_output"]["size"] for one in model.requests]
    assert sizes == ["1536x1024", "1536x1024", "1024x1536", "1536x1024"]


async def test_a_question_goes_to_the_people_and_their_answer_goes_back(
    web: WebDriver, model: ModelServer
) -> None:
    arguments = '{"question": "A dog or a cat?", "options": ["a dog", "a cat"]}'
    model.answer(calls(("ask_people", arguments)))
    thread = await web.start("a pet")
    seen = await web.seen(thread, 0, says("A dog or a cat?"))
    assert seen.buttons[:2] == ("a dog", "a cat")
    await web.press(thread, 0, "a cat", person="Ben")
    await web.seen(thread, 1, drawn("v1"))
    user, asked, result = model.requests[1].body["messages"]
    assert "a pet" in str(user["content"])
    assert asked["tool_calls"][0]["id"] == result["tool_call_id"] == "call_0"
    assert '"answer":"a cat"' in result["content"]
    await web.seen(thread, 0, lambda seen: "a dog" not in seen.buttons)


async def test_calls_that_make_no_sense_get_an_error_and_the_model_goes_on(
    web: WebDriver, model: ModelServer
) -> None:
    model.answer(
        calls(
            ("launch_rocket", "{}"),
            ("set_output", "not json"),
            ("set_output", '{"size": "9x9"}'),
            ("set_output", '{"n": true}'),
            ("ask_people", '{"question": 7}'),
        )
    )
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    results = [m for m in model.requests[1].body["messages"] if m["role"] == "tool"]
    assert len(results) == 5
    assert all("error" in result["content"] for result in results)


async def test_a_model_that_only_calls_tools_is_given_up_after_four_rounds(
    web: WebDriver, model: ModelServer
) -> None:
    model.answer(*[calls(("set_output", "{}"))] * 6)
    thread = await web.start("a boat")
    await web.seen(thread, 0, lambda seen: "Retry" in seen.buttons)
    assert len(model.requests) == 4
    assert len({request.key for request in model.requests}) == 4


async def test_a_cancel_while_a_busy_model_is_waited_for_is_not_billed(
    start: Start, model: ModelServer
) -> None:
    model.answer(answers({"error": {"message": "x"}}, 429, {"retry-after": "60"}))
    async with start(Timing()) as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, says("2 of 3"))
        await web.press(thread, 0, "Cancel")
        await web.seen(thread, 0, says("Not billed"))
    assert len(model.requests) == 1


async def test_the_cost_of_all_rounds_is_the_cost_of_the_turn(
    web: WebDriver, model: ModelServer
) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "set_output", "arguments": "{}"}}
    first = completion(None, message={"tool_calls": [call]}, usage={"cost": 0.01})
    block = {"type": "image_url", "image_url": {"url": data_url(png(1))}}
    model.answer(answers(first), answers(completion([block], usage={"cost": 0.05})))
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    turn = (await web.thread(thread))["turns"][0]
    assert turn["cost"] == pytest.approx(0.06)
    assert turn["about"] is False


async def test_a_request_that_is_too_large_is_made_shorter_once(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await web.start("step 0")
    for number in range(6):
        await web.seen(thread, number, lambda seen: bool(seen.images))
        await web.say(thread, f"step {number + 1}")
    await web.seen(thread, 6, lambda seen: bool(seen.images))
    model.answer(fails(413))
    await web.say(thread, "add a star")
    await web.seen(thread, 7, drawn("v8 ← v7"))
    long, short = model.requests[-2:]
    assert len(short.body["messages"]) < len(long.body["messages"])
    assert short.images == long.images
    assert short.key == f"{long.key}-c"
    model.answer(fails(413), fails(413))
    await web.say(thread, "and a comet")
    seen = await web.seen(thread, 8, says("too much for the model"))
    assert "not billed" in seen.text
    assert "Retry" not in seen.buttons


async def test_a_request_at_turn_60_is_as_large_as_at_turn_20(
    start: Start, model: ModelServer
) -> None:
    noise = random.Random(1).randbytes(3 * 256 * 256)
    held = io.BytesIO()
    Image.frombytes("RGB", (256, 256), noise).save(held, "PNG")
    block = {"type": "image_url", "image_url": {"url": data_url(held.getvalue())}}

    async def heavy(_received: Received) -> Response:
        return JSONResponse(completion([{"type": "text", "text": "Here it is, in full."}, block]))

    model.answer(*[heavy] * 60)
    async with start() as one, WebDriver(one.address) as web:
        thread = await web.start("a lighthouse at dusk, with a calm sea and two boats")
        for number in range(59):
            await web.say(thread, f"make the sky a little more purple, step {number:03}")
        await model.received(60)  # not by looking at 60 cards at each step
        await web.seen(thread, 59, lambda seen: bool(seen.images))
    after_20, after_60 = (len(model.requests[number - 1].raw) for number in (20, 60))
    assert abs(after_60 - after_20) < 0.02 * after_20
    assert len(model.requests[59].images) == 1


async def test_a_lost_image_is_told_and_the_thread_goes_on(
    start: Start, model: ModelServer, tmp_path: Any
) -> None:
    async with start() as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        await web.say(thread, "paint it red")
        await web.seen(thread, 1, drawn("v2 ← v1"))
        blob = (await web.thread(thread))["versions"][1]["url"].rpartition("/")[2]
        [file] = (tmp_path / "data" / "images").rglob(blob)
        file.unlink()
        await web.say(thread, "add a flag")
        seen = await web.seen(thread, 2, says("missing"))
        assert "Nothing was sent or billed" in seen.text
        assert len(model.requests) == 2
        await web.say(thread, "add a flag", source="v1")
        await web.seen(thread, 3, drawn("v3 ← v1"))


async def test_an_image_that_cannot_be_saved_is_told(
    start: Start, model: ModelServer, tmp_path: Any
) -> None:
    async with start() as one, WebDriver(one.address) as web:
        images = tmp_path / "data" / "images"
        for number in range(256):
            (images / f"{number:02x}").write_text("a file where a folder belongs")
        thread = await web.start("a boat")
        seen = await web.seen(thread, 0, says("couldn't be saved"))
        assert "Retry" in seen.buttons
        for number in range(256):
            (images / f"{number:02x}").unlink()
        await web.press(thread, 0, "Retry")
        await web.seen(thread, 0, drawn("v1"))
    assert len(model.requests) == 2
