"""How fast is it, beside a floor? `make bench`, or `python -m tests.bench NAME …` for some of it."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys

import tests.bench

#: what others are made of
_PARTS = {"__main__", "model", "process"}


def main() -> None:
    """Run the benchmarks named, else all."""
    known = [one.name for one in pkgutil.iter_modules(tests.bench.__path__)]
    names = sys.argv[1:] or [name for name in known if name not in _PARTS]
    for name in names:
        print(f"— {name}")
        asyncio.run(importlib.import_module(f"tests.bench.{name}").main())


main()
