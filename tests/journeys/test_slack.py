"""What can people do in Slack alone: commands, mentions, files, direct messages, shortcuts, forms?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.driver import drawn, says
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.model import Gate, fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Channel, Message, Person, SlackServer


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


@pytest.fixture
def slack(driver: SlackDriver) -> SlackServer:
    return driver.slack


@pytest.fixture
def design(driver: SlackDriver) -> Channel:
    return driver.channel


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.person("Ana")


def value_of(message: Message, label: str) -> str:
    """Return what a button carries."""
    [found] = [one.element["value"] for one in message.elements if label in one.labels]
    return str(found)


async def finished(message: Message) -> Message:
    return await message.until(lambda one: "Vary" in one.buttons, 20)


async def test_a_command_alone_opens_a_form_whose_picture_appears_in_one_root_message(
    ana: Person, slack: SlackServer, design: Channel, model: ModelServer
) -> None:
    assert (await ana.command("/imagine", "", design)).ok
    view = await slack.view_for(ana)
    assert "About $0.042" in view.plain
    assert (await ana.choose(view, "quality", "high")).ok
    await slack.until(lambda: "About $0.17" in view.plain)
    assert (await ana.choose(view, "model", "gpt-image-2")).ok
    await slack.until(lambda: "About $0.13" in view.plain)
    assert (await ana.choose(view, "model", "gpt-4o-image")).ok
    await slack.until(lambda: "About $0.17" in view.plain)
    outcome = await ana.submit(view, {"text": "  ", "size": "1024×1536 (portrait)"})
    assert "Say what to draw" in outcome.errors["text"]
    filled = {"text": "a <lighthouse> & a boat", "quality": "high", "n": "2"}
    assert (await ana.submit(view, filled)).ok
    card = await design.message("a <lighthouse> & a boat")
    await finished(card)
    assert design.roots == [card]
    assert card.plain.startswith("*Ana*: a <lighthouse> & a boat")
    assert len(card.images) == 2
    assert card.alt_texts[0]
    assert model.requests[0].body["image_output"] == {
        "size": "1024x1536",
        "quality": "high",
        "n": 2,
    }


async def test_help_and_a_prompt_that_cannot_be_are_told_to_the_asker_alone(
    ana: Person, design: Channel, model: ModelServer
) -> None:
    for command, text in (("/imagine", "help"), ("/easel", "help"), ("/easel", "")):
        outcome = await ana.command(command, text, design)
        assert outcome.message is not None
        assert "Every thread is a canvas" in outcome.message.plain
        assert outcome.message.only_for is ana
    outcome = await ana.command("/imagine", "a boat size:huge", design)
    assert outcome.message is not None
    assert "huge" in outcome.message.plain
    assert design.messages == []
    assert model.requests == []


async def test_where_the_bot_cannot_post_nothing_is_drawn_and_the_asker_learns_how_to_invite_it(
    ana: Person, slack: SlackServer, model: ModelServer
) -> None:
    secret = slack.channel("secret", kind="private", bot=False)
    secret.members.add(ana.id)
    assert (await ana.command("/imagine", "a boat", secret)).ok
    told = await secret.ephemeral(ana, "/invite @Easel")
    assert "nothing was drawn or billed" in told.plain
    assert model.requests == []
    await ana.invite_app(secret)
    await ana.press(told, "Retry")
    await secret.message(lambda one: "a boat" in one.plain and "Vary" in one.buttons)
    assert len(model.requests) == 1


async def test_in_a_channel_that_the_bot_is_not_in_the_asker_learns_that_replies_are_not_read(
    ana: Person, slack: SlackServer
) -> None:
    lobby = slack.channel("lobby", bot=False)
    await ana.command("/imagine", "a boat", lobby)
    card = await finished(await lobby.message("a boat"))
    await lobby.ephemeral(ana, "can't read replies here")
    await ana.press(card, "Vary")
    await lobby.message(lambda one: "v2" in one.plain and "Vary" in one.buttons, thread=card)
    assert slack.calls_of("users.info", user=slack.bot.user_id) == []


async def test_a_reply_with_files_edits_with_them_as_input(
    driver: SlackDriver, ana: Person, model: ModelServer
) -> None:
    thread = await driver.start("a room")
    await driver.seen(thread, 0, drawn("v1"))
    sent = [("sofa.png", png(7)), ("lamp.png", png(8))]
    await ana.reply(driver.root(thread), "put these in", files=sent)
    seen = await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[1].images == [png(1), png(7), png(8)]
    assert "with sofa.png and lamp.png" in seen.text
    await ana.say(
        driver.channel, "and this", thread=thread, files=[("x.png", png(9))], connect=True
    )
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert model.requests[2].images == [png(2), png(9)]


async def test_asides_other_bots_joins_and_other_threads_are_left_alone(
    driver: SlackDriver, ana: Person, slack: SlackServer, model: ModelServer
) -> None:
    thread = await driver.start("a room")
    await driver.seen(thread, 0, drawn("v1"))
    root, design = driver.root(thread), driver.channel
    slack.person("Ben")
    elsewhere = await ana.say(design, "good morning")
    quiet = [
        await ana.reply(root, "// nice one"),
        await ana.reply(root, "@Ben what do you think?"),
        await ana.reply(elsewhere, "and to you"),
        await slack.workspace.other_bot("News").say(design, "breaking", thread=root),
        await slack.workspace.other_bot("Old", classic=True).say(design, "broken", thread=root),
        await slack.person("Cleo").join(design),
    ]
    for message in quiet:
        for event in message.events:
            await event.acked()
    await ana.reply(root, "@Easel make it blue, like @Ben's")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert [one.prompt for one in model.requests] == ["a room", "make it blue, like @Ben's"]


async def test_a_mention_in_another_thread_starts_a_canvas_there_with_its_newest_picture(
    ana: Person, slack: SlackServer, design: Channel, model: ModelServer
) -> None:
    root = await ana.say(design, "my cat", files=[("old.png", png(5))])
    await ana.reply(root, "a newer one", files=[("new.png", png(6))])
    await slack.settled()
    asked = await ana.reply(root, "@Easel give it a hat")
    card = await finished(await design.message("give it a hat", thread=root))
    assert [event.payload["event"]["type"] for event in asked.events] == ["message", "app_mention"]
    assert model.requests[0].images == [png(6)]
    assert "the newest picture of this thread" in card.plain
    await ana.reply(
        root, "what do you like about it"
    )  # in their thread only what mentions it is drawn
    await ana.reply(root, "@Easel a red one")
    await finished(await design.message("a red one", thread=root))
    assert [one.prompt for one in model.requests] == ["give it a hat", "a red one"]
    assert model.requests[1].images == [png(1)]
    bare = await ana.say(design, "@Easel a boat, please")
    await finished(await design.message("a boat, please", thread=bare))
    assert model.requests[2].images == []


async def test_every_direct_message_is_a_canvas(
    ana: Person, slack: SlackServer, model: ModelServer
) -> None:
    await ana.open_home("messages")
    await slack.until(lambda: ana.dm.prompts.get(""))
    first, second = await ana.say(ana.dm, "a boat"), await ana.say(ana.dm, "a train")
    for root, words in ((first, "a boat"), (second, "a train")):
        await finished(await ana.dm.message(words, thread=root))
    await ana.reply(first, "undo")
    await ana.dm.message("nothing to undo", thread=first)
    await ana.reply(first, "in the snow")
    await finished(await ana.dm.message("in the snow", thread=first))
    assert len(model.requests) == 3


async def test_any_message_with_a_picture_can_be_edited_by_its_shortcut(
    ana: Person, slack: SlackServer, design: Channel, model: ModelServer
) -> None:
    root = await ana.say(design, "who likes this?")
    photo = await slack.person("Ben").reply(root, "look", files=[("photo.png", png(5))])
    await slack.settled()  # what was said before is no part of the canvas
    assert (await ana.message_shortcut("edit_image", photo)).ok
    await ana.submit(await slack.view_for(ana), {"text": "undo the zip"})
    card = await finished(await design.message("undo the zip", thread=root))
    assert model.requests[0].images == [png(5)]
    assert (await ana.message_shortcut("edit_image", card)).ok
    view = await slack.view_for(ana, "Edit v1")
    await ana.submit(view, {"text": "at night"})
    await finished(await design.message("at night", thread=root))
    assert model.requests[1].images == [png(1)]
    await ana.message_shortcut("edit_image", photo)
    await ana.submit(await slack.view_for(ana), {"text": "from the photo again"})
    await finished(await design.message("from the photo again", thread=root))
    assert model.requests[2].images == [png(5)]
    assert (await ana.message_shortcut("edit_image", root)).ok
    await design.ephemeral(ana, "no picture")


async def test_the_global_shortcut_asks_where(
    ana: Person, slack: SlackServer, design: Channel
) -> None:
    await ana.shortcut("imagine")
    await ana.submit(await slack.view_for(ana), {"text": "a boat", "where": design.id})
    await finished(await design.message("a boat"))
    await ana.shortcut("imagine")
    await ana.submit(await slack.view_for(ana), {"text": "a secret boat"})
    await finished(await ana.dm.message("a secret boat"))
    private = slack.workspace.channel("private", kind="private", bot=False, members=[ana])
    await ana.shortcut("imagine")
    await ana.submit(await slack.view_for(ana), {"text": "a lost boat", "where": private.id})
    await ana.dm.message("/invite @Easel")


async def test_an_edited_message_gives_its_waiting_prompt_new_words_and_a_deleted_one_ends_it(
    driver: SlackDriver, ana: Person, slack: SlackServer, model: ModelServer
) -> None:
    thread = await driver.start("a park")
    await driver.seen(thread, 0, drawn("v1"))
    root, gate = driver.root(thread), Gate()
    model.answer(gate.before(model.draw))
    await ana.reply(root, "add a bench")
    await gate.entered.wait()
    dog, cat = await ana.reply(root, "add a dog"), await ana.reply(root, "add a cat")
    await driver.seen(thread, 3, says("1 before"))
    await slack.unfurl(cat, "https://example.com/cats")
    await ana.edit(dog, "add a <big> dog")
    await driver.seen(thread, 2, says("add a <big> dog"))
    await ana.delete(cat)
    await driver.seen(thread, 3, says("Cancelled"))
    status = await slack.until(lambda: driver.channel.status(root))
    assert status is not None
    assert "drawing" in status.text
    gate.open.set()
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    await slack.until(lambda: driver.channel.status(root) is None)
    assert [one.prompt for one in model.requests] == ["a park", "add a bench", "add a <big> dog"]


async def test_a_blocked_prompt_is_told_to_the_asker_alone_with_a_way_to_change_it(
    driver: SlackDriver, ana: Person, slack: SlackServer, model: ModelServer
) -> None:
    model.answer(fails(451, "moderation_blocked"))
    thread = await driver.start("something unspeakable")
    told = await driver.channel.ephemeral(ana, "something unspeakable")
    assert "Edit prompt" in told.buttons
    root = driver.root(thread)
    await root.until(lambda one: "blocked" in one.plain)
    assert "unspeakable" not in root.plain + root.text
    assert root.buttons == []
    await ana.press(told, "Edit prompt")
    view = await slack.view_for(ana)
    assert "something unspeakable" in view.plain
    await ana.submit(view, {"text": "something nice"})
    await driver.seen(thread, 1, drawn("v1"))


async def test_an_empty_account_is_told_once_a_thread_and_the_operator_resumes(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        boss = slack.person("Boss")
        operator = f"slack:{slack.workspace.id}:{boss.id}"
        async with in_slack(start, slack, operator=operator) as easel:
            driver = SlackDriver(slack, easel)
            model.answer(fails(402))
            thread = await driver.start("a castle")
            await driver.seen(thread, 0, says("no credit"))
            note = await boss.dm.message("has no credit")
            await driver.say(thread, "with a moat")
            await driver.seen(thread, 1, says("Saved"))
        async with in_slack(start, slack, operator=operator) as easel:
            driver = SlackDriver(slack, easel)
            assert (await boss.press(note, "Resume")).ok
            await driver.seen(thread, 1, drawn("v2 ← v1"))
            await note.until(lambda one: "Resumed" in one.plain)
            assert note.buttons == []
            assert len(boss.dm.messages) == 1


async def test_a_prompt_that_waits_for_credit_and_is_edited_is_drawn_in_its_new_words(
    ana: Person, driver: SlackDriver, model: ModelServer
) -> None:
    thread = await driver.start("a castle")
    await driver.seen(thread, 0, drawn("v1"))
    root = driver.root(thread)
    model.answer(fails(402))
    asked = await ana.reply(root, "add a dragon")
    card = await driver.channel.message("no credit", thread=root)
    await ana.edit(asked, "add a unicorn")
    await card.until(lambda one: "add a unicorn" in one.plain)
    await driver.easel.parts.account.resume()
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert [one.prompt for one in model.requests] == ["a castle", "add a dragon", "add a unicorn"]
    assert model.requests[1].key != model.requests[2].key


async def test_only_as_many_are_drawn_side_by_side_as_the_button_said(
    ana: Person, driver: SlackDriver, model: ModelServer
) -> None:
    thread = await driver.start("a castle")
    await driver.seen(thread, 0, drawn("v1"))
    root = driver.root(thread)
    gate = Gate()
    model.answer(gate.before(model.draw))
    await ana.reply(root, "at night")
    await gate.entered.wait()
    for words in ("red", "blue"):
        await ana.reply(root, words)
    first = await driver.channel.message("red", thread=root)
    await first.until(lambda one: any("Draw 2 side by side" in label for label in one.buttons))
    [element] = [one.element for one in first.elements if any("Draw 2" in x for x in one.labels)]
    shown = element["value"]
    await ana.reply(root, "green")
    await first.until(lambda one: any("Draw 3 side by side" in label for label in one.buttons))
    element = next(one.element for one in first.elements if any("Draw 3" in x for x in one.labels))
    element["value"] = shown  # who pressed had the older label before them
    label = next(one for one in first.buttons if "Draw 3 side by side" in one)
    await ana.press(first, label)
    gallery = await driver.channel.message("Drawing side by side, each", thread=root)
    gate.open.set()
    await gallery.until(lambda one: len(one.images) == 2)
    await driver.channel.message(
        lambda one: "green" in one.plain and "Vary" in one.buttons, thread=root
    )


async def test_buttons_live_on_after_a_restart(start: Start, model: ModelServer) -> None:
    async with local_slack() as slack:
        async with in_slack(start, slack) as easel:
            driver = SlackDriver(slack, easel)
            thread = await driver.start("a boat", n="2")
            await driver.seen(thread, 0, drawn("v1a, v1b"))
        uploads = len(slack.calls_of("files.completeUploadExternal"))
        async with in_slack(start, slack) as easel:
            driver = SlackDriver(slack, easel)
            await driver.press(thread, 0, "Use v1b")
            await driver.root(thread).until(lambda one: "|v1b|" in value_of(one, "Edit…"))
            await driver.press(thread, 0, "Edit…", fields={"text": "add a flag", "n": "1"})
            await driver.seen(thread, 1, drawn("v2 ← v1b"))
        assert model.requests[1].images == [png(2)]
        assert len(slack.calls_of("files.completeUploadExternal")) == uploads + 1


async def test_another_workspace_is_told_that_it_is_not_served(
    driver: SlackDriver, slack: SlackServer, model: ModelServer
) -> None:
    other = slack.add_workspace("globex")
    eve, lobby = other.person("Eve"), other.channel("lobby")
    assert (await eve.command("/imagine", "a boat", lobby)).ok
    said = await eve.say(lobby, "@Easel a boat")
    for event in said.events:
        await event.acked()
    thread = await driver.start("a train")
    await driver.seen(thread, 0, drawn("v1"))
    assert [one.prompt for one in model.requests] == ["a train"]
    assert all(one.author is eve or one.only_for is eve for one in lobby.messages)


async def test_a_turn_takes_few_calls(driver: SlackDriver, ana: Person, slack: SlackServer) -> None:
    thread = await driver.start("a room")
    await driver.seen(thread, 0, drawn("v1"))
    before = len(slack.calls)
    await ana.reply(driver.root(thread), "make it blue")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    calls = [one.method for one in slack.calls[before:]]
    for method in (
        "chat.postMessage",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
    ):
        assert calls.count(method) == 1
    # on a busy machine the card may be posted before its turn is claimed
    assert calls.count("chat.update") <= 2
    status = calls.count("assistant.threads.setStatus")
    assert len(calls) - calls.count("files.info") - status <= 5, calls
