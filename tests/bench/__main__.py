"""How fast is it, beside a floor? `make bench`; `python -m tests.bench NAME …` for one of the others."""

from __future__ import annotations

import asyncio
import importlib
import sys

#: what `make bench` runs, and what takes longer and is run by its name
_ALWAYS, _BY_NAME = ("beside",), ("ledger", "replicas", "scale", "sketch")


def main() -> None:
    """Run the benchmarks named, else those beside the floor."""
    for name in sys.argv[1:] or _ALWAYS:
        if name not in {*_ALWAYS, *_BY_NAME}:
            sys.exit(f"There is no benchmark {name!r}, only {', '.join(_ALWAYS + _BY_NAME)}")
        print(f"— {name}")
        asyncio.run(importlib.import_module(f"tests.bench.{name}").main())


main()
