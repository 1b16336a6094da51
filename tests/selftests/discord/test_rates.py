"""Are requests limited, refused and lost as they are at Discord, and how does discord.py take it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest
from discord.http import Route

from tests.selftests.discord.bots import Bot, request
from tests.servers.discord import Cut

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene

SEND = "POST /channels/{channel_id}/messages"


async def test_too_many_messages_are_refused_with_what_to_wait_for(scene: Scene) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    scene.server.rates.pace = 1.0
    replies = [await request(scene.server, "POST", path, json={"content": "x"}) for _ in range(6)]
    *good, last = replies
    assert [r.headers["X-RateLimit-Remaining"] for r in good] == ["4", "3", "2", "1", "0"]
    assert last.status == 429
    assert 0 < last.body["retry_after"] <= 5
    assert last.headers["Via"]


async def test_fifty_requests_a_second_are_the_whole_bots_and_answers_do_not_count(
    scene: Scene,
) -> None:
    scene.server.rates.pace = 1.0
    paths = ["/users/@me", "/applications/@me"] * 25
    statuses = {(await request(scene.server, "GET", path)).status for path in paths}
    over = await request(scene.server, "GET", f"/users/{scene.ana.id}")
    answer = await request(scene.server, "POST", "/interactions/1/none/callback", json={"type": 6})
    assert statuses == {200}
    assert (over.status, over.body["global"]) == (429, True)
    assert answer.body["code"] == 10062


async def test_discord_py_does_not_retry_a_503(scene: Scene, bot: Bot) -> None:
    scene.server.fail(SEND, 503)
    with pytest.raises(discord.DiscordServerError):
        await bot.text_channel(scene.channel.id).send("hello")
    assert len(scene.server.calls_to(SEND)) == 1


@pytest.mark.parametrize("cut", list(Cut))
async def test_a_cut_connection_is_raised_and_not_retried(scene: Scene, bot: Bot, cut: Cut) -> None:
    await bot.text_channel(scene.channel.id).send("a connection to reuse")
    scene.server.fail(SEND, cut=cut)
    with pytest.raises(aiohttp.ClientError):
        await bot.text_channel(scene.channel.id).send("hello")
    said = [message.plain for message in scene.server.messages(scene.channel)]
    assert ("hello" in said) == (cut is Cut.AFTER)
    assert len(scene.server.calls_to(SEND)) == 2


async def test_a_429_without_via_is_raised_and_one_with_it_is_waited_for(
    scene: Scene, bot: Bot
) -> None:
    channel = bot.text_channel(scene.channel.id)
    scene.server.fail(SEND, 429, via=False)
    with pytest.raises(discord.HTTPException) as raised:
        await channel.send("hello")
    assert raised.value.status == 429
    scene.server.fail(SEND, 429)
    assert (await channel.send("hello")).content == "hello"


async def test_a_wrong_token_is_refused(scene: Scene) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()


async def test_what_is_not_there_is_recorded(scene: Scene, bot: Bot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.http.request(Route("GET", "/sticker-packs"))
    assert [call.path for call in scene.server.api.unknown] == ["/sticker-packs"]
