"""Do threads, forums and Discord's own notes behave as they do at Discord?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from tests.servers.discord import May, MessageType

if TYPE_CHECKING:
    from tests.selftests.discord.bots import Bot
    from tests.selftests.discord.conftest import Scene


async def test_a_thread_has_its_messages_id_and_there_is_only_one(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("card")
    thread = await message.create_thread(name="a lighthouse")
    assert thread.id == message.id
    assert scene.channel.messages[message.id].thread is scene.channel.threads[0]
    with pytest.raises(discord.HTTPException) as raised:
        await message.create_thread(name="again")
    assert raised.value.code == 160004


async def test_an_archived_thread_leaves_the_cache_and_takes_messages_but_no_edits(
    scene: Scene, bot: Bot
) -> None:
    message = await bot.text_channel(scene.channel.id).send("root")
    thread = await message.create_thread(name="a canvas")
    card = await thread.send("card")
    scene.server.advance(2 * 24 * 3600)
    await scene.server.until(lambda: bot.get_channel(thread.id) is None)
    with pytest.raises(discord.HTTPException) as raised:
        await card.edit(content="changed")
    assert raised.value.code == 50083
    await scene.ana.say(scene.channel.threads[0], "awake")
    await scene.server.until(lambda: bot.get_channel(thread.id))
    await card.edit(content="changed")


async def test_the_bot_renames_its_thread_and_does_not_lock_it(scene: Scene, bot: Bot) -> None:
    message = await bot.text_channel(scene.channel.id).send("root")
    thread = await message.create_thread(name="a canvas")
    await thread.edit(name="a lighthouse")
    kept = scene.channel.threads[0]
    assert kept.name == "a lighthouse"
    assert scene.server.messages(kept)[-1].kind == MessageType.CHANNEL_NAME_CHANGE
    with pytest.raises(discord.Forbidden):
        await thread.edit(locked=True)


async def test_threads_need_permissions_of_their_own(scene: Scene, bot: Bot) -> None:
    place = bot.text_channel(scene.channel.id)
    first, second = await place.send("root"), await place.send("another")
    thread = await first.create_thread(name="a canvas")
    denied = (May.SEND_MESSAGES_IN_THREADS, May.CREATE_PUBLIC_THREADS)
    scene.server.deny(scene.channel, scene.server.bot, *denied)
    for call in (thread.send("hello"), second.create_thread(name="no")):
        with pytest.raises(discord.Forbidden) as raised:
            await call
        assert raised.value.code == 50013
    await place.send("here it works")


async def test_a_locked_thread_takes_nothing(scene: Scene, bot: Bot) -> None:
    thread = await (await bot.text_channel(scene.channel.id).send("root")).create_thread(name="x")
    scene.server.lock(scene.channel.threads[0])
    with pytest.raises(discord.Forbidden) as raised:
        await thread.send("hello")
    assert raised.value.code == 160005


async def test_discords_own_notes_have_people_as_authors(scene: Scene, bot: Bot) -> None:
    message = await scene.ana.say(scene.channel, "look")
    thread = await scene.ana.start_thread(message, "a canvas")
    await scene.ana.rename(thread, "a lighthouse")
    await scene.ana.start_thread(scene.channel, "without a message")
    await scene.server.until(lambda: len(bot.heard) == 4)
    assert [note.type.name for note in bot.heard[1:]] == [
        "thread_starter_message",
        "channel_name_change",
        "thread_created",
    ]
    assert {note.author.id for note in bot.heard} == {scene.ana.id}


async def test_a_reference_to_a_deleted_message_stays_an_id(scene: Scene, bot: Bot) -> None:
    gone = await scene.ana.say(scene.channel, "soon gone")
    await scene.ana.delete(gone)
    await scene.ana.say(scene.channel, "about that", reply_to=gone)
    await scene.server.until(lambda: "about that" in bot.texts)
    reference = bot.heard[-1].reference
    assert reference is not None
    assert reference.message_id == gone.id
    assert isinstance(reference.resolved, discord.DeletedReferencedMessage)
    with pytest.raises(discord.HTTPException) as raised:
        await bot.text_channel(scene.channel.id).send("me too", reference=bot.heard[0])
    assert raised.value.code == 50035


async def test_a_forum_post_is_a_thread_with_its_first_messages_id(scene: Scene, bot: Bot) -> None:
    forum = scene.server.forum(scene.guild)
    thread = await scene.ana.post_in_forum(forum, "A lighthouse", "at dusk, please")
    await scene.server.until(lambda: bot.heard)
    assert bot.heard[0].id == bot.heard[0].channel.id == thread.id
    with pytest.raises(discord.HTTPException) as raised:
        await bot.get_partial_messageable(forum.id).send("just so")
    assert raised.value.code == 40058
