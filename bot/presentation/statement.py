"""How do people read what was spent: in a chat, on the page, in a terminal? Pure.

All three show the figures of one query (`bot.ports.queries.Usage`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.language import _, format_month, ngettext
from bot.ports.money import format_money
from bot.ports.queries import UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.conversation.terms import Limits
    from bot.ports.messages import Person, Place
    from bot.ports.queries import Usage

#: names in one line of a chat's statement
_MOST = 10


def chat(usage: Usage, limits: Limits, place: Place, person: Person) -> str:
    """Say what a workspace spent this month, and what of it is the asker's and the channel's."""
    mine = next((one for one in usage.people if one.id == person.id), UsageRow())
    here = next((one for one in usage.channels if one.id == place.channel), UsageRow())
    lines = [
        f"{format_month(usage.month) if usage.month else usage.name}: {_whole(usage.total)}{_of(limits.workspace)}",
        _("• You: {spent}").format(spent=_whole(mine) + _of(limits.person)),
    ]
    if len(usage.channels) > 1 or limits.channel is not None:
        lines.append(_("• This channel: {spent}").format(spent=_whole(here) + _of(limits.channel)))
    if len(usage.people) > 1:
        lines.append(_("• By person: {names}").format(names=_names(usage.people)))
    if len(usage.models) > 1:
        lines.append(_("• By model: {names}").format(names=_names(usage.models)))
    if usage.total.unpriced:
        lines.append(f"• {_unpriced(usage.total)}")
    if limits.has_any:
        lines.append(_("Limits reset on {day}.").format(day=_(limits.resets)))
    return "\n".join(lines)


def own(usage: Usage, limits: Limits, person: Person, held: Sequence[str] = ()) -> str:
    """Say what somebody spent this month, and what holds for them. `held`: the limits, in words."""
    mine = next((one for one in usage.people if one.id == person.id), UsageRow())
    lines = [f"{usage.name}: {_whole(mine)}{_of(limits.person)}"]
    if limits.workspace is not None:
        spent_here = _whole(usage.total) + _of(limits.workspace)
        lines.append(_("Everyone here: {spent}").format(spent=spent_here))
    if held:
        lines.append(_("Limits here: {limits}.").format(limits=_(", ").join(held)))
    if limits.has_any:
        lines.append(_("Limits reset on {day}.").format(day=_(limits.resets)))
    return "\n".join(lines)


def _whole(one: UsageRow) -> str:
    text = _("{amount} for {pictures}")
    return text.format(amount=spent(one), pictures=pictures(one.images)) + _perhaps(one)


def spent(one: UsageRow) -> str:
    """Write what was billed for certain."""
    return format_money(one.settled, estimated=one.estimated) if one.settled else _("nothing")


def pictures(count: int) -> str:
    """Count pictures."""
    return ngettext("1 picture", "{count} pictures", count).format(count=count)


def _perhaps(one: UsageRow) -> str:
    """Say what is still open: being drawn, or lost on the way."""
    if not one.unsettled:
        return ""
    text = _(", plus up to {amount} not settled yet")
    return text.format(amount=format_money(one.unsettled, estimated=True))


def _of(limit: float | None) -> str:
    if limit is None:
        return ""
    amount = format_money(limit) if limit else _("${number}").format(number=0)
    return _(" (limit {amount})").format(amount=amount)


def _names(everybody: Sequence[UsageRow]) -> str:
    found = [one for one in everybody if one.at_most] or everybody
    names, more = [f"{one.name} {spent(one)}" for one in found[:_MOST]], len(found) - _MOST
    if more > 0:
        text = ngettext("{names} and {count} more", "{names} and {count} more", more)
        return text.format(names=_(", ").join(names), count=more)
    return _(", ").join(names)


def _unpriced(one: UsageRow) -> str:
    return ngettext(
        "{count} of them with no known price; set EASEL_PRICES to count them",
        "{count} of them with no known price; set EASEL_PRICES to count them",
        one.unpriced,
    ).format(count=one.unpriced)


def table(usage: Usage) -> str:
    """Write a month as a terminal shows it: each workspace, then its people and channels."""
    lines = [_row(usage.name, "pictures", "billed", "unsettled")]
    for one in usage.workspaces:
        where = (one.platform, one.workspace)
        lines += ["", _line(f"{one.platform}/{one.workspace}", one)]
        lines += _part("people", (p for p in usage.people if (p.platform, p.workspace) == where))
        lines += _part(
            "channels", (c for c in usage.channels if (c.platform, c.workspace) == where)
        )
    if usage.models:
        lines += ["", "Models", *(_line(f"    {one.name}", one) for one in usage.models)]
    lines += ["", _line("Total", usage.total)]
    if usage.total.unpriced:
        lines.append(_unpriced(usage.total))
    return "\n".join(lines)


def _part(title: str, found: Iterator[UsageRow]) -> list[str]:
    shown = [_line(f"    {_plain(one.name)}", one) for one in found]
    return [f"  {title}", *shown] if shown else []


def _plain(name: str) -> str:
    """Take out of a name what a terminal would obey."""
    return "".join(letter for letter in name if letter.isprintable())[:40] or "?"


def _line(name: str, one: UsageRow) -> str:
    settled = format_money(one.settled, estimated=one.estimated) if one.settled else "-"
    return _row(
        name,
        str(one.images),
        settled,
        f"{format_money(one.unsettled)}" if one.unsettled else "-",
    )


def _row(name: str, images: str, settled: str, perhaps: str) -> str:
    return f"{name:<44} {images:>9} {settled:>14} {perhaps:>10}".rstrip()
