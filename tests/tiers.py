"""To which of three tiers does a test belong, and what keeps a unit test to its own?

Acceptance is what people meet: journeys, browsers, crashes, packages. A unit test uses no network, writes no file and
starts no process. What is neither is integration: by a fixture that reaches outside, or by its own mark.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_HERE = Path(__file__).parent
#: the built-in model, a program of its own, and the local servers are tried as they run
_TIERS = {
    **dict.fromkeys(("journeys", "browser", "crash", "test_packaging.py"), "acceptance"),
    **dict.fromkeys(("storage", "selftests", "bot/sketch"), "integration"),
}
#: fixtures that reach outside, or those that they are made of
_OUTSIDE = {"tmp_path", "tmp_path_factory", "model", "postgres", "unused_port", "pytester"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
#: what the interpreter reports (PEP 578) and no unit test does
_REACHES = {
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect"),
    *("subprocess.Popen", "os.fork", "os.posix_spawn", "os.mkdir", "os.rename", "os.remove"),
}

_watching = False
_found: list[str] = []


def mark(item: pytest.Item) -> None:
    """Mark a test with its tier, unless it says one itself."""
    path = item.path.relative_to(_HERE).as_posix()
    of_folder = [tier for folder, tier in _TIERS.items() if path.startswith(folder)]
    if any(item.iter_markers("integration")):
        return
    if of_folder:
        item.add_marker(of_folder[0])
    elif _OUTSIDE.intersection(getattr(item, "fixturenames", ())):
        item.add_marker("integration")
    else:
        item.add_marker("unit")


def watch(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a unit test that reaches outside, when its function is called and when its fixtures are made."""
    global _watching  # noqa: PLW0603 - a hook of the interpreter cannot be taken out again
    _watching = item.get_closest_marker("unit") is not None
    try:
        yield
    finally:
        _watching = False
        found = _found.copy()
        _found.clear()
    if found:
        pytest.fail(f"no unit test: mark it `integration`. {found[0]}", pytrace=False)


def _notice(event: str, args: tuple[Any, ...]) -> None:
    if _watching and (event in _REACHES or (event == "open" and _is_write(*args))):
        found = f"{event} {args!r:.200}"
        if not any(name in found for name in ("__pycache__", ".hypothesis", os.devnull)):
            _found.append(found)


def _is_write(path: object, _mode: object, flags: object) -> bool:
    return isinstance(path, str | bytes | os.PathLike) and bool(cast("int", flags) & _WRITES)


sys.addaudithook(_notice)
