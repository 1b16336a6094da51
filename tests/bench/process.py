"""How much does a bot use? It runs as a process of its own, and the system counts."""

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

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Process:
    """A running program."""

    pid: int
    output: asyncio.StreamReader
    #: when it was started, on the clock of `time.perf_counter`
    begun: float

    def cpu(self) -> float:
        """Return the seconds of CPU used so far, without its children."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return the memory in use, MB, without its children."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    async def page(self) -> str:
        """Wait for the page's address, which Easel prints once it can be reached."""
        while line := (await self.output.readline()).decode().split():
            if line[0] == "Page":
                return line[1]
        raise RuntimeError("Easel did not start")


class ModelProcess:
    """The model that does nothing, as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{port}/v1"

    async def answer(self, *, delay: float, size: int) -> None:
        """Answer after `delay` seconds with a picture of `size` bytes from now on; 0: with words."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{delay} {size}\n".encode())
        await self._process.stdout.readline()


@asynccontextmanager
async def model() -> AsyncIterator[ModelProcess]:
    """Run the model that does nothing."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.bench.model")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin
    assert process.stdout
    try:
        yield ModelProcess(process, int(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def program(
    *command: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Run a Python module until the block ends."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout
    try:
        yield Process(pid=process.pid, output=process.stdout, begun=begun)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def easel(*lifted: str, **settings: str) -> AsyncIterator[Process]:
    """Run Easel in a folder of its own; `lifted`: platforms whose rate limits it does not keep."""
    with tempfile.TemporaryDirectory() as folder:
        # an installed Easel is compiled, whatever this environment writes
        left_out = ("EASEL_", "PYTHONDONTWRITEBYTECODE")
        clean = {name: one for name, one in os.environ.items() if not name.startswith(left_out)}
        given = {f"EASEL_{name.upper()}": value for name, value in settings.items()}
        where = {"EASEL_DATA": folder, "EASEL_WEB_PORT": "0"}
        alone = {**clean, **where, "EASEL_MODEL_URL": given["EASEL_MODEL_URL"]}
        async with program("bot", "run", environment=alone) as first:
            await (
                first.page()
            )  # it makes the tables: only an installation's first start loads Alembic
        environment = {**clean, **where, **given}
        async with program("tests.bench.unlimited", *lifted, environment=environment) as one:
            yield one
