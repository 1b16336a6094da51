"""Does a platform of a package that is installed beside Easel work as its own do? It is the one of docs/adapters.md."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bot.test_commands import easel
from tests.crash.process import Process
from tests.servers import ports
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.servers.model import ModelServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the package of docs/adapters.md into a folder of its own."""
    source, target = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    text = (ROOT / "docs" / "adapters.md").read_text()
    for name, code in re.findall(
        r"^`(\S+)`:\n\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        (source / name).write_text(code)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--target", str(target), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("PYTHONPATH", f"{target}{os.pathsep}{ROOT}")
    return target


@pytest.mark.timeout(180)
async def test_a_conversation_is_held_through_a_platform_that_is_installed_beside_easel(
    installed: Path, tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    port = ports.unused()
    given = {"lines_port": str(port), "allow": "lines:local:harbour"}
    process = Process(tmp_path / "data", model.url, unused_port, **given)
    process.environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    await process.start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"harbour\na boat\n")
        drawn = await asyncio.wait_for(reader.readline(), 20)
        assert re.match(rb"v1: .*boat.* \(image/png, \d+ bytes\)$", drawn)
        writer.write(b"paint it red\n")
        edited = await asyncio.wait_for(reader.readline(), 20)
        assert edited.startswith("v2 ← v1: ".encode())
        assert model.requests[1].images == [png(1)], "the edit is of the picture"
        writer.close()
        await writer.wait_closed()
    finally:
        await process.close()


@pytest.mark.timeout(180)
async def test_the_commands_know_such_a_platform_its_settings_and_its_people(
    installed: Path, tmp_path: Path
) -> None:
    given = {"data": tmp_path / "data", "web": "off"}
    code, out, _ = await easel("doctor", lines_port=7007, allow="lines:local", **given)
    assert code == 0, out
    assert out.startswith("✓ Settings: Lines;")
    assert "✓ Lines: port 7007\n" in out
    _, out, _ = await easel("doctor", lines_prt=7007, **given)
    assert "EASEL_LINES_PRT: there is no such setting. Did you mean EASEL_LINES_PORT?" in out
    _, out, _ = await easel("doctor", lines_port="many", **given)
    assert out.startswith("✗ EASEL_LINES_PORT: ")
    _, out, _ = await easel("doctor", allow="teams:T1", **given)
    assert "lines:local:NAME" in out
    (installed / "easel_lines.py").write_text("import nothing_of_this_name")
    code, _, err = await easel("doctor", **given)
    assert code == 2
    assert "easel_lines:PLATFORM cannot be loaded" in err
