"""Do guests, and people of other companies, spend a workspace's money only where it allows that?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.slack.easel import in_slack, local_slack
from tests.servers.model import fails

if TYPE_CHECKING:
    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer


async def test_guests_and_strangers_draw_where_an_admin_of_the_workspace_allows_it(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack):
        design, free = slack.channel("design"), slack.channel("free")
        ana, boss = slack.person("Ana"), slack.person("Boss")
        guest, stranger = slack.person("Gus"), slack.person("Stella")
        boss.admin, guest.guest, stranger.home = True, True, "T0OTHER"
        await ana.command("/imagine", "a boat", design)
        card = await design.message(lambda one: "Vary" in one.buttons)
        for one in (guest, stranger):
            await one.command("/imagine", "a train", design)
            await design.ephemeral(one, "Guests can't draw here yet")
            await one.reply(card, f"blue for {one.name}")
            await one.press(card, "Vary")
        # nor do they have drawn what failed for somebody else
        model.answer(*[fails(503)] * 3)
        await ana.reply(card, "something odd")
        failed = await design.message(lambda one: "Retry" in one.buttons)
        requests = len(model.requests)
        await guest.press(failed, "Retry")
        await design.ephemeral(guest, "Guests can't draw here yet")
        # who is no admin cannot allow it, a guest least of all
        for one in (ana, guest):
            await one.reply(card, "allow guests in this channel")
            await design.ephemeral(one, "Only an admin can change settings")
        await slack.settled()
        assert len(model.requests) == requests

        await boss.reply(card, "allow guests in this channel")
        await design.message("guests can draw", thread=card)
        await guest.reply(card, "paint it red")
        await design.message(lambda one: "paint it red" in one.plain and "Vary" in one.buttons)
        await stranger.command("/imagine", "a train", design)
        await design.message(lambda one: "a train" in one.plain and "Vary" in one.buttons)
        await guest.command("/imagine", "a car", free)  # in this channel only
        await free.ephemeral(guest, "Guests can't draw here yet")
        assert len(model.requests) == requests + 2
