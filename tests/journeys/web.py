"""How does a person use the page's API? The web's Driver."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import httpx

from bot.model.transport import tls_context
from tests.journeys.driver import Seen, find_code
from tests.servers.changes import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from tests.conftest import Start


class WebDriver:
    """Speaks with the page's API; learns of changes from its event stream only."""

    name = "web"
    mention = "@Easel"

    def __init__(self, address: str) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=PATIENCE, verify=tls_context())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.http.aclose()

    async def begin(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST; fail with the sentence where it is refused."""
        answer = await self.http.post(path, json=body)
        assert answer.status_code in {200, 202}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def start(self, text: str, *, person: str = "Ana", **output: str) -> str:
        body = {"text": text, "person": person, **output}
        return str((await self.begin("/api/threads", body))["thread"])

    def make_admin(self, person: str) -> None:
        """Whoever opens a page without a token operates it."""
        assert person

    async def newest(self, *, other_than: str) -> str:
        found: str = (await self.http.get("/api/threads")).json()["threads"][0]["id"]
        assert found != other_than
        return found

    async def say(
        self, thread: str, text: str, *, person: str = "Ana", source: str | None = None
    ) -> None:
        body = {"text": text, "person": person, "source": source}
        await self.begin(f"/api/threads/{thread}/messages", body)

    async def thread(self, thread: str) -> dict[str, Any]:
        answer = await self.http.get(f"/api/threads/{thread}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def press(
        self,
        thread: str,
        prompt: int,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        turn = (await self.prompts(thread))[prompt]
        button = next(one for one in turn["card"]["buttons"] if one["label"] == label)
        action = {
            "action": button["action"],
            "turn": turn["id"],
            "version": button["version"],
            "person": person,
        }
        if button["value"]:
            action["fields"] = {"value": button["value"]}
        path = f"/api/threads/{thread}/actions"
        answer = await self.begin(path, action)
        if fields is not None:
            assert {field["name"] for field in answer["form"]["fields"]} >= set(fields)
            await self.begin(path, {**action, "fields": fields})

    async def use(
        self,
        thread: str,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        path = f"/api/threads/{thread}/actions"
        card, button = await self._button(thread, label)
        action = {
            "action": button["action"],
            "turn": card["id"],
            "version": button["version"],
            "person": person,
        }
        if button["value"]:
            action["fields"] = {"value": button["value"]}
        answer = await self.begin(path, action)
        if fields is not None:
            given = [one for one in answer["form"]["fields"] if one["kind"] != "files"]
            filled = {one["name"]: one["value"] for one in given}
            assert filled.keys() >= fields.keys()
            await self.begin(path, {**action, "fields": {**filled, **fields}})

    async def _button(self, thread: str, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Wait for a button that begins so; return the newest, with its card."""
        async with asyncio.timeout(PATIENCE), aclosing(self.events(thread)) as events:
            async for _ in events:
                for card in await self.cards(thread):
                    for button in card["card"]["buttons"]:
                        if button["label"].startswith(label):
                            return card, button
        raise AssertionError(f"no button {label}")

    async def prompts(self, thread: str) -> list[dict[str, Any]]:
        """Return the cards of prompts that stand on the page, in their order."""
        return [turn for turn in (await self.thread(thread))["turns"] if not turn["hidden"]]

    async def cards(self, thread: str) -> list[dict[str, Any]]:
        """Return all cards that stand on the page, the newest first."""
        found = await self.thread(thread)
        shown = [card for card in (*found["turns"], *found["controls"]) if not card["hidden"]]
        return sorted(shown, key=lambda card: -card["order"])

    async def shown(self, thread: str, when: Callable[[Seen], bool]) -> Seen:
        seen: list[Seen] = []
        try:
            async with asyncio.timeout(PATIENCE), aclosing(self.events(thread)) as events:
                async for _ in events:
                    seen = [await self._seen(card) for card in await self.cards(thread)]
                    for one in seen:
                        if when(one):
                            return one
        except TimeoutError:
            pass
        raise AssertionError(f"the cards stayed {seen}")

    async def seen(self, thread: str, prompt: int, when: Callable[[Seen], bool]) -> Seen:
        last: Seen | None = None
        try:
            async with asyncio.timeout(PATIENCE), aclosing(self.events(thread)) as events:
                async for _ in events:
                    turns = await self.prompts(thread)
                    if len(turns) > prompt:
                        last = await self._seen(turns[prompt])
                        if when(last):
                            return last
        except TimeoutError:
            pass
        raise AssertionError(f"the card of prompt {prompt} stayed {last}")

    async def _seen(self, turn: dict[str, Any]) -> Seen:
        card = turn["card"]
        images = [(await self.http.get(image["url"])).content for image in card["images"]]
        return Seen(
            title=card["title"],
            text="\n".join(filter(None, (turn["reply"], card["text"], card["detail"]))),
            images=tuple(images),
            buttons=tuple(one["label"] for one in card["buttons"]),
        )

    async def head(self, thread: str, number: str) -> None:
        async with asyncio.timeout(PATIENCE), aclosing(self.events(thread)) as events:
            async for _ in events:
                if (await self.thread(thread))["head"] == number:
                    return

    async def exported(self, thread: str) -> bytes:
        answer = await self.begin(f"/api/threads/{thread}/messages", {"text": "export"})
        return (await self.http.get(answer["url"])).content

    async def asked(self, thread: str, words: str, *, person: str = "Ana") -> str:
        body = {"text": words, "person": person}
        return str((await self.begin(f"/api/threads/{thread}/messages", body))["says"])

    async def code(self, thread: str) -> str:
        card, button = await self._button(thread, "Open in…")
        action = {"action": button["action"], "turn": card["id"], "version": button["version"]}
        answer = await self.begin(f"/api/threads/{thread}/actions", action)
        assert find_code(answer["says"]) == answer["code"]
        return str(answer["code"])

    async def private(self, person: str) -> list[str]:
        """Nothing is private on the page."""
        assert person
        return []

    async def events(self, thread: str, after: str | None = None) -> Any:
        """Follow a thread's event stream: (event, id, data) for ever."""
        headers = {"Last-Event-ID": after} if after else {}
        path = f"/api/threads/{thread}/events"
        async with self.http.stream("GET", path, headers=headers) as answer:
            assert answer.status_code == 200
            name = id_ = ""
            async for line in answer.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "id":
                    id_ = value
                elif field == "data":
                    yield name, id_, json.loads(value)
                    id_ = ""


@asynccontextmanager
async def driving_web(start: Start) -> AsyncIterator[WebDriver]:
    """Run an Easel and use its page."""
    async with start() as one:
        driver = WebDriver(one.address)
        try:
            yield driver
        finally:
            await driver.close()
