"""What do the commands say, when all is well and when it is not?"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import re
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.__main__ import main
from bot.server.http import listen
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.servers.model import ModelServer, completion, fails, partial, says, stream
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from tests.conftest import Start
    from tests.servers.model import Received

pytestmark = pytest.mark.integration


async def easel(*words: object, **settings: object) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it said. `run` has a process of its own, which can be stopped."""
    given = {f"EASEL_{name.upper()}": str(value) for name, value in settings.items()}
    # a package that is installed beside Easel is found by a new process only
    apart = words[0] == "run" or "PYTHONPATH" in os.environ
    run = _run_process if apart else _run_here
    code, out, err = await asyncio.wait_for(run([str(word) for word in words], given), 60)
    assert "Traceback" not in err, err
    return code, out, err


async def _run_process(words: list[str], settings: dict[str, str]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def _run_here(words: list[str], settings: dict[str, str]) -> tuple[int, str, str]:
    """Run it in a thread, on a loop of its own: a process would take a second to start."""
    out, err = io.StringIO(), io.StringIO()
    configured, configures, root = structlog.get_config(), structlog.configure, logging.getLogger()
    loggers = [root, *map(logging.getLogger, root.manager.loggerDict)]
    handlers, levels = root.handlers[:], [one.level for one in loggers]
    try:
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in settings.items():
                patch.setenv(name, value)
            # a logger that is cached would write to this command's output for ever
            patch.setattr(
                structlog,
                "configure",
                lambda **given: configures(**{**given, "cache_logger_on_first_use": False}),
            )
            try:
                code = await asyncio.to_thread(main, words)
            except SystemExit as end:  # argparse says what there is
                code = int(str(end.code))
    finally:
        root.handlers[:] = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        structlog.configure(**configured)
    return code, out.getvalue(), err.getvalue()


async def test_doctor_checks_all_parts_a_line_each(tmp_path: Path) -> None:
    code, out, _ = await easel("doctor", data=tmp_path / "data")
    assert code == 0
    marks = [line[0] for line in out.splitlines()]
    assert marks == ["✓"] * 4
    for word in ("Settings", "Database", "Image store", "Model"):
        assert word in out


async def test_doctor_names_what_is_wrong_and_what_to_do(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    (tmp_path / "file").write_text("x")
    code, out, _ = await easel(
        "doctor",
        data=tmp_path / "data",
        model_url=f"http://127.0.0.1:{unused_port}/v1",
        blobs_url="s4://nowhere",
    )
    assert code == 1
    wrong = [line for line in out.splitlines() if line.startswith("✗")]
    assert len(wrong) == 2
    assert "EASEL_BLOBS_URL" in wrong[0]
    assert "EASEL_MODEL_URL" in wrong[1]
    assert not model.requests


async def test_doctor_says_in_a_line_that_the_database_is_damaged(tmp_path: Path) -> None:
    assert (await easel("doctor", data=tmp_path / "data"))[0] == 0
    file = tmp_path / "data" / "easel.db"
    with file.open("r+b") as opened:
        opened.seek(4096 * 5)
        opened.write(b"\xa5" * 4096 * 3)
    code, out, _ = await easel("doctor", data=tmp_path / "data")
    assert code == 1
    [wrong] = [line for line in out.splitlines() if line.startswith("✗")]
    assert wrong.startswith(f"✗ Database: The database {file} is damaged (")


async def test_doctor_says_in_a_line_that_images_cannot_be_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:1")  # no https, so nothing is sent
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    code, out, _ = await easel("doctor", data=tmp_path / "data", blobs_url="s3://bucket")
    assert code == 1
    assert [line[0] for line in out.splitlines()] == ["✓", "✓", "✗", "✓"]
    assert "correct EASEL_BLOBS_URL" in out


async def test_doctor_names_the_postgres_it_found_and_images_that_others_cannot_show(
    tmp_path: Path, postgres_url: str
) -> None:
    code, out, _ = await easel("doctor", data=tmp_path / "data", database_url=postgres_url)
    assert code == 0
    assert re.search(r"✓ Database: Postgres [\d.]+ at 127\.0\.0\.1, easel", out)
    assert "Set EASEL_BLOBS_URL" in out
    assert "secret" not in out


async def test_doctor_says_whether_the_page_is_behind_a_token(tmp_path: Path) -> None:
    _, out, _ = await easel("doctor", data=tmp_path / "data")
    assert "asks for no token" in out.splitlines()[0]
    code, out, _ = await easel("doctor", data=tmp_path / "data", web_url="https://easel.example")
    assert code == 0
    assert "https://easel.example asks for its token (in " in out.splitlines()[0]


async def test_doctor_tells_a_wrong_setting(tmp_path: Path) -> None:
    code, out, _ = await easel("doctor", data=tmp_path / "data", web_port="eighty")
    assert code == 1
    assert out.startswith("✗ EASEL_WEB_PORT")


async def test_doctor_live_draws_edits_and_calls_a_tool_and_shows_none_of_the_values(
    tmp_path: Path, model: ModelServer
) -> None:
    secret = data_url(png(77))
    block = {"type": "image_url", "image_url": {"url": secret}}

    async def reply(_received: Received) -> Response:
        final = {"choices": [{"index": 0, "delta": {"content": [block]}, "finish_reason": "stop"}]}
        return stream(partial(0, png(76)), final)

    words = {"type": "text", "text": "top secret words", "role": "topsecret", "sk-topsecret": 1}
    headers = {"x-account": "acme-secret-7", "content-type": "application/json; for=topsecret"}
    call = {"id": "c", "type": "function", "function": {"name": "set_output", "arguments": "{}"}}
    model.answer(
        says(completion([words, block], finish="a secret!"), 200, headers),
        reply,
        says(completion(None, message={"tool_calls": [call]})),
    )
    code, out, _ = await easel(
        "doctor", "--live", data=tmp_path / "data", model_url=model.url, model_key="sk-secret"
    )
    assert code == 0, out
    drawn, edited, called = model.requests
    assert [request.body.get("stream") for request in model.requests] == [None, True, None]
    assert all(request.body["image_output"]["quality"] == "low" for request in model.requests)
    assert [request.images for request in (drawn, edited)] == [[], [png(77)]]
    assert edited.body["messages"][1]["content"] == [words, block], "as it came"
    assert called.body["tools"][0]["function"]["name"] == "set_output"
    assert out.index("three small pictures are asked for now: about $0.033") < out.index("HTTP 200")
    for word in ("image_url", "data:image/png;base64", "finish_reason", "event message", "partial"):
        assert word in out
    for word in ("top secret", "topsecret", secret[30:60], "sk-secret", "acme", "a secret!"):
        assert word not in out
    assert "x-account: …" in out
    assert "Easel reads 1 image, words, no cost" in out
    assert "Easel reads 1 image, no words, no cost" in out
    assert "It calls set_output" in out


async def test_doctor_live_fails_where_no_picture_comes_and_says_why_without_the_key(
    tmp_path: Path, model: ModelServer
) -> None:
    model.answer(fails(401, "invalid_api_key", "Incorrect API key sk-secret-7 at house 4"))
    code, out, _ = await easel(
        "doctor", "--live", data=tmp_path / "data", model_url=model.url, model_key="sk-secret-7"
    )
    assert code == 1
    assert "not_configured (key_refused): 401 Incorrect API key … at house 4" in out
    assert "✗ Live: no picture came" in out
    assert len(model.requests) == 1


async def test_doctor_live_asks_as_a_thread_would_without_what_is_refused(
    tmp_path: Path, model: ModelServer
) -> None:
    refusal = says({"error": {"message": "Streaming is not supported."}}, 400)
    model.answer(model.draw, refusal, refusal)
    code, out, _ = await easel("doctor", "--live", data=tmp_path / "data", model_url=model.url)
    assert code == 0, out
    assert "400 Streaming is not supported." in out
    assert "Without what was refused: 1 picture(s) came" in out


async def test_doctor_live_tells_which_profile_fits(tmp_path: Path, model: ModelServer) -> None:
    images = {"images": [{"type": "image_url", "image_url": {"url": data_url(png(1))}}]}
    model.answer(says(completion(None, message=images)), fails(500, "server_error"))
    _, out, _ = await easel("doctor", "--live", data=tmp_path / "data", model_url=model.url)
    assert "EASEL_MODEL_PROFILE=openrouter" in out
    assert "HTTP 500" in out
    assert "Easel reads a fault: unavailable (unavailable)" in out


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model_profile": "dialect"}, ["EASEL_MODEL_PROFILE", "openrouter"]),
        ({"web_port": "taken"}, ["EASEL_WEB_PORT"]),
        ({"prices": "nowhere.toml"}, ["EASEL_PRICES", "nowhere.toml"]),
        ({"blobs_url": "s4://x"}, ["EASEL_BLOBS_URL"]),
        ({"database_url": "mysql://x"}, ["EASEL_DATABASE_URL", "postgresql://", "sqlite:///"]),
        (
            {"database_url": "postgresql://me:hush@127.0.0.1:1/x", "database_wait_s": "0.5"},
            ["EASEL_DATABASE_URL", "127.0.0.1", "cannot be reached", "refused"],
        ),
        ({"data": "/proc/nothing"}, ["EASEL_DATA", "/proc/nothing"]),
        ({"web_host": "256.1.1.1"}, ["EASEL_WEB_HOST", "256.1.1.1"]),
        ({"web_host": "203.0.113.1"}, ["EASEL_WEB_HOST", "this machine"]),
    ],
)
async def test_what_keeps_it_from_starting_is_a_sentence(
    tmp_path: Path, settings: dict[str, str], words: list[str]
) -> None:
    given = {"data": str(tmp_path / "data"), "web_port": "0", **settings}
    with listen("127.0.0.1", 0) as taken:
        if given["web_port"] == "taken":
            given["web_port"] = str(taken.getsockname()[1])
        code, out, err = await easel("run", **given)
    assert code == 2
    assert all(word in err for word in words), err
    assert "Easel is running" not in out
    assert len(err.splitlines()) <= 2


async def test_a_data_folder_that_takes_no_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "running.json" / "in the way").mkdir(parents=True)
    code, _, err = await easel("run", data=tmp_path / "data", web_port="0")
    assert code == 2
    assert err.startswith("EASEL_DATA: ")
    assert len(err.splitlines()) == 1


async def test_a_wrong_command_says_which_there_are() -> None:
    code, _, err = await easel("paint")
    assert code == 2
    for word in ("run", "demo", "doctor", "model", "resume"):
        assert word in err


async def test_the_model_alone_prints_its_address(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "model", "--port", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=tmp_path,
    )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 20)
    assert line.decode().startswith("http://127.0.0.1:")
    process.terminate()
    await process.communicate()


def test_in_one_process_a_refused_start_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("EASEL_WEB_PORT", "eighty")
    monkeypatch.setenv("EASEL_DATA", str(tmp_path))
    assert main(["run"]) == 2
    assert "EASEL_WEB_PORT" in capsys.readouterr().err
    assert main(["doctor"]) == 1
    assert main(["resume"]) == 2


async def test_export_writes_one_thread_or_all_beside_a_running_easel(
    tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    async with start() as one, WebDriver(one.address) as web:
        threads = [await web.start(text) for text in ("a boat", "a fox \x1b[31m")]
        for thread in threads:
            await web.seen(thread, 0, drawn("v1"))
        code, out, _ = await easel("export", threads[0], "--out", tmp_path / "one.zip", data=data)
        assert (code, "one.zip: 1 thread" in out) == (0, True)
    code, _, err = await easel("export", "none", data=data)
    assert code == 2
    assert all(thread in err for thread in threads)
    assert "\x1b" not in err
    code, out, _ = await easel("export", "--all", data=data)
    assert (code, out.startswith("easel-export.zip: 2 threads")) == (0, True)
    names = zipfile.ZipFile(tmp_path / "easel-export.zip").namelist()
    assert {"0001-a-boat/images/v1.png", "0002-a-fox-31m/log.md"} < set(names)
    assert "images/v1.png" in zipfile.ZipFile(tmp_path / "one.zip").namelist()
