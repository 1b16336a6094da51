"""What came in the body of a call? JSON or a form, with files; capped before and while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from adapters.web import parse
from bot.errors import BadWish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Receive

    from bot.values import Attachment

#: bytes of a whole body: four pictures of 20 MB in base64, and some words
MOST_BYTES = 110 * 1024 * 1024
#: bytes of one field that is no file
_MOST_FIELD = 256 * 1024


class TooMuch(Exception):
    """The body is larger than anything that is taken."""


async def read(request: Request) -> tuple[Mapping[str, object], list[Attachment]]:
    """Give the fields and the files of a call. Raises BadWish or TooMuch."""
    claimed = request.headers.get("content-length", "0")
    if claimed.isdecimal() and int(claimed) > MOST_BYTES:
        raise TooMuch
    capped = Request(request.scope, _capped(request))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return await _form(capped)
    try:
        body = orjson.loads(await capped.body())
    except orjson.JSONDecodeError:
        raise BadWish(problem="The body is neither JSON nor a form.") from None
    if not isinstance(body, dict):
        raise BadWish(problem="The body must be a JSON object, for instance {“text”: “a boat”}.")
    return body, []


async def _form(request: Request) -> tuple[Mapping[str, object], list[Attachment]]:
    fields: dict[str, object] = {}
    files: list[Attachment] = []
    try:
        async with request.form(
            max_files=parse.MOST_FILES, max_fields=40, max_part_size=_MOST_FIELD
        ) as form:
            for key, value in form.multi_items():
                if isinstance(value, UploadFile):
                    data = await value.read()
                    name, kind = value.filename or "file", value.content_type or ""
                    if data or value.filename:  # a page's form without a file sends neither
                        files.append(parse.attachment(len(files), name, data, kind))
                else:
                    fields[key] = value
    except (MultiPartException, HTTPException) as error:
        said = str(getattr(error, "message", "") or getattr(error, "detail", ""))
        if "files" in said:
            said = parse.TOO_MANY_FILES
        raise BadWish(problem=said or "The form cannot be read.") from None
    return fields, files


def _capped(request: Request) -> Receive:
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise TooMuch
        return message

    return receive
