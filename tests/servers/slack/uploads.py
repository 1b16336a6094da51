"""How do bytes get in through an upload URL, and out through url_private?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from tests.servers.slack.web_api import cut

if TYPE_CHECKING:
    from tests.servers.slack.files import StoredFile
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.workspace import Workspace

#: What somebody without the right token gets, with status 200.
LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in to your workspace | Slack</title></head>"
    "<body><h1>Sign in to your workspace</h1></body></html>"
)

#: The names under which faults of uploads and downloads are switched on.
UPLOAD, DOWNLOAD = "upload", "url_private"


class Uploads:
    """The tickets that are out, and the two sides of files.slack.com."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self._tickets: dict[str, StoredFile] = {}

    def ticket(self, file: StoredFile) -> str:
        made = secrets.token_urlsafe(32)
        self._tickets[made] = file
        return made

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes, raw or as the first part of a form; just as many as were announced."""
        ticket = request.match_info["ticket"]
        file = self._tickets.get(ticket)
        api = self.slack.web_api
        call = api.record(UPLOAD, {"file": file.id if file else None}, None)
        struck = await api.before(request, call)
        if struck is not None:
            return struck
        data = await _body(request)
        call.args["length"] = len(data)
        if file is None or len(data) != file.length:
            call.status = 400
            return web.Response(status=400, text="Invalid upload")
        file.data = data
        call.status, call.answer = 200, {"ok": True}
        self.slack.changes.tell()
        return await api.after(request, call) or web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Serve a file's bytes to its workspace's bot; a login page to everybody else."""
        team, _, file_id = request.match_info["base"].partition("-")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        call = self.slack.web_api.record(DOWNLOAD, {"file": file_id}, token or None)
        struck = await self.slack.web_api.before(request, call)
        if struck is not None:
            return struck
        file = self._readable(team, file_id, token)
        call.status, call.answer = 200, {"ok": file is not None}
        if file is None:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if self.slack.faults.strike(call, late=True) is not None:
            return await self._half(request, file)
        kind = file.kind[0] or "application/octet-stream"
        return web.Response(body=file.data, content_type=kind)

    async def _half(self, request: web.Request, file: StoredFile) -> web.StreamResponse:
        """Cut the connection in the middle of the bytes."""
        data = file.data or b""
        response = web.StreamResponse(headers={"Content-Length": str(len(data))})
        response.content_type = file.kind[0] or "application/octet-stream"
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        return cut(request)

    def _readable(self, team: str, file_id: str, token: str) -> StoredFile | None:
        workspace = self._workspace(team)
        if workspace is None or not token or token != workspace.bot_token:
            return None
        file = workspace.files.get(file_id)
        if file is None or file.deleted or "files:read" not in workspace.scopes:
            return None
        own = file.user == workspace.bot.user_id
        shared = any(workspace.channels[one].bot_is_in for one in file.shared)
        return file if file.data is not None and (own or shared) else None

    def _workspace(self, team: str) -> Workspace | None:
        return next((one for one in self.slack.workspaces if one.id == team), None)


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read(decode=True))
    return b""
