"""Facts 7–12: sessions, replay, doubled and missing events, intents."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.selftests.discord.bots import INTENTS, Bot, running
from tests.selftests.discord.raw import raw
from tests.servers.discord import Discord, Intent, Limits, May, pointed_at

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene


async def test_a_resumed_session_hears_what_it_missed_in_order(scene: Scene, bot: Bot) -> None:
    server, _, channel, ana = scene
    async with server.gateway.away():
        for number in range(5):
            await ana.say(channel, f"missed {number}")
    await server.until(lambda: "resumed" in bot.happened)
    assert bot.texts == [f"missed {number}" for number in range(5)]
    assert server.gateway.identifies == 1
    assert bot.happened.count("ready") == 1


async def test_a_new_process_misses_what_happened_and_reads_it_from_the_history(
    scene: Scene,
) -> None:
    server, _, channel, ana = scene
    async with running(server) as before:
        seen = await ana.say(channel, "seen")
        await server.until(lambda: before.texts == ["seen"])
    for number in range(3):
        await ana.say(channel, f"missed {number}")
    async with running(server) as after:
        place = after.text_channel(channel.id)
        assert place.last_message_id == channel.last_message_id
        after_it = discord.Object(seen.id)
        found = [m.content async for m in place.history(after=after_it, oldest_first=True)]
    assert after.texts == []
    assert found == [f"missed {number}" for number in range(3)]


async def test_guild_create_tells_which_threads_moved(scene: Scene) -> None:
    server, _, channel, ana = scene
    thread = await ana.start_thread(channel, "a canvas")
    last = await ana.say(thread, "something")
    async with running(server) as bot:
        found = bot.get_channel(thread.id)
        assert isinstance(found, discord.Thread)
        assert found.last_message_id == last.id


async def test_a_request_to_reconnect_resumes(scene: Scene, bot: Bot) -> None:
    scene.server.gateway.reconnect()
    await scene.server.until(lambda: "resumed" in bot.happened)
    assert scene.server.gateway.resumes == 1


async def test_an_invalid_session_identifies_anew_and_is_ready_again(
    scene: Scene, bot: Bot
) -> None:
    scene.server.gateway.invalidate(resumable=False)
    await scene.server.until(lambda: bot.happened.count("ready") == 2)
    assert bot.happened.count("setup_hook") == 1
    assert scene.server.gateway.identifies == 2


async def test_a_session_that_was_away_for_too_long_is_gone(scene: Scene, bot: Bot) -> None:
    async with scene.server.gateway.away():
        await scene.server.until(lambda: not scene.server.gateway.ready)
        await scene.ana.say(scene.channel, "missed for good")
        scene.server.advance(600)
    await scene.server.until(lambda: bot.happened.count("ready") == 2)
    assert bot.texts == []


async def test_a_close_with_a_usual_code_resumes(scene: Scene, bot: Bot) -> None:
    scene.server.gateway.close(4000)
    await scene.server.until(lambda: "resumed" in bot.happened)


async def test_a_message_delivered_twice_is_heard_twice(scene: Scene, bot: Bot) -> None:
    message = await scene.ana.say(scene.channel, "once")
    await scene.server.until(lambda: bot.heard)
    scene.server.gateway.repeat("MESSAGE_CREATE")
    await scene.server.until(lambda: len(bot.heard) == 2)
    assert [heard.id for heard in bot.heard] == [message.id] * 2


async def test_two_processes_hear_everything_twice(scene: Scene, bot: Bot) -> None:
    async with running(scene.server) as other:
        await scene.ana.say(scene.channel, "hello")
        await scene.server.until(lambda: bot.texts == other.texts == ["hello"])


async def test_events_may_come_in_another_order(scene: Scene, bot: Bot) -> None:
    scene.server.gateway.hold()
    for word in ("one", "two", "three"):
        await scene.ana.say(scene.channel, word)
    scene.server.gateway.release(backwards=True)
    await scene.server.until(lambda: len(bot.heard) == 3)
    assert bot.texts == ["three", "two", "one"]


async def test_handlers_run_concurrently_within_a_thread(scene: Scene, bot: Bot) -> None:
    finished: list[str] = []
    second = asyncio.Event()

    async def handle(message: discord.Message) -> None:
        if message.content == "first":
            await second.wait()
        finished.append(message.content)
        second.set()

    bot.on_message_do = handle
    await scene.ana.say(scene.channel, "first")
    await scene.ana.say(scene.channel, "second")
    await scene.server.until(lambda: len(finished) == 2)
    assert finished == ["second", "first"]


async def test_a_payload_that_parsers_choke_on_ends_connect(scene: Scene) -> None:
    bot = Bot()
    task = asyncio.create_task(bot.start(scene.server.token))
    await scene.server.until(lambda: "ready" in bot.happened)
    scene.server.gateway.send("MESSAGE_CREATE", {"id": "1", "channel_id": str(scene.channel.id)})
    with pytest.raises(KeyError):
        await asyncio.wait_for(task, 5)
    await bot.close()


async def test_an_unknown_event_is_nothing(scene: Scene, bot: Bot) -> None:
    scene.server.gateway.send("SOMETHING_NEW", {"a": 1})
    await scene.ana.say(scene.channel, "still here")
    await scene.server.until(lambda: bot.texts == ["still here"])


async def test_a_wrong_token_closes_with_4004(scene: Scene, bot: Bot) -> None:
    bot.http.token = "wrong"
    scene.server.gateway.invalidate(resumable=False)
    await scene.server.until(bot.is_closed)
    assert scene.server.gateway.identifies == 2


async def test_an_unapproved_intent_needs_approval() -> None:
    async with Discord(approved=Intent(0)) as server:
        with pointed_at(server):
            bot = Bot()
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await bot.start(server.token)
            await bot.close()
            info_flags = server.world.app.flags
    assert not discord.ApplicationFlags._from_value(info_flags).gateway_message_content_limited


@pytest.mark.parametrize("limits", [Limits(identifies=1)])
async def test_one_identify_too_many_resets_the_token(scene: Scene, bot: Bot) -> None:
    old = scene.server.token
    scene.server.gateway.invalidate(resumable=False)
    await scene.server.until(bot.is_closed)
    assert scene.server.token != old


async def test_only_events_of_the_intents_asked_for_are_told(scene: Scene) -> None:
    only_guilds = Bot(discord.Intents(guilds=True))
    async with running(scene.server, only_guilds) as deaf, running(scene.server) as hearing:
        await scene.ana.say(scene.channel, "hello")
        await scene.server.until(lambda: hearing.texts == ["hello"])
    assert "MESSAGE_CREATE" not in deaf.happened


async def test_what_the_bot_may_not_see_it_does_not_hear(scene: Scene, bot: Bot) -> None:
    server, guild, channel, ana = scene
    secret = server.text_channel(guild, "secret")
    server.deny(secret, server.bot, May.VIEW_CHANNEL)
    await ana.say(secret, "hidden")
    await ana.say(channel, "open")
    await server.until(lambda: bot.heard)
    assert bot.texts == ["open"]


class Sharded(discord.AutoShardedClient):
    def __init__(self) -> None:
        super().__init__(intents=INTENTS, guild_ready_timeout=0.03)
        self.texts: list[str] = []

    async def on_message(self, message: discord.Message) -> None:
        self.texts.append(message.content)


async def test_the_sharded_client_asks_for_the_gateway_and_connects(scene: Scene) -> None:
    client = Sharded()
    task = asyncio.create_task(client.start(scene.server.token))
    await scene.server.until(client.is_ready)
    await scene.ana.say(scene.channel, "hello")
    await scene.ana.say(scene.ana.dm(), "privately")
    await scene.server.until(lambda: client.texts == ["hello", "privately"])
    assert scene.server.calls_to("GET /gateway/bot")
    await client.close()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_guild_comes_and_goes(scene: Scene, bot: Bot) -> None:
    server = scene.server
    other = server.guild("Other")
    await server.until(lambda: bot.get_guild(other.id))
    server.remove_bot(other)
    await server.until(lambda: bot.get_guild(other.id) is None)
    async with raw(server) as asking:
        assert (await asking.ask("GET", f"/guilds/{other.id}")).code == 50001


async def test_heartbeats_are_answered(scene: Scene, bot: Bot) -> None:
    await scene.server.until(lambda: bot.latency < 5)
    assert scene.server.gateway.connections[0].heartbeats == 1


@pytest.mark.parametrize("limits", [Limits(heartbeat_ms=50)])
async def test_a_silent_client_is_sent_away(scene: Scene) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{scene.server.gateway_url}?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        assert (await socket.receive()).data == 4009


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", 4002),
        ("[]", 4002),
        ('{"op": 99}', 4001),
        ('{"op": 3, "d": {}}', 4003),
        ('{"op": 2, "d": {}}', 4002),
        ('{"op": 2, "d": {"token": "x", "properties": {}, "intents": 1}}', 4004),
    ],
)
async def test_nonsense_is_closed_with_its_code(scene: Scene, frame: str, code: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{scene.server.gateway_url}?v=10&encoding=json") as socket,
    ):
        await socket.receive_json()
        await socket.send_str(frame)
        assert (await socket.receive()).data == code
