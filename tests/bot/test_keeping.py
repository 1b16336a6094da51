"""What becomes of pictures that are drawn, as people of the page meet it?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.run import Running
    from tests.servers.model import ModelServer


@pytest.fixture
async def easel(
    start: Callable[..., AbstractAsyncContextManager[Running]],
) -> AsyncIterator[Running]:
    async with start() as one:
        yield one


@pytest.fixture
async def web(easel: Running) -> AsyncIterator[WebDriver]:
    driver = WebDriver(easel.address)
    yield driver
    await driver.close()


async def line(web: WebDriver, *wishes: str) -> str:
    """Draw a picture and its edits, one after another."""
    thread = await web.start(wishes[0])
    await web.seen(thread, 0, drawn("v1"))
    for number, wish in enumerate(wishes[1:], start=1):
        await web.say(thread, wish)
        await web.seen(thread, number, drawn(f"v{number + 1} ← v{number}"))
    return thread


async def act(web: WebDriver, thread: str, action: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await web.http.post(f"/api/threads/{thread}/actions", json={"action": action, **more})
    return answer.status_code, answer.json()


async def test_before_and_after_is_one_picture_on_a_card_of_its_own_and_costs_nothing(
    web: WebDriver, model: ModelServer
) -> None:
    thread = await line(web, "a boat", "paint it red", "add a flag")
    asked = len(model.requests)
    await web.press(thread, 1, "Before | after")
    [control] = (await web.thread(thread))["controls"]
    [image] = control["card"]["images"]
    assert image["alt"].startswith("Before and after: v1 on the left, v2 on the right.")
    assert control["card"]["text"] == "Before and after."
    assert control["cost"] is None
    shown = Image.open(io.BytesIO((await web.http.get(image["url"])).content))
    assert shown.size == (image["width"], image["height"])
    assert len(model.requests) == asked
    found = await web.thread(thread)
    assert [one["number"] for one in found["versions"]] == ["v1", "v2", "v3"], "it is no version"
    assert (found["head"], control["versions"]) == ("v3", [])


async def test_before_and_after_can_be_said_and_means_the_head(web: WebDriver) -> None:
    thread = await line(web, "a boat", "paint it red")
    await web.say(thread, "Before and after, please")
    await web.say(thread, "compare", source="v2")
    controls = (await web.thread(thread))["controls"]
    numbers = [one["card"]["images"][0]["number"] for one in controls]
    assert numbers == ["v1 | v2", "v1 | v2"]


async def test_a_first_picture_has_nothing_before_it(web: WebDriver, model: ModelServer) -> None:
    thread = await line(web, "a boat")
    status, body = await act(web, thread, "compare")
    assert (status, body["error"]["says"]) == (
        409,
        "There is nothing before v1 to compare it with.",
    )
    await web.say(thread, "compare")
    await web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].wish == "compare", "what cannot be a control is a wish"


async def test_the_same_press_makes_one_comparison(web: WebDriver) -> None:
    thread = await line(web, "a boat", "paint it red")
    for _ in range(2):
        status, _ = await act(web, thread, "compare", event="e1", version="v2")
        assert status == 202
    assert len((await web.thread(thread))["controls"]) == 1


async def test_a_picture_whose_bytes_are_gone_is_told(web: WebDriver, easel: Running) -> None:
    thread = await line(web, "a boat", "paint it red")
    first = (await web.thread(thread))["versions"][0]["url"].rpartition("/")[2]
    await easel.blobs.remove(first)
    status, body = await act(web, thread, "compare")
    assert status == 422
    assert "v1 is missing" in body["error"]["says"]
