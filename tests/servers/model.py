"""A strict local model: it checks every request against the specification, and answers by script.

Each request takes the next answer of the script; without one it draws. An answer is a function of the
received request that gives a response, so that any shape, fault or cut can be played.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from starlette.requests import Request

#: what it serves
MODELS = ("gpt-4o-image", "gpt-image-2", "nano-banana-pro", "nano-banana-2")
SIZES = {"1024x1024", "1024x1536", "1536x1024", "2048x2048"}


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request, as it came."""

    number: int
    body: dict[str, Any]
    raw: bytes
    key: str | None
    authorization: str | None
    cookies: str | None
    #: the server's own name and port
    host: str = ""
    #: when, by the monotonic clock
    arrived: float = field(default_factory=time.monotonic)

    @property
    def prompt(self) -> str:
        """The last text block of the last user message."""
        content = [m for m in self.body["messages"] if m["role"] == "user"][-1]["content"]
        if isinstance(content, str):
            return content
        texts: list[str] = [block["text"] for block in content if block["type"] == "text"]
        return texts[-1]

    @property
    def images(self) -> list[bytes]:
        """All images in the messages, decoded; people's are blocks, the model's stand as they came."""
        for message in self.body["messages"]:
            blocks = message["content"] if message["role"] != "assistant" else []
            for block in blocks if isinstance(blocks, list) else ():
                if block["type"] == "image_url":
                    assert block["image_url"]["url"].startswith("data:image/")
        return images_in(self.body["messages"])


#: an image among words, or alone: a data URL, or base64 that begins as a picture does
_IMAGE = re.compile(r"(?:data:image/\w+;base64,|\A(?=iVBORw0KGgo|/9j/|UklGR))([A-Za-z0-9+/]+=*)")


def images_in(value: Any) -> list[bytes]:
    """Return every image in a JSON value, wherever it stands, decoded."""
    if isinstance(value, str):
        return [base64.b64decode(one, validate=True) for one in _IMAGE.findall(value)]
    if isinstance(value, dict):
        value = list(value.values())
    return [one for held in value for one in images_in(held)] if isinstance(value, list) else []


Reply = Callable[[Received], Awaitable[Response]]


class ModelServer:
    """The local model. `app` is served by the test; `requests` is what came."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Received] = []
        self.script: deque[Reply] = deque()
        self.rules: list[tuple[str, Reply]] = []
        #: what the list of models says
        self.listed: list[dict[str, Any]] = [{"id": name} for name in MODELS]
        self.files: dict[str, Response] = {}
        self.fetched: list[tuple[str | None, str | None]] = []
        self.drawn = 0
        self.news = asyncio.Condition()
        self.delay = 0.0
        #: must requests have an Idempotency-Key? Gateways before it take it away
        self.keyed = True
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/files/{name}", self._file),
            ]
        )

    def answer(self, *replies: Reply) -> None:
        """Play these for the next requests."""
        self.script.extend(replies)

    def when(self, word: str, reply: Reply) -> None:
        """Play this whenever a prompt holds the word and the script is empty."""
        self.rules.append((word, reply))

    async def received(self, count: int) -> Received:
        """Wait until so many requests have come; return the last of them."""
        async with self.news:
            await self.news.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def _models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": self.listed})

    async def _file(self, request: Request) -> Response:
        headers = request.headers
        self.fetched.append((headers.get("authorization"), headers.get("cookie")))
        return self.files.get(request.path_params["name"]) or Response("gone", 404)

    async def _complete(self, request: Request) -> Response:
        raw = await request.body()
        received = Received(
            number=len(self.requests) + 1,
            body=json.loads(raw),
            raw=raw,
            key=request.headers.get("idempotency-key"),
            authorization=request.headers.get("authorization"),
            cookies=request.headers.get("cookie"),
            host=request.url.netloc,
        )
        wrong = check(received, keyed=self.keyed)
        if wrong is not None:
            raise AssertionError(f"request {received.number} breaks the specification: {wrong}")
        async with self.news:
            self.requests.append(received)
            self.news.notify_all()
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.script:
            return await self.script.popleft()(received)
        for word, reply in self.rules:
            if word in received.prompt:
                return await reply(received)
        return await self.draw(received)

    async def draw(self, received: Received) -> Response:
        """Answer as the specification shows: one block of text and n images, JSON or stream."""
        pictures = []
        for _ in range(received.body["image_output"]["n"]):
            self.drawn += 1
            pictures.append(png(self.drawn))
        content = blocks("Here it is.", *pictures)
        if received.body.get("stream"):
            return stream(delta(content=content, finish="stop"))
        return JSONResponse(completion(content))


def check(received: Received, *, keyed: bool = True) -> str | None:
    """Say what breaks the specification; None: nothing does."""
    body = received.body
    output = body.get("image_output")
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "no model"
    if not isinstance(output, dict) or set(output) != {"size", "quality", "n"}:
        return f"image_output {output}"
    if output["size"] not in SIZES or output["quality"] not in {"low", "medium", "high"}:
        return f"image_output {output}"
    if output["n"] not in {1, 2} or isinstance(output["n"], bool):
        return f"n {output['n']}"
    if received.key is None and keyed:
        return "no Idempotency-Key"
    messages = body.get("messages")
    if (
        not isinstance(messages, list)
        or not messages
        or messages[-1]["role"] not in {"user", "tool"}
    ):
        return "the last message is not the person's"
    for message in messages:
        if message["role"] not in {"user", "assistant", "tool"}:
            return f"role {message['role']}"
        content = message.get("content")
        for block in content if isinstance(content, list) else ():
            own = message["role"] == "assistant"  # the model's own blocks come back as they were
            if block["type"] not in {"text", "image_url"} and not own:
                return f"block {block['type']}"
    return None


def blocks(text: str | None, *pictures: bytes) -> list[dict[str, Any]]:
    """Make content blocks: the text, then the pictures."""
    found: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    images = ({"type": "image_url", "image_url": {"url": data_url(one)}} for one in pictures)
    return [*found, *images]


def completion(content: object, **more: Any) -> dict[str, Any]:
    """Make a whole answer around an assistant's content."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": more.pop("finish", "stop"), "message": message}],
        **more,
    }


def delta(*, finish: str | None = None, **content: Any) -> dict[str, Any]:
    """Make one event of a stream."""
    return {
        "choices": [
            {"index": 0, "delta": {"role": "assistant", **content}, "finish_reason": finish}
        ]
    }


def partial(index: int, picture: bytes) -> dict[str, Any]:
    """Make a preview, as in the specification's natural reading."""
    block = {
        "type": "image_url",
        "partial": True,
        "partial_image_index": index,
        "image_url": {"url": data_url(picture)},
    }
    return delta(content=[block])


def event(data: object) -> bytes:
    """Write one event."""
    return b"data: " + json.dumps(data).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def stream(*events: object, end: bytes = DONE) -> Response:
    """Answer with these events."""

    async def pieces() -> AsyncIterator[bytes]:
        for one in events:
            yield one if isinstance(one, bytes) else event(one)
        yield end

    return StreamingResponse(pieces(), media_type="text/event-stream")


def says(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """Answer with JSON."""

    async def reply(_received: Received) -> Response:
        return JSONResponse(body, status, headers=headers)

    return reply


def fails(status: int, code: str | None = None, message: str = "no", **headers: str) -> Reply:
    """Answer with an error in the API's shape."""
    return says({"error": {"code": code, "message": message}}, status, headers or None)


def text(words: str) -> Reply:
    """Answer in words only."""
    return says(completion(words))


class Gate:
    """Holds answers back until the test opens it."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()

    def before(self, then: Reply) -> Reply:
        """Make a reply that waits for the gate."""

        async def reply(received: Received) -> Response:
            self.entered.set()
            await self.open.wait()
            return await then(received)

        return reply
