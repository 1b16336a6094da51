"""Which routes does the built-in model have, and how does its process start and end?"""

import asyncio
import hmac
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.sketch import chat
from bot.sketch.faults import HTML, Refusal, Switchboard, wrong
from bot.sketch.reply import reply_to
from bot.sketch.request import ChatRequest, chat_request, form_request, image_request
from bot.sketch.wire import ChatForm, Form, ImageForm

MOST_BODY: Final = 64_000_000
MODELS: Final = ("gpt-4o-image", "gpt-image-2", "nano-banana-pro", "nano-banana-2")
Handler = Callable[[Request], Awaitable[Response]]


class Routes:
    """The handlers, with the worker they share."""

    def __init__(self, key: str | None) -> None:
        self._key = key
        self._worker = chat.Worker()
        self._switchboard = Switchboard()

    def table(self) -> list[Route]:
        """Return all routes."""
        return [
            Route("/healthz", _health),
            Route("/v1/healthz", _health),
            Route("/v1/models", self.guarded(_models)),
            Route("/v1/chat/completions", self.guarded(self._chat), methods=["POST"]),
            Route("/v1/images/generations", self.guarded(self._images), methods=["POST"]),
            Route("/v1/images/edits", self.guarded(self._images), methods=["POST"]),
        ]

    def guarded(self, handler: Handler) -> Handler:
        """Let only who has the key in, and write refusals as the API does."""

        async def answer(request: Request) -> Response:
            try:
                self._check_key(request.headers.get("authorization", ""))
                response = await handler(_capped(request))
            except Refusal as refusal:
                response = refusal.response()
            except ClientDisconnect:
                response = Response(status_code=499)
            response.headers["x-request-id"] = f"req_{uuid4().hex}"
            return response

        return answer

    def _check_key(self, given: str) -> None:
        bare = given.removeprefix("Bearer ").strip().encode()
        if self._key and not hmac.compare_digest(bare, self._key.encode()):
            message = "The key is wrong or missing."
            raise Refusal(status=401, message=message, code="invalid_api_key")

    async def _chat(self, request: Request) -> Response:
        body = await request.body()
        asked = await asyncio.to_thread(chat_request, body)
        return await self._answer(request, asked, ChatForm(asked), body)

    async def _images(self, request: Request) -> Response:
        edit = request.url.path.endswith("edits")
        if edit and request.headers.get("content-type", "").startswith("multipart/form-data"):
            asked = await form_request(request)
            body = asked.prompt.encode("utf-8", "replace")
        else:
            body = await request.body()
            asked = await asyncio.to_thread(image_request, body, edit=edit)
        return await self._answer(request, asked, ImageForm(asked), body)

    async def _answer(
        self, request: Request, asked: ChatRequest, form: Form, body: bytes
    ) -> Response:
        key = request.headers.get("idempotency-key")
        faults = self._switchboard.faults(asked.prompt, key, body)
        if faults.refusal is not None:
            raise faults.refusal
        if "html" in faults.words:
            return HTMLResponse(HTML, status_code=502)
        if "empty" in faults.words:
            silent = Response(form.silence(), media_type="text/event-stream")
            return silent if asked.stream else JSONResponse(form.nothing())
        self._worker.admit()
        reply = await self._worker.run(partial(reply_to, asked, text_only="text" in faults.words))
        if form.must_draw and not reply.scenes:
            message = reply.text or "There is nothing in the prompt that can be drawn."
            raise wrong("prompt", message, "nothing_to_draw")
        cut = "cut" in faults.words
        if asked.stream:
            events = chat.streamed(self._worker, form, faults, reply, asked.previews)
            headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
            made = _CutStream if cut else StreamingResponse
            return made(events, media_type="text/event-stream", headers=headers)
        whole = JSONResponse(await chat.completed(self._worker, form, faults, reply))
        half = [bytes(whole.body)[: len(whole.body) // 2]]
        return _CutStream(iter(half), headers=dict(whole.headers)) if cut else whole


def _capped(request: Request) -> Request:
    """Return the request with a limit on how much is read of it."""
    message = f"The body is larger than {MOST_BODY // 1_000_000} MB."
    too_large = Refusal(status=413, message=message, code="request_too_large")
    read = 0

    async def receive() -> Message:
        nonlocal read
        part = await request.receive()
        read += len(part.get("body", b""))
        if read > MOST_BODY:
            raise too_large
        return part

    return Request(request.scope, receive)


class _CutStream(StreamingResponse):
    """An answer that ends without an end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for part in self.body_iterator:
            await send({"type": "http.response.body", "body": part, "more_body": True})


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok", "model": "easel-sketch", "ai": False})


async def _models(_: Request) -> Response:
    entry = {"object": "model", "created": 0, "owned_by": "easel-sketch"}
    entry |= {"pricing": {"image": "0", "prompt": "0", "completion": "0"}}
    return JSONResponse({"object": "list", "data": [{"id": name} | entry for name in MODELS]})


async def _failed(request: Request, error: Any) -> Response:  # noqa: ANN401 - an HTTPException
    """Write 404, 405 and what can't be read of a form as the API does."""
    message, code = f"There is no {request.method} {request.url.path} here.", "not_found"
    if error.status_code == 400:
        message, code = f"The form can't be read: {error.detail}", "invalid_value"
    return Refusal(status=error.status_code, message=message, code=code).response()


def app(key: str | None = None) -> Starlette:
    """Return the server's application; `key`: the only key that is let in."""
    return Starlette(routes=Routes(key).table(), exception_handlers={HTTPException: _failed})


class _Server(uvicorn.Server):
    """Says where it listens as soon as it does; a signal to stop is a clean end, not a death by it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take signals while it runs, and don't raise them again afterwards."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"http://{shown}:{port}/v1\n")
            sys.stdout.flush()


def serve(
    *, host: str, port: int, fd: int | None, key: str | None, until_stdin_closes: bool
) -> None:
    """Serve until a signal comes. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    new = fd is None
    listening = (
        socket.create_server((host, port), family=family) if new else socket.socket(fileno=fd)
    )
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    config = uvicorn.Config(
        app(key), http="httptools", lifespan="off", access_log=False, log_config=None,
        timeout_graceful_shutdown=2, timeout_keep_alive=75, server_header=False,
    )  # fmt: skip
    _Server(config).run(sockets=[listening])


def _end_with_stdin() -> None:
    """End at once when the parent is gone: then nobody holds the other end of our standard input."""
    while os.read(0, 4096):
        pass
    os._exit(0)
