"""When is a file on disk for good, also through a power cut?

Written under another name, flushed, renamed, and its folder flushed: what is at the name is whole, and there.
Each function blocks: call it in a thread.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: names of unfinished files end so; obstore leaves them out of its lists
_UNFINISHED = "#"


def write(file: Path, data: bytes) -> None:
    """Write a file, whole or not at all, into a folder that is there. Raises OSError."""
    unfinished = file.with_name(f"{file.name}{_UNFINISHED}{secrets.randbits(63)}")
    try:
        with unfinished.open("xb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    flush(file.parent)


def make(folder: Path) -> None:
    """Make a folder, and those above it, where they are missing. Raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in reversed(missing):
        flush(one.parent)


def flush(folder: Path) -> None:
    """Flush which names a folder holds. Raises OSError."""
    if os.name == "nt":  # folders cannot be opened there, and NTFS logs their changes itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
