"""Whose images are they? A copy of a database, or one that was restored, removes none by itself."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from bot.ports.messages import Place
from storage.store import SqlStore
from tests.bot.test_commands import easel
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.commands.compose import Running
    from tests.conftest import Start
    from tests.servers.postgres import PostgresServer

PLACE = Place.parse("web/local/page/t1")
DAY = 24 * 3600.0


def copied(source: Path, target: Path) -> None:
    """Copy a database as a backup does, also of one that is in use."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def kept(images: Path, *, small: bool = False) -> set[str]:
    """Name the images in a folder; with `small`, also the copies that a page shows first."""
    found = {one.name: one.read_bytes() for one in images.glob("??/*")}
    return {name for name, data in found.items() if small or data[8:12] != b"WEBP"}


def aged(images: Path) -> None:
    for one in images.glob("??/*"):
        os.utime(one, (time.time() - 30 * DAY,) * 2)


async def draw(one: Running, text: str = "a boat") -> tuple[str, str]:
    """Draw on the page; return the thread and the image's name."""
    async with WebDriver(one.local) as web:
        thread = await web.start(text)
        await web.seen(thread, 0, drawn("v1"))
        [version] = (await web.thread(thread))["versions"]
    return thread, version["url"].rpartition("/")[2]


async def delete(one: Running, thread: str) -> None:
    """Delete a thread's only picture, and wait until what is to be removed is."""
    async with WebDriver(one.local) as web:
        await web.press(thread, 0, "Delete…", fields={"what": "turn"})
    await one.parts.retention.flush()


async def swept_for_days(one: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(4):
        now = float(time.time() + day * DAY)
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", partial(float, now))
            await one.parts.retention.sweep()


async def test_a_copy_of_the_database_deletes_none_of_the_originals_images(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "data" / "images"
    async with start() as production:
        thread, first = await draw(production)
        pending = Canvas(production.stores.store, place=PLACE)
        await pending.ask("a castle")
        copied(tmp_path / "data" / "easel.db", tmp_path / "staging" / "easel.db")
        _, newer = await draw(production, "a tower")
    aged(images)
    staging = {"data": tmp_path / "staging", "blobs_url": images.as_uri()}
    async with start(**staging, retention_days=1e-9) as copy:
        await swept_for_days(copy, monkeypatch)
    assert {first, newer} <= kept(images), (
        "neither what it does not know nor what is too old for it"
    )
    copied(tmp_path / "data" / "easel.db", tmp_path / "staging" / "easel.db")
    async with start(**staging) as copy:
        await delete(copy, thread)
        assert (await copy.stores.store.list_pending_deletions([], 9)).blobs, (
            "it waits for whoever owns them"
        )
    assert {first, newer} <= kept(images)
    async with start() as production:
        await delete(production, thread)
    assert newer in kept(images)
    assert first not in kept(images), "the owner does remove it"


async def test_a_restored_database_deletes_none_of_the_newer_images_until_it_is_told_to(
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = tmp_path / "data"
    async with start() as one:
        thread, old = await draw(one)
    copied(data / "easel.db", tmp_path / "backup.db")
    async with start() as one:
        _, newer = await draw(one, "a tower")
    for stale in data.glob("easel.db*"):
        stale.unlink()
    shutil.copy(tmp_path / "backup.db", data / "easel.db")
    aged(data / "images")
    async with start() as one:
        await swept_for_days(one, monkeypatch)
        await delete(one, thread)
        assert kept(data / "images") == {old, newer}
    _, out, _ = await easel("doctor", data=data)
    assert "The database is older than its images" in out
    code, out, _ = await easel("images", "--take", data=data)
    assert (code, "this installation" in out) == (0, True)
    async with start() as one:
        await one.parts.retention.sweep()
        assert kept(data / "images") == {newer}, "what was deleted goes"
        await swept_for_days(one, monkeypatch)
        assert kept(data / "images", small=True) == set(), (
            "what nothing names goes after it was said"
        )


async def test_a_fresh_database_on_a_store_full_of_images_empties_nothing(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as one:
        _, name = await draw(one)
    images = tmp_path / "data" / "images"
    for stale in (tmp_path / "data").glob("easel.db*"):
        stale.unlink()
    aged(images)
    async with start() as one:
        await swept_for_days(one, monkeypatch)
    assert kept(images) == {name}
    (images / "owner").unlink()
    async with start() as one:
        await swept_for_days(one, monkeypatch)
    assert kept(images) == {name}, "nor on one that names no owner"


async def test_a_copied_data_folder_owns_its_own_images_and_not_those_elsewhere(
    start: Start, tmp_path: Path
) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    for settings in ({}, {"blobs_url": bucket.as_uri()}):  # type: dict[str, str]
        async with start(**settings) as one:
            thread, name = await draw(one)
        shutil.copytree(data, copy)
        images = bucket if settings else copy / "images"
        async with start(**{**settings, "data": copy}) as one:
            await delete(one, thread)
        assert (name in kept(images)) == bool(settings)
        shutil.rmtree(copy)


async def test_a_copied_postgres_deletes_none_of_the_originals_images(
    start: Start, postgres: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    shared = {"blobs_url": tmp_path.as_uri()}
    async with start(database_url=postgres_url, **shared) as one:
        thread, name = await draw(one)
    postgres.run("CREATE DATABASE staging TEMPLATE easel")
    async with start(database_url=postgres.url("staging"), **shared) as copy:
        await delete(copy, thread)
    assert name in kept(tmp_path)
    async with start(database_url=postgres_url, data=tmp_path / "another machine", **shared) as one:
        await delete(one, thread)
    assert name not in kept(tmp_path), "any machine of the installation removes its images"


async def test_a_postgres_is_told_apart_by_its_server_and_by_its_address_whoever_asks(
    postgres: PostgresServer, postgres_url: str
) -> None:
    postgres.run("DROP ROLE IF EXISTS guest")
    postgres.run("CREATE ROLE guest LOGIN PASSWORD 'secret'")
    names = []
    for url in (
        postgres_url,
        postgres_url.replace("easel:", "guest:"),
        postgres_url.replace("127.0.0.1", "localhost"),
    ):
        store = SqlStore(url)
        await store.database.open()
        names.append(await store.get_identity())
        await store.close()
    assert names[0] == names[1] != names[2]
    assert "secret" not in "".join(names)
    assert re.match(r"\d{10,}\.\d+ at 127\.0\.0\.1:\d+/easel$", names[0])
