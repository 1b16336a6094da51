"""How does Slack keep a file, from the ticket of its upload to the picture in a message?

Processing is asynchronous: until it is done the file has no type, and no message may show it.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from tests.servers.slack.message import Message
    from tests.servers.slack.values import Json
    from tests.servers.slack.workspace import Workspace

#: What a slack_file may be, by Slack's `filetype`.
SHOWABLE = {"png", "jpg", "gif"}

_TYPES = {
    "PNG": ("image/png", "png", "PNG"),
    "JPEG": ("image/jpeg", "jpg", "JPEG"),
    "GIF": ("image/gif", "gif", "GIF"),
    "WEBP": ("image/webp", "webp", "WebP"),
}
_BY_NAME = {
    "png": _TYPES["PNG"],
    "jpg": _TYPES["JPEG"],
    "jpeg": _TYPES["JPEG"],
    "gif": _TYPES["GIF"],
    "webp": _TYPES["WEBP"],
    "txt": ("text/plain", "text", "Plain Text"),
    "pdf": ("application/pdf", "pdf", "PDF"),
}
#: Which of a file's lists names a channel of this kind.
_LISTED = {"public": "channels", "private": "groups", "mpim": "groups", "im": "ims"}


@dataclass(kw_only=True)
class Processing:
    """How this Slack treats what is uploaded; a test changes it as it likes."""

    #: seconds until a finished upload has its type; 0: at once, in the answer that finishes it;
    #: None: never, or when a test calls `process`
    delay: float | None = 0.02
    #: name endings that are refused, "webp"
    refused: set[str] = field(default_factory=set)


@dataclass(kw_only=True, eq=False)
class StoredFile:
    """One file of a workspace. Files that people send are processed when they arrive."""

    workspace: Workspace
    id: str
    name: str
    title: str
    #: who uploaded it: a user id
    user: str
    created: int
    length: int
    alt_txt: str = ""
    data: bytes | None = None
    completed: bool = False
    processed: bool = False
    deleted: bool = False
    #: is it of another company's workspace (Slack Connect)? Then events carry no more than its id
    connect: bool = False
    #: where it can be seen: channel id → the messages
    shared: dict[str, list[Message]] = field(default_factory=dict)
    #: media type, Slack's filetype, its pretty name; found by processing
    kind: tuple[str, str, str] = ("", "", "")
    #: pixels; None: not an image that can be shown
    size: tuple[int, int] | None = None

    def process(self) -> None:
        """Finish processing: the file gets its type, and its size in pixels if it is an image."""
        ending = self.name.rpartition(".")[2].lower()
        self.kind = _BY_NAME.get(ending, ("application/octet-stream", "binary", "Binary"))
        try:
            with Image.open(io.BytesIO(self.data or b"")) as image:
                self.size = image.size
                self.kind = _TYPES.get(str(image.format), self.kind)
        except (UnidentifiedImageError, OSError, ValueError):
            self.size = None
        self.processed = True
        self.workspace.slack.changes.tell()

    async def process_later(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self.process()

    def may_show(self) -> bool:
        """Can the app's messages hold it as an image now?"""
        own = self.user == self.workspace.bot.user_id
        shared = any(self.workspace.channels[one].bot_is_in for one in self.shared)
        fit = self.processed and self.size is not None and self.kind[1] in SHOWABLE
        return fit and not self.deleted and (own or shared)

    @property
    def url_private(self) -> str:
        return f"{self.workspace.slack.url}/files-pri/{self.workspace.id}-{self.id}/{self.name}"

    @property
    def permalink(self) -> str:
        return f"https://{self.workspace.domain}.slack.com/files/{self.user}/{self.id}/{self.name}"

    def stub(self) -> Json:
        """Return what an event says of a file from another company's workspace."""
        return {
            "id": self.id,
            "created": 0,
            "user": self.user,
            "mode": "file_access",
            "file_access": "check_file_info",
        }

    def payload(self, *, in_event: bool = False) -> Json:
        if self.connect and in_event:
            return self.stub()
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        base = f"{self.workspace.id}-{self.id}"
        places: Json = {"channels": [], "groups": [], "ims": []}
        for one in self.shared:
            places[_LISTED[self.workspace.channels[one].kind]].append(one)
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.kind[0] if self.processed else "",
            "filetype": self.kind[1] if self.processed else "",
            "pretty_type": self.kind[2] if self.processed else "",
            "user": self.user,
            "user_team": self.workspace.id,
            "editable": False,
            "size": self.length,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(self.workspace.channels[one].kind == "public" for one in self.shared),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": self.url_private,
            "url_private_download": f"{self.workspace.slack.url}/files-pri/{base}/download/{self.name}",
            "media_display_type": "unknown",
            **({"alt_txt": self.alt_txt} if self.alt_txt else {}),
            **self._thumbs(base),
            "permalink": self.permalink,
            "permalink_public": f"https://slack-files.com/{base}-{self.id.lower()}",
            "has_rich_preview": False,
            "file_access": "visible",
            **places,
            "shares": self._shares(),
        }

    def _thumbs(self, base: str) -> Json:
        if self.size is None:
            return {}
        width, height = self.size
        thumb = f"{self.workspace.slack.url}/files-tmb/{base}-{self.id.lower()}"
        return {
            "thumb_360": f"{thumb}/360_{self.name}",
            "thumb_360_w": min(360, width),
            "thumb_360_h": max(1, round(height * min(1, 360 / width))),
            "original_w": width,
            "original_h": height,
        }

    def _shares(self) -> Json:
        shares: Json = {}
        for one, messages in self.shared.items():
            side = "public" if self.workspace.channels[one].kind == "public" else "private"
            rows = [{"ts": message.ts, "thread_ts": message.thread_ts} for message in messages]
            shares.setdefault(side, {})[one] = rows
        return shares
