"""Which tests are measured for coverage? Those of bot and storage themselves.

A tracer doubles the CPU time of a test, whatever it measures. What journeys, browsers and adapters reach of `bot` and
`storage` is proven there already, so it runs only while a test of these two does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coverage import Coverage

if TYPE_CHECKING:
    import pytest

_HERE = Path(__file__).parent
_MEASURED = tuple(str(_HERE / name) for name in ("bot/", "storage/"))

_paused: list[Coverage] = []


def switch(item: pytest.Item) -> None:
    """Pause or resume the tracer before a test, where there is one."""
    is_measured = str(item.path).startswith(_MEASURED) and not any(item.iter_markers("unmeasured"))
    if is_measured and _paused:
        _paused.pop().start()
    elif not is_measured and not _paused and (running := Coverage.current()):
        running.stop()
        _paused.append(running)
