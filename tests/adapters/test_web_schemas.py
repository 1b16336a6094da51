"""Does the API give what its description says, all of it and nothing else?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # it has no types of its own
import pytest

from tests.journeys.driver import drawn, says
from tests.journeys.web import driving_web
from tests.servers.model import ModelServer, fails, text
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running
    from tests.journeys.web import WebDriver


@pytest.fixture
async def web(
    start: Callable[..., AbstractAsyncContextManager[Running]],
) -> AsyncIterator[WebDriver]:
    async with driving_web(start) as driver:
        yield driver


def strict(schema: Any) -> Any:
    """Allow no property that a schema does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    if isinstance(found.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found


class Described:
    """The API's own description, taken at its word."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._components = {"components": strict(document["components"])}
        self.paths = document["paths"]

    def check(self, name: str, given: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", **self._components}
        jsonschema.Draft202012Validator(schema).validate(given)


async def test_every_answer_is_as_described(web: WebDriver, model: ModelServer) -> None:
    described = Described((await web.http.get("/api/openapi.json")).json())
    model.answer(text("1. A fox\n2. A robot"))
    begun = await web.begin("/api/threads", {"text": "brainstorm: a mascot", "person": "Ana"})
    described.check("Accepted", begun)
    thread = begun["thread"]
    actions = f"/api/threads/{thread}/actions"
    await web.seen(thread, 0, lambda seen: "☐ 1" in seen.buttons)
    for label in ("☐ 1", "☐ 2"):
        await web.use(thread, label)
    await web.use(thread, "Draw 2")
    await web.seen(thread, 0, lambda seen: "Vote A" in seen.buttons)
    model.answer(fails(451))
    await web.say(thread, "unspeakable")
    await web.seen(thread, 1, says("not billed"))
    await web.http.post(
        f"/api/threads/{thread}/messages",
        data={"text": "like this"},
        files=[("files", ("p.png", png(9), "image/png"))],
    )
    await web.seen(thread, 2, lambda seen: "Vary" in seen.buttons)
    described.check("Accepted", await web.begin(actions, {"action": "pause"}))
    await web.say(thread, "a red roof")
    described.check("Thread", (await web.http.get(f"/api/threads/{thread}")).json())
    described.check("Threads", (await web.http.get("/api/threads")).json())
    for action in ("edit", "edit_prompt", "settings", "go", "new", "delete"):
        described.check("Asked", await web.begin(actions, {"action": action}))
    refused = await web.http.post(actions, json={"action": "explode"})
    described.check("Error", refused.json())


async def test_every_event_is_a_turn_with_what_changed_around_it(web: WebDriver) -> None:
    described = Described((await web.http.get("/api/openapi.json")).json())
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    async for name, id_, data in web.events(thread):
        assert name == "card"
        assert id_.isdecimal()
        around = {key: data.pop(key) for key in ("turn", "thread", "head", "mode", "title")}
        of = {"turn": data["id"], "thread": thread, "head": "v1", "mode": "drawing"}
        assert around == {**of, "title": "a boat"}
        described.check("Turn", data)
        break
