"""Does the app's Home tab in Slack show what is somebody's own, and follow what they do?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.slack import panels
from tests.journeys.driver import drawn
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.changes import Changes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.slack import Message
    from tests.servers.slack.views import View


@pytest.fixture
async def driver(start: Start, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackDriver]:
    monkeypatch.setattr(panels, "_HOME_PAUSE", 0.2)
    async with driving_slack(start) as one:
        yield one


async def home_of(driver: SlackDriver, name: str) -> View:
    person, views = driver.slack.person(name), driver.slack.workspace.views
    await person.open_home()
    await driver.slack.until(lambda: person.id in views.homes)
    return views.homes[person.id]


async def test_a_home_tab_lists_canvases_with_links_and_pictures(driver: SlackDriver) -> None:
    thread = await driver.start("a lighthouse at dusk")
    await driver.seen(thread, 0, drawn("v1"))
    publisher = driver.easel.parts.publisher
    await Changes().until(lambda: not publisher._pending)  # where its file is, is on disk
    home = await home_of(driver, "Ana")
    assert "a lighthouse at dusk" in home.plain
    assert "for 1 picture" in home.plain
    entry = next(one for one in home.content["blocks"] if one["block_id"] == "entry0")
    link = f"https://acme.slack.com/archives/{driver.channel.id}/p{thread.replace('.', '')}"
    assert entry["text"]["text"].startswith(f"*<{link}|a lighthouse at dusk>*")
    assert entry["accessory"]["slack_file"]["id"] in driver.slack.workspace.files


async def test_a_choice_in_the_home_tab_holds_for_its_person_alone(driver: SlackDriver) -> None:
    home = await home_of(driver, "Ana")
    outcome = await driver.slack.person("Ana").choose(home, "easel.home.quality", "high")
    assert outcome.ok
    await driver.slack.until(lambda: '"home||||quality=high"' in _initial(home))
    mine = await driver.start("a boat")
    await driver.seen(mine, 0, lambda seen: "high" in seen.text)
    theirs = await driver.start("a boat", person="Ben")
    await driver.seen(theirs, 0, lambda seen: "medium" in seen.text)
    await driver.slack.person("Ana").choose(home, "easel.home.quality", "no preference")
    await driver.slack.until(lambda: '"home||||quality="' in _initial(home))


def _initial(home: View) -> str:
    """Return the values that the tab's lists show."""
    chosen = (one.element.get("initial_option", {}).get("value") for one in home.elements)
    return " ".join(f'"{one}"' for one in chosen)


async def test_an_open_home_tab_follows_and_others_get_none(driver: SlackDriver) -> None:
    home = await home_of(driver, "Ana")
    assert "no canvases here yet" in home.plain
    for prompt in ("a boat", "a kite", "a barn"):
        thread = await driver.start(prompt)
        await driver.seen(thread, 0, drawn("v1"))
    other = await driver.start("a house", person="Ben")
    await driver.seen(other, 0, drawn("v1"))
    await driver.slack.until(lambda: "a barn" in home.plain)
    assert "a house" not in home.plain
    published = [call for call in driver.slack.calls if call.method == "views.publish"]
    assert {call.args["user_id"] for call in published} == {driver.slack.person("Ana").id}


async def test_commands_show_a_gallery_whose_pages_turn_in_place(driver: SlackDriver) -> None:
    for number in range(11):
        thread = await driver.start(f"boat {number}")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.use(thread, "Star")
    ben = driver.slack.person("Ben")
    assert (await ben.command("/imagine", "gallery", driver.channel)).ok
    shown = (await driver.slack.until(lambda: driver.channel.ephemerals_for(ben)))[0]
    assert "boat 10" in shown.plain
    assert "boat 0" not in shown.plain
    await ben.press(shown, "Older")
    await driver.slack.until(lambda: "boat 0" in shown.plain)
    assert "boat 10" not in shown.plain
    await ben.press(shown, "Newer")
    await driver.slack.until(lambda: "boat 10" in shown.plain)
    assert len(driver.channel.ephemerals_for(ben)) == 1


async def test_an_admin_limits_their_workspace_below_what_the_operator_allows(
    start: Start,
) -> None:
    async with driving_slack(lambda **more: start(limit_person=2.0, **more)) as driver:
        boss = driver.slack.person("Boss")
        boss.admin = True
        ana = await home_of(driver, "Ana")
        assert "Workspace limits…" not in [label for one in ana.elements for label in one.labels]
        home = await home_of(driver, "Boss")
        assert "$2.00 a month for each person" in home.plain
        assert (await boss.press(home, "Workspace limits…")).ok
        form = await driver.slack.view_for(boss)
        refused = await boss.submit(form, {"person": "3"})
        assert "up to $2.00" in str(refused.errors)
        assert (await boss.submit(form, {"person": "", "person_day": "$0.08"})).ok
        await driver.slack.until(
            lambda: any("$0.080 a day" in one.plain for one in _told(driver, "Boss"))
        )
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.slack.until(
            lambda: any("daily limit" in one.plain for one in driver.channel.ephemerals)
        )
        shown = await driver.asked(thread, "limits", person="Ana")
        assert "$0.080 a day for each person" in shown


def _told(driver: SlackDriver, name: str) -> list[Message]:
    return list(driver.slack.person(name).dm.by_ts.values())
