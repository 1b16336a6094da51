"""How soon is it ready, and what does it use while nobody speaks?"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from bot.sketch.edit import drawn
from bot.sketch.grammar import steps_of
from bot.sketch.picture import finished
from bot.sketch.scene import Scene
from tests.bench.process import easel, model


async def sketch() -> None:
    """Measure the built-in model: its start, a picture, a picture in each of the slow styles."""
    command = (sys.executable, "-m", "bot.sketch", "--until-stdin-closes")
    for _ in range(2):
        began, pipe = time.perf_counter(), asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        assert child.stdin
        assert child.stdout
        await child.stdout.readline()
        print(f"the built-in model alone: ready after {time.perf_counter() - began:.2f} s")
        child.stdin.close()
        await child.wait()
    language, steps = steps_of("a red house and a tree by the sea at sunset, a dog, write HELLO")
    scene = drawn(steps, Scene(seed=5), 0, language).scene
    for style in ("none", "none", "poster", "pencil", "neon", "painting", "watercolour"):
        began = time.process_time()
        finished(replace(scene, style=style))
        print(f"1024 × 1024, style {style}: {time.process_time() - began:.2f} s of CPU")


async def main() -> None:
    """Measure a start with another model, and one with the built-in model."""
    async with model(0, 100) as url:
        for _ in range(2):
            async with easel(url) as one:
                print(f"ready after {one.started:.2f} s, {one.memory():.0f} MB at rest")
    async with easel() as one:
        print(f"with the built-in model: ready after {one.started:.2f} s, {one.memory():.0f} MB")
    await sketch()
