"""Where are pictures decoded? One at a time; large ones in a child process with limited memory.

The child ends when it is done, and its memory with it; what hostile bytes do to a decoder stays in there.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from bot.images import inspect
from bot.ports import limits
from bot.ports.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

#: bytes of memory that decoding may take in this process
_MAX_IN_PROCESS = 36 * 1024 * 1024
#: pixels of the longer side of the smallest that is asked for
_MIN_SIDE = 512
#: bytes that a child may take, the program itself included
_MAX_IN_CHILD = limits.MAX_DECODING_MEMORY + 96 * 1024 * 1024
#: seconds that a child may take
_CHILD_TIMEOUT = 60.0
#: what a child's environment keeps: it needs no keys
_CHILD_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
_PATH = {"PYTHONPATH": str(Path(__file__).parents[2])}
#: of one thread of its own, so that who waits takes none that others need
_executor = ThreadPoolExecutor(1, thread_name_prefix="pictures")


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work` with pictures (bytes among `args`) when it is its turn. Raise what it raises, or NotAnImage."""
    return await asyncio.get_running_loop().run_in_executor(
        _executor, lambda: _run(work, *args, **kwargs)
    )


def run_sync(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do as `run` does, within a thread."""
    return _executor.submit(lambda: _run(work, *args, **kwargs)).result()


def _run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    if all(_fits_in_process(one) for one in _pictures_in(args)):
        return work(*args, **kwargs)
    return run_in_child(work, *args, **kwargs)


def _pictures_in(args: tuple[object, ...]) -> list[bytes]:
    """Find the pictures among what is given, also those in a pair with their names."""
    found = [one for one in args if isinstance(one, bytes)]
    return found + [two for one in args if isinstance(one, tuple) for two in _pictures_in(one)]


def _fits_in_process(data: bytes) -> bool:
    """Can these be decoded in this process? Raise NotAnImage for what is none, or takes too much anywhere."""
    kind = inspect.sniff_upload(data)
    if kind in {"image/heic", "image/avif"}:
        return False
    inspect.estimate_memory_of(data, _MIN_SIDE)
    return inspect.estimate_memory_of(data) <= _MAX_IN_PROCESS


def run_in_child(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work` in a child process. Raise what it raises, or NotAnImage."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bot.images.decode"],
            input=pickle.dumps((work, args, kwargs)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_CHILD_TIMEOUT,
            check=False,
            env={name: os.environ[name] for name in _CHILD_ENVIRONMENT if name in os.environ}
            | _PATH,
        )
    except subprocess.TimeoutExpired:
        raise inspect.NotAnImage(N_("it takes too long to read")) from None
    if done.returncode:
        raise inspect.NotAnImage(inspect.TOO_MUCH_MEMORY)
    succeeded, result = pickle.loads(done.stdout)  # noqa: S301 - our own child's
    if not succeeded:
        raise result
    return cast("T", result)


def main() -> None:
    """Do what standard input asks for, and write the result."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_DATA, (_MAX_IN_CHILD, _MAX_IN_CHILD))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    try:
        answer = True, work(*args, **kwargs)
    except inspect.NotAnImage as error:
        answer = False, error
    pickle.dump(answer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
