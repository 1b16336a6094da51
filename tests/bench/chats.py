"""How does a person use a bot on each platform: begin threads, say something, see the first sign and the answer?

The platforms are the strict local servers, in this process, without rate limits; bots are processes of their own.
"""

from __future__ import annotations

import itertools
import secrets
import time
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from adapters.slack.manifest import manifest
from tests.bench.process import easel, program
from tests.servers.discord import Discord
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager as Context

    from tests.bench.process import Process
    from tests.servers.discord.channels import Thread as DiscordThread
    from tests.servers.discord.messages import Message as DiscordMessage
    from tests.servers.discord.people import Person as DiscordPerson
    from tests.servers.slack.message import Message as SlackMessage
    from tests.servers.slack.person import Person as SlackPerson

#: seconds for anything
_TIMEOUT = 60.0
#: what the model says where it draws nothing
_WORDS = "Which of the two boats"
#: so that no limit of Easel's own is what is measured
_SETTINGS = {"model_concurrency": "64"}


class Thread(ABC):
    """A thread, and a person in it."""

    @abstractmethod
    async def turn(self) -> float:
        """Say something and wait for the answer; return the seconds until the first sign of life."""


class Chat(ABC):
    """A platform with people, and the bots that can be run on it."""

    title: str

    @abstractmethod
    async def thread(self) -> Thread:
        """Begin a thread of its own; return it once the bot has answered."""

    @abstractmethod
    def bot(self, kind: str, model_url: str) -> Context[tuple[Process, float]]:
        """Run "floor" or "easel"; give it with the seconds that it took to start."""


class SlackChat(Chat):
    """Slack, over a socket."""

    title = "Slack"

    def __init__(self, server: SlackServer) -> None:
        self._server = server
        self._ana = server.person("Ana")
        self._names = map(str, itertools.count())

    @asynccontextmanager
    async def bot(self, kind: str, model_url: str) -> AsyncIterator[tuple[Process, float]]:
        """Run a bot until its socket is open."""
        server, opened = self._server, self._server.sockets.opened
        tokens = {
            "slack_api_url": server.api_url,
            "slack_bot_token": server.bot_token,
            "slack_app_token": server.app_token,
        }
        runner = (
            program("tests.bench.floors", "slack", model_url, *tokens.values())
            if kind == "floor"
            else easel("slack", web="off", model_url=model_url, **tokens, **_SETTINGS)
        )
        async with runner as one:
            await server.until(lambda: server.sockets.opened > opened, seconds=_TIMEOUT)
            yield one, time.perf_counter() - one.begun
        await server.until(lambda: not server.sockets.open, seconds=_TIMEOUT)

    async def thread(self) -> Thread:
        """Begin with a command in a channel of its own."""
        channel = self._server.channel(f"bench-{next(self._names)}")
        await self._ana.command("/imagine", "a red boat", channel)
        await self._server.until(
            lambda: any(map(_is_slack_answer, channel.roots)), seconds=_TIMEOUT
        )
        return _SlackThread(self._server, self._ana, channel.roots[-1])


class _SlackThread(Thread):
    def __init__(self, server: SlackServer, ana: SlackPerson, root: SlackMessage) -> None:
        self._server, self._ana, self._root = server, ana, root

    async def turn(self) -> float:
        """Reply in the thread."""
        begun = time.perf_counter()
        said = await self._ana.reply(self._root, "make it blue")

        held = self._root.channel.by_ts.values()
        await self._server.until(lambda: next(reversed(held)) is not said, seconds=_TIMEOUT)
        found = next(reversed(held))
        sign = time.perf_counter() - begun
        await self._server.until(lambda: _is_slack_answer(found), seconds=_TIMEOUT)
        return sign


def _is_slack_answer(message: SlackMessage) -> bool:
    return bool(message.images) or _WORDS in message.plain


class DiscordChat(Chat):
    """Discord, over its gateway."""

    title = "Discord"

    def __init__(self, server: Discord) -> None:
        self._server = server
        self._guild = server.guild()
        self._ana = server.person("Ana", self._guild)
        self._names = map(str, itertools.count())
        self._is_floor = False

    @asynccontextmanager
    async def bot(self, kind: str, model_url: str) -> AsyncIterator[tuple[Process, float]]:
        """Run a bot until its session is identified and its commands are there."""
        server, sessions = self._server, self._server.gateway.identifies
        self._is_floor = kind == "floor"
        runner = (
            program("tests.bench.floors", "discord", model_url, server.url, server.token)
            if self._is_floor
            else easel(
                "discord",
                web="off",
                model_url=model_url,
                discord_token=server.token,
                discord_api_url=server.url,
                **_SETTINGS,
            )
        )
        async with runner as one:
            await server.until(lambda: server.gateway.identifies > sessions, _TIMEOUT)
            taken = time.perf_counter() - one.begun
            await server.until(lambda: server.commands and server.gateway.ready, _TIMEOUT)
            await server.until(lambda: self._is_floor or len(server.commands) > 1, _TIMEOUT)
            yield one, taken
        await server.until(lambda: not server.gateway.ready, _TIMEOUT)

    async def thread(self) -> Thread:
        """Begin with a command in a channel of its own; the floor makes no thread, so that Ana does."""
        channel = self._server.text_channel(self._guild, f"bench-{next(self._names)}")
        asked = await self._ana.slash("imagine", channel, prompt="a red boat")
        await self._server.until(
            lambda: asked.original is not None and _is_discord_answer(asked.original), _TIMEOUT
        )
        if self._is_floor:
            place = await self._ana.start_thread(channel, "a boat")
        else:
            [place] = await self._server.until(lambda: channel.threads, _TIMEOUT)
        return _DiscordThread(self._server, self._ana, place)


class _DiscordThread(Thread):
    def __init__(self, server: Discord, ana: DiscordPerson, place: DiscordThread) -> None:
        self._server, self._ana, self._place = server, ana, place

    async def turn(self) -> float:
        """Write in the thread."""
        begun = time.perf_counter()
        said = await self._ana.say(self._place, "make it blue")

        held = self._place.messages.values()
        await self._server.until(lambda: next(reversed(held)) is not said, _TIMEOUT)
        found = next(reversed(held))
        sign = time.perf_counter() - begun
        await self._server.until(lambda: _is_discord_answer(found), _TIMEOUT)
        return sign


def _is_discord_answer(message: DiscordMessage) -> bool:
    return bool(message.images()) or _WORDS in message.plain


class WebChat(Chat):
    """Easel's page, and for the floor one of bare Starlette with the same three routes."""

    title = "page"

    def __init__(self, **settings: str) -> None:
        self._settings = {**_SETTINGS, **settings}
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def bot(self, kind: str, model_url: str) -> AsyncIterator[tuple[Process, float]]:
        """Run a page until it answers."""
        runner = (
            program("tests.bench.floors", "web", model_url)
            if kind == "floor"
            else easel(model_url=model_url, **self._settings)
        )
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(runner)
            address = await one.page()
            connector = aiohttp.TCPConnector(limit=0)
            session = aiohttp.ClientSession(address, connector=connector)
            self._http = await stack.enter_async_context(session)
            while kind != "floor" and (await self._http.get("/readyz")).status != 200:
                pass
            yield one, time.perf_counter() - one.begun

    async def thread(self) -> Thread:
        """Begin a thread with a prompt, and open its event stream."""
        assert self._http
        found = _PageThread(self._http)
        await found.turn()
        return found


class _PageThread(Thread):
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._id: str | None = None
        self._stream: aiohttp.ClientResponse | None = None

    async def turn(self) -> float:
        """Say something; the first sign is the acknowledgement, once the prompt is on disk."""
        path = f"/api/threads/{self._id}/messages" if self._id else "/api/threads"
        begun = time.perf_counter()
        body = {"text": "a red boat at sea", "event": secrets.token_hex(6)}
        async with self._http.post(path, json=body) as answer:
            found = await answer.json()
            assert answer.status == 202, found
        sign = time.perf_counter() - begun
        if self._stream is None:
            self._id = found["thread"]
            self._stream = await self._http.get(f"/api/threads/{self._id}/events")
        wanted = f'"id":"{found["turn"]}","state":"posted"'.encode()
        while line := await self._stream.content.readline():
            if wanted in line:
                return sign
        raise RuntimeError("the event stream ended")


@asynccontextmanager
async def chat(name: str) -> AsyncIterator[Chat]:
    """Open a platform: "slack", "discord" or "web"."""
    if name == "slack":
        async with SlackServer(manifest()) as slack:
            yield SlackChat(slack)
    elif name == "discord":
        async with Discord(rates=False) as discord:
            yield DiscordChat(discord)
    else:
        yield WebChat()
