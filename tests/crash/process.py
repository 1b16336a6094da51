"""An Easel as its own process, that a test can kill."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from tests.journeys.web import WebDriver

_ROOT = Path(__file__).parents[2]


class Process:
    """`easel run` on a data folder; started again it goes on with the same data."""

    program = "bot"
    #: what it is started with: a tracer
    under: tuple[str, ...] = ()
    #: where its log goes; None: nowhere
    log: Path | None = None

    def __init__(self, data: Path, model_url: str | None, port: int, **settings: str) -> None:
        given = {f"EASEL_{name.upper()}": value for name, value in settings.items()}
        if model_url is not None:
            given["EASEL_MODEL_URL"] = model_url
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EASEL_")}
        self.environment = {
            **clean,
            "PYTHONPATH": str(_ROOT),
            "EASEL_DATA": str(data),
            "EASEL_WEB_PORT": str(port),
            **given,
        }
        self.address = f"http://127.0.0.1:{port}"
        self.web = WebDriver(self.address)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        with (self.log or Path(os.devnull)).open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.under,
                sys.executable,
                "-m",
                self.program,
                "run",
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        await until_ready(self.address)

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to end; return its exit code."""
        return await self._end(signal.SIGTERM)

    async def interrupt(self) -> int:
        """Press Ctrl-C; return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return await self._process.wait()

    async def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(number)
        return await process.wait()

    async def close(self) -> None:
        """End it if it still runs."""
        if self._process is not None:
            await self.kill()
        await self.web.close()


async def until_ready(address: str) -> None:
    """Wait until /readyz says so."""
    async with httpx.AsyncClient(base_url=address) as http, asyncio.timeout(20):
        while True:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)  # there is no event before it listens
