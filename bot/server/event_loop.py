"""How is the event loop run, so that the memory that large pictures took goes back to the system?"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

#: glibc's number for the size from which a block is mapped apart (mallopt(3)), and that size in bytes
_M_MMAP_THRESHOLD, _LARGE = -3, 1024 * 1024


def run_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one; memory that pictures took goes back to the system."""
    map_large_blocks()
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def map_large_blocks() -> None:
    """Have each block of a megabyte and more go back to the system when it is freed.

    By itself glibc raises that size to 32 MB after the first large block is freed, and pictures of 20 MB leave
    holes that stay. Nothing happens where the C library is another.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
