"""What is a code that copies a canvas, and what is known of the canvas that it is of?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ports.messages import Copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that copies a canvas."""

    #: SHA-256 of the code; it is kept nowhere
    hash: str
    #: Unix time after which it is good for nothing
    until: float
    conversation: str
    #: the version that the copy goes on from
    version: str
    #: where the canvas is, as everybody of its workspace may read it; "": that is not for everybody
    origin: str
    #: the canvas's
    platform: str = ""
    workspace: str = ""
    #: what its workspace allows
    copies: Copies | None = None
