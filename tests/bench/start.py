"""How soon is it ready, and what does it use while nobody speaks?"""

from __future__ import annotations

from tests.bench.process import easel, model


async def main() -> None:
    """Measure a start with another model, and one with the built-in model."""
    async with model(0, 100) as url:
        for _ in range(2):
            async with easel(url) as one:
                print(f"ready after {one.started:.2f} s, {one.memory():.0f} MB at rest")
    async with easel() as one:
        print(f"with the built-in model: ready after {one.started:.2f} s, {one.memory():.0f} MB")
