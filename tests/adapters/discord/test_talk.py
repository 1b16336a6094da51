"""On Discord: what is said to people is left alone, direct messages are answered, a picture waits for its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.test_beginning import card, own
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn, says
from tests.servers.model import fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Scene
    from tests.servers.model import ModelServer

running_first = pytest.mark.usefixtures("running")


@running_first
async def test_a_reply_to_a_person_is_talk_and_one_to_a_card_is_a_prompt(
    around: Scene, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    thread = driver.thread(await driver.start("a boat"))
    await driver.seen(str(thread.id), 0, drawn("v1"))
    ben = driver.person("Ben")
    asked = await ben.say(thread, "make it blue")
    await driver.seen(str(thread.id), 1, drawn("v2 ← v1"))
    await around.ana.say(thread, "I would make it red", reply_to=asked)
    await around.ana.say(thread, f"<@&{around.guild.id}> look")
    await ben.say(thread, "and red stripes", reply_to=asked)  # one's own: it goes on
    await driver.seen(str(thread.id), 2, drawn("v3 ← v2"))
    await around.ana.say(thread, "only when mentioned")
    await driver.shown(str(thread.id), says("only when mentioned"))
    await around.ana.say(thread, "a hat, maybe")
    await around.ana.say(thread, "add a flag", reply_to=driver.cards(str(thread.id))[2], ping=False)
    await driver.seen(str(thread.id), 3, drawn("v4 ← v3"))
    assert [one.prompt for one in model.requests] == [
        "a boat",
        "make it blue",
        "and red stripes",
        "add a flag",
    ]


@running_first
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hi", "a lighthouse at dusk"),
        ("help", "Every thread is a canvas"),
        ("undo 🙏", "no canvas here"),
        ("export", "no canvas here"),
        ("thx", "You’re welcome"),
        ("https://tenor.com/view/cat-1", "a lighthouse at dusk"),
    ],
)
async def test_in_direct_messages_talk_is_answered_and_a_reply_to_that_is_drawn(
    around: Scene, model: ModelServer, said: str, answer: str
) -> None:
    room = around.ana.dm()
    await around.ana.say(room, said)
    line = await around.server.until(
        lambda: next((one for one in own(around, room) if answer in one.plain), None)
    )
    assert model.requests == []
    await around.ana.say(room, "a boat", reply_to=line)
    await card(around, room, "v1")
    assert [one.prompt for one in model.requests] == ["a boat"]


@running_first
async def test_pictures_without_words_wait_for_their_persons_next_prompt(
    around: Scene, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    id_ = await driver.start("a room")
    await driver.seen(id_, 0, drawn("v1"))
    thread, ben = driver.thread(id_), driver.person("Ben")
    await around.ana.say(thread, files=[("sofa.png", png(5))])
    await around.ana.say(thread, files=[("lamp.png", png(6))])
    await driver.shown(id_, says("next prompt here"))
    await ben.say(thread, "darker")
    await driver.seen(id_, 1, drawn("v2 ← v1"))
    await around.ana.say(thread, "use these")
    await driver.seen(id_, 2, drawn("v3 ← v2"))
    room = around.ana.dm()
    await around.ana.say(room, files=[("cat.png", png(7))])
    await around.server.until(lambda: own(around, room))
    await around.ana.say(room, "as a sketch")
    await card(around, room, "v1")
    assert [one.images for one in model.requests[1:]] == [
        [png(1)],
        [png(2), png(5), png(6)],
        [png(7)],
    ]


@running_first
async def test_a_blocked_prompts_words_are_shown_to_nobody_else(
    around: Scene, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    model.answer(fails(451, "moderation_blocked"))
    thread = await driver.start("something unspeakable")
    await driver.seen(thread, 0, says("safety"))
    shown = driver.cards(thread)[0]
    label = "Edit prompt · $0.042"
    others = await driver.person("Ben").press(shown, label)
    assert others.ephemeral
    assert "Only the person who wrote this prompt" in others.plain
    mine = await around.ana.press(shown, label)
    assert mine.modal is not None
    await around.ana.submit(mine.modal, {"text": "something nice"})
    await driver.seen(thread, 1, drawn("v1"))
