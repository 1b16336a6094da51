"""Which pictures does a message hold, and how are they read?

With the bot's token, from Slack alone, and only if it is a file: without the right token Slack answers 200 with a page.
A file of another company comes with its id only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from adapters.slack.web_api import CallFailed
from bot.ports.language import _
from bot.ports.messages import Attachment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from adapters.slack.web_api import WebApi
    from bot.ports.messages import Json

_CHUNK_SIZE = 64 * 1024
#: files of one message, as many as Slack lets people send
_MAX_FILES = 10
#: of another app's picture, so that a form can carry it
_MAX_URL = 1000
#: what the id of "the newest picture of a thread" begins with
_NEWEST = "newest/"


def find_files(message: Json) -> tuple[Attachment, ...]:
    """Return the files of a message, and of what it forwards."""
    forwarded = [one for one in message.get("attachments") or () if one.get("is_share")]
    files = [file for one in (message, *forwarded) for file in one.get("files") or ()]
    files = [one for one in files if one.get("id") and one.get("mode") != "tombstone"]
    return tuple(
        Attachment(
            id=one["id"],
            name=one.get("name") or one.get("title") or _("a file"),
            media_type=one.get("mimetype") or "",
            size=one.get("size"),
            url=one.get("url_private_download") or one.get("url_private"),
        )
        for one in files[:_MAX_FILES]
    )


def find_pictures(message: Json) -> tuple[Attachment, ...]:
    """Return the pictures of any message: its files, and what blocks and other apps show by address."""
    found = [
        one
        for one in find_files(message)
        if not one.media_type or one.media_type.startswith("image/")
    ]
    attached = [one for one in message.get("attachments") or () if isinstance(one, dict)]
    blocks = [*(message.get("blocks") or ())]
    for one in attached:
        blocks += one.get("blocks") or ()
        for inner in one.get("message_blocks") or ():
            blocks += (inner.get("message") or {}).get("blocks") or ()
    found += _in_blocks(blocks)
    urls = (one.get("image_url") or one.get("thumb_url") for one in attached)
    found += [_linked(url) for url in urls if url and len(url) < _MAX_URL]
    return tuple(found[:_MAX_FILES])


def _in_blocks(blocks: Iterable[Json]) -> Iterator[Attachment]:
    for block in blocks:
        for image in (block, block.get("accessory") or {}):
            if image.get("type") != "image":
                continue
            file = image.get("slack_file") or {}
            if file.get("id"):
                yield Attachment(id=file["id"], name=_("a picture"), media_type="")
            elif file.get("url") or image.get("image_url"):
                yield _linked(file.get("url") or image["image_url"])


def _linked(url: str) -> Attachment:
    """Return a picture that another app shows by its address."""
    return Attachment(id=url, name=_("a picture"), media_type="", url=url)


def newest_picture(channel: str, thread: str, before: str) -> Attachment:
    """Return the newest picture of a thread; it is looked for when it is read."""
    return Attachment(
        id=f"{_NEWEST}{channel}/{thread}/{before}",
        name=_("the newest picture of this thread"),
        media_type="",
        optional=True,
    )


async def read(api: WebApi, attachment: Attachment) -> AsyncIterator[bytes]:
    """Yield a file's bytes. Raise OSError, FileNotFoundError where a thread has no picture."""
    try:
        if attachment.id.startswith(_NEWEST):
            attachment = await _find_newest(api, attachment.id)
        async with await api.download(await _address(api, attachment)) as answer:
            page = answer.content_type == "text/html"
            if answer.status != 200 or page:
                raise OSError(f"{attachment.id}: {answer.status} {answer.content_type}")
            async for chunk in answer.content.iter_chunked(_CHUNK_SIZE):
                yield chunk
    except (CallFailed, aiohttp.ClientError, TimeoutError) as error:
        raise OSError(f"{attachment.id}: {error!r}") from error


async def _find_newest(api: WebApi, id_: str) -> Attachment:
    channel, thread, before = id_.removeprefix(_NEWEST).split("/")
    newest = None
    async for message in api.messages(channel, thread):
        if float(message["ts"]) < float(before):
            newest = next(iter(find_pictures(message)), newest)
    if newest is None:
        raise FileNotFoundError(f"no picture in {thread}")
    return newest


async def _address(api: WebApi, attachment: Attachment) -> str:
    if attachment.url or "://" in attachment.id:
        return attachment.url or attachment.id
    file = (await api.call("files.info", file=attachment.id))["file"]
    url = file.get("url_private_download") or file.get("url_private")
    if not url:
        raise OSError(f"{attachment.id} has no address")
    return str(url)
