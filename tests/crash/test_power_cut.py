"""Is an image on disk for good before the row that names it? The order of system calls tells.

A power cut keeps what was flushed and perhaps something of the rest. So before a commit that holds an image's
name goes out, its bytes, its name and the name of its folder must have been flushed, whoever sent it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.crash.process import Process
from tests.journeys.driver import drawn
from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.model import ModelServer

_CALLS = (
    "trace=openat,mkdir,mkdirat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink"
)
#: "12 fsync(3</data/x>) = 0", "12 fsync(3</data/x> <unfinished ...>", "12 <... fsync resumed>) = 0"
_LINE = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)")
_FD = re.compile(r"\d+<([^>]*)>")
_PATHS = re.compile(r'"([^"]*)"')


def _traceable() -> bool:
    strace = shutil.which("strace")
    return strace is not None and not subprocess.run(
        [strace, "-f", "-D", "-o", "/dev/null", "true"], check=False, capture_output=True
    ).returncode  # fmt: skip


@dataclass
class Disk:
    """What a power cut could not take, by the calls so far."""

    images: set[str]
    log: str
    #: paths whose bytes, and folders whose names, are flushed
    bytes_: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    #: images that a commit names, and what was not on disk at that moment
    named: dict[str, list[str]] = field(default_factory=dict)

    def run(self) -> None:
        begun: dict[str, str] = {}
        for line in self.log.splitlines():
            match = _LINE.match(line)
            if match is None:
                continue
            thread, call, rest = match.groups()
            if rest.endswith("<unfinished ...>"):
                begun[thread] = rest
                self.starts(call, rest)
            elif "resumed>" in line:
                self.ends(call, begun.pop(thread, "") + rest)
            else:
                self.starts(call, rest)
                self.ends(call, rest)

    def starts(self, call: str, rest: str) -> None:
        """A commit counts from where it may be on disk: its first write to the log."""
        if call not in {"write", "pwrite64"}:
            return
        path = _FD.match(rest)
        if path is not None and path[1].endswith("-wal"):
            for name in (name for name in self.images if name in rest):
                self.named.setdefault(name, self.missing(name))
        elif path is not None:
            self.bytes_.discard(path[1])

    def ends(self, call: str, rest: str) -> None:
        """Anything else counts when it is done."""
        if not rest.endswith("= 0"):
            return
        if call in {"fsync", "fdatasync"} and (path := _FD.match(rest)):
            self.bytes_.add(path[1])
            self.names.add(path[1])
        elif call.startswith("rename"):
            old, new = _PATHS.findall(rest)
            self.bytes_ |= {new} if old in self.bytes_ else set()
            self.names.discard(new.rpartition("/")[0])
        elif call.startswith("mkdir"):
            self.names.discard(_PATHS.findall(rest)[0].rpartition("/")[0])

    def missing(self, name: str) -> list[str]:
        """Tell what of an image a power cut could take now."""
        found = [one for one in self.bytes_ if one.endswith(f"/{name[:2]}/{name}")]
        if not found:
            return ["its bytes"]
        folder = found[0].rpartition("/")[0]
        folders = (folder, folder.rpartition("/")[0])
        return [f"the names in {one}" for one in folders if one not in self.names]


@pytest.mark.skipif(not _traceable(), reason="strace is not there, or may not trace")
async def test_an_image_is_on_disk_before_the_row_that_names_it(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    log = tmp_path / "calls"
    easel = Process(tmp_path / "data", model.url, unused_port)
    easel.under = ("strace", "-f", "-D", "-y", "-s", "9999", "-e", _CALLS, "-o", str(log))
    await easel.start()
    sent = await easel.web.http.post(
        "/api/threads",
        data={"text": "make it blue", "person": "Ana"},
        files={"images": ("boat.png", png(9), "image/png")},
    )
    assert sent.status_code == 202, sent.text
    thread = sent.json()["thread"]
    await easel.web.seen(thread, 0, drawn("v1"))
    for number in range(2, 5):
        await easel.web.say(thread, "add a bench")
        await easel.web.seen(thread, number - 1, drawn(f"v{number} ← v{number - 1}"))
    found = await easel.web.thread(thread)
    pid = easel.pid
    assert await easel.terminate() == 0
    async with asyncio.timeout(20):
        ended = re.compile(rf"^{pid} +\+\+\+ exited", re.MULTILINE)
        while not ended.search(log.read_text(errors="replace")):  # noqa: ASYNC110 - strace is nobody's child
            await asyncio.sleep(0.05)
    await easel.close()
    drawn_ = {one["url"].rpartition("/")[2] for one in found["versions"]}
    sent_ = hashlib.sha256(png(9)).hexdigest()
    disk = Disk({*drawn_, sent_}, log.read_text(errors="replace"))
    disk.run()
    assert len(disk.images) == 5
    assert disk.named == {key: [] for key in disk.images}
