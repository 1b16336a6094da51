"""What came in the body of a call? JSON or a form, with files; capped before and while it is read."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from adapters.web.body_fields import TOO_MANY_FILES, attachment
from bot.ports import limits
from bot.ports.errors import BadPrompt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import Message, Receive

    from bot.ports.messages import Attachment

    Received = Callable[[], Awaitable[tuple[dict[str, object], list[Attachment]]]]

#: bytes of JSON, which is in memory three times while it is read
_MOST_JSON = 64 * 1024 * 1024
#: bytes of one field that is no file
_MOST_FIELD = 256 * 1024


#: bytes above which a body is on disk until it is its turn
_SMALL = 1024 * 1024
#: large bodies that arrive at once; and that are in memory at once, with their pictures
_receiving, _in_memory = asyncio.Semaphore(8), asyncio.Semaphore(1)


class TooMuch(HTTPException):
    """The body is larger than anything that is taken."""

    def __init__(self) -> None:
        super().__init__(413, "That is too much for one message. Send less at a time.")


@asynccontextmanager
async def read(
    request: Request,
) -> AsyncIterator[tuple[dict[str, object], list[Attachment]]]:
    """Yield the fields and the files of a call, for as long as they are needed. Raise BadPrompt or TooMuch.

    Large ones come one after another, so that memory stays small however many there are.
    """
    claimed = request.headers.get("content-length", "0")
    size = int(claimed) if claimed.isdecimal() else 0
    if size > limits.MAX_REQUEST:
        raise TooMuch
    capped = Request(request.scope, _cap(request))
    if size <= _SMALL and "transfer-encoding" not in request.headers:
        yield await _read_small(capped)
        return
    async with AsyncExitStack() as stack:
        async with _receiving:
            received = await _receive(capped, stack)
        async with _in_memory:
            yield await received()


async def _read_small(request: Request) -> tuple[dict[str, object], list[Attachment]]:
    async with AsyncExitStack() as stack:
        return await (await _receive(request, stack))()


async def _receive(request: Request, stack: AsyncExitStack) -> Received:
    """Wait for the whole body, on disk where it is large; what is given reads it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return await _receive_form(request, stack)
    spool = stack.enter_context(tempfile.SpooledTemporaryFile(_SMALL))  # noqa: SIM115 - the stack closes it
    async for piece in request.stream():
        spool.write(piece)
        if spool.tell() > _MOST_JSON:
            raise TooMuch

    async def fields() -> tuple[dict[str, object], list[Attachment]]:
        spool.seek(0)
        return _parse_json(spool.read()), []

    return fields


def _parse_json(data: bytes) -> dict[str, object]:
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadPrompt(problem="The body must be JSON or a form.") from None
    if not isinstance(body, dict):
        raise BadPrompt(problem="The body must be a JSON object, for example {“text”: “a boat”}.")
    return body


async def _receive_form(request: Request, stack: AsyncExitStack) -> Received:
    try:
        form = await stack.enter_async_context(
            request.form(max_files=limits.MAX_ATTACHMENTS, max_fields=40, max_part_size=_MOST_FIELD)
        )
    except TooMuch:
        raise
    except (MultiPartException, HTTPException) as error:
        said = str(getattr(error, "message", "") or getattr(error, "detail", ""))
        if "files" in said:
            said = TOO_MANY_FILES
        raise BadPrompt(problem=said or "The form can't be read.") from None

    async def fields() -> tuple[dict[str, object], list[Attachment]]:
        found: dict[str, object] = {}
        files: list[Attachment] = []
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read()
                name, kind = value.filename or "file", value.content_type or ""
                if data or value.filename:  # a page's form without a file sends neither
                    files.append(attachment(len(files), name, data, kind))
            else:
                found[key] = value
        return found, files

    return fields


def _cap(request: Request) -> Receive:
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > limits.MAX_REQUEST:
            raise TooMuch
        return message

    return receive
