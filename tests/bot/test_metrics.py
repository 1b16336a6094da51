from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import Gate, fails

if TYPE_CHECKING:
    from tests.conftest import Start
    from tests.servers.model import ModelServer


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
