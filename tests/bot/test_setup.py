"""Does `easel setup` lead from nothing to an Easel that runs, at a terminal and through a pipe?"""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.easel import local_slack
from tests.servers.model import fails

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.model import ModelServer
    from tests.servers.slack import SlackServer

SETUP = (sys.executable, "-m", "bot", "setup")


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with local_slack() as one:
        yield one


def environment(slack: SlackServer, **more: str) -> dict[str, str]:
    """Return the environment: where Slack is, and what else is set."""
    set_here = {"EASEL_SLACK_API_URL": slack.api_url, "PYTHONUNBUFFERED": "1", **more}
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **set_here,
    }


def env_files(folder: Path) -> list[str]:
    return [one.name for one in folder.glob(".env*")]


async def by_pipe(
    folder: Path, env: dict[str, str], *flags: str, lines: tuple[str, ...] = ()
) -> tuple[int, str]:
    """Run it with these lines of input; return its exit code and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *SETUP,
        *flags,
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    given = "".join(f"{line}\n" for line in lines).encode()
    out, _ = await asyncio.wait_for(process.communicate(given), 60)
    assert b"Traceback" not in out, out.decode()
    return process.returncode or 0, out.decode()


class Typist:
    """Somebody at a terminal, a real one: what is typed is seen only where the program lets it be."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._folder, self._env = folder, env
        self.seen = ""
        self._came = asyncio.Event()

    async def start(self) -> None:
        self._own, other = pty.openpty()
        self._process = await asyncio.create_subprocess_exec(
            *SETUP,
            cwd=self._folder,
            env=self._env,
            start_new_session=True,
            stdin=other,
            stdout=other,
            stderr=other,
        )
        os.close(other)
        asyncio.get_running_loop().add_reader(self._own, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._own, 65536)
        except OSError:  # it ended
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._own)
        self.seen += data.decode(errors="replace")
        self._came.set()

    async def sees(self, words: str, after: int = 0) -> int:
        """Wait until these words stand there; return where they end."""
        async with asyncio.timeout(60):
            while (found := self.seen.find(words, after)) < 0:
                self._came.clear()
                await self._came.wait()
        return found + len(words)

    def types(self, line: str) -> None:
        os.write(self._own, f"{line}\n".encode())

    def interrupt(self) -> None:
        os.kill(self._process.pid, signal.SIGINT)

    async def ends(self) -> int:
        return await asyncio.wait_for(self._process.wait(), 60)


async def test_unattended_it_writes_what_the_environment_holds_and_nobody_else_reads_it(
    tmp_path: Path, slack: SlackServer, model: ModelServer
) -> None:
    (tmp_path / ".env").write_text("# mine\nEASEL_DATA=./here\n")
    secrets = {
        "EASEL_SLACK_BOT_TOKEN": slack.bot_token,
        "EASEL_SLACK_APP_TOKEN": slack.app_token,
        "EASEL_MODEL_KEY": "a-key-nobody-sees",
    }
    flags = ("--yes", "--platforms", "slack", "--model-url", model.url, "--draw")
    code, out = await by_pipe(tmp_path, environment(slack, **secrets), *flags)
    assert code == 0, out
    assert "✓ workspace acme as easel" in out
    assert "✓ a picture came" in out
    assert len(model.requests) == 1, "one picture, and no more"
    assert "✓ Slack:" in out, "the doctor's word comes at the end"
    env = tmp_path / ".env"
    written = env.read_text()
    assert written.startswith("# mine\nEASEL_DATA=./here\n")
    assert f"EASEL_MODEL_URL='{model.url}'" in written
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert (tmp_path / ".env.backup").read_text() == "# mine\nEASEL_DATA=./here\n"
    for secret in secrets.values():
        assert secret not in out
        assert secret in written, "it runs without this environment, too"


async def test_through_a_pipe_an_app_is_made_and_each_answer_is_checked(
    tmp_path: Path, slack: SlackServer
) -> None:
    lines = ("slack", slack.installing.configuration_token, slack.bot_token, slack.app_token, "")
    code, out = await by_pipe(tmp_path, environment(slack), lines=lines)
    assert code == 0, out
    [app] = slack.installing.made
    assert app.socket_mode
    assert f"https://api.slack.com/apps/{slack.app_id}/install-on-team" in out
    assert "✓ a socket opens" in out
    assert not any(line and line in out for line in lines[1:])
    assert slack.bot_token in (tmp_path / ".env").read_text()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("teams",), "“teams” is none of slack, discord."),
        (("slack", "", "xoxb-wrong"), "Slack says invalid_auth"),
        (("slack", "xoxe.xoxp-old"), "Slack says invalid_auth: copy a fresh App Configuration"),
        (("none", "http://127.0.0.1:9/v1", "k", ""), "Check EASEL_MODEL_URL and EASEL_MODEL_KEY"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_wrong_answer_through_a_pipe_is_a_sentence_and_nothing_is_written(
    tmp_path: Path, slack: SlackServer, lines: tuple[str, ...], problem: str
) -> None:
    code, out = await by_pipe(tmp_path, environment(slack), lines=lines)
    assert code == 2
    assert problem in out
    assert env_files(tmp_path) == []


async def test_at_a_terminal_a_wrong_answer_is_asked_again_and_no_secret_is_seen(
    tmp_path: Path, slack: SlackServer, model: ModelServer
) -> None:
    person = Typist(tmp_path, environment(slack))
    await person.start()
    await person.sees("Platforms (")
    person.types("slack")
    await person.sees("Token, or nothing: ")
    person.types("")
    await person.sees("EASEL_SLACK_BOT_TOKEN: ")
    person.types("xoxb-guessed")
    at = await person.sees("✗ Slack says invalid_auth")
    await person.sees("EASEL_SLACK_BOT_TOKEN: ", at)
    person.types(slack.bot_token)
    await person.sees("EASEL_SLACK_APP_TOKEN: ")
    person.types(slack.app_token)
    await person.sees("Address of a gateway, or nothing: ")
    person.types(model.url)
    await person.sees("Its key (EASEL_MODEL_KEY): ")
    person.types("a-key-nobody-sees")
    await person.sees("Model [gpt-4o-image]: ")
    person.types("")
    await person.sees("Draw one small picture now, about $")
    model.answer(fails(402))
    person.types("y")
    at = await person.sees("✗ ")
    await person.sees("Address of a gateway, or nothing: ", at)
    person.types("")
    assert await person.ends() == 0, person.seen
    written = (tmp_path / ".env").read_text()
    assert slack.app_token in written
    assert "EASEL_MODEL_URL" not in written
    for secret in (slack.bot_token, slack.app_token, "xoxb-guessed", "a-key-nobody-sees"):
        assert secret not in person.seen


async def test_whoever_stops_in_the_middle_has_written_nothing(
    tmp_path: Path, slack: SlackServer
) -> None:
    person = Typist(tmp_path, environment(slack))
    await person.start()
    await person.sees("Platforms (")
    person.types("slack")
    await person.sees("Token, or nothing: ")
    person.interrupt()
    assert await person.ends() == 130
    assert "Traceback" not in person.seen
    assert env_files(tmp_path) == []
