"""How is a request answered: drawn, streamed, or made to fail as asked?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

from bot.sketch import wire
from bot.sketch.faults import Faults, Refusal, wrong
from bot.sketch.picture import finished, render
from bot.sketch.reply import Reply, reply_to
from bot.sketch.request import ChatRequest, ImageRequest
from bot.sketch.scene import Scene

#: Shares of the full size at which previews are drawn, coarse to fine.
PREVIEWS: Final = (0.125, 0.25, 0.5)
#: Seconds between two signs of life while an answer is made slow on purpose.
BEAT: Final = 1.0
MOST_WAITING: Final = 64
#: Seconds after which a silent stream says that it lives.
PATIENCE: Final = 1.0
T = TypeVar("T")


class Worker:
    """Draws one picture after the other, on one thread: the renderer holds the interpreter anyway."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sketch")
        self._requests = 0

    @contextmanager
    def counted(self) -> Generator[None]:
        """Count a request while it is answered. Raises Refusal where too many wait."""
        if self._requests >= MOST_WAITING:
            raise Refusal(
                status=503, message="Too many drawings are waiting. Try again soon.",
                code="overloaded", headers={"Retry-After": "2"},
            )  # fmt: skip
        self._requests += 1
        try:
            yield
        finally:
            self._requests -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """Run something in the drawing thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

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


async def thought(worker: Worker, request: ChatRequest, faults: Faults) -> Reply:
    """Return what to answer. Raises Refusal."""
    return await worker.run(partial(reply_to, request, text_only="text" in faults.words))


def drawable(reply: Reply) -> Reply:
    """Refuse what the Images API can't answer with an image."""
    if reply.scenes:
        return reply
    message = reply.text or "There is nothing in the prompt that can be drawn."
    raise wrong("prompt", message, "nothing_to_draw")


async def _drawn(worker: Worker, reply: Reply, faults: Faults) -> list[bytes]:
    await asyncio.sleep(faults.delay)
    images = [await worker.run(partial(finished, scene)) for scene in reply.scenes]
    return [_broken(image, faults) for image in images]


def _broken(image: bytes, faults: Faults) -> bytes:
    return image[: len(image) // 2] if "broken" in faults.words else image


async def completed(
    worker: Worker, request: ChatRequest, faults: Faults, reply: Reply
) -> dict[str, Any]:
    """Return the body of a chat answer that isn't streamed."""
    images = await _drawn(worker, reply, faults)
    if "empty" in faults.words:
        return wire.head(request, "chat.completion") | {
            "choices": [],
            "usage": {"completion_tokens": 0},
        }
    return wire.completion(request, reply, images)


async def image_completed(
    worker: Worker, request: ImageRequest, faults: Faults, reply: Reply
) -> dict[str, Any]:
    """Return the body of an Images API answer that isn't streamed."""
    images = await _drawn(worker, reply, faults)
    return wire.images(request, reply, [] if "empty" in faults.words else images)


async def streamed(
    worker: Worker, request: ChatRequest, faults: Faults, reply: Reply
) -> AsyncIterator[bytes]:
    """Yield the events of a chat answer."""
    if "empty" in faults.words:
        yield wire.event(wire.head(request, "chat.completion.chunk") | {"choices": []})
        yield wire.DONE
        return
    yield wire.chunk(request, {"role": "assistant", "content": None if reply.calls else ""})
    if reply.calls:
        calls = [{"index": index} | wire.call_of(call) for index, call in enumerate(reply.calls)]
        yield wire.chunk(request, {"tool_calls": calls})
        yield wire.chunk(request, {}, "tool_calls")
    elif not reply.scenes:
        async for beat in beats(faults.delay):
            yield beat
        yield wire.chunk(request, {"content": reply.text})
        yield wire.chunk(request, {}, "stop")
    else:
        async for part in _pictures(worker, request, faults, reply):
            yield part
        if "cut" in faults.words:
            return
    yield wire.usage_chunk(request, reply)
    yield wire.DONE


async def _previews(
    worker: Worker, scene: Scene, delay: float, amount: int
) -> AsyncIterator[bytes | tuple[int, bytes]]:
    """Yield signs of life, and previews with their numbers."""
    for index, share in enumerate(PREVIEWS[len(PREVIEWS) - amount :]):
        async for beat in beats(delay / (amount + 1)):
            yield beat
        async for small in worker.patiently(partial(render, scene, share)):
            yield wire.COMMENT if small is None else (index, small)
    async for beat in beats(delay / (amount + 1)):
        yield beat


async def _pictures(
    worker: Worker, request: ChatRequest, faults: Faults, reply: Reply
) -> AsyncIterator[bytes]:
    async for part in _previews(worker, reply.scenes[0], faults.delay, len(PREVIEWS)):
        if isinstance(part, bytes):
            yield part
        else:
            yield wire.chunk(request, {"content": [wire.block(part[1], part[0])]})
    if "cut" in faults.words:
        return
    yield wire.chunk(request, {"content": reply.text})
    blocks = []
    for scene in reply.scenes:
        async for image in worker.patiently(partial(finished, scene)):
            if image is None:
                yield wire.COMMENT
            else:
                blocks.append(wire.block(_broken(image, faults)))
    yield wire.chunk(request, {"content": blocks}, "stop")


async def image_streamed(
    worker: Worker, request: ImageRequest, faults: Faults, reply: Reply
) -> AsyncIterator[bytes]:
    """Yield the events of an Images API answer."""
    async for part in _previews(worker, reply.scenes[0], faults.delay, request.partials):
        if isinstance(part, bytes):
            yield part
        else:
            number = {"partial_image_index": part[0]}
            yield wire.image_event(request, "partial_image", part[1], number)
    for scene in () if "cut" in faults.words else reply.scenes:
        image = _broken(await worker.run(partial(finished, scene)), faults)
        usage = {"usage": wire.image_usage(request, reply)}
        yield wire.image_event(request, "completed", image, usage)


async def beats(seconds: float) -> AsyncIterator[bytes]:
    """Wait on purpose, with a comment each second."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0:
        await asyncio.sleep(min(BEAT, left))
        yield wire.COMMENT
