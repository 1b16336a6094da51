"""Which panels is each adapter to draw? As long and as hostile as they get."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.terms import Limits
from bot.model.catalog.catalog import Catalog
from bot.ports.cards import Posted
from bot.ports.messages import Defaults, Output, Person, Place, Version
from bot.ports.panels import Starred
from bot.ports.queries import Summary, Usage, UsageRow
from bot.presentation import panels, statement

if TYPE_CHECKING:
    from bot.ports.panels import Panel

ANA = Person(id="U1", name="Ana *<!channel>* @everyone")
HOSTILE = "<!channel> & <@U2> *bold* | [x](https://evil.example) @everyone " * 8


def starred(place: Place, image: Version, count: int = panels.PAGE + 1) -> Panel:
    """Return a gallery of more pictures than a page has."""
    at = Posted(place=place, messages=("1700000000.000001", f"file/F1/{image.blob[:16]}/"))
    one = Starred(conversation="c", version=image, prompt=HOSTILE, people=(ANA, ANA), at=at)
    numbered = (replace(one, version=replace(image, number=f"v{at}")) for at in range(count))
    return panels.gallery(tuple(numbered), 10)


def home(place: Place, image: Version) -> Panel:
    """Return somebody's home, with as many canvases as it shows."""
    canvas = Summary(
        id="c", title=HOSTILE, head="v4", image=image, turns=3, updated=1.0, cursor="1"
    )
    at = Posted(place=place, messages=("1700000000.000001",))
    mine = UsageRow(id=ANA.id, name=ANA.name, images=3, settled=0.12, estimated=True)
    usage = Usage(month="2026-11", name="November 2026", total=mine, people=(mine,))
    limits = Limits(person=2.5, workspace=20.0, resets="1 December (UTC)")
    return panels.home(
        statement.own(usage, limits, ANA),
        ((canvas, at),) * panels.PAGE,
        Catalog("gpt-4o-image"),
        Defaults(output=Output(quality="high"), model="gpt-image-2"),
    )
