"""How soon is the built-in model ready, and what does a picture of it cost?"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from bot.sketch.edit import drawn
from bot.sketch.grammar import steps_of
from bot.sketch.picture import finished
from bot.sketch.scene import Scene


async def main() -> None:
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
