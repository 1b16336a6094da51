"""How does a ZIP file that is too large for one message arrive? In parts, each a ZIP file of its own. Blocks."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: bytes that a file and its ZIP file need beside its data, at most
_BESIDE = 1024


def split(path: Path, most: int) -> list[Path]:
    """Write the parts beside the file, each of up to `most` bytes; a file that fits into none is cut in pieces."""
    room = most - _BESIDE
    parts: list[Path] = []
    archive: zipfile.ZipFile | None = None
    used = 0
    with zipfile.ZipFile(path) as whole:
        for about, data in _pieces(whole, room):
            needs = len(data) + 2 * len(about.filename.encode()) + _BESIDE
            if archive is None or used + needs > most:
                if archive is not None:
                    archive.close()
                parts.append(path.with_name(f"{path.stem}-part-{len(parts) + 1}.zip"))
                archive, used = zipfile.ZipFile(parts[-1], "w"), 0
            about.external_attr = 0o644 << 16
            archive.writestr(about, data)
            used += needs
    if archive is not None:
        archive.close()
    return parts


def _pieces(whole: zipfile.ZipFile, room: int) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Give each file, one at a time; of one that is too large a piece at a time: v2.png.001, v2.png.002."""
    room -= 2 * max((len(one.filename.encode()) + 4 for one in whole.infolist()), default=0)
    for about in whole.infolist():
        if about.file_size <= room:
            yield zipfile.ZipInfo(about.filename, about.date_time), whole.read(about)
            continue
        with whole.open(about) as file:
            number = 0
            while piece := file.read(room):
                number += 1
                name = f"{about.filename}.{number:03}"
                yield zipfile.ZipInfo(name, about.date_time), piece
