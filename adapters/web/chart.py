"""How is a month's usage shown as a picture, and as a table for other programs? Pure."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from bot.ports.language import _, format_month, ngettext
from bot.ports.money import format_dollars, format_money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.ports.queries import Usage, UsageRow

#: of the picture, in its own units
_WIDTH, _HEIGHT, _LEFT, _FOOT, _TOP = 720, 220, 62, 28, 14


def as_svg(usage: Usage) -> Markup:
    """Draw what was spent on each day of the month, as bars."""
    year, month = (int(part) for part in usage.month.split("-"))
    days = calendar.monthrange(year, month)[1]
    spent = {int(row.id[-2:]): row for row in usage.days}
    priced = any(row.at_most for row in usage.days)
    amount = {day: row.at_most if priced else row.images for day, row in spent.items()}
    most = max(amount.values(), default=0) or 1
    room, step = _HEIGHT - _FOOT - _TOP, (_WIDTH - _LEFT) / days
    parts = [
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_label(most * part, priced=priced)}</text>'
        for part in (0, 0.5, 1)
        for y in (_TOP + room * (1 - part),)
    ]
    for day in range(1, days + 1):
        x = _LEFT + (day - 1) * step
        if day in amount:
            high = room * amount[day] / most
            parts.append(
                f'<rect class="bar" x="{x + 2:.1f}" y="{_TOP + room - high:.1f}" width="{step - 4:.1f}" '
                f'height="{max(high, 1):.1f}" rx="2"><title>{_said(spent[day])}</title></rect>'
            )
        if day in {1, 8, 15, 22, days}:
            parts.append(
                f'<text x="{x + step / 2:.1f}" y="{_HEIGHT - 5}" text-anchor="middle">{day}</text>'
            )
    label = escape(
        _("What was spent on each day of {month}").format(month=format_month(usage.month))
    )
    return Markup(  # noqa: S704 - numbers, and words that are escaped above
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _label(amount: float, *, priced: bool) -> str:
    return format_dollars(amount, 2) if priced else f"{amount:.0f}"


def _said(row: UsageRow) -> str:
    text = ngettext(
        "{day}: {count} picture, {amount}", "{day}: {count} pictures, {amount}", row.images
    )
    return escape(text.format(day=row.id, count=row.images, amount=dollars(row.at_most)))


def as_csv(usage: Usage) -> str:
    """Write all rows of a month as a table."""
    columns = ("by", "id", "name", "pictures", "billed_usd", "perhaps_usd", "catalogue_price")
    lines = [csv_line((*columns, "unpriced"))]
    for by, rows in (
        ("day", usage.days),
        ("person", usage.people),
        ("channel", usage.channels),
        ("model", usage.models),
    ):
        for row in rows:
            counts = (row.images, row.settled, row.unsettled, row.estimated, row.unpriced)
            lines.append(csv_line((by, row.id, row.name, *counts)))
    return "".join(lines)


def csv_line(values: Iterable[object]) -> str:
    """Write a line of a table for other programs."""
    held = io.StringIO()
    csv.writer(held).writerow(_plain(one) if isinstance(one, str) else one for one in values)
    return held.getvalue()


def minute(time: float) -> str:
    """Write a time in UTC."""
    return f"{dt.datetime.fromtimestamp(time, dt.UTC):%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def dollars(amount: float) -> str:
    """Write US dollars in a table."""
    return format_money(amount) if amount else "–"


def billed(one: UsageRow) -> str:
    """Write what was billed for certain; `about` where it is the catalogue's price."""
    return format_money(one.settled, estimated=one.estimated) if one.settled else "–"
