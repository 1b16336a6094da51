"""Does the server speak the specification, as clients hear it over a socket?"""

from __future__ import annotations

import asyncio
import base64
import io
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import orjson
import pytest
from PIL import Image

from bot.sketch import __main__ as program
from bot.sketch import chat, server
from bot.sketch.faults import Switchboard
from bot.sketch.photo import scene_in
from tests.bot.sketch.talk import kinds
from tests.servers import pictures
from tests.servers.http import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOW = {"quality": "low"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(server.app()) as address,
        httpx.AsyncClient(base_url=f"{address}/v1", timeout=30) as client,
    ):
        yield client


@asynccontextmanager
async def official(key: str | None = None) -> AsyncIterator[openai.AsyncOpenAI]:
    async with (
        serving(server.app(key)) as address,
        openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="secret", max_retries=0) as client,
    ):
        yield client


def prompt(text: str, **fields: Any) -> dict[str, Any]:
    body = {"model": "gpt-4o-image", "messages": [{"role": "user", "content": text}]}
    return body | {"image_output": LOW} | fields


def images(message: dict[str, Any]) -> list[bytes]:
    """Return the pictures among the content blocks of a message."""
    blocks = message["content"] if isinstance(message["content"], list) else []
    return [
        base64.b64decode(block["image_url"]["url"].partition(",")[2])
        for block in blocks
        if block["type"] == "image_url"
    ]


def drawn(image: bytes) -> list[str]:
    scene = scene_in(image)
    assert scene is not None
    return kinds(scene)


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.size


def events(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream that has an end."""
    parts = [part for part in text.split("\n\n") if part and not part.startswith(":")]
    assert parts.pop() == "data: [DONE]"
    return [orjson.loads(part.removeprefix("data: ")) for part in parts]


async def test_a_prompt_is_answered_as_the_specification_shows_it(http: httpx.AsyncClient) -> None:
    reply = await http.post("/chat/completions", json=prompt("a lighthouse at dusk"))
    assert reply.status_code == 200
    body = reply.json()
    assert body["object"] == "chat.completion"
    assert body["model"] == "gpt-4o-image"
    (choice,) = body["choices"]
    assert choice["finish_reason"] == "stop"
    text, image = choice["message"]["content"]
    assert text["type"] == "text"
    assert text["text"].startswith("A lighthouse by the sea at dusk.")
    assert image["image_url"]["url"].startswith("data:image/png;base64,")
    (made,) = images(choice["message"])
    assert size_of(made) == (1024, 1024)
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["cost"] == 0
    assert reply.headers["x-request-id"].startswith("req_")


async def test_an_edit_needs_nothing_but_what_is_passed_back(http: httpx.AsyncClient) -> None:
    first = prompt("a boat", image_output=LOW | {"n": 2, "size": "1536x1024"})
    message = (await http.post("/chat/completions", json=first)).json()["choices"][0]["message"]
    assert [drawn(image) for image in images(message)] == [["sailboat"], ["sailboat"]]
    assert len(set(images(message))) == 2
    then = prompt("")
    then["messages"] = [*first["messages"], message, {"role": "user", "content": "add a dog"}]
    async with serving(server.app()) as other:
        reply = await http.post(f"{other}/v1/chat/completions", json=then)
    assert drawn(images(reply.json()["choices"][0]["message"])[0]) == ["sailboat", "dog"]


async def test_the_same_request_gives_the_same_picture(http: httpx.AsyncClient) -> None:
    replies = [await http.post("/chat/completions", json=prompt("a fox")) for _ in range(2)]
    one, two = (images(reply.json()["choices"][0]["message"]) for reply in replies)
    assert one == two


async def test_a_stream_shows_previews_then_the_picture_and_ends(http: httpx.AsyncClient) -> None:
    reply = await http.post("/chat/completions", json=prompt("a fox", stream=True))
    assert reply.headers["content-type"].startswith("text/event-stream")
    chunks = events(reply.text)
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    assert deltas[0]["role"] == "assistant"
    blocks = [b for d in deltas if isinstance(d.get("content"), list) for b in d["content"]]
    partials = [block for block in blocks if block.get("partial")]
    assert [block["partial_image_index"] for block in partials] == [0, 1, 2]
    widths = [size_of(images({"content": [block]})[0])[0] for block in blocks]
    assert widths == [128, 256, 512, 1024]
    finishes = [chunk["choices"][0]["finish_reason"] for chunk in chunks if chunk["choices"]]
    assert finishes[-1] == "stop"
    assert set(finishes[:-1]) == {None}
    assert chunks[-1]["usage"]["cost"] == 0
    assert "A fox" in "".join(d["content"] for d in deltas if isinstance(d.get("content"), str))
    whole = await http.post("/chat/completions", json=prompt("a fox"))
    assert images({"content": blocks[-1:]}) == images(whole.json()["choices"][0]["message"])


async def test_a_question_is_text_and_a_tool_call_is_null_with_calls(
    http: httpx.AsyncClient,
) -> None:
    asked = (await http.post("/chat/completions", json=prompt("a zebrra"))).json()["choices"][0]
    assert asked["message"]["content"].endswith("Shall I draw zebra instead?")
    tools = [{"type": "function", "function": {"name": "set_output", "parameters": {}}}]
    body = prompt("a fox in landscape format", tools=tools)
    called = (await http.post("/chat/completions", json=body)).json()["choices"][0]
    assert called["finish_reason"] == "tool_calls"
    assert called["message"]["content"] is None
    (call,) = called["message"]["tool_calls"]
    assert call["type"] == "function"
    assert orjson.loads(call["function"]["arguments"]) == {"size": "1536x1024"}
    for text, finish in (("a fox in landscape format", "tool_calls"), ("a zebrra", "stop")):
        body = prompt(text, tools=tools, stream=True)
        chunks = events((await http.post("/chat/completions", json=body)).text)
        deltas = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
        assert deltas[-1]["finish_reason"] == finish


async def test_the_official_client_reads_an_answer_a_stream_a_refusal_and_the_list() -> None:
    async with official("secret") as client:
        boat: Any = {"model": "gpt-4o-image", "messages": prompt("a boat")["messages"]}
        low = {"image_output": LOW}  # a field of the specification that this client doesn't know
        answer = await client.chat.completions.create(**boat, extra_body=low)
        assert answer.choices[0].finish_reason == "stop"
        content: Any = answer.choices[0].message.content
        assert drawn(images({"content": content})[0]) == ["sailboat"]
        found: list[Any] = []
        usage = None
        stream = await client.chat.completions.create(**boat, stream=True, extra_body=low)
        async for chunk in stream:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                content = choice.delta.content
                found += content if isinstance(content, list) else []
        assert len(found) == 4
        assert usage is not None
        assert usage.total_tokens > 0
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(**boat, extra_body={"image_output": {"n": 5}})
        assert refused.value.param == "image_output.n"
        assert "gpt-4o-image" in [model.id async for model in client.models.list()]


async def test_the_official_client_uses_the_images_api_too() -> None:
    async with official() as client:
        made = await client.images.generate(
            model="gpt-image-2", prompt="two versions of a boat", quality="low", n=2
        )
        assert made.data is not None
        one, two = (base64.b64decode(image.b64_json or "") for image in made.data)
        assert drawn(one) == drawn(two) == ["sailboat"]
        assert one != two
        assert made.usage is not None
        assert made.usage.total_tokens > 0
        edited = await client.images.edit(
            model="gpt-image-2", image=("a.png", one), prompt="add a dog", quality="low"
        )
        assert edited.data is not None
        assert drawn(base64.b64decode(edited.data[0].b64_json or "")) == ["sailboat", "dog"]
        stream = await client.images.generate(
            model="gpt-image-2", prompt="a boat", quality="low", stream=True, partial_images=2
        )
        seen = [event async for event in stream]
        assert [event.type for event in seen] == [
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed",
        ]
        widths = [size_of(base64.b64decode(event.b64_json))[0] for event in seen]
        assert widths == [256, 512, 1024]


async def test_images_are_edited_by_json_too(http: httpx.AsyncClient) -> None:
    reply = await http.post("/chat/completions", json=prompt("a boat"))
    (made,) = images(reply.json()["choices"][0]["message"])
    url = pictures.data_url(made)
    body: dict[str, Any] = {"model": "m", "prompt": "make it red", "quality": "low"}
    for given in (url, {"image_url": url}, {"image_url": {"url": url}}):
        body["images"] = [given]
        reply = await http.post("/images/edits", json=body)
        assert drawn(base64.b64decode(reply.json()["data"][0]["b64_json"])) == ["sailboat"]
    body |= {"stream": True}
    reply = await http.post("/images/edits", json=body)
    assert reply.text.replace(": drawing\n\n", "").startswith("event: image_edit.completed\ndata: ")


@pytest.mark.parametrize(
    ("path", "change", "param"),
    [
        ("generations", {"prompt": None}, "prompt"),
        ("generations", {"prompt": ""}, "prompt"),
        ("generations", {"prompt": "x" * 8001}, "prompt"),
        ("generations", {"prompt": "xqzw"}, "prompt"),
        ("generations", {"model": None}, "model"),
        ("generations", {"size": "1x1"}, "size"),
        ("generations", {"quality": "fine"}, "quality"),
        ("generations", {"n": 3}, "n"),
        ("generations", {"stream": "yes"}, "stream"),
        ("generations", {"partial_images": 4}, "partial_images"),
        ("generations", {"partial_images": True}, "partial_images"),
        ("generations", {"response_format": "url"}, "response_format"),
        ("generations", {"response_format": 5}, "response_format"),
        ("edits", {}, "image"),
        ("edits", {"images": {}}, "images"),
        ("edits", {"images": ["x"] * 17}, "images"),
        ("edits", {"images": ["https://example.com/a.png"]}, "images[0].image_url"),
        ("edits", {"images": [5]}, "images[0].image_url"),
    ],
)
async def test_a_wrong_request_of_the_images_api_is_refused_and_the_field_named(
    http: httpx.AsyncClient, path: str, change: dict[str, Any], param: str
) -> None:
    body = {"model": "m", "prompt": "a boat", "quality": "auto", "size": "auto"} | change
    reply = await http.post(f"/images/{path}", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["param"] == param


async def test_a_form_is_checked_as_json_is(http: httpx.AsyncClient) -> None:
    files = {"image[]": ("a.jpg", pictures.jpeg(3), "image/jpeg")}
    good = {"model": "m", "prompt": "add a dog", "n": "1", "stream": "false", "quality": "low"}
    reply = await http.post("/images/edits", data=good, files=files)
    assert drawn(base64.b64decode(reply.json()["data"][0]["b64_json"])) == ["dog"]
    for change, param in (({"n": "²"}, "n"), ({"n": "9"}, "n"), ({"prompt": ""}, "prompt"),
                          ({"stream": "perhaps"}, "stream")):  # fmt: skip
        reply = await http.post("/images/edits", data=good | change, files=files)
        assert (reply.status_code, reply.json()["error"]["param"]) == (400, param)
    reply = await http.post("/images/edits", data=good, files={"image": ("a", b"GIF", "image/gif")})
    assert reply.json()["error"]["param"] == "image"
    reply = await http.post(
        "/images/edits",
        content=b"nonsense",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert reply.status_code == 400


# Misbehaviour on purpose


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("#401", 401, "invalid_api_key"),
        ("#403", 403, "permission_denied"),
        ("#451", 451, "moderation_blocked"),
        ("#503", 503, "upstream_unavailable"),
    ],
)
async def test_a_word_makes_it_refuse_each_time(
    http: httpx.AsyncClient, word: str, status: int, code: str
) -> None:
    for path, body in (
        ("/chat/completions", prompt(f"a boat {word}")),
        ("/images/generations", {"model": "m", "prompt": f"a boat {word}"}),
    ):
        for _ in range(2):
            reply = await http.post(path, json=body)
            assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(("word", "status"), [("#402", 402), ("#429", 429), ("#500", 500)])
async def test_a_word_makes_it_fail_once_for_each_key(
    http: httpx.AsyncClient, word: str, status: int
) -> None:
    body = prompt(f"a boat {word}")
    for key in ("one", "two"):
        first = await http.post("/chat/completions", json=body, headers={"Idempotency-Key": key})
        assert first.status_code == status
        assert (first.headers.get("retry-after") == "1") is (status == 429)
        second = await http.post("/chat/completions", json=body, headers={"Idempotency-Key": key})
        assert second.status_code == 200
        assert drawn(images(second.json()["choices"][0]["message"])[0]) == ["sailboat"]
    assert (await http.post("/chat/completions", json=body)).status_code == status
    assert (await http.post("/chat/completions", json=body)).status_code == 200


async def test_words_make_it_answer_oddly(http: httpx.AsyncClient) -> None:
    reply = await http.post("/chat/completions", json=prompt("a boat #text"))
    assert "text only" in reply.json()["choices"][0]["message"]["content"]
    reply = await http.post("/chat/completions", json=prompt("a boat #html"))
    assert (reply.status_code, reply.headers["content-type"][:9]) == (502, "text/html")
    reply = await http.post("/images/generations", json={"model": "m", "prompt": "a boat #html"})
    assert reply.status_code == 502
    assert (await http.post("/chat/completions", json=prompt("a boat #empty"))).json()[
        "choices"
    ] == []
    stream = await http.post("/chat/completions", json=prompt("a boat #empty", stream=True))
    assert [event["choices"] for event in events(stream.text)] == [[]]
    reply = await http.post("/images/generations", json={"model": "m", "prompt": "a boat #empty"})
    assert reply.json()["data"] == []
    for stream_too in (False, True):
        reply = await http.post(
            "/chat/completions", json=prompt("a boat #broken", stream=stream_too)
        )
        if stream_too:
            last = [e for e in events(reply.text) if e["choices"]][-1]["choices"][0]["delta"]
        else:
            last = reply.json()["choices"][0]["message"]
        with (
            pytest.raises(OSError, match="truncated"),
            Image.open(io.BytesIO(images(last)[0])) as opened,
        ):
            opened.load()


async def test_a_word_makes_it_hang_up_in_the_middle(http: httpx.AsyncClient) -> None:
    body = {"model": "m", "prompt": "a boat #cut", "quality": "low"}
    for path, given in (
        ("/chat/completions", prompt("a boat #cut")),
        ("/images/generations", body),
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(path, json=given)
        got = b""
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - the stream begins well
            async with http.stream("POST", path, json=given | {"stream": True}) as reply:
                assert reply.status_code == 200
                async for part in reply.aiter_bytes():
                    got += part
        assert b"[DONE]" not in got
        assert b"completed" not in got


async def test_slow_answers_show_that_they_live(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "BEAT", 0.02)
    loop = asyncio.get_running_loop()
    started = loop.time()
    reply = await http.post("/chat/completions", json=prompt("a boat #slow1", stream=True))
    assert loop.time() - started >= 1
    assert reply.text.count(": drawing") > 10
    assert len(events(reply.text)) >= 6


def test_a_delay_has_bounds_and_words_count_in_any_case() -> None:
    faults = Switchboard().faults("a boat #SLOW999", None, b"")
    assert faults.delay == 120
    assert Switchboard().faults("a boat #slow", None, b"").delay == 8
    assert Switchboard().faults("a boat #4512 and ##451", None, b"").refusal is None


def test_keys_that_had_their_fault_are_remembered_within_bounds() -> None:
    board = Switchboard()
    for number in range(2_100):
        assert board.faults("#402", f"key{number}", b"").refusal is not None
    assert board.faults("#402", "key2099", b"").refusal is None
    assert board.faults("#402", "key0", b"").refusal is not None


# The server around it


async def test_a_long_drawing_shows_that_it_lives(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "PATIENCE", 0.005)
    body = prompt("a fox", stream=True)
    assert ": drawing" in (await http.post("/chat/completions", json=body)).text


async def test_only_who_has_the_key_is_let_in() -> None:
    async with serving(server.app("secret")) as address, httpx.AsyncClient() as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            reply = await client.get(f"{address}/v1/models", headers=headers)
            assert (reply.status_code, reply.json()["error"]["code"]) == (401, "invalid_api_key")
        headers = {"Authorization": "Bearer secret"}
        models = (await client.get(f"{address}/v1/models", headers=headers)).json()
        assert models["data"][0]["pricing"]["image"] == "0"
        assert (await client.get(f"{address}/healthz")).json()["ai"] is False


async def test_what_is_not_there_is_said_as_the_api_says_it(http: httpx.AsyncClient) -> None:
    reply = await http.get("/nowhere")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")
    reply = await http.get("/chat/completions")
    assert (reply.status_code, reply.json()["error"]["code"]) == (405, "not_found")


async def test_bodies_have_bounds(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_BODY", 300_000)
    long = prompt("a boat", padding="x" * 300_000)
    assert (await http.post("/chat/completions", json=long)).status_code == 413

    async def in_parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 100_000

    reply = await http.post("/chat/completions", content=in_parts())
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "request_too_large")
    fits = prompt("xqzw", padding="x" * 250_000)
    assert (await http.post("/chat/completions", json=fits)).status_code == 200


async def test_only_so_many_wait(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "MOST_WAITING", 0)
    reply = await http.post("/chat/completions", json=prompt("a boat"))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")


async def test_a_damaged_photo_is_named(http: httpx.AsyncClient) -> None:
    broken = pictures.data_url(pictures.jpeg(1, 300, 300)[:400], "image/jpeg")
    content = [
        {"type": "image_url", "image_url": {"url": broken}},
        {"type": "text", "text": "a dog"},
    ]
    reply = await http.post(
        "/chat/completions", json=prompt("") | {"messages": [{"role": "user", "content": content}]}
    )
    assert reply.json()["error"]["param"] == "messages[0].content[0].image_url.url"


# The process


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert program.main(["--port", str(port)]) == 1
    assert capsys.readouterr().err.startswith(f"Can't listen on 127.0.0.1:{port}: ")


async def test_it_runs_alone_says_where_and_ends_with_its_parent() -> None:
    command = (sys.executable, "-m", "bot.sketch", "--until-stdin-closes", "--key", "secret")
    pipe = asyncio.subprocess.PIPE
    root = str(Path(server.__file__).parents[2])
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=root)
    assert child.stdin is not None
    assert child.stdout is not None
    url = (await child.stdout.readline()).decode().strip()
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/models")).status_code == 401
    child.stdin.close()
    assert await asyncio.wait_for(child.wait(), 10) == 0


async def test_a_signal_is_a_clean_end() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sketch",
        stdout=asyncio.subprocess.PIPE,
        cwd=str(Path(server.__file__).parents[2]),
    )
    assert child.stdout is not None
    await child.stdout.readline()
    child.terminate()
    assert await asyncio.wait_for(child.wait(), 10) == 0
