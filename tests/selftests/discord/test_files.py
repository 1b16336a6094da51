"""Fact 22: signed links, limits of files and requests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.selftests.discord.bots import running
from tests.selftests.discord.raw import raw
from tests.servers.discord import Cut, Limits
from tests.servers.pictures import jpeg, png

if TYPE_CHECKING:
    from tests.selftests.discord.bots import Bot
    from tests.selftests.discord.conftest import Scene


async def test_an_attachment_says_what_it_is_and_is_served_as_it_was(
    scene: Scene, bot: Bot
) -> None:
    await scene.ana.say(scene.channel, files=[("my cat!.png", png(1, 30, 20)), ("a.txt", b"meow")])
    await scene.server.until(lambda: bot.heard)
    image, words = bot.heard[0].attachments
    assert (image.filename, image.size) == ("my_cat_.png", len(png(1, 30, 20)))
    assert (image.width, image.height, image.content_type) == (30, 20, "image/png")
    assert (words.width, words.content_type) == (None, "text/plain")
    assert await image.read() == png(1, 30, 20)
    assert await image.read(use_cached=True) == png(1, 30, 20)


async def test_a_link_dies_after_a_day_and_a_fresh_message_has_a_fresh_one(
    scene: Scene, bot: Bot
) -> None:
    await scene.ana.say(scene.channel, files=[("cat.png", png())])
    await scene.server.until(lambda: bot.heard)
    scene.server.advance(25 * 3600)
    with pytest.raises(discord.NotFound):
        await bot.heard[0].attachments[0].read()
    again = await bot.text_channel(scene.channel.id).fetch_message(bot.heard[0].id)
    assert await again.attachments[0].read() == png()


async def test_a_link_without_its_signature_does_not_work(scene: Scene, bot: Bot) -> None:
    await scene.ana.say(scene.channel, files=[("cat.png", png())])
    await scene.server.until(lambda: bot.heard)
    url = bot.heard[0].attachments[0].url
    async with raw(scene.server) as asking:
        assert (await asking.fetch(url)).status == 200
        assert (await asking.fetch(url.partition("?")[0])).status == 404
        assert (await asking.fetch(url.replace("hm=", "hm=0"))).status == 404


async def test_serving_a_file_can_fail_too(scene: Scene, bot: Bot) -> None:
    await scene.ana.say(scene.channel, files=[("cat.png", png())])
    await scene.server.until(lambda: bot.heard)
    scene.server.fail("GET /attachments", 503)
    with pytest.raises(discord.HTTPException):
        await bot.heard[0].attachments[0].read()
    scene.server.fail("GET /attachments", cut=Cut.BEFORE, times=2)  # aiohttp tries a GET twice
    async with raw(scene.server) as asking:
        with pytest.raises(aiohttp.ClientError):
            await asking.fetch(bot.heard[0].attachments[0].url)
    assert await bot.heard[0].attachments[0].read() == png()


def blob(size: int, name: str = "x.bin") -> discord.File:
    return discord.File(io.BytesIO(b"x" * size), name)


@pytest.mark.parametrize("limits", [Limits(file_bytes=(100, 100, 500, 1000), request_bytes=2000)])
async def test_limits_are_per_file_by_boost_tier_and_per_request(scene: Scene) -> None:
    boosted = scene.server.guild("Boosted", tier=2)
    place = scene.server.text_channel(boosted)
    async with running(scene.server) as bot:
        await bot.text_channel(scene.channel.id).send(file=blob(100))
        await bot.text_channel(place.id).send(file=blob(500))
        for channel, files in (
            (scene.channel, [blob(101)]),
            (place, [blob(501)]),
            (place, [blob(499, f"{n}.bin") for n in range(5)]),
        ):
            with pytest.raises(discord.HTTPException) as raised:
                await bot.text_channel(channel.id).send(files=files)
            assert (raised.value.status, raised.value.code) == (413, 40005)


async def test_the_client_works_out_the_guilds_limit_from_its_tier(scene: Scene, bot: Bot) -> None:
    boosted = scene.server.guild("Boosted", tier=3)
    await scene.server.until(lambda: bot.get_guild(boosted.id))
    found = bot.get_guild(boosted.id)
    assert found is not None
    assert found.filesize_limit == scene.server.world.file_bytes(boosted) == 100 * 1024 * 1024


async def test_ten_files_are_a_message_and_eleven_are_not(scene: Scene, bot: Bot) -> None:
    place = bot.text_channel(scene.channel.id)
    message = await place.send(files=[blob(1, f"{n}.bin") for n in range(10)])
    assert len(message.attachments) == 10
    with pytest.raises(discord.HTTPException) as raised:
        await message.edit(attachments=[*message.attachments, blob(1, "one-more.bin")])
    assert raised.value.code == 30015


async def test_people_see_pictures_by_their_bytes(scene: Scene, bot: Bot) -> None:
    files = [discord.File(io.BytesIO(jpeg(3)), "a.jpg", description="a lighthouse"), blob(1)]
    sent = await bot.text_channel(scene.channel.id).send("look", files=files)
    shown = scene.channel.messages[sent.id]
    assert shown.images() == [jpeg(3)]
    assert shown.alt_texts[0] == "a lighthouse"
