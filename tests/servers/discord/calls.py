"""What did the app ask of Discord? One record a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.discord.form import Form, Part

if TYPE_CHECKING:
    from tests.servers.discord.attachments import Upload
    from tests.servers.discord.errors import Json


@dataclass(eq=False, slots=True, kw_only=True)
class Call:
    method: str
    #: without the version, as it came
    path: str
    #: `POST /channels/{channel_id}/messages`
    route: str
    #: what the braces of the route stand for
    args: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    #: the JSON body, or None
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)
    #: bytes of the whole body
    size: int = 0
    #: Discord's clock, seconds
    at: float
    #: what was answered; None while it is not
    status: int | None = None
    answer: Any = None

    def part(self) -> Part:
        """The body as an object to read; anything else counts as empty."""
        return Part(Form(), (), self.body if isinstance(self.body, dict) else {})

    def part_of(self, key: str) -> Part:
        """Read an object inside the body, with its place; absent: empty."""
        body: Json = self.body if isinstance(self.body, dict) else {}
        found = body.get(key)
        return Part(Form(), (key,), found if isinstance(found, dict) else {})

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} → {self.status}>"
