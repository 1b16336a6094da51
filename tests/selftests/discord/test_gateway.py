"""Does the local gateway keep sessions, replay what was missed and close as Discord does?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.selftests.discord.bots import Bot, running
from tests.servers.discord import Limits, May

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene


async def test_a_resumed_session_hears_what_it_missed_in_order(scene: Scene, bot: Bot) -> None:
    async with scene.server.gateway.away():
        for number in range(5):
            await scene.ana.say(scene.channel, f"missed {number}")
    await scene.server.until(lambda: "resumed" in bot.events)
    assert bot.texts == [f"missed {number}" for number in range(5)]
    assert scene.server.gateway.identifies == 1


async def test_a_new_process_misses_what_happened_and_knows_each_channels_last_message(
    scene: Scene,
) -> None:
    thread = await scene.ana.start_thread(scene.channel, "a canvas")
    last = await scene.ana.say(thread, "missed")
    async with running(scene.server) as bot:
        found = bot.get_channel(thread.id)
        assert getattr(found, "last_message_id", None) == last.id
    assert bot.texts == []


@pytest.mark.parametrize("away", [0, 600])
async def test_an_invalid_session_and_one_away_for_too_long_identify_once_more(
    scene: Scene, bot: Bot, away: int
) -> None:
    if away:
        async with scene.server.gateway.away():
            await scene.server.until(lambda: not scene.server.gateway.ready)
            await scene.ana.say(scene.channel, "missed for good")
            scene.server.advance(away)
    else:
        scene.server.gateway.invalidate(resumable=False)
    await scene.server.until(lambda: bot.events.count("ready") == 2)
    assert scene.server.gateway.identifies == 2
    assert bot.texts == []


@pytest.mark.parametrize("how", ["reconnect", "close"])
async def test_a_usual_end_of_a_connection_resumes(scene: Scene, bot: Bot, how: str) -> None:
    if how == "reconnect":
        scene.server.gateway.reconnect()
    else:
        scene.server.gateway.close(4000)
    await scene.server.until(lambda: "resumed" in bot.events)
    assert scene.server.gateway.identifies == 1


async def test_a_repeated_event_is_heard_twice(scene: Scene, bot: Bot) -> None:
    message = await scene.ana.say(scene.channel, "once")
    await scene.server.until(lambda: bot.heard)
    scene.server.gateway.repeat("MESSAGE_CREATE")
    await scene.server.until(lambda: len(bot.heard) == 2)
    assert [heard.id for heard in bot.heard] == [message.id] * 2


async def test_a_payload_that_the_sdk_cannot_parse_ends_its_client(scene: Scene) -> None:
    bot = Bot()
    task = asyncio.create_task(bot.start(scene.server.token))
    await scene.server.until(lambda: "ready" in bot.events)
    scene.server.gateway.send("MESSAGE_CREATE", {"id": "1", "channel_id": str(scene.channel.id)})
    with pytest.raises(KeyError):
        await asyncio.wait_for(task, 5)
    await bot.close()


async def test_what_the_bot_may_not_see_it_does_not_hear(scene: Scene, bot: Bot) -> None:
    secret = scene.server.text_channel(scene.guild, "secret")
    scene.server.deny(secret, scene.server.bot, May.VIEW_CHANNEL)
    elsewhere = scene.server.guild("Elsewhere", bot=False)
    scene.server.admit(elsewhere, scene.ana)
    await scene.ana.say(secret, "hidden")
    await scene.ana.say(scene.server.text_channel(elsewhere), "hidden too")
    await scene.ana.say(scene.channel, "open")
    await scene.server.until(lambda: bot.heard)
    assert bot.texts == ["open"]


async def test_only_events_of_the_intents_asked_for_are_sent(scene: Scene) -> None:
    deaf = Bot(discord.Intents(guilds=True))
    async with running(scene.server, deaf), running(scene.server) as hearing:
        await scene.ana.say(scene.channel, "hello")
        await scene.server.until(lambda: hearing.texts == ["hello"])
    assert deaf.texts == []


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
        ('{"op": 99}', 4001),
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
