"""Is everything there again after a backup, a restore or a move? With many pictures, a Postgres and an S3."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sqlite3
import sys
import tarfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from bot.conversation.records import StoredImage
from bot.ports.cards import Posted
from storage.store import SqlStore
from tests.bot.test_commands import easel
from tests.crash.process import Process
from tests.journeys.driver import drawn, says
from tests.journeys.test_image_store import BUCKET, bucket, s3, until
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, ModelServer
from tests.servers.pictures import png
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Start
    from tests.servers.s3 import S3Server

__all__ = ["bucket", "s3"]

TURNS, IMAGES = 50, 4


@pytest.fixture
async def many(tmp_path: Path) -> Path:
    """A data folder with a thread of many pictures, as a run leaves it."""
    data = tmp_path / "data"
    data.mkdir()
    store = SqlStore(data / "easel.db")
    await store.open()
    canvas = Canvas(store)
    for turn in range(TURNS):
        images = [keep(data, b"picture %d" % (turn * IMAGES + one)) for one in range(IMAGES)]
        await canvas.ask(f"prompt {turn} \0 of many")
        answer = replace(canvas.answer(), images=tuple(images))
        finished = await store.finish(await canvas.claim(), answer)
        await store.mark_posted(finished, Posted(place=finished.place))
    await store.close()
    code, out, _ = await easel("images", "--take", data=data)
    assert code == 0, out
    return data


def keep(data: Path, content: bytes) -> StoredImage:
    name = hashlib.sha256(content).hexdigest()
    folder = data / "images" / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return StoredImage(
        blob=name, media_type="image/png", size=len(content), width=1, height=1, alt=""
    )


def in_folder(images: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in images.glob("??/*")}


def in_bucket(s3: S3Server) -> set[str]:
    pages = s3.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
    return {key.rpartition("/")[2] for key in keys if "/" in key}


def read(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as sql:
        return sql.execute(query.encode()).fetchall()


async def test_a_backup_is_made_while_easel_draws_and_restored_elsewhere(
    start: Start, tmp_path: Path, model: ModelServer
) -> None:
    file, gate = tmp_path / "easel.tar", Gate()
    async with start() as one, WebDriver(one.local) as web:
        thread = await web.start("a lighthouse")
        await web.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await web.say(thread, "add a boat")
        await gate.entered.wait()
        await web.say(thread, "add a dog")
        code, out, err = await easel("backup", file, data=tmp_path / "data")
        assert (code, err) == (0, ""), out + err
        assert "1 thread, 3 prompts" in out
        gate.open.set()
        await web.seen(thread, 2, drawn("v3 ← v2"))
    assert file.stat().st_mode & 0o077 == 0, "what people said is nobody else's"
    code, _, err = await easel("backup", file, data=tmp_path / "data")
    assert (code, "is there already" in err) == (2, True)
    elsewhere = tmp_path / "elsewhere"
    code, out, err = await easel("restore", file, data=elsewhere)
    assert (code, err) == (0, ""), out + err
    assert "2 prompts were waiting" in out
    asked = len(model.requests)
    async with start(data=elsewhere) as one, WebDriver(one.local) as web:
        assert (await web.seen(thread, 0, drawn("v1"))).images == (png(1),)
        for prompt in (1, 2):
            await web.seen(thread, prompt, says("Retry"))
        assert len(model.requests) == asked, "what waited then may be paid for since"
        await web.press(thread, 1, "Retry")
        await web.seen(thread, 1, drawn("v2 ← v1"))
        assert model.requests[-1].key == model.requests[-3].key, "and is not paid for again"
    code, _, err = await easel("restore", file, data=elsewhere)
    assert (code, "holds conversations already" in err) == (2, True)


async def test_a_backup_that_is_cut_off_or_damaged_restores_nothing(
    many: Path, tmp_path: Path
) -> None:
    file = tmp_path / "easel.tar"
    assert (await easel("backup", file, data=many))[0] == 0
    whole = file.read_bytes()
    name = next(iter(in_folder(many / "images").values()))
    for number, damaged in enumerate(
        (whole[: len(whole) // 2], whole.replace(name, b"x" * len(name)))
    ):
        file.write_bytes(damaged)
        data = tmp_path / f"restored {number}"
        code, _, err = await easel("restore", file, data=data)
        assert (code, "backup" in err) == (2, True), err
        if (data / "easel.db").exists():
            with closing(sqlite3.connect(data / "easel.db")) as sql:
                assert sql.execute("SELECT count(*) FROM turns").fetchone() == (0,)


async def test_many_pictures_are_moved_to_a_postgres_and_a_bucket_also_in_two_goes(
    many: Path, postgres_url: str, s3: S3Server, bucket: str, tmp_path: Path, unused_port: int
) -> None:
    before = in_folder(many / "images")
    to = ("move", "--to", postgres_url, "--blobs", bucket)
    moving = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *to, env={**os.environ, "EASEL_DATA": str(many)}
    )
    await until(lambda: len(in_bucket(s3)) > 20)
    moving.send_signal(signal.SIGKILL)
    await moving.wait()
    begun = in_bucket(s3)
    assert 20 < len(begun) < len(before)
    assert read(postgres_url, "SELECT count(*) FROM turns") == [(0,)]
    broken = next(iter(begun))
    s3.client.put_object(Bucket=BUCKET, Key=f"{broken[:2]}/{broken}", Body=b"half of it")
    code, out, err = await easel(*to, data=many)
    assert (code, err) == (0, ""), out + err
    assert "200 images, 1 thread, 50 prompts" in out
    assert in_bucket(s3) == set(before)
    mended = s3.client.get_object(Bucket=BUCKET, Key=f"{broken[:2]}/{broken}")["Body"].read()
    assert mended == before[broken]
    assert read(postgres_url, "SELECT count(*), count(DISTINCT blob) FROM versions") == [
        (len(before), len(before))
    ]
    assert in_folder(many / "images") == before, "the old place keeps what it has"
    again = await easel(*to, data=many)
    assert again[0] == 0, "a move that is done is well"

    moved = Process(
        *(tmp_path / "new", None, unused_port), database_url=postgres_url, blobs_url=bucket
    )
    await moved.start()
    [thread] = (await moved.web.http.get("/api/threads")).json()["threads"]
    assert len((await moved.web.thread(thread["id"]))["versions"]) == len(before)
    await moved.web.seen(await moved.web.start("a lighthouse"), 0, drawn("v1"))
    out = (
        await easel("doctor", data=tmp_path / "new", database_url=postgres_url, blobs_url=bucket)
    )[1]
    assert "it is this installation's own" in out
    await moved.close()

    file = tmp_path / "easel.tar"
    code, out, err = await easel(
        *("backup", file), data=tmp_path / "new", database_url=postgres_url, blobs_url=bucket
    )
    assert (code, err) == (0, ""), out + err
    with tarfile.open(file) as archive:
        packed = {name.removeprefix("images/") for name in archive.getnames()}
        assert set(before) < packed, "all that were there, and what was drawn since"
    code, out, err = await easel("restore", file, data=tmp_path / "folder")
    assert (code, err) == (0, ""), out + err
    assert in_folder(tmp_path / "folder" / "images").keys() > before.keys()


async def test_what_belongs_to_another_installation_is_neither_moved_into_nor_restored_into(
    start: Start, tmp_path: Path
) -> None:
    shared = {"blobs_url": (tmp_path / "shared").as_uri()}
    (tmp_path / "shared").mkdir()
    async with start(data=tmp_path / "other", **shared) as one, WebDriver(one.local) as web:
        await web.seen(await web.start("a castle"), 0, drawn("v1"))
    async with start() as one, WebDriver(one.local) as web:
        await web.seen(await web.start("a lighthouse"), 0, drawn("v1"))
        code, _, err = await easel("move", "--blobs", shared["blobs_url"], data=tmp_path / "data")
        assert (code, "already runs" in err) == (2, True), "nothing moves while Easel draws"
    code, _, err = await easel("move", "--blobs", shared["blobs_url"], data=tmp_path / "data")
    assert (code, "another installation's" in err) == (2, True)
    file = tmp_path / "easel.tar"
    assert (await easel("backup", file, data=tmp_path / "data"))[0] == 0
    code, _, err = await easel("restore", file, data=tmp_path / "third", **shared)
    assert (code, "another installation's" in err) == (2, True)
    await easel("images", "--take", data=tmp_path / "third", **shared)
    assert (await easel("restore", file, data=tmp_path / "third", **shared))[0] == 0
