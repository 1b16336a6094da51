"""Does a brand kit go along with every new canvas, once, and can a thread leave it out? On every platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.discord.harness import easel, quick, scene
from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.discord_driver import readable
from tests.journeys.driver import drawn, says
from tests.servers.discord.permissions import May
from tests.servers.pictures import png

if TYPE_CHECKING:
    import pytest

    from tests.adapters.slack.easel import Start
    from tests.journeys.driver import Driver
    from tests.journeys.web import WebDriver
    from tests.servers.model import ModelServer

TOLD = "Palette: #0b3d91"


async def test_a_kit_goes_along_with_new_canvases_and_its_pictures_once(
    driver: Driver, model: ModelServer
) -> None:
    driver.make_admin("Olga")
    first = await driver.start("a logo")
    await driver.seen(first, 0, drawn("v1"))
    await driver.say(first, "kit add v1", person="Olga")
    await driver.shown(first, says("1 picture"))
    fields = {"palette": "#0B3D91 fff", "style": "flat, bold outlines", "avoid": "photos"}
    await driver.use(first, "Change…", person="Olga", fields=fields)
    seen = await driver.shown(first, says("#0b3d91 #ffffff"))
    assert "bold" not in seen.text, "its words are for those who may change it"

    second = await driver.start("a banner")
    seen = await driver.seen(second, 0, drawn("v1"))
    assert "with the brand kit" in seen.text
    request = model.requests[1]
    assert request.prompt == "a banner"
    assert request.images == [png(1)]
    told = str(request.body["messages"][0])
    assert all(one in told for one in (TOLD, "Style: flat, bold outlines", "Avoid: photos"))
    await driver.say(second, "make it wider")
    await driver.seen(second, 1, drawn("v2 ← v1"))
    assert model.requests[2].images == [png(2)], "the kit's picture went along once"
    assert TOLD in str(model.requests[2].body["messages"][0])

    await driver.say(second, "settings")
    await driver.shown(second, says("with the brand kit (#0b3d91 #ffffff, style"))
    await driver.use(second, "Kit off here")
    await driver.shown(second, says("without the brand kit"))
    await driver.say(second, "make it red")
    await driver.seen(second, 2, drawn("v3 ← v2"))
    assert TOLD not in str(model.requests[3].body)

    plain = await driver.start("a boat kit:off")
    await driver.seen(plain, 0, drawn("v1"))
    assert model.requests[4].prompt == "a boat"
    assert TOLD not in str(model.requests[4].body)


async def test_in_slack_an_admin_sets_it_up_in_a_channel_without_a_canvas(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack):
        design, ana, olga = slack.channel("design"), slack.person("Ana"), slack.person("Olga")
        olga.admin = True
        await ana.command("/easel", "kit", design)
        await design.ephemeral(ana, "Only an admin can change the brand kit")
        await olga.say(design, "@Easel kit add", files=[("logo.png", png(7))])
        await design.ephemeral(olga, "This channel's brand kit: 1 picture.")
        await olga.command("/easel", "kit", design)
        view = await slack.view_for(olga)
        outcome = await olga.submit(view, {"palette": "#nothex"})
        assert "isn't a color" in str(outcome.errors)
        outcome = await olga.submit(view, {"palette": "#0b3d91", "style": "<!channel> flat"})
        assert outcome.ok, outcome
        await design.ephemeral(olga, "This channel's brand kit: #0b3d91, style, 1 picture.")
        await ana.command("/imagine", "a boat", design)
        await design.message(lambda one: "Vary" in one.buttons)
        assert model.requests[0].images == [png(7)]
        await ana.command("/imagine", "a train", slack.channel("other"))
        await slack.until(lambda: len(model.requests) == 2)
        assert model.requests[1].images == []
        assert slack.notified == []


async def test_on_discord_the_command_opens_the_form_of_a_channel_or_the_server(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    async with scene() as around, easel(around.server, start):
        admins = around.server.role(around.guild, "admins", May.MANAGE_GUILD)
        olga = around.server.person("Olga", around.guild, roles=(admins,))
        asked = await olga.slash("easel kit", around.channel, **{"for": "workspace"})
        assert asked.modal is not None
        sent = await olga.submit(asked.modal, {"palette": "#0b3d91"})
        assert sent.original is not None
        assert "This workspace's brand kit: #0b3d91" in readable(sent.original)
        await around.ana.slash("imagine", around.channel, prompt="a boat")
        await around.server.until(lambda: model.requests)
        assert TOLD in str(model.requests[0].body)


async def test_on_the_page_pictures_come_with_the_form(web: WebDriver, model: ModelServer) -> None:
    files = [("files", ("logo.png", png(7), "image/png"))]
    answer = await web.http.post("/api/kit", data={"style": "flat", "avoid": ""}, files=files)
    assert answer.status_code == 202, answer.text
    assert answer.json()["says"].startswith("This workspace's brand kit: style, 1 picture.")
    form = (await web.http.get("/api/kit")).json()
    values = {one["name"]: one["value"] for one in form["fields"]}
    assert (values["style"], values["palette"]) == ("flat", "")
    [there] = next(one["choices"] for one in form["fields"] if one["kind"] == "files")
    assert (await web.http.get(f"/images/{there['value']}")).content == png(7)
    broken = [("files", ("logo.png", b"no picture", "image/png"))]
    answer = await web.http.post("/api/kit", data={}, files=broken)
    assert (answer.status_code, "logo.png" in answer.text) == (422, True)
    thread = await web.start("a boat")
    await web.seen(thread, 0, drawn("v1"))
    assert model.requests[0].images == [png(7)]
    answer = await web.http.post("/api/kit", json={"remove": "all", "style": ""})
    assert "is empty" in answer.json()["says"]
