"""Does a canvas go on elsewhere as a copy, for whoever holds its code, without being billed? On every platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.driver import drawn, find_code
from tests.journeys.web import WebDriver
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.slack.easel import Start
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer


async def test_a_copy_goes_on_from_the_version_and_its_history(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "at night")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    code = await driver.code(thread)
    copy = await driver.start(f"continue {code.lower()}", person="Ben")
    where = {"slack": " from #design", "discord": " from #general", "web": ""}[driver.name]
    seen = await driver.seen(copy, 0, drawn(f"v2 ← copied{where}"))
    assert seen.images == (png(2),)
    assert len(model.requests) == 2, "a copy draws nothing"
    await driver.say(copy, "make it red", person="Ben")
    await driver.seen(copy, 1, drawn("v3 ← v2"))
    assert model.requests[2].images == [png(2)]
    assert "a boat" in str(model.requests[2].body["messages"])
    await driver.say(copy, "go back to v1", person="Ben")
    await driver.head(copy, "v1")
    await driver.say(thread, "make it blue")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert model.requests[3].images == [png(2)]
    assert "red" not in str(model.requests[3].body["messages"])


async def test_from_a_private_channel_it_goes_to_the_page_and_back_and_the_channel_is_not_named(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack) as one, WebDriver(one.address) as web:
        secret, design = (
            slack.workspace.channel("secret", kind="private", members=[slack.person("Ana")]),
            slack.channel("design"),
        )
        ana = slack.person("Ana")
        await ana.command("/imagine", "a boat", secret)
        card = await secret.message(lambda one: "Vary" in one.buttons)
        await ana.reply(card, "open elsewhere")
        said = await secret.ephemeral(ana, "continue")
        code = find_code(said.plain)
        assert f"{one.address}/continue/{code}" in said.plain
        copy = await web.start(f"continue {code}", person="Ben")
        await web.seen(copy, 0, drawn("v1 ← copied from Slack"))
        page = await web.http.get(f"/continue/{code}")
        assert "secret" not in page.text
        assert len((await web.http.get("/api/threads")).json()["threads"]) == 1, (
            "a look copies nothing"
        )
        await ana.say(design, f"@Easel continue {code}")
        shown = await design.message(lambda one: "copied" in one.plain)
        assert "secret" not in shown.plain
        await web.say(copy, "at night")
        await web.seen(copy, 1, drawn("v2 ← v1"))
        back = await web.code(copy)
        await ana.command("/imagine", f"continue {back}", design)
        await design.message(lambda one: "v2 ← copied from the page" in one.plain)
        await ana.reply(card, f"@Easel continue {back}")
        await secret.ephemeral(ana, "has a canvas already")
        await ana.command("/imagine", "continue AAAA-BBBB-CCCC", design)
        await design.ephemeral(ana, "That code doesn't work")
        assert len(model.requests) == 2
