"""Does each browser read the page, its scripts and its cards in its own language?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running
    from tests.servers.model import ModelServer


async def test_two_browsers_read_one_canvas_each_in_its_language(
    start: Callable[..., AbstractAsyncContextManager[Running]], model: ModelServer
) -> None:
    async with start() as one, httpx.AsyncClient(base_url=one.address) as browser:
        driver = WebDriver(one.address)
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        german = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
        page = (await browser.get("/", headers=german)).text
        assert '<html lang="de">' in page
        assert "Was sollen wir zeichnen?" in page
        script = await browser.get("/texts.js", headers=german)
        assert '"Undo":"Rückgängig"' in script.text
        assert script.headers["vary"] == "Accept-Language, Cookie"
        for headers, label in (
            (german, "Variieren"),
            ({"accept-language": "ja"}, "別案"),
            ({"accept-language": "nl"}, "Vary"),
            # what somebody chose on the page counts more
            ({**german, "cookie": "easel_language=es"}, "Variar"),
        ):
            card = (await browser.get(f"/api/threads/{thread}", headers=headers)).json()
            assert label in [button["label"] for button in card["turns"][0]["card"]["buttons"]]
        refused = await browser.post(
            f"/api/threads/{thread}/messages", json={"text": "go back to v9"}, headers=german
        )
        assert "v9 gibt es in diesem Thread nicht" in refused.json()["error"]["says"]
        await driver.close()
