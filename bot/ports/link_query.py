"""Where does a browser find an image without asking Easel for its bytes?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports.queries import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuery(Query["str | None"]):
    """The address of an image in its bucket, good for some minutes; None: Easel alone gives it, or there is none."""

    blob: str
    #: pixels of the longer side of a small copy: 160 or 640; None: the image itself
    width: int | None = None
