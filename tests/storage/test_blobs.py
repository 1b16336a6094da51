"""The contract of the Blobs port, on a folder and on a store by URL."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from typing import TYPE_CHECKING

import pytest
from obstore.store import LocalStore, MemoryStore

from bot.conversation.records import Owner
from bot.ports.errors import Storage
from storage.blobs import ObjectBlobs
from storage.spool import SpooledBlobs

if TYPE_CHECKING:
    from pathlib import Path

    from bot.conversation.blobs import Blobs

DATA = b"\x89PNG and so on"
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["folder", "memory", "folder by URL"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return ObjectBlobs.in_folder(tmp_path / "images")
    if request.param == "memory":
        return ObjectBlobs(MemoryStore())
    (tmp_path / "by url").mkdir()
    return SpooledBlobs.at((tmp_path / "by url").as_uri(), tmp_path / "spool")


async def test_what_was_put_is_given_back_by_its_hash(blobs: Blobs) -> None:
    assert await blobs.put(DATA) == NAME
    assert await blobs.get(NAME) == DATA


async def test_putting_twice_is_once(blobs: Blobs) -> None:
    assert await blobs.put(DATA) == await blobs.put(DATA, NAME)
    assert await blobs.get(NAME) == DATA


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "x" * 64])
async def test_what_is_not_there_is_none(blobs: Blobs, name: str) -> None:
    assert await blobs.get(name) is None


async def test_what_was_removed_is_gone_and_may_be_removed_again(blobs: Blobs) -> None:
    await blobs.put(DATA)
    await blobs.remove(NAME)
    await blobs.remove(NAME)
    assert await blobs.get(NAME) is None


async def test_many_at_once(blobs: Blobs) -> None:
    datas = [bytes([number]) * 10_000 for number in range(30)]
    names = await asyncio.gather(*(blobs.put(data) for data in datas))
    assert await asyncio.gather(*(blobs.get(name) for name in names)) == datas


async def test_bytes_that_are_no_longer_what_their_name_says_are_none(tmp_path: Path) -> None:
    blobs = ObjectBlobs.in_folder(tmp_path)
    await blobs.put(DATA)
    [file] = _files(tmp_path)
    file.write_bytes(b"something else")
    assert await blobs.get(NAME) is None


async def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    blobs = ObjectBlobs(LocalStore(tmp_path))
    (tmp_path / NAME[:2]).write_text("a file where a folder belongs")
    with pytest.raises(Storage):
        await blobs.put(DATA)


async def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    blobs = ObjectBlobs.in_folder(tmp_path)
    await blobs.put(DATA)
    files = _files(tmp_path)
    assert [path.name for path in files] == [NAME]
    assert os.access(files[0], os.R_OK)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_all_names_are_listed_with_the_time_of_their_put(blobs: Blobs) -> None:
    before = time.time()
    names = {await blobs.put(bytes([number]) * 10) for number in range(5)}
    found = [one async for some in blobs.listed() for one in some]
    assert {name for name, *_ in found} == names, "and nothing that is no image"
    assert all(abs(put - before) < 10 for _, put, _ in found)
    assert {size for *_, size in found} == {10}
    assert await blobs.put_at(found[0][0]) == found[0][1]
    assert await blobs.put_at("0" * 64) is None


async def test_an_owner_is_kept_beside_the_images_and_is_none(blobs: Blobs) -> None:
    assert isinstance(blobs, ObjectBlobs)
    assert (await blobs.owner(), await blobs.empty()) == (None, True)
    await blobs.own(Owner(name="one", age=3))
    assert (await blobs.owner(), await blobs.empty()) == (Owner(name="one", age=3), True)
    await blobs.put(DATA)
    await blobs.own(Owner(name="one", age=4))
    assert (await blobs.owner(), await blobs.empty()) == (Owner(name="one", age=4), False)
