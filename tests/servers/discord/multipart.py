"""What is in a form with files? Split whole, as the reader of aiohttp takes 6 ms for a picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import content_disposition_filename, parse_content_disposition

from tests.servers.discord.errors import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_DISPOSITION = re.compile(rb"(?im)^content-disposition:[ \t]*(.*?)\r?$")


class Piece(NamedTuple):
    name: str
    filename: str | None
    data: bytes


def pieces(content_type: str, body: bytes) -> Iterator[Piece]:
    """Go through the parts of a form; refuse what is none."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise refused(50109)
    _, *parts = body.split(b"--" + boundary[1].encode())
    for part in parts:
        if part.startswith(b"--"):
            return
        head, gap, data = part.partition(b"\r\n\r\n")
        found = _DISPOSITION.search(head)
        if not gap or found is None:
            raise refused(50109)
        _, named = parse_content_disposition(found[1].decode("utf-8", "replace"))
        yield Piece(named.get("name", ""), content_disposition_filename(named), data[:-2])
