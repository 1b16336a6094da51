"""How does `make test` run the tests: all of them, what failed once more and alone, and never for ever?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_FAILED = _ROOT / ".pytest_cache/v/cache/lastfailed"
#: seconds for both runs together; far more than a busy machine needs
_LIMIT = 60 * 60.0
#: with more failures than these something is broken, and a second run proves nothing
_MOST_AGAIN = 30


class OutOfTimeError(Exception):
    """The tests did not end within the limit."""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _run(until: float, *command: str) -> int:
    """Run a program of this Python in a process group of its own, which ends with it; return its exit code."""
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=_ROOT, start_new_session=True)
    try:
        return process.wait(timeout=max(1.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise OutOfTimeError from None
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a test may have left running, and pytest itself if it still does."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _read_failed() -> list[str]:
    """Return the ids of the tests that failed in the newest run."""
    return sorted(json.loads(_FAILED.read_text())) if _FAILED.exists() else []


def _run_twice(until: float, chosen: list[str]) -> int:
    _FAILED.unlink(missing_ok=True)
    code = _run(
        until, "pytest", "-n", "auto", "--dist", "worksteal", "--cov", "--cov-report=term", *chosen
    )
    failed = _read_failed()
    if code != pytest.ExitCode.TESTS_FAILED or not failed:
        return code
    if len(failed) > _MOST_AGAIN:
        _say(f"\n{len(failed)} tests failed, see above: too many for a second run.")
        return code
    _say(f"\n{len(failed)} tests failed, see above. They run once more, one after another:\n")
    code = _run(until, "pytest", "-n", "1", "--last-failed", "-q", *chosen)
    broken = _read_failed()
    _report("needed a second run, which on an idle machine is a defect", set(failed) - set(broken))
    _report("failed twice", set(broken))
    return code or _run(until, "coverage", "report", "--format=total")


def _report(what: str, tests: set[str]) -> None:
    if tests:
        _say(f"\n{len(tests)} {'test' if len(tests) == 1 else 'tests'} {what}:")
        _say("\n".join(f"  {name}" for name in sorted(tests)))


def main() -> int:
    """Run all tests, or those that the arguments choose."""
    try:
        return _run_twice(time.monotonic() + _LIMIT, sys.argv[1:])
    except OutOfTimeError:
        _say(f"\nThe tests were ended: they took more than {_LIMIT / 60:g} minutes.")
        return 1


if __name__ == "__main__":
    sys.exit(main())
