from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from starlette.responses import HTMLResponse, Response, StreamingResponse
from structlog.testing import capture_logs

from bot.model.answers.collect import ModelAnswer
from bot.model.answers.stream import Partial
from bot.model.client import AnswerArrived, ModelClient, RetryNotice
from bot.model.requests.plan import Request
from bot.model.requests.profiles import PROFILES
from bot.ports import errors
from bot.ports.messages import Output
from tests.conftest import QUICK
from tests.servers.model import (
    Gate,
    ModelServer,
    Received,
    completion,
    delta,
    event,
    fails,
    partial,
    says,
    stream,
)
from tests.servers.pictures import claiming, data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.model.transport import Timing
    from tests.servers.model import Reply

PAYLOADS = Path(__file__).parent / "payloads"
REQUEST = Request(
    model="gpt-4o-image",
    messages=[{"role": "user", "content": "a boat"}],
    output=Output(size="1024x1024", quality="low", n=1),
    images={},
    key="t1-1",
)


def client(server: ModelServer, timing: Timing = QUICK, **given: Any) -> ModelClient:
    return ModelClient(
        server.url, **{"key": "secret", "profile": PROFILES["spec"], "timing": timing, **given}
    )


def image(data: bytes) -> list[dict[str, Any]]:
    return [{"type": "image_url", "image_url": {"url": data_url(data)}}]


def body_of(body: bytes, kind: str, packed: str | None = None) -> Reply:
    """Answer with these bytes."""

    async def reply(_received: Received) -> Response:
        headers = {"content-encoding": packed} if packed else None
        return Response(body, media_type=kind, headers=headers)

    return reply


async def draw(
    model: ModelClient, request: Request = REQUEST
) -> list[Partial | RetryNotice | AnswerArrived | ModelAnswer]:
    try:
        return [one async for one in model.draw(request)]
    finally:
        await model.close()


async def test_a_stream_gives_its_previews_and_last_the_image(model: ModelServer) -> None:
    final = delta(
        content=[{"type": "image_url", "image_url": {"url": data_url(png(5))}}], finish="stop"
    )

    async def reply(_received: Received) -> Response:
        return stream(partial(0, png(1)), partial(1, png(2)), final)

    model.answer(reply)
    first, second, drawn = await draw(client(model))
    assert isinstance(first, Partial)
    assert isinstance(second, Partial)
    assert isinstance(drawn, ModelAnswer)
    assert [picture.data for picture in drawn.pictures] == [png(5)]
    assert model.requests[0].authorization == "Bearer secret"
    assert model.requests[0].body["stream"] is True


async def test_json_in_answer_to_a_stream_is_read_as_such(model: ModelServer) -> None:
    model.answer(says(completion([{"type": "image_url", "image_url": {"url": data_url(png(5))}}])))
    [drawn] = await draw(client(model))
    assert isinstance(drawn, ModelAnswer)
    assert drawn.pictures[0].data == png(5)


@pytest.mark.parametrize(
    ("reply", "error", "requests"),
    [
        (fails(402), errors.NoCredit, 1),
        (fails(451), errors.Blocked, 1),
        (fails(401), errors.KeyRefused, 1),
        (fails(404), errors.UnknownModel, 1),
        (fails(413), errors.TooLarge, 1),
        (fails(400), errors.RequestRefused, 1),
        (fails(500, "server_error"), errors.Unavailable, 3),
        (fails(504, "upstream_timeout"), errors.Unavailable, 3),
        (fails(429, "rate_limit_exceeded"), errors.Busy, 3),
        (says({"choices": []}), errors.Empty, 3),
        (says({"error": {"code": 502, "message": "x"}}), errors.Unavailable, 3),
    ],
)
async def test_only_what_is_not_billed_is_sent_again_and_at_most_twice(
    model: ModelServer, reply: Any, error: type[errors.ModelError], requests: int
) -> None:
    model.answer(*[reply] * 4)
    with pytest.raises(error):
        await draw(client(model))
    assert len(model.requests) == requests
    assert len({request.raw for request in model.requests}) == 1, "byte for byte the same"
    assert {request.key for request in model.requests} == {"t1-1"}


async def _html(_received: Received) -> Response:
    return HTMLResponse("<h1>504 Gateway Time-out</h1>", 504)


async def _broken(_received: Received) -> Response:
    return Response('{"choices": [', media_type="application/json")


async def _nothing(_received: Received) -> Response:
    return stream(end=b"")


async def _only_previews(_received: Received) -> Response:
    return stream(partial(0, png(1)))


async def _error_after_preview(_received: Received) -> Response:
    return stream(partial(0, png(1)), {"error": {"code": "server_error", "message": "gone"}})


@pytest.mark.parametrize("reply", [_html, _broken, _nothing, _only_previews, _error_after_preview])
async def test_what_may_have_been_billed_is_never_sent_again(
    model: ModelServer, reply: Any
) -> None:
    model.answer(reply)
    with pytest.raises(errors.UnknownOutcome) as caught:
        await draw(client(model))
    assert caught.value.billed is None
    assert len(model.requests) == 1


async def test_a_further_try_is_announced_before_it_goes_out(model: ModelServer) -> None:
    model.answer(fails(500, "server_error"))
    one = client(model)
    events = one.draw(REQUEST)
    again = await anext(events)
    assert isinstance(again, RetryNotice)
    assert again.tries == 2
    assert len(model.requests) == 1, "nothing is sent while the announcement is being written down"
    assert isinstance(await anext(events), ModelAnswer)
    await events.aclose()
    await one.close()


def _seconds(wait: float) -> str:
    return str(round(wait))


def _date(wait: float) -> str:
    """Write when a wait is over that begins now: as the answer is made, not as tests are collected."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        (lambda: {"retry-after": "1"}, 0.9, 3.0),
        (lambda: {"retry-after": _date(2)}, 0.9, 3.0),
        (lambda: {"retry-after-ms": "400"}, 0.35, 2.0),
        (lambda: {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.4s"}, 0.35, 2.0),
    ],
    ids=["seconds", "date", "milliseconds", "when the limit is over"],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_model_is_waited_for_as_told(
    model: ModelServer,
    status: int,
    headers: Callable[[], dict[str, str]],
    least: float,
    most: float,
) -> None:
    model.answer(says({"error": {"code": "overloaded", "message": "x"}}, status, headers()))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await draw(client(model, replace(QUICK, longest_wait=4.0)))
    assert least <= loop.time() - started < most
    assert len(model.requests) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("written", [_seconds, _date], ids=["seconds", "date"])
async def test_a_model_that_asks_for_an_hour_is_not_asked_before_it_is_over(
    model: ModelServer, status: int, written: Callable[[float], str]
) -> None:
    model.answer(says({"error": {"code": "x"}}, status, {"retry-after": written(3600)}))
    with pytest.raises((errors.Busy, errors.Unavailable)) as caught:
        await draw(client(model))
    assert len(model.requests) == 1
    assert 3500 < float(caught.value.facts["until"]) - time.time() < 3700


async def test_nobody_listening_is_tried_again_then_told_without_a_bill(unused_port: int) -> None:
    model = ModelClient(
        f"http://127.0.0.1:{unused_port}/v1", key=None, profile=PROFILES["spec"], timing=QUICK
    )
    events = model.draw(REQUEST)
    tries = [await anext(events), await anext(events)]
    with pytest.raises(errors.Unreachable) as caught:
        await anext(events)
    await model.close()
    assert [one.tries for one in tries if isinstance(one, RetryNotice)] == [2, 3]
    assert caught.value.billed is False


async def test_neither_a_name_that_is_unknown_nor_tls_that_fails_is_a_bill(
    model: ModelServer,
) -> None:
    plain = model.url.replace("http:", "https:")
    for url in ("http://nowhere.invalid/v1", plain):
        one = ModelClient(url, key=None, profile=PROFILES["spec"], timing=QUICK)
        with pytest.raises(errors.Unreachable) as caught:
            await draw(one)
        assert caught.value.billed is False
    assert not model.requests


async def test_an_address_that_cannot_be_is_told_as_not_set_up() -> None:
    model = ModelClient(
        "ftp://gateway.example/v1", key=None, profile=PROFILES["spec"], timing=QUICK
    )
    with pytest.raises(errors.UnknownModel):
        await draw(model)


async def test_silence_in_a_stream_ends_it_and_comments_count_as_life(model: ModelServer) -> None:
    gate = Gate()

    async def comments_then_silence(_received: Received) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(6):
                yield b": still drawing\n\n"
                await asyncio.sleep(0.1)
            gate.entered.set()
            await gate.open.wait()
            yield b""

        return StreamingResponse(pieces(), media_type="text/event-stream")

    model.answer(comments_then_silence)
    with pytest.raises(errors.UnknownOutcome):
        await draw(client(model, replace(QUICK, silence=0.4)))
    assert gate.entered.is_set(), "longer alive in all than the silence that is allowed"
    gate.open.set()


async def test_the_whole_answer_has_a_time_limit(model: ModelServer) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    with pytest.raises(errors.UnknownOutcome):
        await draw(client(model, replace(QUICK, whole=0.2)))
    gate.open.set()


async def test_a_stream_without_end_is_cut_at_its_size(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ports.limits.MAX_ANSWER", 200_000)

    async def endless(_received: Received) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            while True:
                yield b": " + b"x" * 60_000 + b"\n\n"
                await asyncio.sleep(0)  # so that the server notices that nobody reads any more

        return StreamingResponse(pieces(), media_type="text/event-stream")

    model.answer(endless)
    with pytest.raises(errors.UnknownOutcome, match="too large"):
        await draw(client(model))


async def test_a_connection_cut_in_a_stream_is_never_tried_again(unused_port: int) -> None:
    """A bare socket that ends in the middle of a chunk, at a few places."""
    whole = await asyncio.to_thread((PAYLOADS / "spec_partials_then_final.sse").read_bytes)
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        body = whole[: (0, 10, 100, 300, 500)[asked]]
        asked += 1
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n" + b"%x\r\n" % (len(body) + 50) + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", unused_port)
    url = f"http://127.0.0.1:{unused_port}/v1"
    one = ModelClient(url, key=None, profile=PROFILES["spec"], timing=QUICK)
    for _ in range(5):
        with pytest.raises(errors.UnknownOutcome):
            [event async for event in one.draw(REQUEST)]
    assert asked == 5
    await one.close()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_an_answer_is_one_whatever_its_success_is_called(
    model: ModelServer, status: int
) -> None:
    model.answer(says(completion(image(png(5))), status))
    [drawn] = await draw(client(model))
    assert isinstance(drawn, ModelAnswer)
    assert len(model.requests) == 1


async def test_a_stream_that_says_it_is_json_and_json_that_says_it_is_a_stream_are_read(
    model: ModelServer,
) -> None:
    final = event(delta(content=image(png(5)), finish="stop"))
    whole = orjson.dumps(completion(image(png(6))))
    bodies = [(final, "application/json"), (b" \n" * 200_000 + whole, "text/event-stream")]
    one = client(model)
    for number, (body, kind) in enumerate(bodies):
        model.answer(body_of(body, kind))
        *_, drawn = [event async for event in one.draw(REQUEST)]
        assert isinstance(drawn, ModelAnswer)
        assert drawn.pictures[0].data == png(5 + number)
    await one.close()


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
async def test_an_answer_that_comes_compressed_unasked_is_read_and_a_bomb_is_not(
    model: ModelServer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ports.limits.MAX_ANSWER", 1_000_000)
    body = orjson.dumps(completion(image(png(5))))
    if kind == "text/event-stream":
        body = event(delta(content=image(png(5)), finish="stop"))
    bomb = body[:-20] + b" " * 50_000_000
    model.answer(*(body_of(gzip.compress(one), kind, packed="gzip") for one in (body, bomb)))
    model.answer(body_of(b"x", kind, packed="br"))
    one = client(model)
    *_, drawn = [event async for event in one.draw(REQUEST)]
    assert isinstance(drawn, ModelAnswer)
    tracemalloc.start()
    with pytest.raises(errors.UnknownOutcome, match="too large"):
        [event async for event in one.draw(REQUEST)]
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()
    with pytest.raises(errors.UnknownOutcome, match="br"):
        [event async for event in one.draw(REQUEST)]
    await one.close()


async def test_what_a_redirect_or_an_odd_key_means_is_told_without_a_bill(
    model: ModelServer,
) -> None:
    model.answer(says({}, 307, {"location": "https://elsewhere.example/"}))
    with pytest.raises(errors.UnknownModel):
        await draw(client(model))
    with pytest.raises(errors.UnknownModel):
        await draw(client(model, key="a\nb"))
    assert len(model.requests) == 1, "no key was sent elsewhere"


async def test_of_two_images_the_good_one_is_kept_though_the_other_is_broken(
    model: ModelServer,
) -> None:
    model.answer(says(completion([*image(b"broken"), *image(png(5))])))
    [drawn] = await draw(client(model))
    assert isinstance(drawn, ModelAnswer)
    assert [picture.data for picture in drawn.pictures] == [png(5)]
    assert len(drawn.messages[0]["content"]) == 1


async def test_a_preview_is_looked_at_before_anybody_sees_it(model: ModelServer) -> None:
    one = client(model)
    good = await one.decode_preview(Partial(index=0, url=data_url(png(1))))
    assert good is not None
    assert good.data == png(1)
    for data in (claiming(60_000, 60_000), b"<svg/>"):
        assert await one.decode_preview(Partial(index=0, url=data_url(data))) is None
    assert await one.decode_preview(Partial(index=0, url="https://cdn.example/x.png")) is None
    await one.close()


async def test_the_log_names_the_gateways_request_also_where_it_failed(
    model: ModelServer,
) -> None:
    headers = {"x-request-id": "req-7"}
    model.answer(says(completion("Hello."), 200, headers), says({"error": {}}, 400, headers))
    with capture_logs() as logs:
        await draw(client(model))
        with pytest.raises(errors.RequestRefused):
            await draw(client(model))
    named = [(log["event"], log["request_id"]) for log in logs]
    assert named == [("model answered", "req-7"), ("model did not draw", "req-7")]
    assert logs[0]["id"] == "chatcmpl-1"


async def test_what_a_gateway_repeats_of_the_request_is_told_to_no_log_and_the_key_to_nobody(
    model: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    prompt, key = "a boat for my secret admirer", "0f9e8d7c6b5a"
    model.answer(fails(400, "invalid_prompt", f"Not with {key}: {prompt}, please."))
    request = replace(REQUEST, messages=[{"role": "user", "content": prompt}])
    with caplog.at_level("INFO"), pytest.raises(errors.RequestRefused) as caught:
        await draw(client(model, key=key), request)
    assert caught.value.facts["says"] == f"Not with …: {prompt}, please."
    for text in (str(caught.value), caught.value.detail, caplog.text):
        assert prompt not in text
        assert key not in text


@pytest.mark.parametrize(
    ("size", "error"), [(4_000_000, errors.Unreachable), (9_000_000, errors.TooLarge)]
)
async def test_a_connection_that_breaks_before_all_was_sent_is_no_bill(
    size: int, error: type[errors.ModelError], unused_port: int
) -> None:
    asked = 0

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(refuse, "127.0.0.1", unused_port)
    one = ModelClient(
        f"http://127.0.0.1:{unused_port}/v1", key=None, profile=PROFILES["spec"], timing=QUICK
    )
    large = replace(REQUEST, messages=[{"role": "user", "content": "x" * size}])
    with pytest.raises(error) as caught:
        await draw(one, large)
    assert caught.value.billed is False
    assert asked == (3 if isinstance(caught.value, errors.Unavailable) else 1)
    server.close()
    await server.wait_closed()


async def test_broken_images_are_told_and_perhaps_billed(model: ModelServer) -> None:
    broken = [b"not an image", png(1)[:-20], b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg/>"]
    for data in broken:
        content = [{"type": "image_url", "image_url": {"url": data_url(data)}}]
        model.answer(says(completion(content)))
        with pytest.raises(errors.BadImage) as caught:
            await draw(client(model))
        assert caught.value.billed is None
    assert len(model.requests) == len(broken)


async def test_a_picture_that_claims_to_be_huge_costs_nothing(model: ModelServer) -> None:
    block = {"type": "image_url", "image_url": {"url": data_url(claiming(60_000, 60_000))}}
    model.answer(says(completion([block])))
    with pytest.raises(errors.BadImage, match="too many pixels"):
        await draw(client(model))


REFUSALS = [
    ("stream", fails(400, "unsupported_parameter", "Unknown parameter: 'stream'")),
    ("stream", says({"error": {"message": "no", "param": "stream"}}, 400)),
    ("stream", says({"detail": [{"loc": ["body", "stream"], "msg": "Extra inputs"}]}, 422)),
    ("tools", fails(400, None, "Unrecognized request argument supplied: tools")),
    ("tools", fails(400, None, "This model does not support tools.")),
    ("tools", fails(404, None, "No endpoints found that support tool use.")),
]


@pytest.mark.parametrize(("word", "refusal"), REFUSALS, ids=range(len(REFUSALS)))
async def test_a_server_that_refuses_streams_or_tools_by_name_is_asked_without(
    model: ModelServer, word: str, refusal: Reply
) -> None:
    model.answer(refusal)
    request = replace(REQUEST, tools=[{"type": "function", "function": {"name": "x"}}])
    one = client(model)
    first = [event async for event in one.draw(request)]
    second = [event async for event in one.draw(replace(request, key="t2-1"))]
    await one.close()
    assert isinstance(first[-1], ModelAnswer)
    assert isinstance(second[-1], ModelAnswer)
    refused, again, later = model.requests
    assert word in refused.body
    assert word not in again.body
    assert word not in later.body
    assert refused.key != again.key, "another body, another key"


async def test_each_body_of_a_request_that_is_refused_twice_has_a_key_of_its_own(
    model: ModelServer,
) -> None:
    model.answer(REFUSALS[3][1], REFUSALS[0][1])
    request = replace(REQUEST, tools=[{"type": "function", "function": {"name": "x"}}])
    assert isinstance((await draw(client(model), request))[-1], ModelAnswer)
    assert len({request.key for request in model.requests}) == 3


@pytest.mark.parametrize(
    "message",
    ["The prompt “a mountain stream with tools” is invalid", "stream of consciousness, unknown"],
)
async def test_a_refusal_that_only_speaks_of_a_stream_gives_nothing_up(
    model: ModelServer, message: str
) -> None:
    model.answer(fails(400, "invalid_prompt", message))
    with pytest.raises(errors.RequestRefused):
        await draw(client(model))
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("stream", "sent"), [("on", [True]), ("off", [None]), ("auto", [True, None])]
)
async def test_streams_are_asked_for_as_the_setting_says(
    model: ModelServer, stream: str, sent: list[bool | None]
) -> None:
    model.answer(says({"error": {"message": "no such field", "param": "stream"}}, 400))
    with suppress(errors.RequestRefused, errors.DialectRefused):
        await draw(client(model, stream=stream))
    assert [request.body.get("stream") for request in model.requests] == sent


async def test_the_whole_request_stays_within_its_budget(model: ModelServer) -> None:
    profile = replace(PROFILES["spec"], max_request_mb=0.0001)
    with pytest.raises(errors.TooLarge):
        await draw(
            client(model, profile=profile),
            replace(REQUEST, messages=[{"role": "user", "content": "x" * 200}]),
        )
    assert not model.requests


async def test_profiles_write_size_and_extras_in_their_own_way(model: ModelServer) -> None:
    bodies = {}
    for name, profile in PROFILES.items():
        one = client(model, profile=profile)
        request = replace(REQUEST, output=Output(size="1536x1024", quality="high", n=2))
        sent = await one._write(request, profile, one._plan(request, profile, frozenset()))
        await one.close()
        bodies[name] = orjson.loads(sent.body or b"")
    assert bodies["spec"]["image_output"] == {"size": "1536x1024", "quality": "high", "n": 2}
    assert bodies["openrouter"]["modalities"] == ["image", "text"]
    assert bodies["openrouter"]["image_config"] == {"aspect_ratio": "3:2"}
    assert bodies["vllm-omni"]["size"] == "1536x1024"
    assert "image_output" not in bodies["vllm-omni"]


async def test_a_connection_is_used_again_after_a_stream(model: ModelServer) -> None:
    one = client(model)
    for number in range(3):
        [event async for event in one.draw(replace(REQUEST, key=f"t{number}-1"))]
    [transport] = one._transports.values()
    connector = transport._http._open().connector
    assert connector is not None
    assert [len(kept) for kept in connector._conns.values()] == [1]
    await one.close()


async def test_a_cancelled_drawing_closes_its_connection(model: ModelServer) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    one = client(model)
    task = asyncio.create_task(draw(one))
    await gate.entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open.set()


async def test_an_error_event_is_read_whatever_else_it_holds(model: ModelServer) -> None:
    async def reply(_received: Received) -> Response:
        return stream(
            b": hi\n\n", event({"error": {"code": 402, "message": "Insufficient credits"}})
        )

    model.answer(reply)
    with pytest.raises(errors.NoCredit):
        await draw(client(model))


async def test_the_list_of_models_is_read_or_its_absence_told(model: ModelServer) -> None:
    one = client(model)
    assert [entry["id"] for entry in await one.list_models()][:2] == ["gpt-4o-image", "gpt-image-2"]
    await one.close()
