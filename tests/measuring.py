"""Which tests are measured for coverage? Those that prove `bot` and `storage`, each once.

A tracer doubles the CPU time of a test, whatever it measures. So it rests while a test runs on a second platform or
database, in a browser or in programs of its own, or proves an adapter or a local server.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from coverage import Coverage

if TYPE_CHECKING:
    import pytest

_HERE = Path(__file__).parent
_MEASURED = re.compile(r"bot/|storage/|adapters/test_|journeys/test_(?!slack|litellm|image)")
#: the same test on another platform or database
_AGAIN = re.compile(r"\[.*(slack|discord|postgres|shared)|TestSlack|TestDiscord")

_paused: list[Coverage] = []


def switch(item: pytest.Item) -> None:
    """Pause or resume the tracer before a test, where there is one."""
    is_measured = is_counted(item)
    if is_measured and _paused:
        _paused.pop().start()
    elif not is_measured and not _paused and (running := Coverage.current()):
        running.stop()
        _paused.append(running)


def is_counted(item: pytest.Item) -> bool:
    """Return whether what a test reaches is counted."""
    if any(item.iter_markers("unmeasured")) or _AGAIN.search(item.nodeid):
        return False
    return _MEASURED.match(item.path.relative_to(_HERE).as_posix()) is not None
