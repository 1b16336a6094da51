"""How does one request to the Web API go: read, refused or limited, done, answered?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from tests.servers.slack.installing import Organization
from tests.servers.slack.methods import METHODS
from tests.servers.slack.methods.method import Asked
from tests.servers.slack.values import Call, Json, SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.slack.faults import Fault
    from tests.servers.slack.methods.method import Method
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.workspace import Workspace


async def read_args(request: web.Request, *, takes_json: bool = True) -> Json:
    """Read arguments from the query, a form or a JSON object; SlackError where they are none."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            given = json.loads(raw) if raw else {}
        except (ValueError, RecursionError):
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        return {**args, **given} if takes_json else args
    if request.can_read_body:
        form = await request.post()
        args |= {name: value for name, value in form.items() if isinstance(value, str)}
    return args


class WebApi:
    """`/api/{method}`: every call is recorded, whatever becomes of it."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        method = METHODS.get(name)
        refusal = None
        try:
            args = await read_args(request, takes_json=method is None or method.takes_json)
        except SlackError as error:
            args, refusal = {}, error
        call = self.record(name, args, _token(request, args))
        struck = await self.before(request, call)
        if struck is not None:
            return struck
        if name == "oauth.v2.access" and refusal is None:
            answer: Json | int = self._try(lambda: self.slack.installing.access(request, call))
        elif name == "apps.manifest.create" and refusal is None:
            answer = self._try(lambda: self.slack.installing.make_app(call))
        else:
            answer = refusal.answer if refusal is not None else await self._do(call, method)
        return await self.after(request, call) or self._answer(call, answer, method)

    @staticmethod
    def _try(work: Callable[[], Json]) -> Json:
        try:
            return work()
        except SlackError as error:
            return error.answer

    def record(self, method: str, args: Json, token: str | None) -> Call:
        call = Call(method=method, args=args, token=token, time=self.slack.clock.now())
        self.slack.calls.append(call)
        self.slack.rates.came(call)
        self.slack.changes.tell()
        return call

    async def before(self, request: web.Request, call: Call) -> web.StreamResponse | None:
        """Let a fault strike before the work; None: the work is to be done."""
        fault = self.slack.faults.strike(call, late=False)
        return None if fault is None else await self._early(request, call, fault)

    async def after(self, request: web.Request, call: Call) -> web.StreamResponse | None:
        """Let a fault strike once the work is done; None: the answer is to be given."""
        fault = self.slack.faults.strike(call, late=True)
        if fault is None:
            return None
        if fault.kind == "hold_answer":
            await fault.wait()
            return None
        return cut(request)

    async def _early(
        self, request: web.Request, call: Call, fault: Fault
    ) -> web.StreamResponse | None:
        match fault.kind:
            case "error":
                return self._answer(call, {"ok": False, "error": fault.code}, None)
            case "status":
                call.status = fault.status
                return web.Response(
                    status=fault.status, text="<html>oops</html>", content_type="text/html"
                )
            case "limited":
                return self._limited(call, int(fault.seconds))
            case "cut":
                return cut(request)
            case _:
                await fault.wait()
        return None

    def _limited(self, call: Call, seconds: int) -> web.Response:
        call.status, call.answer = 429, {"ok": False, "error": "ratelimited"}
        self.slack.rates.hold(call, seconds)
        self.slack.changes.tell()
        headers = {"Retry-After": str(seconds)}
        return web.json_response(call.answer, status=429, headers=headers)

    async def _do(self, call: Call, method: Method | None) -> Json | int:
        """Do the work; give the answer, or the seconds to wait where it is one call too many."""
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": call.method}
        try:
            workspace = self._authorise(call, method)
            asked = Asked(
                slack=self.slack,
                workspace=workspace,
                method=call.method,
                args=call.args,
                is_of_organization=self._is_of_organization(call),
            )
            asked.need(*method.scopes)
            wait = self.slack.rates.wait(workspace.id, call)
            return await method.work(asked) if wait is None else wait
        except SlackError as error:
            return error.answer

    def _is_of_organization(self, call: Call) -> bool:
        grant = self.slack.installing.find(call.token or "")
        return grant is not None and isinstance(grant.place, Organization)

    def _authorise(self, call: Call, method: Method) -> Workspace:
        if not call.token:
            raise SlackError("not_authed")
        if call.token == self.slack.app_token:
            if method.token != "app":
                raise SlackError("not_allowed_token_type")
            if "connections:write" not in self.slack.app_scopes:
                raise SlackError(
                    "missing_scope",
                    needed="connections:write",
                    provided=",".join(sorted(self.slack.app_scopes)),
                )
            if not self.slack.manifest.socket_mode:
                raise SlackError("socket_mode_not_enabled")
            return self.slack.workspace
        grant = self.slack.installing.find(call.token)
        if isinstance(place := grant and grant.place, Organization):
            found: Workspace | None = _meant(place, call)
        else:
            found = next((w for w in self.slack.workspaces if w.bot_token == call.token), None)
        if found is None:
            raise SlackError("invalid_auth")
        if method.token != "bot":
            raise SlackError("not_allowed_token_type")
        return found

    def _answer(self, call: Call, answer: Json | int, method: Method | None) -> web.Response:
        if isinstance(answer, int):
            return self._limited(call, answer)
        call.status, call.answer = 200, answer
        self.slack.changes.tell()
        headers = {"X-Slack-Req-Id": self.slack.ids.make("")}
        for workspace in self.slack.workspaces:
            if workspace.bot_token == call.token:
                headers["X-OAuth-Scopes"] = ",".join(sorted(workspace.scopes))
        if method is not None and method.scopes:
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        return web.json_response(answer, headers=headers)


def _meant(organization: Organization, call: Call) -> Workspace:
    """Find the workspace that a call with an organization's token is about. SlackError where it may not be there."""
    args = call.args
    team, channel = args.get("team_id"), args.get("channel") or args.get("channel_id")
    for one in organization.workspaces:
        named = team == one.id or channel in one.channels or args.get("user") in one.people
        if (
            named
            or args.get("trigger_id") in one.views.triggers
            or args.get("view_id") in one.views.by_id
        ):
            if not one.bot_token:
                raise SlackError("team_access_not_granted")
            return one
    return organization.workspaces[0]


def _token(request: web.Request, args: Json) -> str | None:
    """Find the token: in the header, or among the arguments of a query or a form."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    in_json = request.content_type == "application/json" and "token" not in request.query
    found = None if in_json else args.get("token")
    return found if isinstance(found, str) else None


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
