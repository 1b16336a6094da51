"""What is a file once it is on Discord?"""

from __future__ import annotations

import hashlib
import hmac
import io
import mimetypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from tests.servers.discord.clock import Clock
    from tests.servers.discord.errors import Json

_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to Discord."""

    name: str
    data: bytes
    #: None: Discord goes by the name
    content_type: str | None = None


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Attachment:
    id: int
    channel_id: int
    name: str
    data: bytes
    content_type: str | None
    #: (width, height) of an image
    pixels: tuple[int, int] | None
    description: str | None = None
    ephemeral: bool = False

    @classmethod
    def of(
        cls,
        upload: Upload,
        snowflake: int,
        channel_id: int,
        *,
        description: str | None = None,
        ephemeral: bool = False,
    ) -> Attachment:
        """Keep a file as Discord does: its name made safe, its type by the name, its pixels read."""
        name = safe_name(upload.name)
        return cls(
            id=snowflake,
            channel_id=channel_id,
            name=name,
            data=upload.data,
            content_type=upload.content_type or mimetypes.guess_type(name)[0],
            pixels=_pixels(upload.data),
            description=description,
            ephemeral=ephemeral,
        )

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.data)} bytes>"

    @property
    def path(self) -> str:
        folder = "ephemeral-attachments" if self.ephemeral else "attachments"
        return f"/{folder}/{self.channel_id}/{self.id}/{self.name}"


def safe_name(name: str) -> str:
    """Keep letters, digits, dots, dashes and underscores of a file's name."""
    return _UNUSUAL.sub("_", name).strip("_") or "file"


def _pixels(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


class Links:
    """Signed links to attachments: each works for a while from when it was written."""

    def __init__(self, clock: Clock, life: float, address: str = "") -> None:
        self._clock = clock
        self._life = life
        self.address = address
        self._secret = hashlib.sha256(str(id(self)).encode()).digest()

    def payload(self, attachment: Attachment) -> Json:
        """Show an attachment, with fresh links."""
        about: Json = {
            "id": str(attachment.id),
            "filename": attachment.name,
            "size": len(attachment.data),
            **self.media(attachment),
        }
        about.pop("attachment_id")
        if attachment.description is not None:
            about["description"] = attachment.description
        if attachment.ephemeral:
            about["ephemeral"] = True
        return about

    def media(self, attachment: Attachment) -> Json:
        """Show an attachment inside a component, with fresh links."""
        link = self.link(attachment)
        about: Json = {
            "url": self.address + link,
            "proxy_url": f"{self.address}/media{link}",
            "attachment_id": str(attachment.id),
        }
        if attachment.content_type is not None:
            about["content_type"] = attachment.content_type
        if attachment.pixels is not None:
            about["width"], about["height"] = attachment.pixels
            about["placeholder"], about["placeholder_version"] = "FBAKFgQAAAA=", 1
        return about

    def link(self, attachment: Attachment) -> str:
        now = int(self._clock.seconds())
        until = now + int(self._life)
        return f"{attachment.path}?ex={until:x}&is={now:x}&hm={self._sign(attachment.path, f'{until:x}')}&"

    def _sign(self, path: str, until: str) -> str:
        return hmac.new(self._secret, f"{path} {until}".encode(), hashlib.sha256).hexdigest()

    def works(self, path: str, until: str, signature: str) -> bool:
        """Whether a link's signature is ours and its time is not over."""
        try:
            over = int(until, 16) <= self._clock.seconds()
        except ValueError:
            return False
        return not over and hmac.compare_digest(self._sign(path, until), signature)
