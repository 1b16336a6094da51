"""What is a company to Easel? Three Slack workspaces, one of them a Grid's, and two Discord guilds, on two processes.

Its teams brainstorm and edit; whatever happens to the processes meanwhile, `company_checks` says what must be true after.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse

from adapters.slack.manifest import manifest
from tests.adapters.discord.harness import Scene, scene
from tests.adapters.slack import many
from tests.crash.test_two import Easel
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.slack import SlackDriver
from tests.servers import ports
from tests.servers.discord import Limits
from tests.servers.model import blocks, completion, delta, stream
from tests.servers.pictures import png
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from starlette.responses import Response

    from tests.journeys.driver import Seen
    from tests.servers.model import ModelServer, Received

_SHARDS = 2
_EDITS = ("add a boat", "make it dusk", "add a dog")
_LAST = "give it a frame"


@dataclass(kw_only=True)
class Team:
    """The people of a workspace or a guild: a thread that they edit, and one in which they brainstorm."""

    name: str
    workspace: str
    driver: SlackDriver | DiscordDriver
    edited: str = ""
    brainstorm: str = ""
    #: what was asked for in each thread, in order
    said: dict[str, list[str]] = field(default_factory=dict)

    async def begin(self) -> None:
        """Begin both threads, and choose three directions."""
        driver = self.driver
        self.edited = await self._start(f"a lighthouse of {self.name}")
        await driver.seen(self.edited, 0, lambda seen: bool(seen.images))
        self.brainstorm = await self._start(f"brainstorm: a mascot of {self.name}")
        for number in "123":
            await driver.seen(self.brainstorm, 0, _offers(f"☐ {number}"))
            await driver.press(self.brainstorm, 0, f"☐ {number}")
        await driver.seen(self.brainstorm, 0, _offers("Draw 3"))

    async def _start(self, words: str) -> str:
        driver = self.driver
        if isinstance(driver, SlackDriver):
            thread = await driver.start(words)
        else:  # the processes may share the shards anew: then the card is no answer to the command
            around, server = driver.around, driver.server
            await around.ana.slash("imagine", around.channel, prompt=words)
            cards = await server.until(
                lambda: [
                    one
                    for one in server.messages(around.channel)
                    if one.author is server.bot and words in one.plain and one.thread
                ]
            )
            thread = str(cards[0].id)
        self.said[thread] = [words]
        return thread

    async def draw(self) -> None:
        """Have all directions drawn, and edit the other picture."""
        await self.driver.press(self.brainstorm, 0, "Draw 3")
        for words in _EDITS:
            await self.say(self.edited, f"{words} of {self.name}")

    async def say(self, thread: str, words: str) -> None:
        """Say what is to be drawn; it counts from here on."""
        self.said[thread].append(words)
        await self.driver.say(thread, words)

    async def agree(self) -> None:
        """Choose a direction and say one thing more in both threads."""
        await self.driver.seen(self.brainstorm, 0, _offers("Vote A", "Vote B", "Vote C"))
        await self.driver.press(self.brainstorm, 0, "Vote B")
        await self.driver.seen(self.brainstorm, 0, _offers("Vote B (1)"))
        await self.driver.press(self.brainstorm, 0, "Close the vote")
        for thread in (self.edited, self.brainstorm):
            await self.say(thread, f"{_LAST} of {self.name}")
            count = len(self.said[thread])
            await self.driver.seen(thread, count - 1, lambda seen: bool(seen.images))


def _offers(*labels: str) -> Any:
    def look(seen: Seen) -> bool:
        return all(any(one.startswith(label) for one in seen.buttons) for label in labels)

    return look


@dataclass(kw_only=True)
class Company:
    """All of it, running."""

    slack: SlackServer
    teams: list[Team]
    easels: list[Easel]
    model: ModelServer
    database: str
    scenes: list[Scene]
    #: what the model billed, US dollars, by the key of the request
    bill: dict[str, list[float]] = field(default_factory=dict)
    revoked: Team | None = None

    @property
    def living(self) -> list[Team]:
        """The teams that still have Easel."""
        return [one for one in self.teams if one is not self.revoked]

    async def revoke(self, name: str) -> None:
        """Take Easel away from a workspace."""
        [team] = [one for one in self.teams if one.name == name]
        assert isinstance(team.driver, SlackDriver)
        self.revoked, token = team, team.driver.workspace.bot_token
        await AsyncWebClient(token, base_url=self.slack.api_url).auth_revoke()

    async def connected(self) -> None:
        """Wait until every process has a socket, and each shard is connected once."""
        await self.slack.connected(len(self.easels))
        gateway = self.scenes[0].server.gateway
        await self.scenes[0].server.until(lambda: gateway.connected_shards == list(range(_SHARDS)))

    def rows(self, statement: str, *given: str) -> list[tuple[Any, ...]]:
        """Read the database."""
        with psycopg.connect(self.database) as sql:
            return sql.execute(statement.encode(), given or None).fetchall()

    async def finish(self) -> None:
        """Press Retry wherever nobody knows what became of a drawing, until all is drawn."""
        async with asyncio.timeout(60):
            while open_ := self._unfinished():
                for team in self.living:
                    for thread in (team.edited, team.brainstorm):
                        if open_.get((team.workspace, thread == team.edited)) == "interrupted":
                            await team.driver.use(thread, "Retry")
                await asyncio.sleep(0.1)  # the database tells nobody

    def _unfinished(self) -> dict[tuple[str, bool], str]:
        """Return the state of what is not drawn, by workspace and whether it is of the edited thread."""
        rows = self.rows(
            "SELECT c.workspace, c.title LIKE 'a lighthouse%', t.state FROM turns t "
            "JOIN conversations c ON c.id = t.conversation WHERE t.action IS NULL AND t.state <> 'posted'"
        )
        living = {one.workspace for one in self.living}
        return {(one, edited): state for one, edited, state in rows if one in living}


@asynccontextmanager
async def company(
    folder: Path, model: ModelServer, model_url: str, database: str
) -> AsyncIterator[Company]:
    """Run a company, until all its teams have chosen what to draw."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackServer(manifest(None, many.REDIRECT)))
        slack.delivery.retry_delays = (0.0, 1.0, 2.0, 4.0, 8.0)
        limits = Limits(shards=_SHARDS, identify_gap=0.9)
        first = await stack.enter_async_context(scene(limits=limits))
        scenes = _of_each_shard(first)
        settings = _settings(slack, first, folder, database)
        easels = []
        for name in ("one", "other"):
            easel = Easel(folder / name, model_url, ports.unused(), **settings)
            easel.log = folder / f"{name}.log"
            stack.push_async_callback(easel.close)
            easels.append(easel)
        await asyncio.gather(*(one.start() for one in easels))
        teams = await _install(slack, easels[0].address)
        teams += [
            Team(name=name, workspace=str(around.guild.id), driver=DiscordDriver(around))
            for name, around in zip(("studio", "atelier"), scenes, strict=True)
        ]
        one = Company(
            slack=slack, teams=teams, easels=easels, model=model, database=database, scenes=scenes
        )
        model.when("", _answering(one.bill))
        await one.connected()
        await asyncio.gather(*(team.begin() for team in teams))
        yield one


def _of_each_shard(first: Scene) -> list[Scene]:
    """Make a guild on each shard."""
    server = first.server
    found = {(first.guild.id >> 22) % _SHARDS: first}
    while len(found) < _SHARDS:
        guild = server.guild("Atelier")
        channel, ana = server.text_channel(guild), server.person("Ana", guild)
        around = Scene(server=server, guild=guild, channel=channel, ana=ana)
        found.setdefault((guild.id >> 22) % _SHARDS, around)
    return list(found.values())


def _settings(slack: SlackServer, around: Scene, folder: Path, database: str) -> Mapping[str, str]:
    (folder / "images").mkdir()
    given = many.settings(slack, slack_app_token=slack.app_token)
    del given["slack_signing_secret"]
    return {
        **given,
        "discord_token": around.server.token,
        "discord_api_url": around.server.url,
        "database_url": database,
        "blobs_url": (folder / "images").as_uri(),
        "model_concurrency": "6",
    }


async def _install(slack: SlackServer, address: str) -> list[Team]:
    """Install Easel in two workspaces, and in an organization with a third."""
    acme, bolt, grid = slack.workspace, slack.add_workspace("bolt"), slack.add_organization("grid")
    sales = slack.add_workspace("sales", grid)
    for place in (acme, bolt, grid):
        await many.installed(slack, address, place)
    await slack.connected()
    await grid.grant(sales)
    await slack.settled()
    return [
        Team(name=one.domain, workspace=one.id, driver=SlackDriver(slack, workspace=one))
        for one in (acme, bolt, sales)
    ]


def _answering(bill: dict[str, list[float]]) -> Any:
    """Return how the model answers: each picture and each list of ideas has a cost of its own."""

    async def answer(received: Received) -> Response:
        cost = round(0.01 + received.number / 100_000, 6)
        bill.setdefault(str(received.key), []).append(cost)
        if "Propose" in received.prompt:
            name = received.prompt.partition(" of ")[2].partition(".")[0]
            ideas = ("A fox", "A robot", "A kite")
            lines = (f"{number}. {idea} of {name}" for number, idea in enumerate(ideas, start=1))
            content: object = "\n".join(lines)
        else:
            content = blocks("Here it is.", png(received.number))
        if received.body.get("stream"):
            return stream({**delta(content=content, finish="stop"), "usage": {"cost": cost}})
        return JSONResponse(completion(content, usage={"cost": cost}))

    return answer
