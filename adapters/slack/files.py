"""How does a file get to Slack? A ticket, the bytes, the completion; a picture is then processed for a while.

A message that shows a picture earlier is refused.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from adapters.slack.text import clean
from adapters.slack.web_api import RETRY_PAUSES, CallLost, CallRefused, is_lost
from bot.ports.retry import retry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adapters.slack.web_api import WebApi
    from bot.ports.messages import Json

#: what a block may show, and the ending of its name
SHOWABLE = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
#: seconds for Slack to process a file
PROCESSING_TIMEOUT = 30.0
_MAX_ALT = 1000
#: seconds between two looks at whether a file is processed; the last one again and again
_LOOK_PAUSES = (0.15, 0.3, 0.6, 1.2, 1.5)
#: looks a minute, of 100, above which each waits four times as long
_MANY_LOOKS = 30


class NeverProcessed(Exception):
    """Slack took a file, and did not get ready to show it."""


class Files:
    """Uploads files to Slack. All of it raises CallRefused and CallLost."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def upload_image(self, name: str, data: bytes, alt: str) -> str:
        """Upload a picture, wait until a message can show it, and return its id. Raise NeverProcessed too."""
        file = await self._upload(name, data, alt)
        completed = await self._complete(file, name)
        if not completed.get("mimetype"):
            await self._wait_until_processed(file)
        return file

    async def share(self, name: str, path: Path, channel: str, thread: str | None) -> None:
        """Upload a file from disk into a thread."""
        file = await self._upload(name, path)
        await self._complete(file, name, channel_id=channel, thread_ts=thread)

    async def delete(self, files: Iterable[str]) -> None:
        """Delete files that nothing shows any more."""
        for file in files:
            await self._api.try_call("files.delete", file=file)

    async def _upload(self, name: str, source: bytes | Path, alt: str = "") -> str:
        """Send a file's bytes, and return its id."""

        async def send() -> str:
            if isinstance(source, bytes):
                return await self._send(name, len(source), source, alt)
            size = (await asyncio.to_thread(source.stat)).st_size
            with await asyncio.to_thread(source.open, "rb") as opened:
                return await self._send(name, size, opened, alt)

        return await retry(send, is_transient=is_lost, pauses=RETRY_PAUSES)

    async def _send(self, name: str, length: int, data: bytes | BinaryIO, alt: str) -> str:
        ticket = await self._api.call(
            "files.getUploadURLExternal",
            idempotent=False,  # a ticket is good for one try
            filename=name,
            length=length,
            alt_txt=clean(alt, _MAX_ALT) or None,
        )
        await self._api.upload(ticket["upload_url"], data)
        return str(ticket["file_id"])

    async def _complete(self, file: str, name: str, **share: Any) -> Json:  # noqa: ANN401 - arguments
        """Complete an upload, and return what Slack says of the file. `share`: where it is posted."""

        async def complete() -> Json:
            try:
                answer = await self._api.call(
                    "files.completeUploadExternal",
                    idempotent=False,
                    files=[{"id": file, "title": name}],
                    **share,
                )
            except CallLost:  # it can be done once: was it?
                answer = await self._api.try_call("files.info", file=file) or {}
                if "file" not in answer:
                    raise
                return dict(answer["file"])
            return dict(next(iter(answer.get("files") or ()), {}))

        return await retry(complete, is_transient=is_lost, pauses=RETRY_PAUSES[:2])

    async def _wait_until_processed(self, file: str) -> None:
        """Wait until a file has its type: earlier no message may show it. Raise NeverProcessed."""
        end = time.monotonic() + PROCESSING_TIMEOUT
        looks = iter(_LOOK_PAUSES)
        pause = next(looks)
        while True:
            many = self._api.limits.used("files.info") > _MANY_LOOKS
            await asyncio.sleep(4 * pause if many else pause)
            try:
                info = (await self._api.call("files.info", file=file))["file"]
            except CallRefused as error:
                raise NeverProcessed(f"{file}: {error.code}") from error
            if info.get("mimetype"):
                return
            if time.monotonic() > end:
                raise NeverProcessed(file)
            pause = next(looks, pause)
