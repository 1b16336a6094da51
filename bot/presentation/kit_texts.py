"""What do people read of a brand kit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping


_KITS = {
    "channel": N_("This channel's brand kit: {kit}. It goes along with every new canvas."),
    "workspace": N_("This workspace's brand kit: {kit}. It goes along with every new canvas."),
}
_EMPTY_KITS = {
    "channel": N_("This channel's brand kit is empty."),
    "workspace": N_("This workspace's brand kit is empty."),
}


def describe_kit(fields: Mapping[str, str]) -> str:
    """Say what is pinned, never in its own words: these only those read who may change it."""
    whose, held = fields.get("whose", ""), list_kit(fields)
    if not held:
        empty = _(_EMPTY_KITS.get(whose, N_("There's no brand kit here.")))
        how = _("Say `/easel kit` to set it up, or `kit add` with a logo or a mascot.")
        return f"{empty} {how}"
    text = _KITS.get(whose, N_("Brand kit: {kit}. It goes along with every new canvas."))
    said = _(text).format(kit=_(", ").join(held))
    return f"{said} {_('It is switched off here.')}" if fields.get("kit") == "off" else said


def list_kit(fields: Mapping[str, str]) -> list[str]:
    """Return what a kit holds, each part in words; nothing where it is empty."""
    count = int(fields.get("images") or 0)
    parts = (
        fields.get("palette", ""),
        _("style") if fields.get("style") else "",
        _("words to avoid") if fields.get("avoid") else "",
        ngettext("{count} picture", "{count} pictures", count).format(count=count) if count else "",
    )
    return [part for part in parts if part]
