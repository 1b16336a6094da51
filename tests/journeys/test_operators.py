"""Do operators see all workspaces on the page, and nobody else a byte of another's?"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.driver import drawn
from tests.journeys.slack import SlackDriver
from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    import httpx

    from tests.conftest import Start

TOKEN, OPERATOR = "a-token-for-members-1", "a-token-for-operators-1"
WORDS = "a boat that nobody else may read about"


def page(address: str, token: str) -> WebDriver:
    web = WebDriver(address)
    web.http.headers["Authorization"] = f"Bearer {token}"
    return web


async def read(http: httpx.AsyncClient, path: str, **query: str) -> Any:
    answer = await http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def check_hidden(member: httpx.AsyncClient, listed: Any, looks: list[str]) -> None:
    """Nobody else learns even that it is there, whatever ids they guess."""
    canvas = f"/api/threads/{listed['id']}"
    delete = {"action": "delete", "fields": {"what": "canvas"}}
    delete = {"action": "delete", "fields": {"what": "canvas"}}
    for path in (*looks, f"{canvas}/form"):
        async with member.stream("GET", path) as answer:
            said = (await answer.aread()).decode(errors="replace")
            assert answer.status_code == 404 or path.endswith("/form"), path
            assert WORDS not in said
    for refused in (
        member.post(f"{canvas}/actions", json=delete),
        member.post(f"{canvas}/messages", json={"text": "blue"}),
        member.post(f"{canvas}/bookmark", json={"starred": True}),
        member.patch(canvas, json={"title": "mine"}),
    ):
        assert (await refused).status_code == 404
    for path in ("/api/threads?platform=*", "/api/threads?platform=slack", "/api/audit"):
        assert (await member.get(path)).status_code == 403
    for path in ("/api/usage?platform=*", "/audit", "/audit.csv", "/usage?platform=*"):
        assert (await member.get(path)).status_code == 403
    mine = (await read(member, "/api/channels"))["channels"]
    assert {found["platform"] for found in mine} <= {"web"}
    guessed = {"channel": listed["channel"], "workspace": listed["workspace"]}
    assert (await read(member, "/api/threads", **guessed))["threads"] == []
    assert (await read(member, "/api/threads", id=listed["id"]))["threads"] == []
    follows = f"/api/events?follow={listed['id']}:0"
    async with member.stream("GET", follows) as answer:
        assert await anext(answer.aiter_lines()) == "event: gone"


async def test_an_operator_sees_and_deletes_slacks_canvases_and_a_member_cannot_guess_them(
    start: Start,
) -> None:
    async with (
        local_slack() as slack,
        in_slack(start, slack, web_token=TOKEN, operator_token=OPERATOR) as one,
        page(one.local, TOKEN) as web,
        page(one.local, OPERATOR) as operators,
    ):
        member, operator = web.http, operators.http
        driver = SlackDriver(slack, one)
        thread = await driver.start(WORDS)
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "always landscape")
        await driver.shown(thread, lambda seen: "andscape" in seen.text)
        own = await web.start("a park")
        await web.seen(own, 0, drawn("v1"))

        # a list, by platform and channel
        [listed] = (await read(operator, "/api/threads", platform="slack"))["threads"]
        assert (listed["platform"], listed["title"]) == ("slack", WORDS)
        [channel] = [
            found
            for found in (await read(operator, "/api/channels"))["channels"]
            if found["platform"] == "slack"
        ]
        assert listed["channel"] == channel["channel"]
        assert listed["workspace"] == channel["workspace"]
        for wanted, ids in (
            ({"platform": "*"}, {listed["id"], own}),
            ({}, {own}),
            (channel, {listed["id"]}),
            ({"platform": "slack", "channel": channel["channel"]}, {listed["id"]}),
            ({**channel, "channel": "C0"}, set()),
            ({**channel, "workspace": "T0"}, set()),
            ({"platform": "discord"}, set()),
        ):
            found = (await read(operator, "/api/threads", **wanted))["threads"]
            assert {found["id"] for found in found} == ids, wanted

        # the canvas itself: to look at
        canvas = f"/api/threads/{listed['id']}"
        seen = await read(operator, canvas)
        assert (seen["platform"], seen["turns"][0]["card"]["buttons"]) == ("slack", [])
        image = seen["versions"][0]["url"]
        looks = [
            *(f"/t/{listed['id']}", canvas, f"{canvas}/export", f"{canvas}/events"),
            *(image, f"{image}?width=160"),
        ]
        for path in looks:
            async with operator.stream("GET", path) as answer:
                assert answer.status_code == 200, path
        undo = {"action": "undo", "fields": {}}
        assert (await operator.post(f"{canvas}/actions", json=undo)).status_code == 404

        await check_hidden(member, listed, looks)

        # money of all, and who did what
        usage = await read(operator, "/api/usage", platform="*")
        own_usage = await read(operator, "/api/usage")
        assert (usage["total"]["images"], own_usage["total"]["images"]) == (2, 1)
        delete = {"action": "delete", "fields": {"what": "canvas"}}
        answer = await operator.post(f"{canvas}/actions", json=delete)
        assert answer.status_code == 202
        await slack.until(lambda: not driver.prompts(thread))
        log = await read(operator, "/api/audit")
        assert [(row["action"], row["platform"]) for row in log["entries"]] == [
            ("delete", "web"),
            ("draw", "web"),
            ("settings", "slack"),
            ("draw", "slack"),
        ]
        assert log["entries"][0]["thread"] == log["entries"][3]["thread"] == listed["id"]
        assert WORDS not in str(log)
        shown = (await operator.get("/audit", params={"platform": "slack"})).text
        rows = shown.partition("<tbody>")[2].partition("</tbody>")[0]
        assert "draw" in rows
        assert "delete" not in rows
        table = list(csv.DictReader(io.StringIO((await operator.get("/audit.csv")).text)))
        assert [row["action"] for row in table] == ["delete", "draw", "settings", "draw"]
