"""Are people served while others hold connections and say nothing?"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.server import http_protocol
from bot.server.http_protocol import LimitedProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running

    Start = Callable[..., AbstractAsyncContextManager[Running]]
    Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(one: Running, said: bytes = b"") -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(one.local.rpartition(":")[2]))
    writer.write(said)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


async def ended(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""


@pytest.mark.parametrize("said", [b"", b"\r\n", b"G", HALF])
async def test_a_head_that_does_not_come_is_not_waited_for(
    start: Start, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.3)
    async with start() as one, connected(one, said) as (reader, _):
        assert b"408" in await ended(reader)


async def test_a_head_that_comes_drop_by_drop_has_no_more_time(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.5)
    async with start() as one, connected(one, HALF) as (reader, writer):
        begun, read = time.monotonic(), asyncio.create_task(ended(reader))
        while not read.done():
            writer.write(b"a")
            await asyncio.wait([read], timeout=0.05)
        said = await read
        assert said == b"" or b"408" in said, "a reset may overtake the word"
        assert time.monotonic() - begun < 5


async def test_the_next_head_of_a_kept_connection_has_its_time_too(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    async with start() as one:
        for next_ in (b"\r\n", HALF):
            async with connected(one, whole) as (reader, writer):
                assert b"200" in await reader.readuntil(b"ok")
                monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.3)
                writer.write(next_)
                assert b"408" in await ended(reader)


async def test_a_head_without_end_is_not_kept(start: Start) -> None:
    async with start() as one, connected(one, HALF) as (reader, writer):
        writer.write(b"a" * 200_000)
        said = await ended(reader)
        assert said == b"" or b"431" in said, "a reset may overtake the word"


async def test_hundreds_of_half_calls_leave_room_for_whole_ones(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MAX_PENDING", 50)
    async with start() as one, AsyncExitStack() as stack:
        held = [await stack.enter_async_context(connected(one, HALF)) for _ in range(300)]
        async with httpx.AsyncClient(base_url=one.local) as http:
            assert (await http.get("/api/threads")).status_code == 200
        assert len(LimitedProtocol.pending) <= 50
        assert b"408" in await ended(held[0][0]), "the oldest went first"


@pytest.mark.parametrize("limit", ["max_connections", "max_per_address"])
async def test_connections_are_bounded_and_who_says_nothing_makes_room(
    start: Start, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    async with start() as one, AsyncExitStack() as stack:
        monkeypatch.setattr(LimitedProtocol, limit, 20)
        idle = [await stack.enter_async_context(connected(one, HALF)) for _ in range(20)]
        async with httpx.AsyncClient(base_url=one.local) as http:
            assert (await http.get("/healthz")).status_code == 200
        assert b"408" in await ended(idle[0][0])
        whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        kept = [await stack.enter_async_context(connected(one, whole)) for _ in range(30)]
        answers = await asyncio.gather(
            *(asyncio.wait_for(reader.read(9), 10) for reader, _ in kept), return_exceptions=True
        )
        refused = [said for said in answers if said != b"HTTP/1.1 "]
        assert refused, "more than there may be"
        assert len(refused) < 30


async def test_a_body_that_stops_in_the_middle_is_not_waited_for(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "BODY_SILENCE", 0.3)
    head = b"POST /api/threads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{"
    async with start() as one, connected(one, head) as (reader, _):
        said = await asyncio.wait_for(reader.readuntil(b"}}"), 10)
        assert b"408" in said
        assert b"did not come" in said


async def test_who_follows_a_thread_in_silence_is_kept(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.2)
    monkeypatch.setattr(http_protocol, "BODY_SILENCE", 0.2)
    async with start() as one, httpx.AsyncClient(base_url=one.local, timeout=30) as http:
        thread = (await http.post("/api/threads", json={"text": "a boat"})).json()["thread"]
        async with http.stream("GET", f"/api/threads/{thread}/events") as stream:
            lines = stream.aiter_lines()
            async for line in lines:
                if '"posted"' in line:
                    break
            await asyncio.sleep(0.5)  # longer than a head or a body may be silent
            await http.post(f"/api/threads/{thread}/messages", json={"text": "red"})
            async for line in lines:
                if '"posted"' in line and "v2" in line:
                    break
