"""How does a file get to Slack? A ticket, the bytes, the end; a picture is then processed for a while.

A message that shows a picture earlier is refused.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from adapters.slack.text import clean
from adapters.slack.web_api import Lost, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.slack.web_api import Api

    Data = bytes | BinaryIO

Json = dict[str, Any]

#: seconds for Slack to process a file
PATIENCE = 30.0
#: characters of an alt text that is sent along
_MOST_ALT = 1000
#: seconds between two looks at whether a file is processed; the last one again and again
_LOOKS = (0.15, 0.3, 0.6, 1.2, 1.5)
#: looks a minute above which each waits longer, since there are 100
_MANY_LOOKS = 30
#: whole uploads of one file, where connections break
_TRIES = 3


class NeverProcessed(Exception):
    """Slack took a file, and did not get ready to show it."""


class Sending:
    """Sends files to Slack. All of it raises Lost and Refused."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def shown(self, name: str, data: bytes, alt: str) -> str:
        """Upload a picture, and wait until a message can show it; give its id. Raises NeverProcessed too."""
        about = await self._sent(name, len(data), data, alt)
        file = str(about["id"])
        if not about.get("mimetype"):
            await self._processed(file)
        return file

    async def shared(self, name: str, path: Path, to: Json) -> None:
        """Upload a file from disk, and share it: `to` says where."""
        size = (await asyncio.to_thread(path.stat)).st_size
        for left in reversed(range(_TRIES)):
            with await asyncio.to_thread(path.open, "rb") as opened:
                try:
                    await self._sent(name, size, opened, "", to)
                except Lost:
                    if not left:
                        raise
                else:
                    return

    async def _sent(
        self, name: str, length: int, data: Data, alt: str, to: Json | None = None
    ) -> Json:
        """Upload a file; give what Slack says of it. `to`: where it is shared; None: nowhere yet."""
        tries = _TRIES if isinstance(data, bytes) else 1
        while True:
            ticket = await self._api.call(
                "files.getUploadURLExternal",
                filename=name,
                length=length,
                alt_txt=clean(alt, _MOST_ALT) or None,
            )
            file = str(ticket["file_id"])
            tries -= 1
            try:
                await self._api.upload(ticket["upload_url"], data)
            except Lost:
                if not tries:
                    raise
            else:
                return {**await self._completed(file, name, to or {}), "id": file}

    async def _completed(self, file: str, name: str, to: Json) -> Json:
        """End an upload; a lost answer is asked for, since an upload can be ended once."""
        for left in reversed(range(_TRIES)):
            try:
                answer = await self._api.call(
                    "files.completeUploadExternal",
                    twice=False,
                    files=[{"id": file, "title": name}],
                    **to,
                )
            except Lost:
                about = await self._about(file)
                if about is not None:
                    return about
                if not left:
                    raise
            else:
                return next(iter(answer.get("files") or ()), {})
        raise Lost("files.completeUploadExternal")

    async def _about(self, file: str) -> Json | None:
        """Ask for a file; None: there is none."""
        try:
            answer = await self._api.call("files.info", file=file)
        except Refused:
            return None
        found: Json = answer["file"]
        return found

    async def _processed(self, file: str) -> None:
        """Wait until a file has its type: earlier no message may show it. Raises NeverProcessed."""
        end = time.monotonic() + PATIENCE
        looks = iter(_LOOKS)
        pause = next(looks)
        while True:
            many = self._api.limits.used("files.info") > _MANY_LOOKS
            await asyncio.sleep(4 * pause if many else pause)
            try:
                about = (await self._api.call("files.info", file=file))["file"]
            except Refused as error:
                raise NeverProcessed(f"{file}: {error.code}") from error
            if about.get("mimetype"):
                return
            if time.monotonic() > end:
                raise NeverProcessed(file)
            pause = next(looks, pause)
