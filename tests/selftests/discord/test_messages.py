"""Which messages does the local Discord take, who is notified, and what is read of them?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.selftests.discord.bots import Bot, layout, picture, request, running
from tests.servers.discord import Discord, Intent, Limits, May, pointed_at
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene

V2 = 1 << 15


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "go", "custom_id": custom_id, **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def select(count: int, **more: Any) -> dict[str, Any]:
    options = [{"label": f"v{i}", "value": f"{i}"} for i in range(count)]
    return {"type": 3, "custom_id": "versions", "options": options, **more}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


@pytest.mark.parametrize(
    "components",
    [
        [text() for _ in range(40)],
        [text("x" * 4000)],
        [row(*(button(f"b{i}") for i in range(5)))],
        [row(select(25))],
    ],
)
async def test_layouts_within_the_limits_are_taken(scene: Scene, components: list[Any]) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    body = {"flags": V2, "components": components}
    assert (await request(scene.server, "POST", path, json=body)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"flags": V2, "components": [text() for _ in range(41)]},
        {"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]},
        {"flags": V2, "components": [text("")]},
        {"flags": V2, "components": [button()]},
        {"flags": V2, "components": [row()]},
        {"flags": V2, "components": [row(*(button(f"b{i}") for i in range(6)))]},
        {"flags": V2, "components": [row(button(), select(2))]},
        {"flags": V2, "components": [row(button("same"), button("same"))]},
        {"flags": V2, "components": [row(button("x" * 101))]},
        {"flags": V2, "components": [row(button(label="x" * 81))]},
        {"flags": V2, "components": [row(select(26))]},
        {"flags": V2, "components": [gallery()]},
        {"flags": V2, "components": [gallery("attachment://missing.png")]},
        {"flags": V2, "components": [text()], "content": "beside"},
        {"components": [text()]},
        {"content": "x" * 2001},
        {"content": "x", "nonce": "x" * 26},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ],
)
async def test_what_is_beyond_the_limits_is_refused(scene: Scene, body: Any) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    refused = (await request(scene.server, "POST", path, json=body)).body
    assert refused["code"] == 50035
    assert "_errors" in str(refused["errors"])
    assert scene.server.messages(scene.channel) == []


async def test_on_an_edit_the_attachments_are_the_complete_new_set(scene: Scene, bot: Bot) -> None:
    place = bot.text_channel(scene.channel.id)
    files = [picture("v1.png", 1), picture("unseen.png", 2)]
    message = await place.send(view=layout("v1", "v1.png"), files=files)
    shown = scene.channel.messages[message.id]
    assert shown.images() == [png(1)], "no component shows the other"
    await message.edit(view=layout("v2", "v2.png"), attachments=[picture("v2.png", 2)])
    assert shown.images() == [png(2)]
    assert [one.name for one in shown.attachments] == ["v2.png"]
    await message.edit(view=layout("v2, in other words", "v2.png"))
    assert shown.images() == [png(2)], "an edit without attachments leaves them"


async def test_a_link_dies_after_a_day_and_needs_its_signature(scene: Scene, bot: Bot) -> None:
    await scene.ana.say(scene.channel, files=[("my cat!.png", png(1))])
    await scene.server.until(lambda: bot.heard)
    [file] = bot.heard[0].attachments
    assert (file.filename, file.content_type, await file.read()) == (
        "my_cat_.png",
        "image/png",
        png(1),
    )
    for url in (file.url.partition("?")[0], file.url.replace("hm=", "hm=0")):
        assert (await request(scene.server, "GET", url)).status == 404
    scene.server.advance(25 * 3600)
    with pytest.raises(discord.NotFound):
        await file.read()
    again = await bot.text_channel(scene.channel.id).fetch_message(bot.heard[0].id)
    assert await again.attachments[0].read() == png(1)


@pytest.mark.parametrize("limits", [Limits(file_bytes=(100, 100, 500, 1000), request_bytes=2000)])
async def test_files_are_limited_by_the_guilds_tier_and_by_request(scene: Scene) -> None:
    boosted = scene.server.text_channel(scene.server.guild("Boosted", tier=2))
    async with running(scene.server) as bot:
        for channel, sizes, taken in (
            (scene.channel, [100], True),
            (scene.channel, [101], False),
            (boosted, [500], True),
            (boosted, [501], False),
            (boosted, [499] * 5, False),
        ):
            files = [discord.File(io.BytesIO(b"x" * n), f"{at}.bin") for at, n in enumerate(sizes)]
            send = bot.text_channel(channel.id).send(files=files)
            if taken:
                await send
                continue
            with pytest.raises(discord.HTTPException) as raised:
                await send
            assert (raised.value.status, raised.value.code) == (413, 40005)


@pytest.mark.parametrize("hushed", [False, True])
async def test_a_mention_notifies_unless_it_is_not_allowed_to(
    scene: Scene, bot: Bot, *, hushed: bool
) -> None:
    allowed = discord.AllowedMentions.none() if hushed else discord.AllowedMentions.all()
    place = bot.text_channel(scene.channel.id)
    sent = await place.send(f"for {scene.ana.mention}", allowed_mentions=allowed)
    edited = await place.send(view=layout("card"))
    await edited.edit(view=layout("@everyone"), allowed_mentions=allowed)
    everybody = set(scene.guild.members) - {scene.server.bot.id}
    assert scene.channel.messages[sent.id].notified == (set() if hushed else {scene.ana.id})
    assert scene.channel.messages[edited.id].notified == (set() if hushed else everybody)


async def test_a_clients_allowed_mentions_do_not_cover_edits_of_layouts(scene: Scene) -> None:
    quiet = Bot(allowed_mentions=discord.AllowedMentions.none())
    async with running(scene.server, quiet) as bot:
        message = await bot.text_channel(scene.channel.id).send(view=layout("card"))
        await message.edit(view=layout(f"for {scene.ana.mention}"))
    assert scene.channel.messages[message.id].notified == {scene.ana.id}


async def test_a_nonce_is_not_posted_twice_within_some_minutes(scene: Scene, bot: Bot) -> None:
    channel = bot.text_channel(scene.channel.id)
    first = await channel.send("card", nonce="turn-1")
    assert (await channel.send("card", nonce="turn-1")).id == first.id
    scene.server.advance(6 * 60)
    assert (await channel.send("card", nonce="turn-1")).id != first.id


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        (May.VIEW_CHANNEL, 50001),
        (May.SEND_MESSAGES, 50013),
        (May.ATTACH_FILES, 50013),
        (May.READ_MESSAGE_HISTORY, 160002),
    ],
)
async def test_what_the_bot_may_not_do_is_refused(
    scene: Scene, bot: Bot, lacking: May, code: int
) -> None:
    await scene.ana.say(scene.channel, "hello")
    await scene.server.until(lambda: bot.heard)
    scene.server.deny(scene.channel, scene.server.bot, lacking)
    with pytest.raises(discord.HTTPException) as raised:
        await bot.heard[0].reply("hi", file=picture())
    assert raised.value.code == code


async def test_the_history_pages_both_ways(scene: Scene, bot: Bot) -> None:
    for number in range(7):
        await scene.ana.say(scene.channel, str(number))
    place = bot.text_channel(scene.channel.id)
    middle = discord.Object(sorted(scene.channel.messages)[3])
    newest = [m.content async for m in place.history(limit=3)]
    after = [m.content async for m in place.history(after=middle, limit=2, oldest_first=True)]
    before = [m.content async for m in place.history(before=middle, limit=2)]
    assert (newest, after, before) == (["6", "5", "4"], ["4", "5"], ["2", "1"])
    scene.server.deny(scene.channel, scene.server.bot, May.READ_MESSAGE_HISTORY)
    assert [m async for m in place.history()] == []


async def test_without_the_intent_only_what_is_for_the_bot_is_read() -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    async with Discord(pace=0.01, approved=Intent(0)) as server:
        guild = server.guild()
        channel, ana = server.text_channel(guild), server.person("Ana", guild)
        with pointed_at(server):
            greedy = Bot()
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await greedy.start(server.token)
            await greedy.close()
            async with running(server, Bot(intents)) as bot:
                card = await bot.text_channel(channel.id).send("card")
                shown = channel.messages[card.id]
                await ana.say(channel, "a secret", files=[("cat.png", png())])
                await ana.say(channel, f"{server.bot.mention} draw", files=[("cat.png", png())])
                await ana.say(channel, "pinged", reply_to=shown)
                await ana.say(channel, "not pinged", reply_to=shown, ping=False)
                await ana.say(ana.dm(), "privately")
                await server.until(lambda: len(bot.heard) == 6)
    mention = f"{server.bot.mention} draw"
    assert bot.texts == ["card", "", mention, "pinged", "", "privately"]
    assert [len(one.attachments) for one in bot.heard] == [0, 0, 1, 0, 0, 0]
    reference = bot.heard[4].reference
    assert reference is not None
    assert reference.message_id == card.id
