"""How is a chat request answered: drawn, streamed, or made to fail as asked?"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

from bot.sketch import wire
from bot.sketch.answer import Answer, answer
from bot.sketch.misbehaviour import Faults
from bot.sketch.request import ChatRequest
from bot.sketch.studio import PREVIEWS, Studio, finished, preview

#: Seconds between two signs of life while an answer is made slow on purpose.
BEAT: Final = 1.0


async def thought(studio: Studio, request: ChatRequest, faults: Faults) -> Answer:
    """Return what to answer. Raises Refusal."""
    return await studio.run(partial(answer, request, text_only=faults.text_only))


async def drawn(studio: Studio, said: Answer, faults: Faults) -> list[bytes]:
    """Return the pictures of an answer."""
    images = []
    for scene in said.scenes:
        image = await studio.run(partial(finished, scene, said.quality))
        images.append(image[: len(image) // 2] if faults.broken else image)
    return images


async def completed(
    studio: Studio, request: ChatRequest, faults: Faults, said: Answer
) -> dict[str, Any]:
    """Return the body of an answer that isn't streamed."""
    await asyncio.sleep(faults.delay)
    if faults.empty:
        return wire.head(request, "chat.completion") | {
            "choices": [],
            "usage": {"completion_tokens": 0},
        }
    return wire.completion(request, said, await drawn(studio, said, faults))


async def streamed(
    studio: Studio, request: ChatRequest, faults: Faults, said: Answer
) -> AsyncIterator[bytes]:
    """Yield the events of an answer."""
    if faults.empty:
        yield wire.event(wire.head(request, "chat.completion.chunk") | {"choices": []})
        yield wire.DONE
        return
    yield wire.chunk(request, {"role": "assistant", "content": None if said.calls else ""})
    if said.calls:
        calls = [{"index": index} | wire.call_of(call) for index, call in enumerate(said.calls)]
        yield wire.chunk(request, {"tool_calls": calls})
        yield wire.chunk(request, {}, "tool_calls")
    elif not said.scenes:
        async for beat in beats(faults.delay):
            yield beat
        yield wire.chunk(request, {"content": said.text})
        yield wire.chunk(request, {}, "stop")
    else:
        async for part in _pictures(studio, request, faults, said):
            yield part
        if faults.cut:
            return
    yield wire.usage_chunk(request, said)
    yield wire.DONE


async def _pictures(
    studio: Studio, request: ChatRequest, faults: Faults, said: Answer
) -> AsyncIterator[bytes]:
    share = faults.delay / (len(PREVIEWS) + 1)
    for index, scale in enumerate(PREVIEWS):
        async for beat in beats(share):
            yield beat
        async for small in studio.patiently(partial(preview, said.scenes[0], scale)):
            if small is None:
                yield wire.COMMENT
            else:
                yield wire.chunk(request, {"content": [wire.block(small, index)]})
    async for beat in beats(share):
        yield beat
    if faults.cut:
        return
    yield wire.chunk(request, {"content": said.text})
    blocks = []
    for scene in said.scenes:
        async for image in studio.patiently(partial(finished, scene, said.quality)):
            if image is None:
                yield wire.COMMENT
            else:
                blocks.append(wire.block(image[: len(image) // 2] if faults.broken else image))
    yield wire.chunk(request, {"content": blocks}, "stop")


async def beats(seconds: float) -> AsyncIterator[bytes]:
    """Wait on purpose, with a comment each second."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0:
        await asyncio.sleep(min(BEAT, left))
        yield wire.COMMENT
