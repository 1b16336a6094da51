"""Do people's words get through: names, lines, a post's picture, who said what, what was voted before a crash?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.discord.harness import Scene, easel, scene
from tests.journeys.discord_driver import DiscordDriver, readable
from tests.journeys.driver import drawn, says
from tests.servers.discord import Intent
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Start
    from tests.servers.model import ModelServer


async def test_names_and_lines_of_a_command_and_a_form_are_as_people_wrote_them(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    bob = driver.person("Bob")
    async with easel(around.server, start):
        thread = await driver.start(f"{bob.mention} with <:cat:123>\nin a boat")
        card = await driver.seen(thread, 0, drawn("v1"))
        assert "@Bob with :cat:\nin a boat" in card.text
        fields = {"text": f"a hat for {bob.mention}"}
        await driver.press(thread, 0, "Edit…", fields=fields)
        await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert [one.prompt for one in model.requests] == [
        "@Bob with :cat:\nin a boat",
        "a hat for @Bob",
    ]


async def test_a_command_in_a_forum_post_begins_with_its_picture(
    around: Scene, start: Start, model: ModelServer
) -> None:
    forum = around.server.forum(around.guild)
    async with easel(around.server, start):
        post = await around.ana.post_in_forum(forum, "my cat", "look", files=[("c.png", png(7))])
        asked = await around.ana.slash("imagine", post, prompt="make it blue")
        await around.server.until(asked.images)
    assert model.requests[0].images == [png(7)]


async def test_without_the_content_intent_a_pause_says_what_counts(
    start: Start, model: ModelServer
) -> None:
    async with scene(approved=Intent(0)) as around, easel(around.server, start):
        driver, bot = DiscordDriver(around), around.server.bot.mention
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, f"{bot} pause")
        await driver.shown(thread, says("Mention me in each one that should count"))
        await driver.say(thread, f"{bot} go")
        await driver.shown(thread, says("I couldn't find anything to draw"))
        assert readable(driver.own(thread)[0])
    assert len(model.requests) == 1
