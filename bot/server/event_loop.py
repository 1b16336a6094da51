"""How is the event loop run, so that the memory that large pictures took goes back to the system?"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

#: glibc's numbers (mallopt(3)): how much free memory is kept at the end of the heap, and from which size on a block
#: is mapped apart
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT, _LARGE = 16 * 1024 * 1024, 4 * 1024 * 1024


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
    """Have each block of 4 MB and more go back to the system when it is freed.

    By itself glibc raises that size to 32 MB after the first large block is freed, and pictures of 20 MB leave
    holes that stay. Smaller ones are used again: to map a picture of 1.5 MB anew for each step that it takes is
    half of its CPU. Nothing happens where the C library is another.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
            mallopt(_M_TRIM_THRESHOLD, _KEPT)
