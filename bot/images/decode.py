"""Where are pictures decoded? One at a time; what takes much memory in a child process that may take no more.

The child goes when it is done, and its memory with it; what hostile bytes do to a decoder stays in there.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.images import inspect
from bot.ports import limits

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

#: bytes of memory that decoding may take in this process
_HERE = 36 * 1024 * 1024
#: pixels of the longer side of the smallest that is asked for
_LEAST = 512
#: bytes that a child may take, the program itself included
_THERE = limits.MAX_DECODING_MEMORY + 96 * 1024 * 1024
#: seconds that a child may take
_PATIENCE = 60.0
#: what a child's environment keeps: no key is any use to it
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
_PATH = {"PYTHONPATH": str(Path(__file__).parents[2])}
#: of one thread: what waits for it takes no thread of those that others need
_one = ThreadPoolExecutor(1, thread_name_prefix="pictures")


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something with pictures (bytes among `args`) when it is its turn. Raise what it raises, or NotAnImage."""
    return await asyncio.get_running_loop().run_in_executor(
        _one, lambda: _done(work, *args, **kwargs)
    )


def run_sync(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do as `run` does, for who is in a thread already."""
    return _one.submit(lambda: _done(work, *args, **kwargs)).result()


def _done(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    if all(_small(one) for one in _bytes_in(args)):
        return work(*args, **kwargs)
    return run_in_child(work, *args, **kwargs)


def _bytes_in(args: tuple[object, ...]) -> list[bytes]:
    """Find the pictures among what is given, also those in a pair with their names."""
    found = [one for one in args if isinstance(one, bytes)]
    return found + [two for one in args if isinstance(one, tuple) for two in _bytes_in(one)]


def _small(data: bytes) -> bool:
    """Can these be decoded here? Raise NotAnImage for what is none, or takes too much anywhere."""
    kind = inspect.sniff_sent(data)
    if kind in {"image/heic", "image/avif"}:
        return False
    inspect.memory_of(data, _LEAST)
    return inspect.memory_of(data) <= _HERE


def run_in_child(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a child process with a memory of its own. Raise what it raises, or NotAnImage."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bot.images.decode"],
            input=pickle.dumps((work, args, kwargs)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | _PATH,
        )
    except subprocess.TimeoutExpired:
        raise inspect.NotAnImage("it takes too long to read") from None
    if done.returncode:
        raise inspect.NotAnImage("it takes too much memory to read")
    good, found = pickle.loads(done.stdout)  # noqa: S301 - our own child's
    if not good:
        raise found
    result: T = found
    return result


def main() -> None:
    """Do what stands on standard input, and write what came of it."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_DATA, (_THERE, _THERE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    try:
        answer = True, work(*args, **kwargs)
    except inspect.NotAnImage as error:
        answer = False, error
    pickle.dump(answer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
