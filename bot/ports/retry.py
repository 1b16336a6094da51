"""How is a call repeated that failed for a moment only?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.retry")


async def retry(
    call: Callable[[], Awaitable[T]],
    *,
    is_transient: Callable[[Exception], bool],
    pauses: Sequence[float],
) -> T:
    """Await `call()`, once more after each pause while its error is transient. Raise its last error.

    `call` builds everything anew, file handles too.
    """
    for pause in pauses:
        try:
            return await call()
        except Exception as error:
            if not is_transient(error):
                raise
            _log.info("call failed, retrying", seconds=pause, error=repr(error)[:200])
        await asyncio.sleep(pause)
    return await call()
