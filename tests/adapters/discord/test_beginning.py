"""How does a canvas begin: by a command, a mention, a post, a direct message, a picture of anybody's?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from adapters.discord import interactions
from tests.adapters.discord.harness import easel
from tests.journeys.discord_driver import DiscordDriver, readable, title
from tests.journeys.driver import drawn, says
from tests.journeys.test_together import offers
from tests.servers.discord import CannotDo, May, Seen
from tests.servers.model import fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Scene, Start
    from tests.servers.discord import Channel, Message
    from tests.servers.model import ModelServer

running_first = pytest.mark.usefixtures("running")


def own(around: Scene, channel: Channel) -> list[Message]:
    found = around.server.messages(channel)
    return [one for one in found if one.author is around.server.bot and not one.is_system]


async def card(around: Scene, channel: Channel, number: str, at: int = -1) -> Message:
    """Wait until a channel's card shows this version; `at`: which of its messages, -1: whichever it is."""

    def now() -> Message | None:
        found = own(around, channel)
        if at < 0:  # what Easel says beside it may come before or after it
            found = [one for one in found if title(one) == number]
        there = len(found) > max(at, 0) and title(found[at]) == number
        return found[at] if there and found[at].images() else None

    found = await around.server.until(now)
    assert found is not None
    return found


@running_first
async def test_a_command_is_one_message_with_a_thread_named_after_the_prompt(
    around: Scene, model: ModelServer
) -> None:
    options = {"size": "1536×1024 (landscape)", "quality": "high", "n": 2}
    asked = await around.ana.slash(
        "imagine", around.channel, prompt="a *lighthouse* at dusk", model="gpt-4o-image", **options
    )
    assert asked.answered
    assert not asked.ephemeral
    shown = await card(around, around.channel, "v1a, v1b")
    assert shown is asked.original
    assert shown.images() == [png(1), png(2)]
    assert "**Ana**: a \\*lighthouse\\* at dusk" in shown.plain
    assert [one.name for one in around.channel.threads] == ["a *lighthouse* at dusk"]
    assert model.requests[0].body["image_output"] == {
        "size": "1536x1024",
        "quality": "high",
        "n": 2,
    }
    calls = [one.route for one in around.server.calls]
    calls = calls[calls.index("PUT /applications/{application_id}/commands") + 1 :]
    assert calls[:2] == [
        "POST /interactions/{webhook_id}/{webhook_token}/callback",
        "POST /channels/{channel_id}/messages/{message_id}/threads",
    ]
    assert set(calls[2:]) == {"PATCH /channels/{channel_id}/messages/{message_id}"}
    assert len(calls) <= 4, "few calls a turn"


@running_first
async def test_a_picture_given_with_the_command_is_drawn_from(
    around: Scene, model: ModelServer
) -> None:
    image = ("cat.png", png(9))
    await around.ana.slash("imagine", around.channel, prompt="as a sketch", image=image)
    await card(around, around.channel, "v1")
    assert model.requests[0].images == [png(9)]


@running_first
async def test_recent_prompts_of_the_same_person_in_the_same_guild_are_offered(
    around: Scene,
) -> None:
    await around.ana.slash("imagine", around.channel, prompt="a red boat")
    await around.ana.slash("imagine", around.channel, prompt="a hill " + "x" * 200)
    await card(around, around.channel, "v1")
    offered = await around.ana.autocomplete("imagine", "prompt", "RED")
    assert [one.value for one in offered] == ["a red boat"]
    assert [one.value for one in await around.ana.autocomplete("imagine", "prompt", "")] == [
        "a red boat"
    ]
    ben = around.server.person("Ben", around.guild)
    assert await ben.autocomplete("imagine", "prompt", "") == []
    elsewhere = around.server.guild("Elsewhere")
    around.server.admit(elsewhere, around.ana)
    room = around.server.text_channel(elsewhere)
    assert await around.ana.autocomplete("imagine", "prompt", "", room) == []


@running_first
async def test_the_command_opens_the_settings_of_a_canvas_for_it_or_for_the_person_alone(
    around: Scene, model: ModelServer
) -> None:
    none = await around.ana.slash("easel settings", around.channel)
    assert none.ephemeral
    assert "Use this in a canvas's thread" in none.plain
    await around.ana.slash("imagine", around.channel, prompt="a boat")
    root = await card(around, around.channel, "v1")
    assert root.thread is not None
    asked = await around.ana.slash("easel settings", root.thread)
    assert asked.modal is not None
    values = {one["label"]: one["value"] for one in asked.modal.fields["replies"]["options"]}
    assert "only when mentioned · this thread" in values
    mine = values["the default · me, everywhere"]
    await around.ana.submit(asked.modal, {"quality": "low", "replies": mine})
    thread = root.thread
    await around.server.until(lambda: "For you from now on" in own(around, thread)[-1].plain)
    await around.ana.say(thread, "paint it red")
    await card(around, thread, "v2 ← v1")
    assert model.requests[1].body["image_output"]["quality"] == "low"


@running_first
async def test_whoever_may_manage_the_server_sets_what_holds_in_it_and_nobody_else(
    around: Scene, model: ModelServer
) -> None:
    server = around.server
    admins = server.role(around.guild, "admins", May.MANAGE_GUILD)
    olga = server.person("Olga", around.guild, roles=(admins,))
    await around.ana.slash("imagine", around.channel, prompt="a boat")
    root = await card(around, around.channel, "v1")
    thread = root.thread
    assert thread is not None
    scopes: dict[str, set[str]] = {}
    for person in (around.ana, olga):
        asked = await person.slash("easel settings", thread)
        assert asked.modal is not None
        scopes[person.user.name] = {
            one["label"].rpartition(" · ")[2]
            for field in asked.modal.fields.values()
            for one in field["options"]
        }
    assert scopes["Olga"] >= {"this channel", "this workspace"}
    assert not scopes["Ana"] & {"this channel", "this workspace"}
    bot = server.bot.mention
    refused = await around.ana.say(thread, f"{bot} always low quality in this workspace")
    await server.until(lambda: refused.reactions)
    await olga.say(thread, f"{bot} always low quality in this workspace")
    await server.until(lambda: own(around, thread))
    assert "low quality" in own(around, thread)[-1].plain
    await around.ana.slash("imagine", around.channel, prompt="a castle")
    await server.until(lambda: len(model.requests) == 2)
    assert model.requests[1].body["image_output"]["quality"] == "low"


@running_first
async def test_a_mention_begins_a_canvas_and_replies_in_its_thread_edit_it(
    around: Scene, model: ModelServer
) -> None:
    bot = around.server.bot.mention
    await around.ana.say(around.channel, f"{bot} a boat for {around.ana.mention}")
    root = await card(around, around.channel, "v1")
    assert model.requests[0].prompt == "a boat for @Ana"
    assert root.thread is not None
    await around.ana.say(root.thread, "paint it red", files=[("red.png", png(8))])
    await card(around, root.thread, "v2 ← v1")
    assert model.requests[1].images == [png(1), png(8)]


@running_first
async def test_a_reply_in_the_channel_to_a_canvas_goes_on_in_its_thread(
    around: Scene, model: ModelServer
) -> None:
    await around.ana.slash("imagine", around.channel, prompt="a boat")
    root = await card(around, around.channel, "v1")
    await around.ana.say(around.channel, "paint it red", reply_to=root)
    assert root.thread is not None
    await card(around, root.thread, "v2 ← v1")
    assert model.requests[1].images == [png(1)]
    assert len(own(around, around.channel)) == 1


@running_first
async def test_a_mention_that_answers_a_picture_begins_with_it(
    around: Scene, model: ModelServer
) -> None:
    cat = await around.ana.say(around.channel, "my cat", files=[("cat.png", png(8))])
    await around.ana.say(around.channel, f"{around.server.bot.mention} in a hat", reply_to=cat)
    await card(around, around.channel, "v1")
    assert model.requests[0].images == [png(8)]


@running_first
async def test_a_mention_in_any_thread_or_post_makes_it_a_canvas(
    around: Scene, model: ModelServer
) -> None:
    bot = around.server.bot.mention
    thread = await around.ana.start_thread(around.channel, "plans")
    await around.ana.say(thread, "nothing for you")
    await around.ana.say(thread, f"{bot} a garden")
    await card(around, thread, "v1")
    await around.ana.say(thread, "with a hedge")  # in their thread only what mentions it is drawn
    await around.ana.say(thread, f"{bot} with a pond")
    await card(around, thread, "v2 ← v1")
    forum = around.server.forum(around.guild)
    post = await around.ana.post_in_forum(forum, "A tower", f"{bot} a tower")
    await card(around, post, "v1")
    await around.ana.say(post, "taller")
    await card(around, post, "v2 ← v1")
    assert [one.prompt for one in model.requests] == [
        "a garden",
        "with a pond",
        "a tower",
        "taller",
    ]
    assert post.threads == []


@running_first
async def test_a_command_in_a_thread_is_answered_there(around: Scene, model: ModelServer) -> None:
    thread = await around.ana.start_thread(around.channel, "plans")
    for number, text in enumerate(("a garden", "with a pond"), start=1):
        asked = await around.ana.slash("imagine", thread, prompt=text)
        shown = await card(around, thread, ("v1", "v2 ← v1")[number - 1])
        assert shown is asked.original
    assert model.requests[1].images == [png(1)]


@running_first
async def test_in_direct_messages_a_message_begins_and_a_reply_edits(
    around: Scene, model: ModelServer
) -> None:
    room = around.ana.dm()
    await around.ana.say(room, "a boat")
    first = await card(around, room, "v1")
    await around.ana.say(room, "a hill")
    second = await card(around, room, "v1", at=1)
    assert second is not first
    await around.ana.say(room, "paint it red", reply_to=first)
    third = await card(around, room, "v2 ← v1")
    assert model.requests[2].images == [png(1)]
    await around.ana.say(room, "larger", reply_to=third)
    await card(around, room, "v3 ← v2")
    pressed = await around.ana.press(third, "Undo")
    assert not pressed.failed
    await around.server.until(lambda: "Replies now edit v1" in own(around, room)[-1].plain)


@running_first
async def test_what_is_not_for_the_bot_is_left_alone(around: Scene, model: ModelServer) -> None:
    driver = DiscordDriver(around)
    thread = driver.thread(await driver.start("a boat"))
    ben = around.server.person("Ben", around.guild)
    robo = around.server.other_bot("Robo", around.guild)
    await around.ana.say(around.channel, "good morning")
    await around.ana.say(thread, "// what do you think?")
    await around.ana.say(thread, f"{ben.mention} what do you think?")
    await robo.say(thread, f"{around.server.bot.mention} beep")
    around.server.webhook_says(around.channel, "News", f"{around.server.bot.mention} extra!")
    await around.ana.rename(thread, "another name")
    await around.ana.say(thread, "paint it red")
    await card(around, thread, "v2 ← v1")
    assert [one.prompt for one in model.requests] == ["a boat", "paint it red"]


@running_first
async def test_any_messages_picture_can_be_edited_or_used(
    around: Scene, model: ModelServer
) -> None:
    ben = around.server.person("Ben", around.guild)
    found = await ben.say(around.channel, "my cat", files=[("cat.png", png(7))])
    for number, (name, text) in enumerate(
        (("Edit this image", "make it blue"), ("Use as reference", "the same on Mars"))
    ):
        menu = await around.ana.context_menu(name, found)
        assert menu.seen is Seen.MODAL
        sent = await around.ana.submit(menu.modal, {"text": text})
        assert sent.answered
        await card(around, around.channel, "v1", at=number)
        assert model.requests[number].prompt == text
        assert model.requests[number].images == [png(7)]


@running_first
async def test_a_reference_in_a_canvas_is_drawn_from_beside_its_picture(
    around: Scene, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    found = await around.ana.say(driver.thread(thread), "// my cat", files=[("cat.png", png(7))])
    menu = await around.ana.context_menu("Use as reference", found)
    await around.ana.submit(menu.modal, {"text": "with this cat on board"})
    await card(around, driver.thread(thread), "v2 ← v1")
    assert model.requests[1].images == [png(1), png(7)]


@running_first
async def test_a_thread_with_a_picture_begins_its_canvas_with_it(
    around: Scene, model: ModelServer
) -> None:
    thread = await around.ana.start_thread(around.channel, "cats")
    await around.ana.say(thread, "my cat", files=[("cat.png", png(7))])
    await around.ana.say(thread, "nice!")
    await around.ana.say(thread, f"{around.server.bot.mention} make it blue")
    await card(around, thread, "v1")
    assert model.requests[0].images == [png(7)]


@running_first
async def test_a_sticker_is_nothing_to_draw(around: Scene, model: ModelServer) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await around.ana.say(driver.thread(thread), around.ana.mention)
    await around.ana.say(driver.thread(thread), around.server.bot.mention)
    await around.server.until(lambda: "Say what to draw" in driver.own(thread)[-1].plain)
    assert len(model.requests) == 1


async def test_the_operator_is_told_of_an_empty_account_and_resumes(
    around: Scene, start: Start, model: ModelServer
) -> None:
    olga = around.server.person("Olga", around.guild)
    async with easel(around.server, start, operator=f"discord:{olga.id}"):
        driver = DiscordDriver(around)
        model.answer(fails(402, "insufficient_credits"))
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, says("no credit"))
        notice = await around.server.until(lambda: own(around, olga.dm()))
        assert "no credit" in notice[0].plain
        pressed = await olga.press(notice[0], "Resume")
        assert not pressed.failed
        await driver.seen(thread, 0, drawn("v1"))
        await around.server.until(lambda: "Resumed" in notice[0].plain)


@running_first
async def test_the_menu_on_an_own_card_is_its_edit_button(
    around: Scene, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    menu = await around.ana.context_menu("Edit this image", driver.cards(thread)[0])
    assert menu.modal is not None
    assert menu.modal.title == "Edit v1"
    sent = await around.ana.submit(menu.modal, {"text": "in red"})
    assert not sent.failed
    await card(around, driver.thread(thread), "v2 ← v1")
    assert model.requests[1].images == [png(1)]


@running_first
async def test_a_message_without_a_picture_is_said_to_have_none(around: Scene) -> None:
    found = await around.ana.say(around.channel, "no picture")
    menu = await around.ana.context_menu("Edit this image", found)
    assert menu.ephemeral
    assert "no picture" in menu.plain


@running_first
@pytest.mark.parametrize("hidden", [False, True])
async def test_where_only_the_person_has_it_commands_and_buttons_go_on(
    around: Scene,
    model: ModelServer,
    hidden: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    server = around.server
    ina = server.person("Ina")
    ina.install()
    room = server.text_channel(server.guild("Elsewhere", bot=False), "lobby")
    assert room.guild is not None
    server.admit(room.guild, ina)
    if hidden:  # the guild lets people's own apps speak to them alone
        server.deny(room, room.guild.everyone, May.USE_EXTERNAL_APPS)
    first = await ina.slash("imagine", room, prompt="a boat")
    await server.until(lambda: first.images() == [png(1)])
    assert first.ephemeral is hidden
    second = await ina.slash("imagine", room, prompt="paint it red")
    await server.until(lambda: second.images() == [png(2)])
    assert second.original is not None
    assert title(second.original) == "v2 ← v1"
    form = await ina.press(second.original, "Edit… · $0.042")
    assert form.modal is not None
    third = await ina.submit(form.modal, {"text": "at night"})
    await server.until(lambda: third.images() == [png(3)])
    assert third.original is not None
    assert "v3 ← v2" in readable(third.original)
    pressed = await ina.press(third.original, "Vary · $0.042")
    await server.until(lambda: pressed.images() == [png(4)])
    undone = await ina.press(third.original, "Undo")
    await server.until(lambda: "Replies now edit v2" in undone.plain)
    card = third.original
    more = await ina.press(card, "More…")
    assert more.original is not None
    asks = await ina.press(more.original, "Delete…")
    assert asks.modal is not None
    await ina.submit(asks.modal, {})
    await server.until(lambda: card not in (*room.messages.values(), *room.ephemerals))
    assert [one.images for one in model.requests[1:]] == [[png(1)], [png(2)], [png(2)]]
    with pytest.raises(CannotDo):
        await around.ana.slash("imagine", room, prompt="not mine")


async def test_where_only_the_person_has_it_a_new_canvas_can_be_begun(
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
        second = await ina.slash("easel new", room, prompt="a hill")
        await around.server.until(lambda: second.images() == [png(2)])
        third = await ina.slash("imagine", room, prompt="with snow")
        await around.server.until(lambda: third.images() == [png(3)])
        assert first.original is not None
        older = await ina.press(first.original, "Vary · $0.042")
        await around.server.until(lambda: older.images() == [png(4)])
    async with easel(around.server, start):
        fourth = await ina.slash("imagine", room, prompt="at night")
        await around.server.until(lambda: fourth.images() == [png(5)])
    asked = [(one.prompt, one.images) for one in model.requests]
    assert asked[1:3] == [("a hill", []), ("with snow", [png(2)])]
    assert asked[3][1] == []
    assert asked[4] == ("at night", [png(3)])


@running_first
async def test_a_thread_named_after_deleted_words_gets_another_name(around: Scene) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("something secret")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "at night")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert driver.thread(thread).name == "something secret"
    await driver.press(thread, 0, "Delete…", fields={"what": "turn"})
    await around.server.until(lambda: driver.thread(thread).name == "at night")
    await driver.press(thread, 0, "Delete…", fields={"what": "turn"})
    await around.server.until(lambda: driver.thread(thread).name == "Easel")


@running_first
async def test_direct_messages_are_each_persons_own(around: Scene) -> None:
    ben = around.server.person("Ben", around.guild)
    await ben.say(ben.dm(), "a secret of mine")
    await card(around, ben.dm(), "v1")
    told = await around.ana.slash("easel usage", around.ana.dm())
    assert "Ben" not in told.plain
    assert "$" not in told.plain
    assert await around.ana.autocomplete("imagine", "prompt", "", around.ana.dm()) == []
    mine = await ben.slash("easel usage", ben.dm())
    assert "$0.04" in mine.plain


@running_first
async def test_a_press_waits_for_no_card_that_does_not_come(
    around: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "TIMEOUT", 2.5)
    driver = DiscordDriver(around)
    thread = await driver.start("a boat", n="2")
    await driver.seen(thread, 0, drawn("v1a, v1b"))
    for label in ("Vote v1a", "Use v1b", "Vary", "Close the vote"):
        await driver.seen(thread, 0, offers(label))
        begun = time.monotonic()
        await driver.press(thread, 0, label)
        assert time.monotonic() - begun < interactions.TIMEOUT, label


@running_first
async def test_a_turn_takes_few_calls(around: Scene) -> None:
    driver, calls = DiscordDriver(around), around.server.calls
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    before = len(calls)
    await driver.say(thread, "in red")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    replied, before = len(calls) - before, len(calls)
    await driver.press(thread, 1, "Vary")
    await driver.seen(thread, 2, drawn("v3 ← v1"))
    pressed, before = len(calls) - before, len(calls)
    await driver.press(thread, 2, "Edit…", fields={"text": "at night"})
    await driver.seen(thread, 3, drawn("v4 ← v3"))
    filled = len(calls) - before
    assert replied <= 3, "a message, and an edit or two"
    assert pressed <= 3, "the answer is the card"
    assert filled <= 4, "the form, the answer that is the card, an edit or two"


@running_first
async def test_whoever_may_manage_the_server_limits_what_is_spent_in_it(around: Scene) -> None:
    server = around.server
    admins = server.role(around.guild, "admins", May.MANAGE_GUILD)
    olga = server.person("Olga", around.guild, roles=(admins,))
    refused = await around.ana.slash("easel limits", around.channel)
    assert refused.ephemeral
    assert refused.modal is None
    asked = await olga.slash("easel limits", around.channel)
    assert asked.modal is not None
    sent = await olga.submit(asked.modal, {"person_day": "0.01"})
    assert sent.original is not None
    assert "$0.010 a day for each person" in sent.original.plain
    denied = await around.ana.slash("imagine", around.channel, prompt="a boat")
    assert denied.original is not None
    assert denied.ephemeral
    assert "daily limit" in denied.original.plain
