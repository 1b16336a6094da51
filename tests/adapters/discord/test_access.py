"""Is nothing drawn where its picture could not be posted, and is whoever asked told why?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.harness import Scene, easel
from tests.journeys.discord_driver import DiscordDriver, plain_label
from tests.journeys.driver import drawn, says
from tests.servers.discord import May, Thread
from tests.servers.discord.threads import awaken
from tests.servers.model import Gate
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Start
    from tests.servers.model import ModelServer

Deed = Callable[[Scene, Thread], None]

FETCH = "GET /channels/{channel_id}"


def denied(*what: May) -> tuple[Deed, Deed]:
    return (
        lambda around, _: around.server.deny(around.channel, around.server.bot, *what),
        lambda around, _: around.server.allow(around.channel, around.server.bot, *what),
    )


def opened(around: Scene, thread: Thread) -> None:
    around.server.unlock(thread)
    awaken(around.server.world, thread)


#: what is in the way, how it is said, and how it is mended
TROUBLES: dict[str, tuple[Deed, str, Deed]] = {
    "locked": (lambda around, thread: around.server.lock(thread), "is locked", opened),
    "archived and locked": (
        lambda around, thread: around.server.lock(thread, archived=True),
        "is locked",
        opened,
    ),
    "may not write in threads": (
        denied(May.SEND_MESSAGES_IN_THREADS)[0],
        "isn't allowed to send messages in threads",
        denied(May.SEND_MESSAGES_IN_THREADS)[1],
    ),
    "may not attach files": (
        denied(May.ATTACH_FILES)[0],
        "isn't allowed to attach files",
        denied(May.ATTACH_FILES)[1],
    ),
    "does not see the channel": (
        denied(May.VIEW_CHANNEL)[0],
        "can't see this channel",
        denied(May.VIEW_CHANNEL)[1],
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_press_draws_nothing_that_its_thread_does_not_take_and_retry_draws_it_later(
    around: Scene, start: Start, model: ModelServer, trouble: str, *, restarted: bool
) -> None:
    happens, said, mended = TROUBLES[trouble]
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = driver.thread(await driver.start("a boat"))
        await driver.seen(str(thread.id), 0, drawn("v1"))
        happens(around, thread)
        if not restarted:
            await refused_and_retried(around, driver, thread, said, mended)
    if restarted:
        async with easel(around.server, start):
            await refused_and_retried(around, driver, thread, said, mended)
    assert [one.images for one in model.requests] == [[], []]


async def refused_and_retried(
    around: Scene,
    driver: DiscordDriver,
    thread: Thread,
    said: str,
    mended: Callable[[Scene, Thread], None],
) -> None:
    """Press Vary on the root card, which stands in the channel: its picture goes to the thread."""
    card = around.channel.messages[thread.id]
    await around.ana.press(card, "Vary · $0.042")
    ephemeral = (await around.server.until(lambda: around.channel.ephemerals))[-1]
    told = await around.server.until(
        lambda: next((w for w in around.channel.ephemerals if said in w.plain), None)
    )
    assert told is not None, ephemeral.plain
    assert "nothing was drawn or billed" in told.plain
    mended(around, thread)
    retry = next(one for one in told.buttons if plain_label(one.label) == "Retry")
    assert retry.custom_id is not None
    await around.ana.press(told, retry.custom_id)
    await around.server.until(lambda: any(png(2) in m.images() for m in driver.own(str(thread.id))))


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_card_whose_thread_was_deleted_draws_nothing(
    around: Scene, start: Start, model: ModelServer, *, restarted: bool
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = driver.thread(await driver.start("a boat"))
        await driver.seen(str(thread.id), 0, drawn("v1"))
        around.server.delete_channel(thread)
        if not restarted:
            await pressed_without_a_thread(around, thread)
    if restarted:
        async with easel(around.server, start):
            await pressed_without_a_thread(around, thread)
    assert len(model.requests) == 1


async def pressed_without_a_thread(around: Scene, thread: Thread) -> None:
    card = around.channel.messages[thread.id]
    for presses in (1, 2):
        await around.ana.press(card, "Vary · $0.042")
        await around.server.until(
            lambda: [w for w in around.channel.ephemerals if "thread no longer exists" in w.plain],
        )
        assert len(around.server.calls_to(FETCH)) <= 1, f"asked again at press {presses}"


async def test_where_files_are_refused_a_pressed_card_gets_its_picture_by_its_own_answer(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        around.server.deny(around.channel, around.server.bot, May.ATTACH_FILES)
        gate = Gate()
        model.answer(gate.before(model.draw))
        await driver.press(thread, 1, "Vary")
        await driver.seen(thread, 2, says("Drawing"))
        gate.open.set()
        await driver.seen(thread, 2, drawn("v3 ← v1"))
        await driver.say(thread, "larger")
        await driver.seen(thread, 3, says("isn't allowed to attach files"))
    assert len(model.requests) == 3


async def test_a_command_from_a_channel_that_the_bot_cannot_see_is_drawn_as_its_answer(
    around: Scene, start: Start, model: ModelServer
) -> None:
    around.server.deny(around.channel, around.server.bot, May.VIEW_CHANNEL)
    async with easel(around.server, start):
        asked = await around.ana.slash("imagine", around.channel, prompt="a boat")
        await around.server.until(lambda: asked.images() == [png(1)])
        assert asked.original is not None
        opened = await around.ana.press(asked.original, "Edit… · $0.042")
        sent = await around.ana.submit(opened.modal, {"text": "in red"})
        await around.server.until(lambda: sent.images() == [png(2)])
    assert model.requests[1].images == [png(1)]


async def test_where_only_a_person_has_it_nothing_is_drawn_for_an_answer_that_is_over(
    around: Scene, start: Start, model: ModelServer
) -> None:
    elsewhere = around.server.guild("Elsewhere", bot=False)
    room = around.server.text_channel(elsewhere)
    eve = around.server.person("Eve", elsewhere)
    eve.install()
    gate = Gate()
    model.answer(gate.before(model.draw))
    async with easel(around.server, start):
        asked = await eve.slash("imagine", room, prompt="a boat")
        gate.open.set()
        await around.server.until(lambda: asked.images() == [png(1)])
    assert len(model.requests) == 1


async def test_a_message_that_nothing_can_answer_is_marked(
    around: Scene, start: Start, model: ModelServer
) -> None:
    around.server.deny(around.channel, around.server.bot, May.SEND_MESSAGES)
    async with easel(around.server, start):
        asked = await around.ana.say(around.channel, f"{around.server.bot.mention} a boat")
        await around.server.until(lambda: asked.reactions)
    assert model.requests == []


async def test_who_may_not_use_it_gets_no_public_word_for_each_message(
    around: Scene, start: Start, model: ModelServer
) -> None:
    eve = around.server.person("Eve", around.guild)
    driver = DiscordDriver(around)
    async with easel(around.server, start, allow=f"discord:{around.ana.id}=Ana"):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        marked = await eve.say(around.channel, f"{around.server.bot.mention} a hill")
        await around.server.until(lambda: marked.reactions)
        await eve.say(driver.thread(thread), "in red")
        asked = await eve.slash("imagine", around.channel, prompt="a hill")
        assert asked.ephemeral
        assert "can use Easel here" in asked.plain
        public = around.server.messages(around.channel) + around.server.messages(
            driver.thread(thread)
        )
        assert not [one for one in public if "can use Easel here" in one.plain]
    assert len(model.requests) == 1
