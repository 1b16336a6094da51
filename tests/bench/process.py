"""How much does an Easel use? It runs as its own process, and the system counts."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A running Easel."""

    address: str
    pid: int
    #: seconds from the command to ready
    started: float

    def cpu(self) -> float:
        """Tell the seconds of CPU used so far, without its children."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Tell the memory in use, MB, without its children."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@asynccontextmanager
async def model(delay: float, size: int) -> AsyncIterator[str]:
    """Run the model that does nothing; give its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.model", str(delay), str(size)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}/v1"
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def easel(model_url: str | None = None, **settings: str) -> AsyncIterator[Measured]:
    """Run Easel in a folder of its own until it is ready; end it after."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EASEL_")}
        given = {f"EASEL_{name.upper()}": value for name, value in settings.items()}
        if model_url is not None:
            given["EASEL_MODEL_URL"] = model_url
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env={**clean, "EASEL_DATA": folder, "EASEL_WEB_PORT": "0", **given},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield await _ready(process, begun)
        finally:
            process.terminate()
            await process.wait()


async def _ready(process: asyncio.subprocess.Process, begun: float) -> Measured:
    assert process.stdout
    words: list[str] = []
    while "Page" not in words:
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError("Easel did not start")
        words = line.decode().split()
    address = words[1]
    async with aiohttp.ClientSession(address) as http:
        while True:
            async with http.get("/readyz") as answer:
                if answer.status == 200:
                    break
    return Measured(address=address, pid=process.pid, started=time.perf_counter() - begun)
