"""How do people read what was spent: in a chat, on the page, in a terminal? Pure.

All three show the figures of one query (`bot.ports.queries.Usage`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.money import format_money
from bot.ports.queries import UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.conversation.records import Limits
    from bot.ports.messages import Person, Place
    from bot.ports.queries import Usage

#: names in one line of a chat's statement
_MOST = 10


def chat(usage: Usage, limits: Limits, place: Place, person: Person) -> str:
    """Say what a workspace spent this month, and what of it is the asker's and the channel's."""
    mine = next((one for one in usage.people if one.id == person.id), UsageRow())
    here = next((one for one in usage.channels if one.id == place.channel), UsageRow())
    lines = [
        f"{usage.name}: {_whole(usage.total)}{_of(limits.workspace)}",
        f"• You: {_whole(mine)}{_of(limits.person)}",
    ]
    if len(usage.channels) > 1 or limits.channel is not None:
        lines.append(f"• This channel: {_whole(here)}{_of(limits.channel)}")
    if len(usage.people) > 1:
        lines.append(f"• By person: {_names(usage.people)}")
    if len(usage.models) > 1:
        lines.append(f"• By model: {_names(usage.models)}")
    if usage.total.unpriced:
        lines.append(f"• {_unpriced(usage.total)}")
    if limits.has_any:
        lines.append(f"Limits reset on {limits.resets}.")
    return "\n".join(lines)


def _whole(one: UsageRow) -> str:
    return f"{spent(one)} for {pictures(one.images)}{_perhaps(one)}"


def spent(one: UsageRow) -> str:
    """Write what was billed for certain."""
    return format_money(one.settled, estimated=one.estimated) if one.settled else "nothing"


def pictures(count: int) -> str:
    """Count pictures."""
    return "1 picture" if count == 1 else f"{count} pictures"


def _perhaps(one: UsageRow) -> str:
    """Say what is still open: being drawn, or lost on the way."""
    return (
        f", plus up to {format_money(one.unsettled, estimated=True)} not settled yet"
        if one.unsettled
        else ""
    )


def _of(limit: float | None) -> str:
    return "" if limit is None else f" (limit {format_money(limit) if limit else '$0'})"


def _names(everybody: Sequence[UsageRow]) -> str:
    found = [one for one in everybody if one.at_most] or everybody
    shown = ", ".join(f"{one.name} {spent(one)}" for one in found[:_MOST])
    return f"{shown} and {len(found) - _MOST} more" if len(found) > _MOST else shown


def _unpriced(one: UsageRow) -> str:
    return f"{one.unpriced} of them with no known price; set EASEL_PRICES to count them"


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
