"""Is no row of a list paid twice, and none lost, when the process dies in the middle of it?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.crash.process import Process
from tests.journeys.driver import says
from tests.servers.model import Gate, ModelServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ROWS = [f"fox {number}" for number in range(1, 9)]


@pytest.fixture
async def easel(tmp_path: Path, model: ModelServer, unused_port: int) -> AsyncIterator[Process]:
    process = Process(tmp_path / "data", model.url, unused_port, model_concurrency="2")
    await process.start()
    yield process
    await process.close()


async def test_killed_in_the_middle_the_rest_is_drawn_and_what_was_out_is_asked_for_by_retry_alone(
    easel: Process, model: ModelServer
) -> None:
    """Two rows are drawn, two are out; the others are not begun when it dies."""
    gate = Gate()
    held = gate.before(model.draw)
    model.answer(model.draw, model.draw, held, held)
    thread = await easel.web.start("\n".join(["batch", *ROWS]))
    await easel.web.use(thread, "Start")
    await easel.web.shown(thread, says("2 of 8 drawn"))
    await model.received(4)
    await easel.kill()
    gate.open.set()
    await easel.start()
    ended = await easel.web.shown(thread, says("6 of 8 drawn · 2 failed."))
    assert "may have been billed" in ended.text
    asked = Counter(one.prompt for one in model.requests)
    assert asked == Counter(ROWS), "each was asked for once"

    await easel.web.use(thread, "Retry 2 failed")
    await easel.web.shown(thread, says("8 of 8 drawn."))
    keys = Counter(one.key for one in model.requests)
    assert sorted(keys.values()) == [1] * 6 + [2] * 2, "under the same keys"
    assert (await easel.web.http.get(f"/api/threads/{thread}")).json()["turns"][0]["cost"] == 0.042
