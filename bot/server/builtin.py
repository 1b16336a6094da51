"""How is the built-in model kept running?

As one child process, because it holds the interpreter while it renders. The listening socket is ours, so
that a child that had to be started anew is found at the same address; the child's standard input is a
pipe whose end tells it that we are gone, however we went.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from typing import TYPE_CHECKING

import structlog

from bot.server.http import listen

if TYPE_CHECKING:
    import socket

_log = structlog.stdlib.get_logger("easel.builtin")
#: seconds before a child that ended is started again: 0 when it had lived for a while
_PAUSE = 1.0
_A_WHILE = 10.0


class BuiltinModel:
    """The built-in drawing model, on a port of its own."""

    def __init__(self) -> None:
        self._listening: socket.socket = listen("127.0.0.1", 0)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The API's base; answers as soon as the child has started."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"

    @property
    def pid(self) -> int | None:
        """The child's process id; None: it does not run just now."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the child; it takes requests from the socket when it is up."""
        fd = self._listening.fileno()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.sketch",
            "--fd",
            str(fd),
            "--until-stdin-closes",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=(fd,),
        )
        _log.info("built-in model started", pid=self._process.pid, url=self.url)

    async def run(self) -> None:
        """Keep the child running until cancelled, then end it."""
        try:
            while True:
                started = time.monotonic()
                if self._process is None:
                    await self.start()
                assert self._process is not None  # noqa: S101 - started just now
                code = await self._process.wait()
                _log.error("built-in model ended, starting it again", code=code)
                self._process = None
                if time.monotonic() - started < _A_WHILE:
                    await asyncio.sleep(_PAUSE)
        finally:
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        self._listening.close()
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 3)
        except TimeoutError:
            process.kill()
            await process.wait()
