"""What is loaded at start, and what only once it is needed?"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING

from adapters.slack.manifest import manifest
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from pathlib import Path

#: what costs memory and time, and a Slack workspace on SQLite alone never needs
_NOT_NEEDED = (
    *(
        "discord",
        "psycopg",
        "psycopg_pool",
        "procrastinate",
        "opentelemetry",
        "sqlalchemy.dialects.postgresql",
        "jinja2",
        "bot.sketch",
        "adapters.web.adapter",
    ),
    *(
        "httpcore",
        "h11",
        "pillow_heif",
        "PIL.ImageCms",
        "PIL.ImageFont",
        "PIL.PngImagePlugin",
        "resvg_py",
    ),
)
_IMPORT = re.compile(r"^import time:[^|]*\|[^|]*\|\s*(\S+)$", re.MULTILINE)


async def _imported(folder: Path, slack: SlackServer) -> set[str]:
    """Start Easel for Slack alone; return the names of all modules that it loads until it's connected."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EASEL_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "bot", "run"),
        env={
            **clean,
            "EASEL_DATA": str(folder),
            "EASEL_WEB": "off",
            "EASEL_WEB_PORT": "0",
            "EASEL_MODEL_URL": "http://127.0.0.1:9/v1",
            "EASEL_SLACK_API_URL": slack.api_url,
            "EASEL_SLACK_BOT_TOKEN": slack.bot_token,
            "EASEL_SLACK_APP_TOKEN": slack.app_token,
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    reading = asyncio.create_task(process.communicate())
    await slack.connected()
    process.terminate()
    _, said = await reading
    await slack.until(lambda: not slack.sockets.open)
    return set(_IMPORT.findall(said.decode()))


async def test_slack_alone_loads_no_other_platform_and_nothing_that_only_some_turns_need(
    tmp_path: Path,
) -> None:
    async with SlackServer(manifest()) as slack:
        first = await _imported(tmp_path, slack)
        second = await _imported(tmp_path, slack)
    assert {"bot.server.app", "slack_bolt", "sqlalchemy", "alembic"} <= first
    assert "alembic" not in second, "the tables are there already"
    assert not second.intersection(_NOT_NEEDED)
