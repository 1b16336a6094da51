"""What may a brand kit hold, how does it change, and what is the model told of it? Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports import limits
from bot.ports.errors import BadPrompt
from bot.ports.kit import Kit
from bot.ports.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.kit import KitImage

_COLOR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
#: characters of a picture's name, as the model is told it
_MAX_NAME = 40


def merge_kits(kits: Mapping[str, Kit]) -> Kit:
    """Return what holds of what is pinned by scope: field by field a thread's word, a channel's, a workspace's."""
    merged = Kit()
    for scope in ("thread", "channel", "workspace"):
        merged = merged.over(kits.get(scope, Kit()))
    return merged


def parse_palette(text: str) -> tuple[str, ...]:
    """Read colors such as "#0b3d91, #fff", each once. Raise BadPrompt for what is none, or too many."""
    found: dict[str, None] = {}
    for word in text.replace(",", " ").replace(";", " ").split():
        match = _COLOR.fullmatch(word)
        if match is None:
            text = _("“{word}” isn't a color. Write colors like #0b3d91, with spaces between them.")
            raise BadPrompt(problem=text.format(word=word[:20]))
        digits = match[1].lower()
        found[f"#{digits if len(digits) == 6 else ''.join(one * 2 for one in digits)}"] = None
    if len(found) > limits.MAX_KIT_COLORS:
        text = _("A brand kit can have up to {most} colors.")
        raise BadPrompt(problem=text.format(most=limits.MAX_KIT_COLORS))
    return tuple(found)


def parse_words(text: str) -> str:
    """Return a kit's words on one line. Raise BadPrompt where they are too many."""
    words = " ".join(text.split())
    if len(words) > limits.MAX_KIT_WORDS:
        said = _(
            "The words of a brand kit can have up to {most} characters each; these have {count}."
        )
        raise BadPrompt(problem=said.format(most=limits.MAX_KIT_WORDS, count=len(words)))
    return words


def change_kit(kit: Kit, fields: Mapping[str, str], images: Sequence[KitImage] = ()) -> Kit:
    """Return a kit with what a form or somebody's words change. Raise BadPrompt.

    `fields`: palette, style and avoid replace what is there; `remove` names pictures by their numbers, "1,3" or "all".
    """
    left = _remove_images(kit.images, fields.get("remove", ""))
    known = {one.blob for one in left}
    new = {one.blob: one for one in images if one.blob not in known}
    if len(left) + len(new) > limits.MAX_KIT_IMAGES:
        raise BadPrompt(problem=describe_most_images())
    changed = replace(kit, images=(*left, *new.values()))
    if "palette" in fields:
        changed = replace(changed, palette=parse_palette(fields["palette"]))
    if "style" in fields:
        changed = replace(changed, style=parse_words(fields["style"]))
    if "avoid" in fields:
        changed = replace(changed, avoid=parse_words(fields["avoid"]))
    return changed


def describe_most_images() -> str:
    """Say how many pictures a kit can have."""
    text = _(
        "A brand kit can have up to {most} pictures. Say `kit remove 1` to take the first out."
    )
    return text.format(most=limits.MAX_KIT_IMAGES)


def _remove_images(images: tuple[KitImage, ...], remove: str) -> tuple[KitImage, ...]:
    if remove == "all":
        return ()
    numbers = {one.strip() for one in remove.split(",")} - {""}
    left = tuple(one for at, one in enumerate(images, start=1) if str(at) not in numbers)
    if len(images) - len(left) != len(numbers):
        text = _("The brand kit has no picture {number}; it has {count} in all.")
        raise BadPrompt(problem=text.format(number=remove[:20], count=len(images)))
    return left


def summarize_kit(kit: Kit) -> dict[str, str]:
    """Return what everybody may read of a kit: never its words, which only those who may change it see."""
    said = {
        "palette": " ".join(kit.palette),
        "style": "yes" if kit.style else "",
        "avoid": "yes" if kit.avoid else "",
        "images": str(len(kit.images)) if kit.images else "",
        "kit": "off" if kit.is_on is False else "",
    }
    return {name: value for name, value in said.items() if value}


def tell_model(kit: Kit) -> str:
    """Return what the model is told of a kit."""
    names = ", ".join(" ".join(one.name.split())[:_MAX_NAME] for one in kit.images)
    lines = (
        f"Palette: {', '.join(kit.palette)}" if kit.palette else "",
        f"Style: {kit.style}" if kit.style else "",
        f"Avoid: {kit.avoid}" if kit.avoid else "",
        f"Reference pictures, to be kept recognizable where they fit: {names}" if names else "",
    )
    return "\n".join(("Brand kit for this picture and its edits.", *filter(None, lines)))
