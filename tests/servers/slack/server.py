"""The strict local Slack: a whole Slack on loopback, for tests of an app that uses the real SDKs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aiohttp import web

from tests.servers.changes import PATIENCE, Changes
from tests.servers.slack import events
from tests.servers.slack.bots import Bot
from tests.servers.slack.clock import Clock
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.files import Processing
from tests.servers.slack.http_mode import HttpPosts
from tests.servers.slack.ids import Ids
from tests.servers.slack.installing import Installing, Organization
from tests.servers.slack.manifest import Manifest
from tests.servers.slack.rates import Rates
from tests.servers.slack.response_urls import ResponseUrls
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.transcript import shortened, transcript
from tests.servers.slack.troubles import Troubles
from tests.servers.slack.uploads import Uploads
from tests.servers.slack.web_api import WebApi
from tests.servers.slack.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from tests.servers.slack.channel import Channel, ChannelKind
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Call, Json, Notice, Remark
    from tests.servers.slack.views import View

T = TypeVar("T")


class SlackServer(Troubles):
    """One Slack with one app; `async with SlackServer(manifest) as slack` runs it."""

    def __init__(self, manifest: Mapping[str, Any] | str, seed: int = 7) -> None:
        super().__init__(Sockets(self))
        self.manifest = Manifest.read(manifest)
        self.url = ""
        self.clock = Clock()
        self.changes = Changes()
        self.ids = Ids(seed)
        self.app_id = self.ids.make("A")
        self.app_token = f"xapp-1-{self.app_id}-{self.ids.make('', 13)}-{self.ids.make('', 40)}"
        self.app_scopes = {"connections:write"}
        self.signing_secret = self.ids.make("", 32).lower()
        self.verification_token = self.ids.make("", 24)
        #: where events go by HTTP; None: Socket Mode
        self.request_url: str | None = None
        #: seconds that a trigger_id lives
        self.trigger_life = 3.0
        self.calls: list[Call] = []
        self.remarks: list[Remark] = []
        self.rates = Rates(self.clock)
        self.processing = Processing()
        self.http = HttpPosts(self)
        self.delivery = Delivery(self, self.sockets, self.http)
        self.response_urls = ResponseUrls(self)
        self.uploads = Uploads(self)
        self.web_api = WebApi(self)
        self.installing = Installing(self)
        self.workspaces: list[Workspace] = []
        self.workspace = self.add_workspace("acme")
        #: mistakes of this server itself; `stop` raises them
        self.broken: list[Exception] = []
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    # life

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=2**30, middlewares=[self._keep_what_breaks])
        app.add_routes(
            [
                web.get("/link/", self.sockets.upgrade),
                web.route("*", "/api/{method}", self.web_api.handle),
                web.post("/upload/v1/{ticket}", self.uploads.upload),
                web.get("/files-pri/{base}/download/{name}", self.uploads.download),
                web.get("/files-pri/{base}/{name}", self.uploads.download),
                web.post("/hooks/{path:.+}", self.response_urls.handle),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, taken = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{taken}"

    async def stop(self) -> None:
        self.faults.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.broken:
            raise ExceptionGroup("the local Slack itself broke", self.broken)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside; it ends with the server."""
        task = asyncio.ensure_future(self._kept(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _kept(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:
            self.broken.append(error)

    @web.middleware
    async def _keep_what_breaks(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Keep the server's own mistakes, so that the test fails with them."""
        try:
            answer: web.StreamResponse = await handler(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            self.broken.append(error)
            raise
        return answer

    # what an app is configured with

    @property
    def api_url(self) -> str:
        """The Web API's address: `base_url` of AsyncWebClient, EASEL_SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def bot(self) -> Bot:
        return self.workspace.bot

    def use_http(self, request_url: str) -> None:
        """Deliver as signed HTTP requests from now on."""
        self.request_url = request_url

    # who and where

    def add_workspace(self, domain: str, organization: Organization | None = None) -> Workspace:
        """Make another workspace; the first one is `workspace`.

        The app is in it at once, unless its manifest has redirect addresses: then people install it.
        """
        make = self.ids.make
        team, token = make("T"), f"xoxb-{make('', 12)}-{make('', 13)}-{make('', 24)}"
        made = Workspace(
            slack=self,
            id=team,
            domain=domain,
            bot=organization.bot if organization else self._make_bot(team),
            bot_token="" if self.manifest.redirect_urls else token,
            scopes=set(self.manifest.scopes),
            organization=organization,
        )
        self.workspaces.append(made)
        if organization is not None:
            organization.workspaces.append(made)
            made.files = organization.workspaces[0].files  # of the whole organization
        return made

    def add_organization(self, name: str) -> Organization:
        """Make an Enterprise Grid, without workspaces."""
        id_ = self.ids.make("E")
        return Organization(slack=self, id=id_, name=name, bot=self._make_bot(id_))

    def _make_bot(self, team: str) -> Bot:
        user, bot = self.ids.make("U"), self.ids.make("B")
        return Bot(
            team_id=team,
            user_id=user,
            bot_id=bot,
            app_id=self.app_id,
            name=self.manifest.bot_name,
        )

    def person(self, name: str) -> Person:
        return self.workspace.person(name)

    def channel(self, name: str, *, kind: ChannelKind = "public", bot: bool = True) -> Channel:
        return self.workspace.channel(name, kind=kind, bot=bot)

    # waiting and looking

    async def until(
        self,
        look: Callable[[], T],
        *,
        seconds: float = PATIENCE,
        what: Callable[[], str] | None = None,
    ) -> T:
        """Wait until `look` gives something true; give it. `what` tells what there was instead."""
        return await self.changes.until(look, seconds=seconds, what=what or self.everything)

    async def called(self, method: str, times: int = 1, **args: Any) -> list[Call]:
        """Wait until a method was called so often (with these arguments); give the calls."""
        return (
            await self.until(
                lambda: found if len(found := self.calls_of(method, **args)) >= times else None
            )
            or []
        )

    def calls_of(self, method: str, **args: Any) -> list[Call]:
        """Return the calls of a method so far, with these arguments among others."""
        return [
            call
            for call in self.calls
            if call.method == method
            and all(call.args.get(name) == value for name, value in args.items())
        ]

    async def view_for(self, person: Person, title: str | None = None) -> View:
        """Wait until a modal is open before this person; give the topmost."""

        def look() -> View | None:
            top = person.views[-1] if person.views else None
            return top if top is not None and title in {None, top.title} else None

        found = await self.until(look)
        assert found is not None
        return found

    async def connected(self, sockets: int = 1) -> None:
        """Wait until the app has so many sockets open."""
        await self.until(lambda: len(self.sockets.open) >= sockets)

    async def settled(self, seconds: float = PATIENCE) -> None:
        """Wait until every event so far is acknowledged or given up."""
        await self.until(lambda: not self.delivery.pending, seconds=seconds)

    @property
    def notified(self) -> list[Notice]:
        """Everything the app wrote that notifies people, in all workspaces."""
        return [notice for workspace in self.workspaces for notice in workspace.notices]

    def remarks_of(self, kind: str) -> list[str]:
        return [remark.detail for remark in self.remarks if remark.kind == kind]

    def remark(self, remark: Remark) -> None:
        self.remarks.append(remark)
        self.changes.tell()

    def everything(self) -> str:
        """Write down all channels, the last calls and what is pending: for a test that failed."""
        places = [one for workspace in self.workspaces for one in workspace.channels.values()]
        calls = [f"{call.method} → {call.error or call.status}" for call in self.calls[-12:]]
        waiting = [envelope.describe() for envelope in self.delivery.pending]
        return "\n".join(
            [
                *(shortened(transcript(one)) for one in places),
                "last calls:",
                *calls,
                "pending:",
                *waiting,
            ]
        )

    # what nobody did in particular

    async def unfurl(self, message: Message, url: str, title: str = "A page") -> None:
        """Add a link's preview to a message: the app gets `message_changed` without an edit."""
        before = message.payload()
        preview = {
            "id": 1,
            "from_url": url,
            "fallback": title,
            "title": title,
            "service_name": "web",
        }
        message.attachments.append(preview)
        await message.channel.workspace.changed(message, before)

    async def send_event(self, event: Json, workspace: Workspace | None = None) -> None:
        """Send any event, subscribed or not."""
        place = workspace or self.workspace
        await self.delivery.send_event(place, events.callback(place, event))
