"""How does the audit log read on the command line?"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import TYPE_CHECKING

from bot.__main__ import main
from bot.ports.audit import AUDIT_COLUMNS, AuditEntry
from bot.presentation.audit import write_lines
from tests.journeys.driver import drawn

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.journeys.web import WebDriver

ENTRY = AuditEntry(
    created=1_764_547_200.4,
    platform="slack",
    workspace="T1",
    channel="C1",
    person="U1",
    person_name="=1+1\nAna",
    action="draw",
    conversation="c1",
    detail="gpt-4o-image",
    images=1,
    settled=0.042,
    unsettled=0.04,
    cursor="…",
)


def test_a_line_is_one_line_whatever_people_call_themselves() -> None:
    [text] = write_lines([ENTRY], "text")
    assert text == (
        "2025-12-01 00:00:00  slack/T1/C1  =1+1 Ana (U1)  draw gpt-4o-image "
        "($0.042, up to $0.040 not settled)  c1\n"
    )
    [line] = write_lines([ENTRY], "csv")
    [row] = csv.reader(io.StringIO(line))
    found = dict(zip(AUDIT_COLUMNS, row, strict=True))
    assert found["person_name"] == "'=1+1\nAna", "no formula for a spreadsheet"
    assert (found["settled_usd"], found["images"]) == ("0.042", "1")
    [line] = write_lines([ENTRY], "jsonl")
    assert json.loads(line)["time"] == "2025-12-01T00:00:00+00:00"


async def test_easel_audit_prints_what_was_drawn_and_deleted_beside_a_running_easel(
    web: WebDriver,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thread = await web.start("a park that is nobody's business")
    await web.seen(thread, 0, drawn("v1"))
    body = {"action": "delete", "person": "Ana", "fields": {"what": "canvas"}}
    await web.http.post(f"/api/threads/{thread}/actions", json=body)
    monkeypatch.setenv("EASEL_DATA", str(tmp_path / "data"))
    capsys.readouterr()  # the log of the running one
    assert await asyncio.to_thread(main, ["audit", "--format", "jsonl"]) == 0
    printed = capsys.readouterr().out
    deleted, paid = (json.loads(line) for line in printed.splitlines())
    assert (deleted["action"], deleted["person_name"]) == ("delete", "Ana")
    assert (paid["action"], paid["images"]) == ("draw", 1)
    assert deleted["conversation"] == paid["conversation"] == thread
    assert "business" not in printed
    assert await asyncio.to_thread(main, ["audit", "--until", "2001-01-01"]) == 0
    assert not capsys.readouterr().out
    assert await asyncio.to_thread(main, ["audit", "--since", "soon"]) == 2
    assert "2026-11-30" in capsys.readouterr().err
