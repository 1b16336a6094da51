"""How much memory does a running Easel take, whatever pictures come?"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.crash.process import Process
from tests.journeys.driver import drawn
from tests.servers import hostile
from tests.servers.hostile import saved, wave
from tests.servers.model import blocks as content_blocks
from tests.servers.model import completion, says
from tests.servers.pictures import data_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.servers.model import ModelServer

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc"),
    pytest.mark.unmeasured,
]

#: MB, the process and its children together
MOST = 400


def _all_of(pid: int) -> int:
    """Bytes that a process and its children have in memory now; files that they share once."""
    own = re.compile(r"RssAnon:\s+(\d+)|RssFile:\s+(\d+)")
    found = dict.fromkeys(("anon", "file"), 0)
    for number, one in enumerate([pid, *_children(pid)]):
        with suppress(OSError):
            for anon, file in own.findall(Path(f"/proc/{one}/status").read_text()):
                found["anon"] += int(anon or 0)
                found["file"] += 0 if number else int(file or 0)
    return 1024 * sum(found.values())


def _children(pid: int) -> list[int]:
    """Return the children that are programs of their own; one that is just forked has its parent's pages."""
    found = []
    with suppress(OSError):
        itself = Path(f"/proc/{pid}/cmdline").read_bytes()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(one) for one in task.read_text().split()]
        found = [one for one in found if Path(f"/proc/{one}/cmdline").read_bytes() != itself]
    return [*found, *(two for one in found for two in _children(one))]


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Callable[[], int]]:
    """Look at a process all the time; the function gives the most MB that there were."""
    most = 0

    async def look() -> None:
        nonlocal most
        while True:
            now = _all_of(pid)
            most = max(most, now)
            await asyncio.sleep(0.01)  # another process tells nobody when it is largest

    task = asyncio.create_task(look())
    try:
        yield lambda: most // 1_000_000
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def easel(tmp_path: Path, model: ModelServer, unused_port: int) -> AsyncIterator[Process]:
    process = Process(tmp_path / "data", model.url, unused_port)
    await process.start()
    yield process
    await process.close()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "png of 40 megapixels": lambda: hostile.empty_png(6320, 6320),
    "png of 49 megapixels": lambda: hostile.empty_png(7000, 7000),
    "palette of 50 megapixels": lambda: saved(Image.new("P", (7000, 7000), 1), "PNG"),
    "webp of 12.5 megapixels": lambda: saved(Image.new("RGBA", (4080, 3072), (9, 9, 9, 9)), "WEBP", lossless=True),
    "webp of 49 megapixels": lambda: saved(Image.new("RGB", (7000, 7000)), "WEBP", lossless=True),
    "moving webp": lambda: hostile.moving("WEBP", 2000, 6),
    "gif on a huge canvas": lambda: saved(Image.new("P", (7100, 7100), 1), "GIF"),
    "moving gif": lambda: hostile.moving("GIF", 2000, 6),
    "moving png": lambda: hostile.moving("PNG", 2400, 4),
    "progressive photo": lambda: saved(wave(8160, 6144), "JPEG", quality=50, progressive=True),
    "avif of 16 megapixels": lambda: saved(wave(4000, 4000), "AVIF", quality=30, speed=10),
    "grey in sixteen bits": lambda: hostile.grey16(7000, 7000),
}  # fmt: skip


@pytest.mark.timeout(300)
async def test_hostile_pictures_take_little_memory_all_at_once(
    easel: Process, model: ModelServer
) -> None:
    files = {name: make() for name, make in HOSTILE.items()}

    async def send(name: str) -> tuple[int, str]:
        sent = {"files": (name, files[name], "image/png")}
        answer = await easel.web.http.post(
            "/api/threads", data={"text": name}, files=sent, timeout=200
        )
        said = answer.json().get("error", {}).get("says", "")
        return answer.status_code, said

    async with watched(easel.pid) as most:
        answers = dict(zip(files, await asyncio.gather(*map(send, files)), strict=True))
        await model.received(len(files) - 2)
        assert most() <= MOST
    refused = {name: said for name, (status, said) in answers.items() if status != 202}
    assert sorted(refused) == ["png of 49 megapixels", "webp of 49 megapixels"]
    assert all("megapixels, and the most is" in said for said in refused.values())


@pytest.mark.timeout(300)
async def test_what_a_model_sends_takes_little_memory_in_an_export_and_beside_another(
    easel: Process, model: ModelServer
) -> None:
    large = hostile.empty_png(6320, 6320)
    model.answer(*[says(completion(content_blocks("Here.", large))) for _ in range(2)])
    async with watched(easel.pid) as most:
        thread = await easel.web.start("a wall")
        await easel.web.seen(thread, 0, drawn("v1"))
        await easel.web.say(thread, "greener")
        await easel.web.seen(thread, 1, drawn("v2 ← v1"))
        await easel.web.say(thread, "before and after")
        assert await easel.web.exported(thread)
        assert most() <= MOST


@pytest.mark.timeout(300)
async def test_the_largest_calls_take_little_memory_also_at_once(easel: Process) -> None:
    photo = saved(wave(4000, 3000), "JPEG", quality=60)
    heavy = photo + bytes(19_900_000 - len(photo))  # a film behind it
    form = {"data": {"text": "a boat"}, "files": [("files", ("a.jpg", heavy, "image/jpeg"))] * 4}
    body = {"text": "a boat", "files": [data_url(heavy, "image/jpeg")] * 2}
    async with watched(easel.pid) as most:
        for given in (form, {"json": body}):
            answers = await asyncio.gather(
                *(easel.web.http.post("/api/threads", timeout=200, **given) for _ in range(2))
            )
            assert [one.status_code for one in answers] == [202] * 2
            assert most() <= MOST
    body["files"] = [data_url(heavy, "image/jpeg")] * 4
    answer = await easel.web.http.post("/api/threads", json=body, timeout=200)
    assert answer.status_code == 413
