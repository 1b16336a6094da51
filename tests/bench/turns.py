"""How many turns a second, at what cost each, and how soon is a prompt on disk?"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from typing import TYPE_CHECKING

import aiohttp

from tests.bench.process import easel, model

if TYPE_CHECKING:
    from tests.bench.process import Measured


class Page:
    """One person at one thread of the page."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._thread: str | None = None
        self._stream: aiohttp.ClientResponse | None = None
        #: seconds from the prompt to its acknowledgement, once it is on disk
        self.acknowledged: list[float] = []
        #: seconds from the prompt to the picture
        self.drawn: list[float] = []

    async def prompt(self) -> None:
        """Say something, and wait for the picture on the event stream."""
        path = f"/api/threads/{self._thread}/messages" if self._thread else "/api/threads"
        begun = time.perf_counter()
        body = {"text": "a red boat at sea", "event": secrets.token_hex(6)}
        async with self._http.post(path, json=body) as answer:
            found = await answer.json()
            assert answer.status == 202, found
        self.acknowledged.append(time.perf_counter() - begun)
        if self._stream is None:
            self._thread = found["thread"]
            self._stream = await self._http.get(f"/api/threads/{self._thread}/events")
        wanted = f'"id":"{found["turn"]}","state":"posted"'.encode()
        while line := await self._stream.content.readline():
            if wanted in line:
                self.drawn.append(time.perf_counter() - begun)
                return
        raise RuntimeError("the event stream ended")

    def close(self) -> None:
        """Look away."""
        if self._stream is not None:
            self._stream.close()


async def run(one: Measured, threads: int, turns: int) -> tuple[float, list[Page]]:
    """Have `threads` people say `turns` things each, one after another; give the seconds it took."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(one.address, connector=connector) as http:
        pages = [Page(http) for _ in range(threads)]

        async def use(page: Page) -> None:
            for _ in range(turns):
                await page.prompt()

        begun = time.perf_counter()
        await asyncio.gather(*(use(page) for page in pages))
        took = time.perf_counter() - begun
        for page in pages:
            page.close()
    return took, pages


async def measured(title: str, threads: int, turns: int, *, delay: float, size: int) -> None:
    """Run and print one line."""
    async with (
        model(delay, size) as url,
        easel(url, model_concurrency="64", model_stream="off") as one,
    ):
        await run(one, threads, 1)
        before = one.cpu()
        took, pages = await run(one, threads, turns)
        count = threads * turns
        sign = [1000 * each for page in pages for each in page.acknowledged]
        all_ = [1000 * (each - delay) for page in pages for each in page.drawn]
        print(
            f"{title:38} {count / took:6.0f} turns/s  {1000 * (one.cpu() - before) / count:5.1f} ms CPU a turn  "
            f"on disk {_spread(sign)}  added to the model's time {_spread(all_)}  {one.memory():.0f} MB"
        )


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{statistics.median(values):.1f} ms (99th {last:.1f})"


async def main() -> None:
    """Measure a quiet thread, a busy installation, and large pictures."""
    await measured("one thread, small pictures", 1, 100, delay=0.02, size=300)
    await measured("one thread, pictures of 1.5 MB", 1, 40, delay=0.02, size=1_500_000)
    await measured("50 threads, a model of 0.2 s", 50, 20, delay=0.2, size=300)
    await measured("one thread, 200 turns", 1, 200, delay=0.0, size=300)
