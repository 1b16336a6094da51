"""What is served over HTTP, and by which one server?

The only Starlette app: health and metrics, and the routes that adapters add.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.ports.errors import BadPrompt, EaselError, NotAllowed
from bot.ports.language import _
from bot.presentation.problems import refusal
from bot.server.base_path import BasePath
from bot.server.browser_language import BrowserLanguage
from bot.server.http_protocol import LimitedProtocol, RequestTimeout
from bot.server.replies import message_page, refuse, wants_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from bot.server.service import Service


#: connections of one address, where no proxy speaks for many
MAX_PER_ADDRESS = 500

_log = structlog.stdlib.get_logger("easel.server")


def application(
    service: Service,
    *,
    control_token: str,
    routes: Sequence[BaseRoute],
    webhooks: Sequence[BaseRoute] = (),
    guard: Callable[[ASGIApp], ASGIApp],
    url: str | None,
) -> ASGIApp:
    """Make the app. `guard` stands before `routes` and /metrics; health is open to all.

    `webhooks`: routes that know by a signature who calls. `url`: the public address, which may have a path.
    """

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        try:
            await service.ready()
        except EaselError as error:
            return JSONResponse({"ready": False, "why": type(error).__name__}, 503)
        return JSONResponse({"ready": True})

    async def metrics(_request: Request) -> Response:
        try:
            return Response(await service.measure(), media_type=CONTENT_TYPE_LATEST)
        except EaselError as error:
            return JSONResponse({"why": type(error).__name__}, 503)

    async def resume(request: Request) -> Response:
        """`easel resume` comes this way; the token is in the data directory."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), control_token.encode()):
            return JSONResponse({"error": "wrong token"}, 401)
        return JSONResponse({"resumed": await service.resume()})

    guarded = Starlette(
        routes=[Route("/metrics", metrics), *routes],
        exception_handlers={
            HTTPException: _reply_to_http_error,
            BadPrompt: _reply_to_bad_prompt,
            EaselError: _reply_to_easel_error,
            Exception: _reply_to_bug,
        },
    )
    app = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/control/resume", resume, methods=["POST"]),
            *webhooks,
            Mount("/", BrowserLanguage(guard(guarded))),
        ]
    )
    return BasePath(app, urlsplit(url or "").path)


async def _reply_to_http_error(request: Request, error: Exception) -> Response:
    """Answer what no route answers, with a sentence."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    says = {
        "Not Found": _("There's nothing here."),
        "Method Not Allowed": _("This address doesn't take that kind of request; see /api."),
    }
    detail = error.detail if isinstance(error, HTTPException) else ""
    said = says.get(detail, f"{_(detail).removesuffix('.')}.")
    return message_page(request, status, said) if wants_html(request) else refuse(status, said)


async def _reply_to_bad_prompt(_request: Request, error: Exception) -> Response:
    """Answer a call that cannot be read."""
    return refuse(422, _(error.facts["problem"]) if isinstance(error, BadPrompt) else str(error))


async def _reply_to_easel_error(request: Request, error: Exception) -> Response:
    """Answer for a disk or a database that did not do its part."""
    if not isinstance(error, EaselError):
        raise error
    if isinstance(error, NotAllowed):
        says = refusal(error).message
        return message_page(request, 403, says) if wants_html(request) else refuse(403, says)
    _log.error("not answered", error=repr(error))
    return refuse(503, refusal(error).message)


async def _reply_to_bug(_request: Request, _error: Exception) -> Response:
    """Answer for a bug of our own; the server logs it whole."""
    return refuse(500, _("Something went wrong inside Easel; its log has the details. Try again."))


class Server(uvicorn.Server):
    """uvicorn on a socket that is open already; signals are the composition root's."""

    def __init__(
        self, app: ASGIApp, listening: socket.socket, max_per_address: int = MAX_PER_ADDRESS
    ) -> None:
        LimitedProtocol.max_per_address = max_per_address
        super().__init__(
            uvicorn.Config(
                RequestTimeout(app),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                http=LimitedProtocol,
                ws="none",
                timeout_keep_alive=30,
                timeout_graceful_shutdown=2,
            )
        )
        self._listening = listening

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def run_until_cancelled(self) -> None:
        """Serve; on cancellation let running answers end, for two seconds."""
        serving: asyncio.Task[Any] = asyncio.create_task(self.serve([self._listening]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise


def listen(host: str, port: int) -> socket.socket:
    """Open the port; 0 picks a free one. Raise OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once only where the protocol is named; else an answer in two parts takes 40 ms
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
        listening.setblocking(False)  # noqa: FBT003 - the socket's own way of saying it
    except OSError:
        listening.close()
        raise
    return listening
