"""Is nothing lost, nothing shown twice and nothing paid twice, whenever the process dies?"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.process import Process
from tests.journeys.driver import drawn, says
from tests.servers.model import Gate, ModelServer, fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def easel(tmp_path: Path, model: ModelServer, unused_port: int) -> AsyncIterator[Process]:
    process = Process(tmp_path / "data", model.url, unused_port)
    await process.start()
    yield process
    await process.close()


async def test_killed_while_drawing_it_says_so_and_asks_again_only_when_told(
    easel: Process, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a lighthouse")
    await gate.entered.wait()
    await easel.kill()
    gate.open.set()
    await easel.start()
    seen = await easel.web.seen(thread, 0, says("may have been billed"))
    assert "Retry" in seen.buttons
    assert len(model.requests) == 1
    await easel.web.press(thread, 0, "Retry")
    await easel.web.seen(thread, 0, drawn("v1"))
    assert model.requests[1].key == model.requests[0].key
    assert model.requests[1].raw == model.requests[0].raw


async def test_killed_with_prompts_waiting_they_are_drawn_in_order(
    easel: Process, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a park")
    await gate.entered.wait()
    await easel.web.say(thread, "add a bench")
    await easel.web.say(thread, "add a dog")
    await easel.kill()
    gate.open.set()
    await easel.start()
    await easel.web.seen(thread, 2, drawn("v2 ← v1"))
    assert [one.prompt for one in model.requests] == ["a park", "add a bench", "add a dog"]
    assert (await easel.web.thread(thread))["turns"][0]["state"] == "interrupted"


async def test_killed_after_the_image_was_saved_it_is_shown_without_asking_again(
    easel: Process, model: ModelServer, tmp_path: Path
) -> None:
    thread = await easel.web.start("a park")
    await easel.web.seen(thread, 0, drawn("v1"))
    await easel.kill()
    _set_state(tmp_path, "drawn")  # as it is on disk between saving and showing
    await easel.start()
    # the page shows it at once; that it is shown is noted a moment later
    seen = await easel.web.seen(
        thread, 0, lambda seen: drawn("v1")(seen) and "Posting" not in seen.text
    )
    assert (await easel.web.thread(thread))["turns"][0]["state"] == "posted"
    assert seen.images == (png(1),)
    assert len(model.requests) == 1


def _set_state(folder: Path, state: str) -> None:
    raw = sqlite3.connect(folder / "data" / "easel.db")
    raw.execute("UPDATE turns SET state = ?", (state,))
    raw.commit()
    raw.close()


async def test_killed_while_on_hold_what_waits_still_waits_and_resumes(
    easel: Process, model: ModelServer
) -> None:
    model.answer(fails(402))
    thread = await easel.web.start("a castle")
    await easel.web.seen(thread, 0, says("no credit"))
    await easel.web.say(thread, "with a moat")
    await easel.kill()
    await easel.start()
    seen = await easel.web.seen(thread, 0, says("no credit"))
    assert "Resume" in seen.buttons
    assert len(model.requests) == 1
    await easel.web.press(thread, 0, "Resume")
    await easel.web.seen(thread, 1, drawn("v2 ← v1"))
    assert model.requests[0].key == model.requests[1].key


async def test_killed_between_two_tries_the_outcome_is_not_guessed(
    easel: Process, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(fails(500, "server_error"), gate.before(model.draw))
    thread = await easel.web.start("a comet")
    await easel.web.seen(thread, 0, says("2 of 3"))
    await easel.kill()
    gate.open.set()
    await easel.start()
    await easel.web.seen(thread, 0, says("may have been billed"))


async def test_killed_with_a_control_waiting_it_is_done_in_its_place(
    easel: Process, model: ModelServer
) -> None:
    thread = await easel.web.start("a park")
    await easel.web.seen(thread, 0, drawn("v1"))
    await easel.web.say(thread, "add a bench")
    await easel.web.seen(thread, 1, drawn("v2 ← v1"))
    gate = Gate()
    model.answer(gate.before(model.draw))
    await easel.web.say(thread, "add a dog")
    await gate.entered.wait()
    await easel.web.say(thread, "go back to v1")
    await easel.web.say(thread, "add a cat")
    await easel.kill()
    gate.open.set()
    await easel.start()
    await easel.web.seen(thread, 3, drawn("v3 ← v1"))


async def test_killed_at_any_moment_every_prompt_is_there_once_and_none_is_paid_twice(
    easel: Process, model: ModelServer
) -> None:
    dice = random.Random(7)
    thread = await easel.web.start("a park")
    await easel.web.seen(thread, 0, lambda seen: bool(seen.images))
    asked = 1
    for round_ in range(6):
        for number in range(3):
            body = {"text": f"step {round_} {number}", "event": f"{round_}-{number}"}
            await easel.web.begin(f"/api/threads/{thread}/messages", body)
            asked += 1
        await asyncio.sleep(dice.uniform(0, 0.06))  # the moment is what is being varied
        await easel.kill()
        await easel.start()
        body = {"text": f"step {round_} 2", "event": f"{round_}-2"}
        await easel.web.begin(f"/api/threads/{thread}/messages", body)  # sent again, as clients do
    await easel.web.say(thread, "the last one")
    await easel.web.seen(thread, asked, lambda seen: bool(seen.images))
    found = await easel.web.thread(thread)
    assert len(found["turns"]) == asked + 1
    assert {turn["state"] for turn in found["turns"]} <= {"posted", "interrupted"}
    keys = [request.key for request in model.requests]
    assert len(keys) == len(set(keys)), "no request went out twice by itself"
    interrupted = [turn["id"] for turn in found["turns"] if turn["state"] == "interrupted"]
    assert not [
        turn for turn in found["turns"] if turn["state"] == "posted" and not turn["versions"]
    ]
    numbers = [version["number"] for version in found["versions"]]
    assert numbers == [f"v{number}" for number in range(1, len(numbers) + 1)]
    assert len(numbers) + len(interrupted) == asked + 1


async def test_told_to_stop_it_lets_the_drawing_end_and_claims_nothing_more(
    easel: Process, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a park")
    await gate.entered.wait()
    await easel.web.say(thread, "add a bench")
    ending = asyncio.create_task(easel.terminate())
    await asyncio.sleep(0.2)  # it must still be waiting for the drawing
    assert not ending.done()
    gate.open.set()
    assert await asyncio.wait_for(ending, 30) == 0
    assert len(model.requests) == 1
    await easel.start()
    await easel.web.seen(thread, 1, drawn("v2 ← v1"))


async def test_a_drawing_that_outlasts_its_grace_is_interrupted_and_said(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    easel = Process(tmp_path / "data", model.url, unused_port, grace_s="0.3")
    await easel.start()
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a park")
    await gate.entered.wait()
    assert await asyncio.wait_for(easel.terminate(), 10) == 0
    gate.open.set()
    await easel.start()
    await easel.web.seen(thread, 0, says("may have been billed"))
    assert len(model.requests) == 1
    await easel.close()


async def test_a_second_ctrl_c_ends_it_at_once(easel: Process, model: ModelServer) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await easel.web.start("a park")
    await gate.entered.wait()
    first = asyncio.create_task(easel.interrupt())
    await asyncio.sleep(0.3)  # it waits for the drawing
    assert not first.done()
    os.kill(easel.pid, signal.SIGINT)
    assert await asyncio.wait_for(first, 5) == 130
    gate.open.set()
    await easel.start()
    await easel.web.seen(thread, 0, says("may have been billed"))


async def test_a_second_easel_on_the_same_data_is_refused_with_a_sentence(
    easel: Process, tmp_path: Path
) -> None:
    second = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**easel.environment, "EASEL_WEB_PORT": "0"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(second.communicate(), 15)
    assert second.returncode == 2
    assert f"Another Easel already runs on {tmp_path / 'data'}" in said.decode()
    assert f"process {easel.pid}" in said.decode()
    assert "Traceback" not in said.decode()


async def test_easel_resume_goes_through_the_running_bot(
    easel: Process, model: ModelServer
) -> None:
    async def resume() -> tuple[int | None, str]:
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "resume", env=easel.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(command.communicate(), 15)
        return command.returncode, out.decode()

    assert await resume() == (0, "Nothing is on hold.\n")
    model.answer(fails(402))
    thread = await easel.web.start("a castle")
    await easel.web.seen(thread, 0, says("no credit"))
    assert await resume() == (0, "Resumed: what waited is being drawn.\n")
    await easel.web.seen(thread, 0, drawn("v1"))
    await easel.terminate()
    code, said = await resume()
    assert code == 2
    assert "No Easel runs" in said


async def test_the_built_in_model_ends_with_its_parent_however_that_ends(
    tmp_path: Path, unused_port: int
) -> None:
    easel = Process(tmp_path / "data", None, unused_port)
    await easel.start()
    thread = await easel.web.start("a red boat", quality="low")
    await easel.web.seen(thread, 0, lambda seen: bool(seen.images))
    children = await _children(easel.pid)
    assert len(children) == 1
    await easel.kill()
    async with asyncio.timeout(30):
        while await _running(children[0]):  # noqa: ASYNC110 - somebody else's process sets no event
            await asyncio.sleep(0.05)  # a process of somebody else's: nothing tells of its end
    await easel.close()


async def _children(pid: int) -> list[int]:
    found = await asyncio.create_subprocess_exec(
        "ps", "-o", "pid=", "--ppid", str(pid), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await found.communicate()
    return [int(one) for one in out.split()]


async def _running(pid: int) -> bool:
    found = await asyncio.create_subprocess_exec(
        "ps", "-o", "stat=", "-p", str(pid), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await found.communicate()
    return bool(out.strip()) and not out.strip().startswith(b"Z")


async def test_killed_right_after_a_deletion_nothing_of_it_is_left(
    easel: Process, tmp_path: Path
) -> None:
    thread = await easel.web.start("something secret")
    await easel.web.seen(thread, 0, drawn("v1"))
    await easel.web.say(thread, "at night")
    await easel.web.seen(thread, 1, drawn("v2 ← v1"))
    [first, _] = (await easel.web.thread(thread))["versions"]
    blob = first["url"].rpartition("/")[2]
    await easel.web.press(thread, 0, "Delete…", fields={"what": "turn"})
    await easel.kill()
    await easel.start()
    found = await easel.web.thread(thread)
    assert [one["number"] for one in found["versions"]] == ["v2"]
    assert "secret" not in str(found)
    file = tmp_path / "data" / "images" / blob[:2] / blob
    async with asyncio.timeout(20):
        while file.exists():  # noqa: ASYNC110 - another process removes it
            await asyncio.sleep(0.02)
