"""Is each gateway asked in its own dialect, and each model by its own protocol?"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from bot.model.requests.profiles import PROFILES
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.servers.http import serving
from tests.servers.images_api import ImagesServer
from tests.servers.model import ModelServer, completion
from tests.servers.model import says as answers
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from tests.conftest import Start

SERVERS: dict[str, dict[str, bool]] = {
    "streams": {},
    "forms and JSON": {"streams": False},
    "no forms": {"forms": False},
    "addresses": {"streams": False, "addresses": True},
}


@pytest.mark.parametrize("kind", SERVERS)
async def test_a_model_without_conversation_edits_the_source_image(start: Start, kind: str) -> None:
    server = ImagesServer(**SERVERS[kind])
    async with (
        serving(server.app) as address,
        start(model_url=f"{address}/v1", model="gpt-image-2") as one,
        WebDriver(one.address) as web,
    ):
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        await web.say(thread, "paint it red")
        await web.seen(thread, 1, drawn("v2 ← v1"))
        answer = await web.http.post(
            f"/api/threads/{thread}/messages",
            data={"text": "like in this photo", "source": "v1", "quality": "high"},
            files=[("files", ("p.png", png(44), "image/png"))],
        )
        assert answer.status_code == 202
        seen = await web.seen(thread, 2, drawn("v3 ← v1"))
        assert seen.images == (png(3),)
        turns = (await web.thread(thread))["turns"]
    first, second, third = server.asked
    assert [one.kind for one in server.asked] == ["generations", "edits", "edits"]
    assert [one.fields["prompt"] for one in server.asked] == [
        "a boat",
        "paint it red",
        "like in this photo",
    ]
    assert [one.images for one in server.asked] == [[], [png(1)], [png(1), png(44)]]
    assert second.fields["size"] == "1024x1024"
    assert [first.fields["quality"], third.fields["quality"]] == ["medium", "high"]
    assert all(
        (one.key or "").startswith(turn["id"])
        for one, turn in zip(server.asked, turns, strict=True)
    )
    assert turns[0]["about"] is True
    assert turns[0]["cost"] == 0.034


async def test_a_first_message_with_an_image_edits_that_image(start: Start) -> None:
    server = ImagesServer()
    async with (
        serving(server.app) as address,
        start(model_url=f"{address}/v1", model="nano-banana-2") as one,
        WebDriver(one.address) as web,
    ):
        files = [("files", ("p.png", png(44), "image/png"))]
        answer = await web.http.post("/api/threads", data={"text": "add a hat"}, files=files)
        await web.seen(answer.json()["thread"], 0, drawn("v1"))
    [asked] = server.asked
    assert (asked.kind, asked.images) == ("edits", [png(44)])


async def test_a_server_of_ones_own_is_asked_by_the_images_api(start: Start) -> None:
    server = ImagesServer(streams=False)
    async with (
        serving(server.app) as address,
        start(model_url=f"{address}/v1", model="flux-dev", model_profile="images-api") as one,
        WebDriver(one.address) as web,
    ):
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        assert (await web.thread(thread))["turns"][0]["cost"] is None
    assert server.asked[0].fields["model"] == "flux-dev"


async def test_a_thread_goes_from_one_model_to_another_and_back(
    start: Start, model: ModelServer
) -> None:
    images = ImagesServer()
    app = Starlette(routes=[*model.app.routes, *images.routes])
    async with (
        serving(app) as address,
        start(model_url=f"{address}/v1") as one,
        WebDriver(one.address) as web,
    ):
        thread = await web.start("a boat")
        first = await web.seen(thread, 0, drawn("v1"))
        await web.say(thread, "paint it red model:nano-banana-pro")
        second = await web.seen(thread, 1, drawn("v2 ← v1"))
        await web.say(thread, "add a flag")
        await web.seen(thread, 2, drawn("v3 ← v2"))
        refused = await web.http.post(
            f"/api/threads/{thread}/messages", json={"text": "x", "model": "dall-e"}
        )
    [edit] = images.asked
    assert (edit.fields["model"], edit.images) == ("nano-banana-pro", list(first.images))
    assert edit.fields["prompt"] == "paint it red"
    assert model.requests[1].images == list(second.images), "the other model's picture"
    assert refused.status_code == 422
    assert "nano-banana-2" in refused.text


@pytest.mark.parametrize("profile", ["openrouter", "vllm-omni"])
async def test_other_gateways_are_asked_in_their_dialect(
    start: Start, model: ModelServer, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.model.check", lambda _received, **_: None)
    picture = completion(None, message={"images": [{"image_url": {"url": data_url(png(1))}}]})
    model.answer(answers(picture), answers(picture))
    async with start(model_profile=profile) as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        await web.say(thread, "paint it red")
        await web.seen(thread, 1, drawn("v2 ← v1"))
    body = model.requests[1].body
    newest = body["messages"][-1]
    if profile == "vllm-omni":
        assert len(body["messages"]) == 1, "the last instruction only"
        assert [block["type"] for block in newest["content"]] == ["image_url", "text"]
        assert body["size"] == "1024x1024"
        assert "tools" not in body
    else:
        assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
        assert body["messages"][1]["content"] is None, "as it came"
        assert body["messages"][1]["images"] == [{"image_url": {"url": data_url(png(1))}}]
        assert body["modalities"] == ["image", "text"]
    assert model.requests[1].images == [png(1)]


async def test_a_gateway_that_takes_addresses_gets_the_one_it_gave_while_that_is_fresh(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROFILES, "urls", replace(PROFILES["spec"], image_input="url"))
    url = model.url.replace("/v1", "/files/x.png")
    model.files["x.png"] = Response(png(9), media_type="image/png")
    model.answer(answers(completion([{"type": "image_url", "image_url": {"url": url}}])))
    async with start(model_profile="urls") as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        await web.say(thread, "paint it red")
        await web.seen(thread, 1, drawn("v2 ← v1"))
        later = time.time() + 3600
        monkeypatch.setattr("bot.drawing.exchange.time.time", lambda: later)
        await web.say(thread, "v1: paint it blue")
        await web.seen(thread, 2, drawn("v3 ← v1"))
    sent = [
        request.body["messages"][1]["content"][0]["image_url"]["url"]
        for request in model.requests[1:]
    ]
    assert sent == [url, data_url(png(9))]


async def test_an_answer_behind_an_address_of_the_model_is_fetched_without_the_key(
    start: Start, model: ModelServer
) -> None:
    url = model.url.replace("/v1", "/files/x.png")
    block = {"type": "image_url", "image_url": {"url": url}}
    model.files["x.png"] = Response(png(9), media_type="image/png")
    model.answer(answers(completion([block])))
    async with start(model_key="secret") as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        seen = await web.seen(thread, 0, drawn("v1"))
        assert seen.images == (png(9),)
        await web.say(thread, "paint it red")
        await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(9)], "a data URL of the stored bytes"
    assert model.fetched == [(None, None)], "neither key nor cookies"
