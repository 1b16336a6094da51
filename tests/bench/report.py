"""How are the figures written into docs/performance.md?"""

from __future__ import annotations

import datetime as dt
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.beside import Played

_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
_TITLES = {"slack": "Slack", "discord": "Discord", "web": "page"}


def tables(found: Mapping[str, Mapping[str, Played]], fsync: float) -> str:
    """Write the figures as Markdown: Easel beside the floor, and the ratio of both."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {fsync:.1f} ms an fsync"
    lines = [
        f"{dt.datetime.now(dt.UTC):%d %B %Y}, {machine}. Each cell: floor · Easel · ratio.",
        "",
        "| platform, workload | turns/s | ms CPU a turn | ms to the first sign |",
        "|---|---|---|---|",
    ]
    for name, kinds in found.items():
        floor, easel = kinds["floor"], kinds["easel"]
        for title, bare in floor.results.items():
            ours = easel.results[title]
            cells = [
                f"{bare.pace:.1f} · {ours.pace:.1f} · **{100 * ours.pace / bare.pace:.0f} %**",
                f"{bare.cpu:.1f} · {ours.cpu:.1f} · **{ours.cpu / max(bare.cpu, 0.1):.1f} ×**",
                "" if "×" in title else f"{bare.sign:.1f} · {ours.sign:.1f}",
            ]
            lines.append(f"| {_TITLES[name]}: {title} | {' | '.join(cells)} |")
    lines += [
        "",
        "| platform alone | s to connected | MB at rest | MB afterwards |",
        "|---|---|---|---|",
    ]
    for name, kinds in found.items():
        floor, easel = kinds["floor"], kinds["easel"]
        lines.append(
            f"| {_TITLES[name]} | {floor.start:.2f} · {easel.start:.2f} | {floor.memory:.0f} · {easel.memory:.0f} "
            f"| {floor.memory_after:.0f} · {easel.memory_after:.0f} |"
        )
    return "\n".join(lines)


def keep(written: str) -> None:
    """Put the figures in place of the last."""
    before, _, rest = _PAGE.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    _PAGE.write_text(f"{before}{_BEGIN}\n{written}\n{_END}{after}")
