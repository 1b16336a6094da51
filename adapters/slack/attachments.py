"""How are the files read that people send? With the bot's token, from Slack alone, and only if it is a file.

Without the right token Slack answers 200 with a page; a file of another company comes with its id only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

from adapters.slack import parse
from adapters.slack.web_api import Lost, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.web_api import Api
    from bot.ports.messages import Attachment

Json = dict[str, Any]

_PIECE = 64 * 1024
_PAGE = 200
_PAGES = 5


class NotRead(OSError):
    """A file that Slack did not give."""


async def read(api: Api, attachment: Attachment) -> AsyncIterator[bytes]:
    """Read a file. Raises NotRead, or FileNotFoundError where a thread has no picture."""
    try:
        linked = attachment.id if "://" in attachment.id else None
        url = attachment.url or linked or await _address(api, await _file(api, attachment))
        async with api.download(url) as answer:
            page = answer.content_type == "text/html"
            if answer.status != 200 or page:
                raise NotRead(f"{attachment.id}: {answer.status} {answer.content_type}")
            async for piece in answer.content.iter_chunked(_PIECE):
                yield piece
    except (Lost, Refused, aiohttp.ClientError, TimeoutError) as error:
        raise NotRead(f"{attachment.id}: {error!r}") from error


async def _address(api: Api, file: str) -> str:
    if "://" in file:
        return file
    about = (await api.call("files.info", file=file))["file"]
    url = about.get("url_private_download") or about.get("url_private")
    if not url:
        raise NotRead(f"{file} has no address")
    return str(url)


async def _file(api: Api, attachment: Attachment) -> str:
    if not attachment.id.startswith(f"{parse.NEWEST}/"):
        return attachment.id
    _, channel, thread, before = attachment.id.split("/")
    newest = None
    cursor: str | None = None
    for _ in range(_PAGES):
        answer = await api.call(
            "conversations.replies",
            channel=channel,
            ts=thread,
            limit=_PAGE,
            cursor=cursor,
        )
        for message in answer["messages"]:
            if float(message["ts"]) < float(before):
                newest = next(iter(parse.pictures(message)), newest)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    if newest is None:
        raise FileNotFoundError(f"no picture in {thread}")
    return newest.url or newest.id
