"""Does a list of prompts get to a gallery of pictures, on every platform?"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

from tests.journeys.driver import says
from tests.servers.model import fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.driver import Driver, Seen
    from tests.servers.model import ModelServer

FOXES = [f"a fox in the {number}. snow" for number in range(1, 10)]
LIST = "\n".join(["batch", *FOXES, "a forbidden fox", "", "a late fox size:portrait", *FOXES[:2]])


def counts(words: str) -> Callable[[Seen], bool]:
    """Match a card that counts its rows so, and has nothing more to wait for."""
    return lambda seen: (
        words in seen.text and not any(one in seen.text for one in ("waiting", "being drawn"))
    )


def offers(label: str) -> Callable[[Seen], bool]:
    """Match a card with a button that begins so."""
    return lambda seen: any(one.startswith(label) for one in seen.buttons)


async def test_a_list_is_priced_then_drawn_once_looked_through_and_taken_home(
    driver: Driver, model: ModelServer
) -> None:
    model.when("forbidden", fails(451))
    model.when("late", fails(503, code="overloaded"))
    thread = await driver.start(LIST)
    priced = await driver.shown(thread, says("Batch of 11 pictures for about $0.46"))
    assert "Nothing is drawn or billed until you press Start." in priced.text
    assert not model.requests
    await driver.use(thread, "Start")
    first = await driver.shown(thread, counts("9 of 11 drawn · 1 blocked · 1 failed"))
    assert len(first.images) == 9
    assert "forbidden" not in first.text
    assert "$0.38" in first.text

    model.rules.clear()
    drawn = len(model.requests)
    await driver.use(thread, "Retry 1 failed")
    await driver.shown(thread, counts("10 of 11 drawn · 1 blocked"))
    assert [one.prompt for one in model.requests[drawn:]] == ["a late fox"]
    await driver.use(thread, "Next")
    second = await driver.shown(
        thread, lambda seen: "page 2 of 2" in seen.text and len(seen.images) == 1
    )
    assert second.images == (png(10),)

    names = zipfile.ZipFile(io.BytesIO(await driver.exported(thread)))
    listed = list(csv.DictReader(io.StringIO(names.read("batch.csv").decode("utf-8-sig"))))
    assert [row["status"] for row in listed] == ["posted"] * 9 + ["blocked", "posted"]
    assert listed[9]["prompt"] == ""
    assert {row["cost_usd"] for row in listed} == {"0.042", ""}
    assert names.read(listed[10]["file"]) == png(10)
