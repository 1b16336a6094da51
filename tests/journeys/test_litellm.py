"""Does a thread live behind a real LiteLLM proxy: each edit brings its picture, each prompt draws once?

`make litellm` installs the proxy, in an environment of its own (`requirements-litellm.lock`).
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.servers import ports
from tests.servers.google import GoogleServer
from tests.servers.http import serving
from tests.servers.images_api import ImagesServer
from tests.servers.model import ModelServer, completion, delta, says, stream
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from tests.conftest import Start
    from tests.servers.model import Received

PROXY = Path(__file__).parents[2] / ".venv-litellm/bin/litellm"
pytestmark = [
    pytest.mark.skipif(not PROXY.exists(), reason="no LiteLLM proxy: `make litellm` installs it"),
    pytest.mark.timeout(400),
]
KEY = "sk-easel-test"
EDITS = ("paint it red", "add a flag", "make it night")


@asynccontextmanager
async def proxy(folder: Path, upstream: str) -> AsyncIterator[str]:
    """Run a LiteLLM proxy before the test's models, on loopback and with no way out."""
    port = ports.unused()

    def entry(name: str, **params: str) -> dict[str, Any]:
        return {"model_name": name, "litellm_params": {"api_key": "x", **params}}

    config = {
        "model_list": [
            entry("gpt-4o-image", model="openai/gpt-4o-image", api_base=f"{upstream}/v1"),
            entry("gpt-image-2", model="openai/gpt-image-2", api_base=f"{upstream}/v1"),
            entry("banana", model="gemini/gemini-2.5-flash-image", api_base=f"{upstream}/google"),
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
    }
    file = folder / "litellm.yaml"
    file.write_text(json.dumps(config))  # JSON is YAML
    nowhere = f"http://127.0.0.1:{ports.unused()}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
        "LITELLM_TELEMETRY": "False",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1,localhost",
    }
    with (folder / "litellm.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            PROXY,
            *("--config", str(file), "--host", "127.0.0.1", "--port", str(port)),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        await _up(url, process)
        yield f"{url}/v1"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _up(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as http:
        while process.returncode is None:
            try:
                await http.get(f"{url}/health/liveliness", timeout=5)
            except httpx.TransportError:
                await asyncio.sleep(0.1)  # it has no other way to tell that it listens
            else:
                return
    pytest.fail("the LiteLLM proxy ended before it listened")


async def with_images(received: Received) -> Response:
    """Answer as gateways do that put images beside the words."""
    picture = png(100 + received.number)
    images = [{"type": "image_url", "index": 0, "image_url": {"url": data_url(picture)}}]
    if received.body.get("stream"):
        return stream(delta(content="Here.", images=images), delta(content="", finish="stop"))
    body = completion("Here.", message={"images": images, "reasoning_content": "Let me see."})
    return await says(body)(received)


async def edits(start: Start, url: str, **settings: str) -> list[bytes]:
    """Draw, then edit three times; return the pictures as people see them."""
    async with (
        start(model_url=url, model_key=KEY, **settings) as one,
        WebDriver(one.address) as web,
    ):
        thread = await web.start("a boat")
        shown = [await web.seen(thread, 0, drawn("v1"))]
        for number, words in enumerate(EDITS, 1):
            await web.say(thread, words)
            shown.append(await web.seen(thread, number, drawn(f"v{number + 1} ← v{number}")))
    return [picture for seen in shown for picture in seen.images]


async def test_through_a_real_litellm_proxy_each_edit_brings_its_picture_and_each_prompt_draws_once(
    start: Start, tmp_path: Path
) -> None:
    model, google, images = ModelServer(), GoogleServer(), ImagesServer(fails_on_streams=True)
    model.keyed = False
    model.when("", with_images)
    app = Starlette(routes=[*model.app.routes, *google.routes, *images.routes])
    async with serving(app) as upstream, proxy(tmp_path, upstream) as url:
        for number, stream_setting in enumerate(("on", "off")):
            settings = {"model_stream": stream_setting}
            shown = await edits(start, url, **settings)
            requests = model.requests[4 * number :]
            assert len(requests) == 4
            assert [one.images for one in requests] == [[], *([one] for one in shown[:3])]

            google.asked.clear()
            shown = await edits(start, url, model="banana", **settings)
            assert [google.models_turns(turn) for turn in range(4)] == [
                [],
                *([one] for one in shown[:3]),
            ]
        assert len(google.refused) == 2, "what Google refuses is learned: its tools, once a run"

        async with (
            start(model_url=url, model_key=KEY, model="gpt-image-2") as one,
            WebDriver(one.address) as web,
        ):
            thread = await web.start("a boat")
            await web.seen(thread, 0, drawn("v1"))
        assert len(images.asked) == 1, "one picture for one prompt"
