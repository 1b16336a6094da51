"""Is another Easel running on this data, and how is it spoken to?

An exclusive lock (released by the system however a process ends) keeps a second `run` away; beside it a
file, readable by the owner only, tells commands the running bot's address and a token.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from bot.ports.errors import EaselError
from storage import durable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType


class StartFailed(EaselError):
    """Easel cannot start; the text is a sentence that says what to do."""


@contextmanager
def explain_unwritable(data: Path) -> Iterator[None]:
    """Say which setting is wrong where the data folder cannot be written. Raise StartFailed."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise StartFailed(
            f"EASEL_DATA: {data} cannot be written ({error.strerror}). "
            "Make room and make it writable, or set EASEL_DATA to another folder."
        ) from None


class DataLock:
    """The one Easel of a data folder, while it runs."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = FileLock(data / "easel.lock", timeout=0)
        self._file = data / "running.json"
        self.token = secrets.token_urlsafe(24)

    def __enter__(self) -> Self:
        """Take the lock. Raise StartFailed."""
        try:
            with explain_unwritable(self._data):
                durable.make(self._data)
                self._lock.acquire()
        except Timeout:
            raise StartFailed(
                f"Another Easel already runs on {self._data} ({_describe_owner(self._file)}). "
                "Stop it first, or set EASEL_DATA to another folder."
            ) from None
        return self

    def publish(self, url: str) -> None:
        """Write down where this Easel is reached. Raise StartFailed."""
        with explain_unwritable(self._data):
            self._file.unlink(missing_ok=True)
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with explain_unwritable(self._data), os.fdopen(descriptor, "w") as file:
            json.dump({"pid": os.getpid(), "url": url, "token": self.token}, file)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the lock."""
        with suppress(OSError):  # it says nothing once the lock is free
            self._file.unlink()
        self._lock.release()


def read_running(data: Path) -> dict[str, Any] | None:
    """Return pid, url and token of the Easel that runs on this data; None: none does."""
    lock = FileLock(data / "easel.lock", timeout=0)
    try:
        with lock:
            return None
    except Timeout:
        pass
    except OSError:
        return None
    try:
        found: dict[str, Any] = json.loads((data / "running.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def call_running(found: dict[str, Any], path: str) -> dict[str, Any]:
    """Ask the running Easel to do something. Raise StartFailed."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        found["url"] + path, method="POST", headers={"Authorization": f"Bearer {found['token']}"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            body: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StartFailed(f"The running Easel did not answer ({error}). Try again.") from None
    return body


def _describe_owner(file: Path) -> str:
    try:
        return f"process {json.loads(file.read_text())['pid']}"
    except (OSError, ValueError, KeyError):
        return "it is just starting"
