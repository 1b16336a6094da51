"""Does the file of models say what is offered, how it is asked, and what it costs? At the wire."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.commands.models import refresh_catalog
from bot.model.catalog.catalog import Catalog
from bot.model.catalog.models_file import read_models
from bot.model.requests.profiles import PROFILES
from bot.ports.errors import BadPrompt, Unavailable
from bot.ports.messages import Output
from tests.bot.model.test_client import client
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.servers.http import serving
from tests.servers.model import ModelServer, completion, says
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from tests.conftest import Start

MISTAKES = [
    ("[x", "is no TOML"),
    ('gpt = "x"', "'gpt' stands outside of a table"),
    ("[m]\ncolour = 1", r"\[m\] cannot hold 'colour'. Allowed: id, aliases"),
    ('["*"]\nid = "x"', r"\[\*\] cannot hold 'id'"),
    ('[m]\nprotocol = "soap"', r'\[m\] protocol must be "chat" or "images"'),
    ('[m]\nsizes = ["big"]', r"\[m\] sizes must be a list of sizes in pixels"),
    ("[m]\nsizes = []", r"\[m\] sizes must hold at least one"),
    ('[m]\nsizes = ["64x64"]\naspect_ratios = ["1:1"]', "not both"),
    ('[m]\nimage_sizes = ["2K"]', "must stand beside aspect_ratios"),
    ("[m]\nn = true", r"\[m\] n must be a whole number from 1 to 4"),
    ("[m]\nprices = { any = -1 }", r"\[m\] prices must be US dollars an image"),
    ("[m]\ntimeouts = { read = 3 }", r"\[m\] timeouts must be a table of seconds"),
    ('[m]\nurl = "gateway"', r"\[m\] url must be an address"),
    ('[m]\nheaders = { "a b" = "x" }', r"\[m\] headers must be a table"),
    ('[m]\nheaders = { X-A = "$NOT_THERE" }', "NOT_THERE, which is not set"),
    ('[m]\nkey_env = "NOT_THERE"', "NOT_THERE, which is not set"),
    ('[m]\nprofile = "dialect"', r"\[m\] profile must be one of spec"),
    ('[a]\naliases = ["z"]\n[b]\naliases = ["Z"]', "are both called 'z'"),
    ('[m]\nprofile = "openrouter"\nqualities = ["low"]', "has no words for"),
    ('[m]\ntrusted_hosts = ["http://x/"]', r"\[m\] trusted_hosts must be a list of hosts"),
]


@pytest.mark.parametrize(("text", "why"), MISTAKES, ids=range(len(MISTAKES)))
def test_each_mistake_is_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "models.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=why) as caught:
        read_models(file, PROFILES["spec"])
    assert str(caught.value).startswith(str(file))


async def test_a_mistake_keeps_it_from_starting(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text("[m]\nn = 9")
    with pytest.raises(Exception, match=r"EASEL_MODELS: .*\[m\] n must be"):
        async with start(models=str(file)):
            pass


class Gateway:
    """Keeps what came, query and headers too, and draws as `images[]`."""

    def __init__(self) -> None:
        self.asked: list[tuple[Request, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/{path:path}", self._draw, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    async def _models(self, _request: Request) -> Response:
        return JSONResponse({"data": [{"id": "google/gemini-3-pro-image-preview"}]})

    async def _draw(self, request: Request) -> Response:
        self.asked.append((request, await request.json()))
        picture = png(len(self.asked))
        if "images" in request.url.path:
            return JSONResponse({"data": [{"b64_json": data_url(picture).partition(",")[2]}]})
        images = [{"type": "image_url", "image_url": {"url": data_url(picture)}}]
        return JSONResponse(completion("Here.", message={"images": images}))


FILE = """
["*"]
headers = { X-Team = "design-team-7" }

[banana]
id = "google/gemini-3-pro-image-preview"
aliases = ["nano"]
profile = "openrouter"
aspect_ratios = ["1:1", "3:2", "16:9"]
image_sizes = ["1K", "2K", "4K"]
prices = { "1K" = 0.13, "4K" = 0.24 }
tools = false
streams = false
body = { provider = { sort = "price" } }

[azure]
id = "gpt-image-2"
protocol = "images"
url = "URL/openai/deployments/gpt-image-2"
key_env = "AZURE_KEY"
query = { api-version = "2025-04-01-preview" }
headers = { api-key = "$AZURE_KEY" }
sizes = ["1024x1024"]
qualities = ["low", "high"]
prices = { low = 0.01, high = 0.2 }
"""


async def test_the_file_says_how_each_model_is_asked_and_what_it_costs(
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AZURE_KEY", "azure-secret-123")
    gateway = Gateway()
    async with serving(gateway.app) as address:
        file = tmp_path / "models.toml"
        file.write_text(FILE.replace("URL", address))
        settings = {"model_url": f"{address}/v1", "model_key": "house-secret-456"}
        async with (
            start(models=str(file), model="nano", log_level="DEBUG", **settings) as one,
            WebDriver(one.address) as web,
        ):
            thread = await web.start("a boat", size="landscape")
            await web.seen(thread, 0, drawn("v1"))
            await web.say(thread, "paint it red size:16:9-4k")
            await web.seen(thread, 1, drawn("v2 ← v1"))
            other = await web.start("a house", model="azure", quality="high")
            await web.seen(other, 0, drawn("v1"))
            turns = (await web.thread(thread))["turns"]
            [dear] = (await web.thread(other))["turns"]
            refused = await web.http.post(
                "/api/threads", data={"text": "a dog", "quality": "high", "model": "banana"}
            )
    (first, body), (_, edit), (third, images) = gateway.asked
    assert first.url.path == "/v1/chat/completions"
    assert first.headers["authorization"] == "Bearer house-secret-456"
    assert first.headers["x-team"] == "design-team-7"
    assert body["model"] == "google/gemini-3-pro-image-preview"
    assert body["modalities"] == ["image", "text"]
    assert body["image_config"] == {"aspect_ratio": "3:2"}
    assert body["provider"] == {"sort": "price"}
    assert body.keys().isdisjoint({"tools", "stream", "image_output", "size", "quality", "n"})
    assert edit["image_config"] == {"aspect_ratio": "16:9", "image_size": "4K"}
    assert edit["messages"][1]["images"], "as it came"
    assert [turn["cost"] for turn in turns] == [0.13, 0.24]
    assert "quality" not in turns[0]["card"]["detail"]
    assert third.url.path == "/openai/deployments/gpt-image-2/images/generations"
    assert third.url.query == "api-version=2025-04-01-preview"
    assert third.headers["api-key"] == "azure-secret-123"
    assert third.headers["authorization"] == "Bearer azure-secret-123", "not the installation's"
    assert images == {
        "model": "gpt-image-2",
        "prompt": "a house",
        "size": "1024x1024",
        "quality": "high",
        "n": 1,
    }
    assert dear["cost"] == 0.2
    assert refused.status_code == 422
    assert "no quality setting" in refused.text
    logged = "".join(capfd.readouterr())
    for secret in ("azure-secret-123", "house-secret-456", "design-team-7"):
        assert secret not in logged


def test_a_model_that_the_gateway_lacks_is_not_offered() -> None:
    catalog = Catalog("gpt-4o-image", profile=PROFILES["openrouter"])
    assert "nano-banana-pro" in catalog.names, "nobody knows yet"
    catalog.update_from_gateway(
        [
            {"id": "gpt-4o-image"},
            {
                "id": "google/gemini-3-pro-image-preview",
                "pricing": {"image": "0.000002", "image_output": "0.00012"},
            },
        ]
    )
    assert catalog.names == ("gpt-4o-image", "nano-banana-pro")
    assert catalog.entry("nano-banana-pro").api_name == "google/gemini-3-pro-image-preview"
    name, output, price = catalog.resolve("gemini-3-pro-image-preview", Output(size="1024x1536"))
    assert (name, output) == ("nano-banana-pro", Output(size="2:3", quality=None, n=1))
    assert price == pytest.approx(0.1548)
    with pytest.raises(BadPrompt, match="nano-banana-2"):
        catalog.resolve("nano-banana-2", Output())
    for asked in (Output(quality="high"), Output(n=2), Output(size="641x480")):
        with pytest.raises(BadPrompt):
            catalog.resolve("nano-banana-pro", asked)
    held = Output(size="2048x2048", quality="high", n=2)
    assert catalog.resolve("nano-banana-pro", Output(), held)[1] == Output(size="1:1 2K", n=1)


async def test_the_list_is_read_every_hour_and_soon_after_an_outage(model: ModelServer) -> None:
    catalog, one, waits = Catalog("gpt-4o-image"), client(model), list[float]()
    prices = iter(["0.05", None, "0.07", "0.08"])

    async def listed() -> list[dict[str, Any]]:
        price = next(prices)
        if price is None:
            raise Unavailable("503")
        return [{"id": "gpt-4o-image", "pricing": {"per_image": price}}]

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        seen.append(catalog.resolve(None, Output())[2])
        if len(waits) == 4:
            raise asyncio.CancelledError

    seen: list[float | None] = []
    one.list_models = listed  # type: ignore[method-assign] # the times are the rule here, not the wire
    with pytest.raises(asyncio.CancelledError):
        await refresh_catalog(one, catalog, pause)
    await one.close()
    assert waits == [3600.0, 15.0, 3600.0, 3600.0]
    assert seen == [0.05, 0.05, 0.07, 0.08]


@pytest.mark.parametrize("pricing", [{"image": "0"}, {"image": "0.0012"}, {}])
async def test_a_price_that_nobody_knows_passes_no_limit(
    start: Start, model: ModelServer, pricing: dict[str, str]
) -> None:
    model.listed = [{"id": "house-model", "pricing": pricing}]
    async with start(model="house-model", limit_month=0.05) as one, WebDriver(one.address) as web:
        answer = await web.http.post("/api/threads", data={"text": "a boat"})
    assert not model.requests
    assert "Easel doesn't know what this model costs" in answer.text


async def test_a_price_by_the_token_holds_a_limit(start: Start, model: ModelServer) -> None:
    model.listed = [
        {"id": "house-model", "pricing": {"image": "0.0012", "image_output": "0.00003"}}
    ]
    model.answer(says(completion([{"type": "image_url", "image_url": {"url": data_url(png(1))}}])))
    async with start(model="house-model", limit_month=0.05) as one, WebDriver(one.address) as web:
        answer = await web.http.post("/api/threads", data={"text": "a boat"})
        while (
            "Spending is limited" in answer.text
        ):  # its list is read beside, and nothing tells when
            answer = await web.http.post("/api/threads", data={"text": "a boat"})
        thread = answer.json()["thread"]
        await web.seen(thread, 0, drawn("v1"))
        assert (await web.thread(thread))["turns"][0]["cost"] == pytest.approx(0.0387)
        second = await web.http.post("/api/threads", data={"text": "a house"})
    assert len(model.requests) == 1
    assert "only" in second.text
