"""Is no money spent while images cannot be kept, and no paid image lost? Against a real S3."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from structlog.testing import capture_logs

from bot.ports.settings import BadSettings
from storage.blobs import ObjectBlobs
from storage.spool import SpooledBlobs
from tests.crash.process import Process
from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, ModelServer
from tests.servers.pictures import png
from tests.servers.s3 import S3Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from tests.conftest import Start

BUCKET = "pictures"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


@pytest.fixture
async def bucket(s3: S3Server) -> str:
    s3.client.create_bucket(Bucket=BUCKET)
    return f"s3://{BUCKET}"


@pytest.fixture
async def easel(
    s3: S3Server, bucket: str, tmp_path: Path, model: ModelServer, unused_port: int
) -> AsyncIterator[Process]:
    process = Process(tmp_path / "data", model.url, unused_port, blobs_url=bucket)
    process.environment |= s3.environment
    await process.start()
    yield process
    await process.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - it sets no event
            await asyncio.sleep(0.1)


async def test_images_are_in_the_bucket_and_nothing_is_left_of_the_checks(
    easel: Process, s3: S3Server
) -> None:
    thread = await easel.web.start("a boat")
    seen = await easel.web.seen(thread, 0, drawn("v1"))
    assert seen.images == (png(1),)
    assert s3.names(BUCKET) == {hashlib.sha256(png(1)).hexdigest()}
    found = {one["Key"] for one in s3.client.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert {key for key in found if not re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", key)} == {"owner"}


async def test_a_bucket_that_is_missing_is_found_before_money_is_spent(
    start: Start, s3: S3Server, model: ModelServer
) -> None:
    with capture_logs() as said:
        async with (
            start(blobs_url=f"s3://{BUCKET}") as one,
            httpx.AsyncClient(base_url=one.local) as http,
        ):
            assert [line["store"] for line in said if "cannot be kept" in line["event"]] == [
                f"s3://{BUCKET}"
            ]
            assert (await http.get("/readyz")).status_code == 503
            web = WebDriver(one.local)
            thread = await web.start("a boat")
            seen = await web.seen(thread, 0, says("nothing was drawn or billed"))
            assert model.requests == []
            assert "Retry" in seen.buttons
            s3.client.create_bucket(Bucket=BUCKET)
            async with asyncio.timeout(30):
                while (await http.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - it sets no event
                    await asyncio.sleep(0.1)
            await web.press(thread, 0, "Retry")
            await web.seen(thread, 0, drawn("v1"))
            await web.close()
    assert len(s3.names(BUCKET)) == 1


async def test_a_paid_image_waits_on_disk_for_a_bucket_that_went_away_also_through_a_kill(
    easel: Process, s3: S3Server, model: ModelServer, tmp_path: Path
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a boat")
    await gate.entered.wait()
    s3.stop()
    gate.open.set()
    seen = await easel.web.seen(thread, 0, drawn("v1"))
    assert seen.images == (png(1),), "it is shown from the disk"
    spool = tmp_path / "data" / "spool"
    [kept] = spool.glob("??/*")
    await easel.kill()
    s3.start()
    s3.client.create_bucket(Bucket=BUCKET)
    await easel.start()
    await until(lambda: s3.names(BUCKET) == {kept.name})
    await until(lambda: not any(spool.glob("??/*")))
    assert (await easel.web.seen(thread, 0, drawn("v1"))).images == (png(1),)
    assert len(model.requests) == 1


async def test_a_paid_image_is_stored_by_the_run_that_drew_it_once_the_bucket_is_back(
    easel: Process, s3: S3Server, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a boat")
    await gate.entered.wait()
    s3.delete_bucket(BUCKET)  # it refuses now
    gate.open.set()
    await easel.web.seen(thread, 0, drawn("v1"))
    s3.client.create_bucket(Bucket=BUCKET)
    await until(lambda: len(s3.names(BUCKET)) == 1)
    await easel.web.say(thread, "at night")
    await easel.web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(1)]


async def test_a_disk_that_is_full_is_found_before_money_is_spent(
    start: Start,
    model: ModelServer,
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = await asyncio.create_subprocess_exec(
        *("mount", "-t", "tmpfs", "-o", "size=80m", "none", str(disk)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    if await mounted.wait():
        pytest.skip("only root may make a small disk")
    try:
        async with start(data=disk) as one, httpx.AsyncClient(base_url=one.local) as http:
            assert (await http.get("/readyz")).status_code == 200
            (disk / "others").write_bytes(bytes(30_000_000))
            async with asyncio.timeout(30):
                while (answer := await http.get("/readyz")).status_code != 503:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.1)
            assert answer.json() == {"ready": False, "why": "NotKept"}
            web = WebDriver(one.local)
            thread = await web.start("a boat")
            await web.seen(thread, 0, says("nothing was drawn or billed"))
            assert model.requests == []
            (disk / "others").unlink()
            async with asyncio.timeout(30):
                while (await http.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.1)
            await web.press(thread, 0, "Retry")
            await web.seen(thread, 0, drawn("v1"))
            await web.close()
    finally:
        await (await asyncio.create_subprocess_exec("umount", str(disk))).wait()


async def test_who_is_ending_is_not_ready(start: Start, model: ModelServer) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    async with start() as one, httpx.AsyncClient(base_url=one.local) as http:
        web = WebDriver(one.local)
        thread = await web.start("a boat")
        await gate.entered.wait()
        assert (await http.get("/readyz")).status_code == 200
        ending = asyncio.create_task(one.service.stop(20))
        await asyncio.sleep(0)
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/healthz")).status_code == 200
        gate.open.set()
        await ending
        await web.seen(thread, 0, drawn("v1"))
        await web.close()


async def test_browsers_fetch_images_from_the_bucket_itself_where_that_is_set(
    start: Start, s3: S3Server, bucket: str
) -> None:
    async with (
        start(blobs_url=bucket, image_links=True) as one,
        httpx.AsyncClient(base_url=one.local) as http,
        WebDriver(one.address) as web,
    ):
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        policy = (await http.get("/")).headers["content-security-policy"]
        assert f"img-src 'self' {s3.address} blob:" in policy
        name = hashlib.sha256(png(1)).hexdigest()
        shown = {"Sec-Fetch-Dest": "image"}
        answer = await http.get(f"/images/{name}", headers=shown)
        assert answer.status_code == 307
        assert answer.headers["cache-control"] == "private, max-age=240"
        link = httpx.URL(answer.headers["location"])
        assert link.params["X-Amz-Expires"] == "300"
        assert (await http.get(link)).content == png(1)
        # a script of the page, and whoever calls the API, gets the bytes
        whole = await http.get(f"/images/{name}")
        assert whole.content == png(1)
        assert {whole.headers["vary"], answer.headers["vary"]} == {"Sec-Fetch-Dest"}
        assert (await http.get(f"/images/{name}?width=160")).status_code == 200
        # what nobody here may see is no link, whether the bucket has it or not
        for unknown in ("0" * 64, "owner"):
            assert (await http.get(f"/images/{unknown}", headers=shown)).status_code == 404


async def test_a_link_waits_until_its_image_is_in_the_bucket(tmp_path: Path, s3: S3Server) -> None:
    s3.client.create_bucket(Bucket=BUCKET)
    blobs = SpooledBlobs.at(f"s3://{BUCKET}", tmp_path / "spool")
    assert await blobs.link("0" * 64) is None
    assert blobs.allow_links() == s3.address
    name = await ObjectBlobs.in_folder(tmp_path / "spool").put(png(1))
    assert await blobs.link(name) is None
    await blobs.put(png(1))
    await ObjectBlobs.in_folder(tmp_path / "spool").remove(name)
    assert await blobs.link(name)


async def test_a_folder_makes_no_links(start: Start) -> None:
    with pytest.raises(BadSettings, match="EASEL_IMAGE_LINKS: the image store makes no links"):
        async with start(image_links=True):
            pass
