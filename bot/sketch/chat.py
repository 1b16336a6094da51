"""How is a request answered: drawn, streamed, or made to fail as asked?"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

from bot.sketch.faults import Faults, Refusal
from bot.sketch.picture import finished, render
from bot.sketch.reply import Reply
from bot.sketch.wire import COMMENT, Form

#: Shares of the full size at which previews are drawn, coarse to fine.
PREVIEWS: Final = (0.125, 0.25, 0.5)
BEAT: Final = 1.0  #: Seconds between two signs of life while an answer is made slow on purpose.
MOST_WAITING: Final = 64
PATIENCE: Final = 1.0  #: Seconds after which a silent stream says that it lives.
T = TypeVar("T")


class Worker:
    """Draws one picture after the other, on one thread: the renderer holds the interpreter anyway."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sketch")
        self._waiting = 0

    def admit(self) -> None:
        """Raise Refusal where too many wait to be drawn."""
        if self._waiting >= MOST_WAITING:
            raise Refusal(
                status=503, message="Too many drawings are waiting. Try again soon.",
                code="overloaded", headers={"Retry-After": "2"},
            )  # fmt: skip

    async def run(self, work: Callable[[], T]) -> T:
        """Run something in the drawing thread."""
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

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


def _broken(image: bytes, faults: Faults) -> bytes:
    return image[: len(image) // 2] if "broken" in faults.words else image


async def completed(worker: Worker, form: Form, faults: Faults, reply: Reply) -> dict[str, Any]:
    """Return the body of an answer that isn't streamed."""
    await asyncio.sleep(faults.delay)
    images = [await worker.run(partial(finished, scene)) for scene in reply.scenes]
    return form.body(reply, [_broken(image, faults) for image in images])


async def streamed(
    worker: Worker, form: Form, faults: Faults, reply: Reply, previews: int
) -> AsyncIterator[bytes]:
    """Yield the events of an answer: signs of life, previews, pictures."""
    yield form.begin(reply)
    shares = PREVIEWS[len(PREVIEWS) - previews :] if reply.scenes else ()
    pause = faults.delay / (len(shares) + 1)
    for index, share in enumerate(shares):
        async for beat in _beats(pause):
            yield beat
        async for small in worker.patiently(partial(render, reply.scenes[0], share)):
            yield COMMENT if small is None else form.preview(index, small)
    async for beat in _beats(pause):
        yield beat
    if "cut" in faults.words:
        return
    images = []
    for scene in reply.scenes:
        async for image in worker.patiently(partial(finished, scene)):
            if image is None:
                yield COMMENT
            else:
                images.append(_broken(image, faults))
    for part in form.end(reply, images):
        yield part


async def _beats(seconds: float) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0:
        await asyncio.sleep(min(BEAT, left))
        yield COMMENT
