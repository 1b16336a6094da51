"""Does it stay as quick with a million drawings in the ledger? A prompt, what was spent, and whether it is ready.

`EASEL_BENCH_URL=postgresql://…` measures an empty Postgres in place of SQLite.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import sqlalchemy as sa

from bot.commands.compose import running
from bot.commands.platforms import read_settings
from bot.conversation.records import Claim
from bot.ports.messages import Place
from bot.server import logs
from storage.ledger import start_of_month
from storage.store import SqlStore
from storage.tables import ledger
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_ROWS = 1_000_000
_PEOPLE, _CHANNELS, _WORKSPACES = 5000, 500, 4
_ROUNDS = 15


async def main() -> None:
    """Print the median and the longest of each, in milliseconds."""
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"  # no drawing takes the processor
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Any] = {
            "data": Path(folder),
            "web_port": 0,
            "model_url": url,
            "grace_s": 0,
        }
        given |= {f"limit_{whose}": 1e9 for whose in ("person", "channel", "workspace", "month")}
        given["database_url"] = os.environ.get("EASEL_BENCH_URL")
        logs.configure("ERROR")
        settings = read_settings(**given)
        store = SqlStore(settings.database)
        await store.open()
        await store.database.write(_filled, time.time())
        await store.close()
        async with running(settings) as one, httpx.AsyncClient(base_url=one.local) as http:
            print(f"{_ROWS:,} rows of the ledger; {one.stores.store.name}")
            limits = one.parts.permissions.limits()
            numbers = iter(range(10**6))

            async def prompt() -> None:
                body = {"text": "a red boat", "person": f"person-{next(numbers)}"}
                assert (await http.post("/api/threads", json=body)).status_code == 202

            async def stored() -> None:
                place = Place(
                    platform="chat", workspace="w-0", channel="c", thread=str(next(numbers))
                )
                turn = await Canvas(one.stores.store, place=place).ask("a red boat")
                assert isinstance(await one.stores.store.claim(turn.lane, limits), Claim)

            for name, verb in (
                ("a prompt", prompt),
                ("of it, taken and claimed", stored),
                ("/api/usage", lambda: http.get("/api/usage")),
                ("/readyz", lambda: http.get("/readyz")),
                ("/metrics", lambda: http.get("/metrics")),
            ):
                await _tell(name, verb)


async def _tell(name: str, verb: Callable[[], Awaitable[object]]) -> None:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        await verb()
        taken.append((time.perf_counter() - began) * 1000)
    print(f"{name:>28} {statistics.median(taken):8.1f} ms   longest {max(taken):8.1f} ms")


def _filled(sql: sa.Connection, now: float) -> None:
    """Fill the ledger."""
    number = sa.select(sa.literal(1).label("i")).cte("number", recursive=True)
    number = number.union_all(sa.select(number.c.i + 1).where(number.c.i < _ROWS))
    i = number.c.i

    def named(word: str, count: int) -> sa.ColumnElement[str]:
        return sa.literal(f"{word}-") + sa.cast(i % count, sa.Text)

    values: dict[str, sa.ColumnElement[Any]] = {
        "turn": sa.literal("turn-") + sa.cast(i, sa.Text),
        "attempt": sa.literal(1),
        "platform": sa.literal("web"),
        "workspace": sa.case((i % _WORKSPACES == 0, named("w", 3)), else_=sa.literal("local")),
        "channel": named("channel", _CHANNELS),
        "person": named("person", _PEOPLE),
        "person_name": named("Person", _PEOPLE),
        "model": named("model", 3),
        "state": sa.literal("settled"),
        "reserved": sa.literal(42_000_000),
        "cost": sa.literal(40_000_000),
        "estimated": sa.literal(value=False),
        "images": sa.literal(1),
        "created": sa.literal(now),
        "month": sa.literal(start_of_month(now)),
    }
    chosen = sa.select(*(value.label(name) for name, value in values.items()))
    sql.execute(sa.insert(ledger).from_select(list(values), chosen))
    sql.exec_driver_sql("ANALYZE")
