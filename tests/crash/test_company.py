"""Does a company keep working while a process dies, another freezes, and a workspace leaves?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.adapters.slack.easel import local_slack, settings
from tests.crash.company import company
from tests.crash.company_checks import check
from tests.crash.test_two import Easel
from tests.servers import ports
from tests.servers.model import Gate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.model import ModelServer


async def test_one_is_killed_and_one_frozen_in_the_middle_of_a_brainstorm(
    tmp_path: Path, model: ModelServer, postgres_url: str
) -> None:
    async with company(tmp_path, model, model.url, postgres_url) as one:
        model.delay = 0.3
        begun = len(model.requests)
        await asyncio.gather(*(team.draw() for team in one.teams))
        await model.received(begun + 6)
        await one.easels[0].kill()
        await model.received(begun + 8)
        await one.revoke("bolt")
        await one.easels[0].start()
        one.easels[1].freeze()
        await asyncio.sleep(6)  # longer than its lanes are its own
        one.easels[1].thaw()
        await one.connected()
        await one.finish()
        await asyncio.gather(*(team.agree() for team in one.living))
        await one.finish()
        await one.slack.settled()
        check(one)


async def test_two_with_a_slack_token_each_draw_for_their_own_workspace_alone(
    tmp_path: Path, model: ModelServer, postgres_url: str
) -> None:
    (tmp_path / "images").mkdir()
    shared = {
        "database_url": postgres_url,
        "blobs_url": (tmp_path / "images").as_uri(),
        "model_concurrency": "2",
    }
    async with local_slack() as acme, local_slack(8) as bolt:
        both = [
            Easel(tmp_path / name, model.url, ports.unused(), **settings(slack), **shared)
            for name, slack in (("acme", acme), ("bolt", bolt))
        ]
        await asyncio.gather(*(easel.start() for easel in both))
        await asyncio.gather(acme.connected(), bolt.connected())
        gate = Gate()
        model.answer(gate.before(model.draw))
        design, ben = bolt.channel("design"), bolt.person("Ben")
        await ben.command("/imagine", "a train", design)
        await gate.entered.wait()
        await ben.reply(await design.message("a train"), "paint it red")
        await bolt.settled()
        await both[1].kill()
        gate.open.set()
        # what waits for the other workspace holds nobody up here, and nobody here touches it
        for prompt in ("a boat", "a ship"):
            await acme.person("Ana").command("/imagine", prompt, acme.channel("design"))
            card = await acme.channel("design").message(prompt)
            await card.until(lambda one: "Vary" in one.buttons)
        assert [one.prompt for one in model.requests] == ["a train", "a boat", "a ship"]
        await both[1].start()
        await design.message(lambda one: "may have been billed" in one.plain)
        await design.message(lambda one: "paint it red" in one.plain and "Vary" in one.buttons)
        assert not acme.channel("design").find("train", None, None)
        for easel in both:
            await easel.close()
