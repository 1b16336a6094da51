"""Who draws, and how many wait?

One thread: the renderer holds the interpreter anyway, and a single one keeps the server answering between
two drawings.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from bot.sketch import png, scene_json
from bot.sketch.errors import Refusal
from bot.sketch.paint.picture import render
from bot.sketch.scene import Quality, Scene

T = TypeVar("T")
MOST_WAITING: Final = 64
#: Shares of the full size at which previews are drawn, coarse to fine.
PREVIEWS: Final = (0.125, 0.25, 0.5)
#: Seconds after which a silent stream says that it lives.
PATIENCE: Final = 1.0


class Studio:
    """Draws one picture after the other."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sketch")
        self._requests = 0

    def enter(self) -> None:
        """Count a request in. Raises Refusal where too many wait."""
        if self._requests >= MOST_WAITING:
            raise Refusal(
                status=503, message="Too many drawings are waiting. Try again soon.",
                code="overloaded", headers={"Retry-After": "2"},
            )  # fmt: skip
        self._requests += 1

    def leave(self) -> None:
        """Count a request out."""
        self._requests -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """Run something in the drawing thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def patiently(self, work: Callable[[], T]) -> AsyncIterator[T | None]:
        """Run something; yields None each second that it takes, then the result."""
        task = asyncio.ensure_future(self.run(work))
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=PATIENCE)
                if not task.done():
                    yield None
            yield task.result()
        finally:
            task.cancel()

    def close(self) -> None:
        """Take no more work."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def finished(scene: Scene, quality: Quality) -> bytes:
    """Return the PNG with its scene in it."""
    return png.with_text(render(scene, quality), scene_json.dump(scene))


def preview(scene: Scene, share: float) -> bytes:
    """Return a small picture of what will come."""
    return render(scene, "low" if share < 0.2 else "medium", share)
