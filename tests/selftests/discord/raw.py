"""Requests without discord.py, for what it would never send or would retry."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.discord import Discord


class Reply(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int:
        found: int = self.body["code"]
        return found


class Raw:
    def __init__(self, server: Discord, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session

    async def ask(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Reply:
        """Send one request as the bot, or with another token."""
        headers = {"Authorization": f"Bot {token or self._server.token}"}
        url = self._server.api_url + path
        async with self._session.request(method, url, headers=headers, **more) as answer:
            exact = answer.headers.get("Content-Type") == "application/json"
            body = await answer.json() if exact else await answer.text()
            return Reply(answer.status, body, dict(answer.headers))

    async def fetch(self, url: str) -> Reply:
        async with self._session.get(url) as answer:
            return Reply(answer.status, await answer.read(), dict(answer.headers))


@asynccontextmanager
async def raw(server: Discord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(server, session)
