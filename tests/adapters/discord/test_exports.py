"""Does an export arrive, however large it is and whoever installed the app?"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import discord
import pytest

from adapters.discord.files import split_archive
from tests.adapters.discord.harness import Scene, easel, scene
from tests.adapters.discord.test_faults import noise
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn
from tests.servers.discord import Limits
from tests.servers.model import blocks, completion
from tests.servers.model import says as answers
from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.discord.harness import Start
    from tests.servers.model import ModelServer

LIMIT = 60_000


async def test_an_export_that_is_too_large_for_one_message_comes_in_parts(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the SDK knows the real limits of a guild only; the local one is stricter
    monkeypatch.setattr(discord.Guild, "filesize_limit", property(lambda _: LIMIT))
    drawings = [noise(120, 120 + number) for number in range(3)]
    model.answer(*(answers(completion(blocks(None, data))) for data in drawings))
    limits = Limits(file_bytes=(LIMIT, LIMIT, LIMIT, LIMIT))
    async with scene(limits=limits) as around, easel(around.server, start):
        driver = DiscordDriver(around)
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        for number in (1, 2):
            await driver.say(thread, f"edit {number}")
            await driver.seen(thread, number, drawn(f"v{number + 1} ← v{number}"))
        await driver.say(thread, "export")

        def parts() -> list[bytes]:
            attached = [file for one in driver.own(thread) for file in one.attachments]
            return [file.data for file in attached if file.name.endswith(".zip")]

        def whole() -> bool:
            inside = [zipfile.ZipFile(io.BytesIO(one)) for one in parts()]
            held = {name: one.read(name) for one in inside for name in one.namelist()}
            pictures = [held.get(f"images/v{number}.png") for number in (1, 2, 3)]
            return pictures == drawings and {"tree.json", "log.md"} <= held.keys()

        await around.server.until(whole)
        assert len(parts()) > 1
        assert all(len(one) <= LIMIT for one in parts())


async def test_where_only_a_person_has_it_an_export_is_the_answer(
    around: Scene, start: Start, model: ModelServer
) -> None:
    ina = around.server.person("Ina")
    ina.install()
    room = around.server.text_channel(around.server.guild("Elsewhere", bot=False), "lobby")
    assert room.guild is not None
    around.server.admit(room.guild, ina)
    async with easel(around.server, start):
        first = await ina.slash("imagine", room, prompt="a boat")
        await around.server.until(lambda: first.images() == [png(1)])
        assert first.original is not None
        more = await ina.press(first.original, "More…")
        assert more.original is not None
        asked = await ina.press(more.original, "Export")
        await around.server.until(
            lambda: [
                file
                for one in (asked.original, *asked.followups)
                for file in (one.attachments if one else ())
                if file.name.endswith(".zip")
            ]
        )


@pytest.mark.parametrize("most", [3_000, 10_000, 100_000])
def test_parts_hold_all_that_the_whole_holds(tmp_path: Path, most: int) -> None:
    path, given = tmp_path / "all.zip", {f"images/v{n}.png": bytes([n]) * n * 900 for n in range(9)}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in given.items():
            kind = zipfile.ZIP_DEFLATED if "4" in name else zipfile.ZIP_STORED
            archive.writestr(name, data, kind)
    parts = split_archive(path, most)
    held: dict[str, bytes] = {}
    for part in parts:
        assert part.stat().st_size <= most
        with zipfile.ZipFile(part) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                whole = name.rpartition(".")[0] if name[-3:].isdigit() else name
                held[whole] = held.get(whole, b"") + archive.read(name)
    assert held == given
