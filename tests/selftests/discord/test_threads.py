"""Facts 18–21: threads, forums, Discord's own notes, replies to what is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.selftests.discord.bots import Bot, running
from tests.servers.discord import May, MessageType

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene


async def test_a_thread_from_a_message_has_the_messages_id(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("card")
    thread = await message.create_thread(name="a lighthouse")
    assert thread.id == message.id
    assert scene.channel.threads[0].kind == 11
    shown = scene.channel.messages[message.id]
    assert shown.thread is scene.channel.threads[0]
    with pytest.raises(discord.HTTPException) as raised:
        await message.create_thread(name="again")
    assert raised.value.code == 160004


async def test_a_thread_without_message_and_type_is_private(scene: Scene, bot: Bot) -> None:
    thread = await bot.text_channel(scene.channel.id).create_thread(name="a canvas")
    assert thread.is_private()
    await thread.send("nobody else is here")
    seen = scene.server.world.channels[thread.id]
    assert seen.is_private


async def test_a_replied_thread_is_heard_with_or_without_membership(scene: Scene, bot: Bot) -> None:
    thread = await scene.ana.start_thread(scene.channel, "Ana's own")
    await scene.ana.say(thread, "in there")
    await scene.server.until(lambda: "in there" in bot.texts)
    private = await scene.ana.start_thread(scene.channel, "secret", private=True)
    await scene.ana.say(private, "hidden")
    await scene.ana.say(thread, "again")
    await scene.server.until(lambda: "again" in bot.texts)
    assert "hidden" not in bot.texts


async def test_archived_threads_leave_the_cache_and_a_persons_message_wakes_them(
    scene: Scene, bot: Bot
) -> None:
    thread = await scene.ana.start_thread(scene.channel, "a canvas")
    await scene.server.until(lambda: bot.get_channel(thread.id))
    scene.server.advance(2 * 24 * 3600)
    await scene.server.until(lambda: bot.get_channel(thread.id) is None)
    found = [t async for t in bot.text_channel(scene.channel.id).archived_threads()]
    assert [(t.id, t.archived) for t in found] == [(thread.id, True)]
    await scene.ana.say(thread, "still here?")
    await scene.server.until(lambda: "still here?" in bot.texts)
    assert not thread.archived
    assert bot.get_channel(thread.id) is not None


async def test_in_an_archived_thread_messages_are_sent_but_not_edited(
    scene: Scene, bot: Bot
) -> None:
    message = await bot.text_channel(scene.channel.id).send("root")
    thread = await message.create_thread(name="a canvas")
    card = await thread.send("card")
    await scene.ana.archive(scene.channel.threads[0])
    with pytest.raises(discord.HTTPException) as raised:
        await card.edit(content="changed")
    assert raised.value.code == 50083
    await thread.send("awake again")
    await card.edit(content="changed")


async def test_a_thread_can_be_archived_locked_and_renamed(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("root")
    thread = await message.create_thread(name="a canvas")
    await thread.edit(name="a lighthouse", auto_archive_duration=60)
    kept = scene.channel.threads[0]
    assert (kept.name, kept.auto_archive) == ("a lighthouse", 60)
    assert scene.server.messages(kept)[-1].kind == MessageType.CHANNEL_NAME_CHANGE
    await thread.edit(archived=True)
    assert kept.archived
    with pytest.raises(discord.Forbidden):
        await thread.edit(archived=False, locked=True)
    await thread.edit(archived=False)
    assert not kept.archived


async def test_sending_in_threads_is_a_permission_of_its_own(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("root")
    thread = await message.create_thread(name="a canvas")
    scene.server.deny(scene.channel, scene.server.bot, May.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden) as raised:
        await thread.send("hello")
    assert raised.value.code == 50013
    await bot.text_channel(scene.channel.id).send("here it works")


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
    asked = await scene.ana.say(scene.channel, "hello")
    await scene.server.until(lambda: bot.heard)
    scene.server.deny(scene.channel, scene.server.bot, lacking)
    heard = next(heard for heard in bot.heard if heard.id == asked.id)
    with pytest.raises(discord.HTTPException) as raised:
        await heard.reply("hi", file=discord.File(__file__))
    assert raised.value.code == code


async def test_threads_need_a_permission_and_history_without_it_is_empty(
    scene: Scene, bot: Bot
) -> None:
    place = bot.text_channel(scene.channel.id)
    message = await place.send("root")
    forbidden = (May.CREATE_PUBLIC_THREADS, May.READ_MESSAGE_HISTORY)
    scene.server.deny(scene.channel, scene.server.bot, *forbidden)
    with pytest.raises(discord.Forbidden) as raised:
        await message.create_thread(name="a canvas")
    assert raised.value.code == 50013
    assert [m async for m in place.history()] == []


async def test_discords_own_notes_have_people_as_authors(scene: Scene, bot: Bot) -> None:
    server, _, channel, ana = scene
    message = await ana.say(channel, "look")
    await ana.pin(message)
    thread = await ana.start_thread(message, "a canvas")
    await ana.rename(thread, "a lighthouse")
    await ana.start_thread(channel, "without a message")
    server.welcome(channel, ana)
    await server.until(lambda: len(bot.heard) == 6)
    first, *notes = bot.heard
    assert first.type is discord.MessageType.default
    assert [note.type.name for note in notes] == [
        "pins_add",
        "thread_starter_message",
        "channel_name_change",
        "thread_created",
        "new_member",
    ]
    assert {note.author.id for note in notes} == {ana.id}


async def test_other_bots_and_webhooks_speak_too(scene: Scene, bot: Bot) -> None:
    robo = scene.server.other_bot("Robo", scene.guild)
    await robo.say(scene.channel, "beep")
    scene.server.webhook_says(scene.channel, "News", "extra!")
    await scene.server.until(lambda: len(bot.heard) == 2)
    assert [heard.author.bot for heard in bot.heard] == [True, True]
    assert [heard.webhook_id is None for heard in bot.heard] == [True, False]


async def test_a_reference_to_a_deleted_message_stays_an_id(scene: Scene, bot: Bot) -> None:
    server, _, channel, ana = scene
    gone = await ana.say(channel, "soon gone")
    await ana.delete(gone)
    await ana.say(channel, "about that", reply_to=gone)
    await server.until(lambda: "about that" in bot.texts)
    reference = bot.heard[-1].reference
    assert reference is not None
    assert reference.message_id == gone.id
    assert isinstance(reference.resolved, discord.DeletedReferencedMessage)
    with pytest.raises(discord.HTTPException) as raised:
        await bot.text_channel(channel.id).send("me too", reference=bot.heard[0])
    assert raised.value.code == 50035


async def test_edits_deletions_and_reactions_are_told(scene: Scene) -> None:
    server, _, channel, ana = scene
    told: list[Any] = []

    class Watching(Bot):
        async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
            told.append(("edit", payload.message.content))

        async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
            told.append(("delete", payload.message_id))

        async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
            told.append(("reaction", str(payload.emoji)))

    intents = discord.Intents(
        guilds=True, guild_messages=True, message_content=True, guild_reactions=True
    )
    async with running(server, Watching(intents)) as bot:
        message = await ana.say(channel, "one")
        await ana.edit(message, "two")
        await ana.react(message, "👍")
        own = await bot.text_channel(channel.id).fetch_message(message.id)
        await own.add_reaction("🎨")
        await ana.delete(message)
        await server.until(lambda: len(told) == 4)
    assert told == [
        ("edit", "two"),
        ("reaction", "👍"),
        ("reaction", "🎨"),
        ("delete", message.id),
    ]


async def test_a_forum_post_is_a_thread_and_then_its_first_message(scene: Scene, bot: Bot) -> None:
    forum = scene.server.forum(scene.guild)
    thread = await scene.ana.post_in_forum(forum, "A lighthouse", "at dusk, please")
    await scene.server.until(lambda: bot.heard)
    assert bot.heard[0].id == thread.id
    assert bot.heard[0].channel.id == thread.id
    order = [one for one in bot.happened if one in ("THREAD_CREATE", "MESSAGE_CREATE")]
    assert order[-2:] == ["THREAD_CREATE", "MESSAGE_CREATE"]


async def test_a_bot_posts_in_a_forum_with_its_first_message_but_not_otherwise(
    scene: Scene, bot: Bot
) -> None:
    forum = scene.server.forum(scene.guild)
    await scene.server.until(lambda: bot.get_channel(forum.id))
    channel = bot.get_channel(forum.id)
    assert isinstance(channel, discord.ForumChannel)
    made = await channel.create_thread(name="A canvas", content="draw here")
    assert made.message.id == made.thread.id
    with pytest.raises(discord.HTTPException) as raised:
        await bot.get_partial_messageable(forum.id).send("just so")
    assert raised.value.code == 40058


async def test_the_history_pages_both_ways(scene: Scene, bot: Bot) -> None:
    for number in range(7):
        await scene.ana.say(scene.channel, str(number))
    place = bot.text_channel(scene.channel.id)
    ids = sorted(scene.channel.messages)
    newest = [m.content async for m in place.history(limit=3)]
    oldest = [m.content async for m in place.history(limit=3, oldest_first=True)]
    middle = discord.Object(ids[3])
    after = [m.content async for m in place.history(after=middle, limit=2)]
    before = [m.content async for m in place.history(before=middle, limit=2)]
    around = [m.content async for m in place.history(around=middle, limit=3)]
    assert newest == ["6", "5", "4"]
    assert oldest == ["0", "1", "2"]
    assert after == ["4", "5"]
    assert before == ["2", "1"]
    assert around == ["4", "3", "2"]


async def test_a_transcript_is_good_to_look_at(scene: Scene, bot: Bot) -> None:
    message = await scene.ana.say(scene.channel, "draw a cat", files=[("cat.txt", b"meow")])
    await bot.text_channel(scene.channel.id).send("coming")
    thread = await scene.ana.start_thread(message, "a cat")
    await scene.ana.say(thread, "a black one")
    drawn = re.sub(r"\d\d:\d\d:\d\d ", "", scene.server.transcript(scene.channel))
    assert drawn.splitlines() == [
        "# general",
        "  Ana",
        "      draw a cat",
        "      [cat.txt, 4 bytes]",
        "  Easel [app]",
        "      coming",
        "    🧵 a cat",
        "      Ana started this thread from a message",
        "      Ana",
        "          a black one",
    ]
