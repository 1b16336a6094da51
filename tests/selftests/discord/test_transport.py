"""Facts 1–6: buckets, retries, lost answers, nonces, as the real client lives through them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
from discord.http import Route as ClientRoute

from tests.selftests.discord.bots import Bot, running
from tests.selftests.discord.raw import raw
from tests.servers.discord import Cut, Discord, Limits, pointed_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.selftests.discord.conftest import Scene

SEND = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


class Hurried:
    """`asyncio` whose sleeps are a hundredth as long: discord.py waits seconds between tries."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, delay: float) -> None:
        await asyncio.sleep(delay / 100)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http, "asyncio", Hurried())
    monkeypatch.setattr(discord.webhook.async_, "asyncio", Hurried())


@pytest.fixture
async def slow() -> AsyncIterator[tuple[Discord, Bot, discord.TextChannel]]:
    """A Discord whose message bucket of 5 empties in 0.4 s, and a bot."""
    async with Discord(pace=0.2) as server:
        guild = server.guild()
        channel = server.text_channel(guild)
        with pointed_at(server):
            async with running(server) as bot:
                yield server, bot, bot.text_channel(channel.id)


async def test_json_answers_have_exactly_the_type_that_discord_py_looks_for(scene: Scene) -> None:
    async with raw(scene.server) as asking:
        assert (await asking.ask("GET", "/users/@me")).headers["Content-Type"] == "application/json"


async def test_the_call_that_takes_a_buckets_last_token_returns_only_after_the_refill(
    slow: tuple[Discord, Bot, discord.TextChannel],
) -> None:
    server, _, channel = slow
    took = []
    for number in range(5):
        before = time.monotonic()
        await channel.send(str(number))
        took.append(time.monotonic() - before)
    assert max(took[:4]) < took[4]
    assert sum(took) > 0.9  # the period, as this server counts it
    assert [call.status for call in server.calls_to(SEND)] == [200] * 5


async def test_the_first_burst_on_a_route_is_serial(
    slow: tuple[Discord, Bot, discord.TextChannel],
) -> None:
    server, _, channel = slow
    server.fail(SEND, delay=0.1)
    first = asyncio.create_task(channel.send("first"))
    await server.until(lambda: server.calls_to(SEND))
    others = [asyncio.create_task(channel.send(str(n))) for n in range(3)]
    await first
    assert len(server.calls_to(SEND)) == 1
    await asyncio.gather(*others)


async def test_discord_py_never_meets_a_429_by_itself(scene: Scene, bot: Bot) -> None:
    scene.server.rates.pace = 0.2  # a period long beside what a request takes on a busy machine
    channel = bot.text_channel(scene.channel.id)
    await asyncio.gather(*(channel.send(str(number)) for number in range(13)))
    assert {call.status for call in scene.server.calls_to(SEND)} == {200}


async def test_too_many_messages_are_refused_with_what_to_wait_for(scene: Scene) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    scene.server.rates.pace = 1.0
    async with raw(scene.server) as asking:
        replies = [await asking.ask("POST", path, json={"content": "x"}) for _ in range(6)]
    *good, last = replies
    assert [r.headers["X-RateLimit-Remaining"] for r in good] == ["4", "3", "2", "1", "0"]
    assert last.status == 429
    assert 0 < last.body["retry_after"] <= 5
    assert not last.body["global"]
    assert last.headers["Via"]


async def test_fifty_requests_a_second_are_the_whole_bots(scene: Scene) -> None:
    scene.server.rates.pace = 1.0
    async with raw(scene.server) as asking:
        for _ in range(25):
            assert (await asking.ask("GET", "/users/@me")).status == 200
            assert (await asking.ask("GET", "/applications/@me")).status == 200
        over = await asking.ask("GET", f"/guilds/{scene.guild.id}")
        answer = await asking.ask("POST", "/interactions/1/none/callback", json={"type": 6})
    assert (over.status, over.body["global"]) == (429, True)
    assert answer.code == 10062


async def test_with_rates_off_nothing_is_limited() -> None:
    async with Discord(rates=False) as server, raw(server) as asking:
        replies = [await asking.ask("GET", "/users/@me") for _ in range(60)]
    assert {reply.status for reply in replies} == {200}


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_discord_py_retries_these_answers(
    scene: Scene, bot: Bot, hurried: None, status: int
) -> None:
    scene.server.fail(SEND, status)
    await bot.text_channel(scene.channel.id).send("hello")
    assert [call.status for call in scene.server.calls_to(SEND)] == [status, 200]


async def test_it_tries_five_times_at_most(scene: Scene, bot: Bot, hurried: None) -> None:
    scene.server.fail(SEND, 502, times=None)
    with pytest.raises(discord.DiscordServerError):
        await bot.text_channel(scene.channel.id).send("hello")
    assert len(scene.server.calls_to(SEND)) == 5


async def test_it_does_not_retry_a_503(scene: Scene, bot: Bot) -> None:
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


async def test_a_cut_get_is_repeated_once_by_aiohttp_itself(scene: Scene, bot: Bot) -> None:
    message = await scene.ana.say(scene.channel, "hello")
    get = "GET /channels/{channel_id}/messages/{message_id}"
    place = bot.text_channel(scene.channel.id)
    scene.server.fail(get, cut=Cut.BEFORE)
    assert (await place.fetch_message(message.id)).content == "hello"
    scene.server.fail(get, cut=Cut.BEFORE, times=2)
    with pytest.raises(aiohttp.ClientError):
        await place.fetch_message(message.id)


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


async def test_a_nonce_is_not_posted_twice_within_some_minutes(scene: Scene, bot: Bot) -> None:
    channel = bot.text_channel(scene.channel.id)
    first = await channel.send("card", nonce="turn-1")
    again = await channel.send("card", nonce="turn-1")
    assert again.id == first.id
    assert len(scene.server.messages(scene.channel)) == 1
    scene.server.advance(6 * 60)
    assert (await channel.send("card", nonce="turn-1")).id != first.id


async def test_a_retried_send_posts_once_for_discord_py_adds_a_nonce(
    scene: Scene, bot: Bot, hurried: None
) -> None:
    scene.server.fail(SEND, 502, done=True)
    await bot.text_channel(scene.channel.id).send("card")
    assert [m.plain for m in scene.server.messages(scene.channel)] == ["card"]


async def test_a_retried_follow_up_posts_twice(scene: Scene, bot: Bot, hurried: None) -> None:
    @bot.tree.command(name="go", description="go")
    async def go(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message("answer")
        await interaction.followup.send("more")

    await bot.tree.sync()
    scene.server.fail("POST /webhooks/{webhook_id}/{webhook_token}", 502, done=True)
    asked = await scene.ana.slash("go", scene.channel)
    await scene.server.until(lambda: len(asked.followups) == 2)
    assert [m.plain for m in asked.followups] == ["more", "more"]


async def test_a_nonce_has_25_characters_at_most(scene: Scene, bot: Bot) -> None:
    with pytest.raises(discord.HTTPException) as raised:
        await bot.text_channel(scene.channel.id).send("card", nonce="x" * 26)
    assert raised.value.code == 50035


async def test_a_wrong_token_is_refused(scene: Scene) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()


@pytest.mark.parametrize("limits", [Limits(invalid_requests=3)])
async def test_too_many_invalid_requests_ban_the_address(scene: Scene) -> None:
    async with raw(scene.server) as asking:
        for _ in range(3):
            assert (await asking.ask("GET", "/users/@me", token="wrong")).status == 401
        banned = await asking.ask("GET", "/users/@me")
    assert (banned.status, banned.body) == (429, "error code: 1015")
    assert "Via" not in banned.headers


async def test_what_is_not_there_says_so_and_is_noted(scene: Scene, bot: Bot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.http.request(ClientRoute("GET", "/sticker-packs"))
    assert [call.path for call in scene.server.api.unknown] == ["/sticker-packs"]


async def test_every_call_is_recorded_with_what_it_said(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("one")
    await message.edit(content="two")
    call = scene.server.calls_to(EDIT)[-1]
    assert call.args == {"channel_id": str(scene.channel.id), "message_id": str(message.id)}
    assert call.body["content"] == "two"
    assert call.status == 200
