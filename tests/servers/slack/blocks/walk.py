"""Which elements and images stand in these blocks, in the order people see them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.servers.slack.values import Json

#: Elements that a person cannot use.
_STILL = {"image", "mrkdwn", "plain_text"}


class Placed(NamedTuple):
    """An element, and the block that holds it."""

    block: Json
    element: Json

    @property
    def labels(self) -> list[str]:
        """What a person reads on it; a select has none."""
        return [self.element["text"]["text"]] if "text" in self.element else []


def elements_in(block: Json) -> Iterator[Placed]:
    """Return what stands in this block itself, of whatever kind."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield Placed(block, block[name])
    for name in ("elements", "actions"):
        for element in block.get(name) or ():
            if element["type"] != "card":
                yield Placed(block, element)


def flat(blocks: Iterable[Json]) -> Iterator[Json]:
    """Return each block, and the cards inside carousels."""
    for block in blocks:
        yield block
        if block["type"] == "carousel":
            yield from block["elements"]


def elements_of(blocks: Iterable[Json]) -> list[Placed]:
    """Return what a person can press, choose or fill in."""
    found = (
        one for block in flat(blocks) if block["type"] != "rich_text" for one in elements_in(block)
    )
    return [one for one in found if one.element["type"] not in _STILL]


def images_of(blocks: Iterable[Json]) -> list[Json]:
    """Return the image blocks and image elements: each has an alt_text and a source."""
    found = []
    for block in flat(blocks):
        if block["type"] == "image":
            found.append(block)
        if block["type"] == "rich_text":
            continue
        found += [block[name] for name in ("hero_image", "icon") if name in block]
        found += [one.element for one in elements_in(block) if one.element["type"] == "image"]
    return found
