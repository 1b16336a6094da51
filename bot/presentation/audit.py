"""How does the audit log read: in a terminal, as CSV, as lines of JSON? Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING

from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.ports.audit import AuditEntry

#: what begins so is read as a formula by a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_lines(entries: Iterable[AuditEntry], kind: str) -> Iterator[str]:
    """Write entries as text, "csv" (without its first line) or "jsonl", a line each."""
    write = {"csv": _as_csv, "jsonl": _as_json}.get(kind, _as_text)
    return (write(entry) for entry in entries)


def _as_json(entry: AuditEntry) -> str:
    return json.dumps(entry.as_record(), ensure_ascii=False) + "\n"


def _as_csv(entry: AuditEntry) -> str:
    return csv_line(entry.as_record().values())


def csv_line(values: Iterable[object]) -> str:
    """Write a line of CSV in which no text is a formula."""
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(
        f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one for one in values
    )
    return held.getvalue()


def _as_text(entry: AuditEntry) -> str:
    when = dt.datetime.fromtimestamp(entry.created, dt.UTC)
    where = "/".join(filter(None, (entry.platform, entry.workspace, entry.channel)))
    who = " ".join(filter(None, (entry.person_name, f"({entry.person})" if entry.person else "")))
    what = " ".join(filter(None, (entry.action, entry.detail, _cost(entry))))
    parts = (f"{when:%Y-%m-%d %H:%M:%S}", where or "-", who or "Easel", what, entry.conversation)
    # whatever people call themselves, a line stays one
    return "  ".join(" ".join(part.split()) for part in parts if part) + "\n"


def _cost(entry: AuditEntry) -> str:
    said = [format_money(entry.settled)] if entry.settled else []
    if entry.unsettled:
        said.append(f"up to {format_money(entry.unsettled)} not settled")
    return f"({', '.join(said)})" if said else ""
