from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from bot.ports.meters import RATE_LIMITED
from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, fails

if TYPE_CHECKING:
    from tests.conftest import Start
    from tests.servers.model import ModelServer

_DOCS = Path(__file__).parents[2] / "docs"


async def test_what_happens_is_counted(start: Start, model: ModelServer) -> None:
    async with start() as easel, WebDriver(easel.address) as web:

        async def read() -> dict[str, float]:
            text = (await web.http.get("/metrics")).text
            return {
                f"{sample.name}{sorted(sample.labels.values())}": sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
            }

        before = await read()
        assert before["easel_open_turns['queued']"] == 0
        assert before["process_open_fds[]"] > 0
        thread = await web.start("a park")
        await web.seen(thread, 0, drawn("v1"))
        model.answer(fails(451, "moderation_blocked"))
        await web.say(thread, "something bad")
        await web.seen(thread, 1, says("blocked"))
        gate = Gate()
        model.answer(gate.before(fails(402)))
        await web.say(thread, "a dog")
        await gate.entered.wait()
        await web.say(thread, "a cat")
        busy = await read()
        assert (busy["easel_open_turns['drawing']"], busy["easel_open_turns['queued']"]) == (1, 1)
        gate.open.set()
        await web.seen(thread, 2, says("no credit"))
        await web.press(thread, 3, "Cancel")
        after = await read()
        assert after["easel_wishes_total['web']"] == 4
        assert after["easel_turns_total['', 'drawn']"] == 1
        assert after["easel_turns_total['blocked', 'refused']"] == 1
        assert after["easel_turns_total['held', 'no_credit']"] == 1
        assert after["easel_turns_total['', 'cancelled']"] == 1
        assert after["easel_images_total['gpt-4o-image']"] == 1
        assert after["easel_cost_dollars_total['gpt-4o-image']"] == 0.042
        assert after["easel_drawing_seconds_count['gpt-4o-image']"] == 1
        assert (after["easel_on_hold[]"], after["easel_open_turns['held']"]) == (1, 1)


async def test_waits_repeated_requests_and_platforms_limits_are_counted(
    start: Start, model: ModelServer
) -> None:
    async with start() as easel, WebDriver(easel.address) as web:
        model.answer(fails(503), fails(503))
        thread = await web.start("a park")
        await web.seen(thread, 0, drawn("v1"))
        limited = RATE_LIMITED["slack"]
        RATE_LIMITED["slack"] += 1
        text = (await web.http.get("/metrics")).text
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert found["easel_queue_seconds_count", "web"] == 1
        assert found["easel_queue_seconds_sum", "web"] < 5
        assert found["easel_retries_total", "gpt-4o-image"] == 2
        assert found["easel_platform_limits_total", "slack"] == limited + 1
        assert 0 < found["easel_store_seconds",] < 5


async def test_the_dashboard_and_the_alerts_name_metrics_that_there_are(
    start: Start, model: ModelServer
) -> None:
    async with start() as easel, WebDriver(easel.address) as web:
        await web.seen(await web.start("a park"), 0, drawn("v1"))
        text = (await web.http.get("/metrics")).text
    RATE_LIMITED["slack"] += 0
    there = {
        sample.name for family in text_string_to_metric_families(text) for sample in family.samples
    } | set(re.findall(r"^# TYPE (\w+) counter$", text, re.MULTILINE))
    board = json.loads((_DOCS / "grafana.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += re.findall(r"^\| `(.*?)` \|", (_DOCS / "operations.md").read_text(), re.MULTILINE)
    named = {name for one in asked for name in re.findall(r"\b(?:easel|process)_\w+", one)}
    assert len(named) > 12
    assert named <= there
    assert {one for one in there if one.startswith("easel_")} - named <= {
        *(
            f"easel_{name}_{part}"
            for name in ("queue_seconds", "drawing_seconds")
            for part in ("count", "sum")
        ),
        *(one for one in there if one.endswith("_created")),
    }, "each metric is shown"
