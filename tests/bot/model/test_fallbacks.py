"""Does one refusal teach what to leave out, for this model and for a while?

Each gateway here refuses, in words that one really uses, whatever holds what it does not take, and draws
what does not.
"""

from __future__ import annotations

import io
import random
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from starlette.responses import JSONResponse

from bot.conversation.records import Lineage
from bot.drawing import history
from bot.drawing.history import build_messages
from bot.model.answers.collect import ModelAnswer
from bot.model.requests.fallbacks import KnownFallbacks, make_key_suffix
from bot.model.requests.plan import Request
from bot.model.requests.profiles import PROFILES
from bot.ports import errors
from bot.ports.messages import Output
from tests.bot.model.test_client import client
from tests.bot.test_history import BLOB, image, path, step, turn
from tests.servers.http import serving
from tests.servers.images_api import ImagesServer
from tests.servers.model import ModelServer, images_in, says
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from bot.model.client import ModelClient
    from tests.servers.model import Received, Reply

TOOL = {"type": "function", "function": {"name": "set_output", "parameters": {}}}
CALL = {"id": "c1", "type": "function", "function": {"name": "set_output", "arguments": "{}"}}
CALLED = (
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": '{"ok":true}'},
)
ANSWER = {
    "role": "assistant",
    "content": "Here.",
    "images": [image(BLOB)],
    "reasoning_content": "Let me see.",
    "reasoning_details": [{"type": "reasoning.text", "text": "Let me see."}],
}


def edit(answer: dict[str, Any] = ANSWER, *more: dict[str, Any], data: bytes = b"") -> Request:
    """Ask for an edit of a picture that came as `answer`."""
    made = build_messages(path(step(1), messages=(answer,)), turn())
    return Request(
        model="gpt-4o-image",
        messages=[*made, *more],
        output=Output(size="1024x1024", quality="low", n=1),
        images={BLOB: (data or png(7), "image/png")},
        key="t2-1",
        tools=[TOOL],
    )


def assistant(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in body["messages"] if one["role"] == "assistant"]


def shows(body: dict[str, Any]) -> bool:
    return bool(images_in(assistant(body)))


def holds(*keys: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: any(key in one for one in assistant(body) for key in keys)


def field(name: str) -> Callable[[dict[str, Any]], bool]:
    def found(body: dict[str, Any]) -> bool:
        held: Any = body
        for part in name.split("."):
            held = held.get(part) if isinstance(held, dict) else None
        return held is not None

    return found


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


#: what is refused, status and body of the refusal, as gateways write them
REFUSALS: dict[str, tuple[Callable[[dict[str, Any]], bool], int, dict[str, Any]]] = {
    "Groq: reasoning": (
        holds("reasoning_content"),
        400,
        error(
            "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : "
            "property 'reasoning_content' is unsupported)]"
        ),
    ),
    "Mistral: reasoning": (
        holds("reasoning_content"),
        422,
        {
            "detail": [
                {
                    "type": "extra_forbidden",
                    "loc": ["body", "messages", 1, "assistant", "reasoning_content"],
                    "msg": "Extra inputs are not permitted",
                }
            ]
        },
    ),
    "OpenAI: reasoning_details": (
        holds("reasoning_details"),
        400,
        error(
            "Unknown parameter: 'messages[1].reasoning_details'.",
            param="messages[1].reasoning_details",
            code="unknown_parameter",
        ),
    ),
    "LiteLLM: reasoning of another": (
        holds("reasoning_content", "reasoning_details"),
        400,
        error("litellm.BadRequestError: thinking blocks are not supported for this model"),
    ),
    "OpenAI: images of people alone": (
        shows,
        400,
        error(
            "Invalid 'messages[1]'. Image URLs are only allowed for messages with role 'user', but "
            "this message with role 'assistant' contains an image URL.",
            param="messages[1]",
            code="invalid_value",
        ),
    ),
    "vLLM: text alone": (
        shows,
        400,
        error(
            "[{'type': 'literal_error', 'loc': ('body', 'messages', 1, 'assistant', 'content')}]"
        ),
    ),
    "OpenAI: block": (
        shows,
        400,
        error("Invalid value: 'image_url'. Supported values are: 'text' and 'refusal'."),
    ),
    "images[] is no key": (
        holds("images"),
        400,
        error("Unknown parameter: 'messages[1].images'.", param="messages[1].images"),
    ),
    "Gemini: signature of a picture": (
        shows,
        400,
        error("Image part is missing a thought_signature in content position 2, part position 1."),
    ),
    "Gemini: nothing said": (shows, 400, error("Request contains an invalid argument.")),
    "OpenRouter: nothing said": (shows, 400, error("Provider returned error")),
    "Gemini: signature of a call": (
        holds("tool_calls"),
        400,
        error(
            "Function call is missing a thought_signature in functionCall parts. This is required "
            "for tools to work correctly"
        ),
    ),
    "Gemini: no functions": (
        field("tools"),
        400,
        error("Function calling is not enabled for models/gemini-2.5-flash-image"),
    ),
    "vLLM: no tools": (
        field("tools"),
        400,
        error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser'),
    ),
    "Ollama: no tools": (field("tools"), 400, error("registry.ollama.ai/x does not support tools")),
    "OpenRouter: no tools": (
        field("tools"),
        404,
        error("No endpoints found that support tool use. Try disabling set_output."),
    ),
    "a 500 for tools": (
        field("tools"),
        500,
        {"error": {"message": "tools are not supported by this model", "type": "server_error"}},
    ),
    "LiteLLM: parameter": (
        field("tools"),
        400,
        error("litellm.UnsupportedParamsError: x does not support parameters: ['tools']"),
    ),
    "no streams": (field("stream"), 400, error("Streaming is not supported for this model.")),
    "Google: image_output": (
        field("image_output"),
        400,
        error('Invalid JSON payload received. Unknown name "image_output": Cannot find field.'),
    ),
    "pydantic: image_output": (
        field("image_output"),
        422,
        {"detail": [{"loc": ["body", "image_output"], "msg": "Extra inputs are not permitted"}]},
    ),
    "a part of image_output": (
        field("image_output.n"),
        400,
        error("Unknown parameter: 'image_output.n'.", param="image_output.n"),
    ),
}


def refusing(
    refuses: Callable[[dict[str, Any]], bool],
    status: int,
    said: dict[str, Any],
    server: ModelServer,
) -> Reply:
    async def reply(received: Received) -> Response:
        if refuses(received.body):
            return JSONResponse(said, status)
        if "image_output" in received.body and "n" in received.body["image_output"]:
            return await server.draw(received)
        content = [{"type": "image_url", "image_url": {"url": data_url(png(3))}}]
        answer: Response = await says({"choices": [{"message": {"content": content}}]})(received)
        return answer

    return reply


async def drawn(one: ModelClient, request: Request) -> bool:
    async with aclosing(one.draw(request)) as events:
        async for event in events:
            if isinstance(event, ModelAnswer):
                return True  # as a turn does: it reads no further
    return False


@pytest.mark.parametrize("name", REFUSALS)
async def test_what_a_gateway_refuses_is_left_out_and_the_picture_goes_along(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("tests.servers.model.check", lambda _received, **_: None)
    model.when("", refusing(*REFUSALS[name], model))
    more = CALLED if name == "Gemini: signature of a call" else ()
    one = client(model)
    assert await drawn(one, edit(ANSWER, *more))
    refused, again = model.requests
    assert refused.images == again.images == [png(7)], "the picture that is edited, once"
    assert refused.key == "t2-1"
    assert (again.key or "").startswith("t2-1-"), "another body, another key"
    assert await drawn(one, replace(edit(ANSWER, *more), key="t3-1"))
    assert len(model.requests) == 3, "what was learned holds"
    assert REFUSALS[name][0](model.requests[2].body) is False
    assert await drawn(one, replace(edit(ANSWER, *more), key="t4-1", model="another"))
    assert len(model.requests) == 5, "and for this model alone"
    await one.close()


async def test_images_only_models_are_asked_for_images_alone(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.model.check", lambda _received, **_: None)
    said = error("No endpoints found that support the requested output modalities: image, text")
    model.when("", refusing(lambda body: "text" in body["modalities"], 404, said, model))
    one = client(model, profile=PROFILES["openrouter"])
    assert await drawn(one, edit())
    await one.close()
    assert [received.body["modalities"] for received in model.requests] == [
        ["image", "text"],
        ["image"],
    ]


async def test_several_refusals_one_after_another_are_all_heeded(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.model.check", lambda _received, **_: None)
    names = ("Google: image_output", "Gemini: no functions", "no streams", "Groq: reasoning")

    async def reply(received: Received) -> Response:
        for name in names:
            refuses, status, said = REFUSALS[name]
            if refuses(received.body):
                return JSONResponse(said, status)
        return await refusing(lambda _body: False, 400, {}, model)(received)

    model.when("", reply)
    one = client(model)
    assert await drawn(one, edit())
    await one.close()
    assert len(model.requests) == 5
    assert len({received.key for received in model.requests}) == 5


async def test_a_lesson_ends_and_a_refusal_that_did_not_help_is_none(model: ModelServer) -> None:
    now = [0.0]
    fallbacks = KnownFallbacks(lambda: now[0])
    fallbacks.add("m", frozenset({"stream"}))
    now[0] = 3600.0
    fallbacks.add("m", frozenset({"stream", "tools"}))
    assert fallbacks.get("m") == {"stream", "tools"}
    now[0] = 6 * 3600.0
    assert fallbacks.get("m") == {"tools"}, "to be told again does not make it last longer"
    now[0] = 7 * 3600.0
    assert fallbacks.get("m") == set()
    for number in range(1000):
        fallbacks.add(f"m{number}", frozenset({"stream"}))
    assert len(fallbacks._until) == 200, "it stays small; nothing else shows"
    refusal = says(error("Streaming is not supported."), 400)
    model.answer(refusal, refusal)
    one = client(model)
    with pytest.raises(errors.DialectRefused):
        await drawn(one, edit())
    assert await drawn(one, edit())
    await one.close()
    assert model.requests[2].body["stream"] is True, "one odd answer takes nothing away"


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("The prompt “an only child, not supported by a stream” is invalid", None),
        ("Invalid value: 'huge'. Supported values are: 'low' and 'high'.", "image_output.quality"),
        ("Your prompt is too long: at most 4000 characters.", "prompt"),
    ],
)
async def test_what_other_words_can_mend_is_told_as_such(
    model: ModelServer, message: str, param: str | None
) -> None:
    model.answer(says(error(message, param=param), 400))
    one = client(model)
    with pytest.raises(errors.RequestRefused):
        await drawn(one, replace(edit(), messages=[{"role": "user", "content": "a"}], images={}))
    await one.close()
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Unknown parameter: 'messages[0].role'.",
        "messages.0.content: Input should be a valid string",
        "Invalid schema for request",
        "Streaming is not supported for this organisation",
    ],
)
async def test_nobody_is_asked_to_change_words_that_are_not_at_fault(
    model: ModelServer, message: str
) -> None:
    model.answer(*[says(error(message), 400)] * 3)
    one = client(model)
    with pytest.raises(errors.DialectRefused) as caught:
        await drawn(one, replace(edit(), messages=[{"role": "user", "content": "a"}], images={}))
    await one.close()
    assert caught.value.billed is False


def noisy(side: int, mode: str = "RGB") -> bytes:
    """Make a PNG that is as large as its pixels."""
    held = io.BytesIO()
    pixels = random.Random(side).randbytes(side * side * len(mode))
    Image.frombytes(mode, (side, side), pixels).save(held, "PNG")
    return held.getvalue()


LIMITS = {
    "Anthropic: bytes": (
        5_242_880,
        400,
        "messages.1.content.1.image.source: image exceeds 5 MB maximum: 6990508 bytes > 5242880 bytes",
    ),
    "nginx": (1_000_000, 413, "<html><h1>413 Request Entity Too Large</h1></html>"),
    "megabytes": (4_000_000, 413, "Request body exceeds the limit of 4 MB"),
    "less than is usual": (300_000, 413, "Payload too large"),
}


@pytest.mark.parametrize(
    ("name", "mode"), [*((name, "RGB") for name in LIMITS), ("less than is usual", "RGBA")]
)
async def test_a_picture_that_is_too_large_goes_back_smaller(
    model: ModelServer, name: str, mode: str
) -> None:
    most, status, said = LIMITS[name]

    async def reply(received: Received) -> Response:
        if len(received.raw) > most:
            return JSONResponse(error(said), status)
        return await model.draw(received)

    model.when("", reply)
    source = noisy(1300, mode)
    one = client(model)
    assert await drawn(one, edit(data=source))
    asked = len(model.requests)
    assert asked <= (3 if name == "less than is usual" else 2)
    [sent] = model.requests[-1].images
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.format == ("WEBP" if mode == "RGBA" else "JPEG")
        assert picture.width == picture.height
    assert len({received.key for received in model.requests}) == asked
    assert await drawn(one, replace(edit(data=source), key="t3-1"))
    assert len(model.requests) == asked + 1, "the next is small at once"
    await one.close()


async def test_a_picture_beyond_our_own_limit_is_made_smaller_before_it_is_sent(
    model: ModelServer,
) -> None:
    one = client(model, profile=replace(PROFILES["spec"], max_request_mb=2.0))
    assert await drawn(one, edit(data=noisy(1000)))
    await one.close()
    [sent] = model.requests
    assert len(sent.raw) < 2_000_000


async def test_an_answer_of_ask_people_is_told_in_words_where_there_are_no_tools(
    model: ModelServer,
) -> None:
    call = {
        "id": "q1",
        "type": "function",
        "function": {"name": "ask_people", "arguments": '{"question":"A dog or a cat?"}'},
    }
    result = {"role": "tool", "tool_call_id": "q1", "content": '{"answer":"a cat","person":"Ben"}'}
    asked = [
        *history.build_messages(Lineage(), turn("a pet")),
        {"role": "assistant", "tool_calls": [call]},
    ]
    one = client(model, profile=replace(PROFILES["spec"], tools=False))
    assert await drawn(one, replace(edit(), messages=[*asked, result], images={}))
    await one.close()
    assert model.requests[0].body["messages"][1:] == [
        {"role": "assistant", "content": "A dog or a cat?"},
        {"role": "user", "content": "Ben: a cat"},
    ]


@pytest.mark.integration
@pytest.mark.parametrize(("stream", "kinds"), [("auto", 1), ("on", 1)])
async def test_a_gateway_that_fails_after_drawing_is_not_asked_again_by_itself(
    stream: str, kinds: int
) -> None:
    server = ImagesServer(fails_on_streams=True)
    async with serving(server.app) as address:
        model = ModelServer()
        model.url = f"{address}/v1"
        one = client(model, stream=stream)
        request = replace(
            edit(),
            model="gpt-image-2",
            protocol="images",
            messages=[{"role": "user", "content": "a boat"}],
            images={},
        )
        if stream == "on":
            with pytest.raises(errors.UnknownOutcome):
                await drawn(one, request)
        else:
            assert await drawn(one, request)
        await one.close()
    assert len(server.asked) == kinds


def test_the_key_of_a_request_names_what_it_does_without() -> None:
    assert make_key_suffix(frozenset()) == ""
    assert make_key_suffix(frozenset({"tools", "stream"})) == "-st"
    assert (
        make_key_suffix(frozenset({"-image_output.n", "small-650", "own"}))
        == "-r-image_output.n-small650"
    )
