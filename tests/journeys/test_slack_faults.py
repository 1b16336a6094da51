"""Does a conversation in Slack come through whatever Slack and the network do?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from adapters.slack import connection, files, web_api
from bot.ports.errors import NotSaved
from tests.adapters.slack.easel import in_slack, local_slack, settings
from tests.journeys.driver import drawn, says
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.model import Gate, fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Person, SlackServer

METHODS = [
    "chat.postMessage",
    "chat.update",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "files.info",
    "assistant.threads.setStatus",
    "users.info",
    "conversations.replies",
]
POSTING = ["chat.postMessage", "chat.update", "files.completeUploadExternal", "upload"]


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    # a socket counts as dead when its pong takes half as long: a busy machine must manage that
    monkeypatch.setattr(connection, "PING", 2.0)
    monkeypatch.setattr(files, "PROCESSING_TIMEOUT", 0.2)


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


@pytest.fixture
def slack(driver: SlackDriver) -> SlackServer:
    return driver.slack


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.person("Ana")


async def test_limits_on_every_method_are_waited_for_and_stop_no_other_channel(
    driver: SlackDriver, slack: SlackServer, ana: Person, model: ModelServer
) -> None:
    limited, free = driver.channel, slack.channel("free")

    def here(call: Any) -> bool:
        return limited.id in {call.args.get("channel"), call.args.get("channel_id")}

    slack.limit("chat.postMessage", 2, None, here)
    await ana.command("/imagine", "a boat that waits", limited)
    await slack.called("chat.postMessage", channel=limited.id)
    await ana.command("/imagine", "a train", free)
    card = await free.message("a train")
    await card.until(lambda one: "Vary" in one.buttons)
    assert limited.messages == []
    slack.faults.clear()
    await limited.message(lambda one: "Vary" in one.buttons)
    for method in METHODS:
        slack.limit(method, 1)
    await ana.reply(card, "@Ben's train")
    await (await free.message("train", thread=card)).until(lambda one: "Vary" in one.buttons)
    assert len([one for one in slack.calls if one.status == 429]) >= 6
    assert len(card.replies) == 2


@pytest.mark.parametrize("method", POSTING)
async def test_a_lost_answer_makes_no_second_card_and_no_second_picture(
    driver: SlackDriver, slack: SlackServer, method: str
) -> None:
    slack.lose_answer(method)
    thread = await driver.start("a boat")
    seen = await driver.seen(thread, 0, drawn("v1"))
    assert seen.images == (png(1),)
    slack.lose_answer(method)
    await driver.say(thread, "paint it red")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert len(driver.channel.messages) == 3


async def test_a_word_to_the_operator_whose_answer_was_lost_stands_once(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        boss = slack.person("Boss")
        operator = f"slack:{slack.workspace.id}:{boss.id}"
        async with in_slack(start, slack, operator=operator) as easel:
            gate = Gate()
            model.answer(gate.before(fails(402)))
            thread = await SlackDriver(slack, easel).start("a castle")
            await gate.entered.wait()
            slack.lose_answer("chat.postMessage")
            gate.open.set()
            await SlackDriver(slack, easel).seen(thread, 0, says("no credit"))
            await slack.until(lambda: slack.calls_of("chat.delete") != [])
            assert len(boss.dm.messages) == 1


async def test_a_file_that_is_ready_when_its_upload_ends_is_not_asked_for(
    driver: SlackDriver, slack: SlackServer
) -> None:
    slack.processing.delay = 0
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    assert slack.calls_of("files.info") == []


async def test_broken_calls_are_made_again(driver: SlackDriver, slack: SlackServer) -> None:
    for method in ("chat.postMessage", "files.getUploadURLExternal", "chat.update", "files.info"):
        slack.break_down(method)
    for method in ("upload", "files.completeUploadExternal", "chat.update"):
        slack.cut(method)
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    assert len(driver.channel.messages) == 1


async def test_events_that_come_again_or_late_make_one_turn(
    driver: SlackDriver, slack: SlackServer, ana: Person, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    said = await ana.reply(driver.root(thread), "@Easel paint it red")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    for event in said.events:
        await slack.delivery.send_event(slack.workspace, event.payload)
        again = await slack.delivery.send_event(
            slack.workspace, {**event.payload, "event_id": "Ev0AGAIN"}
        )
        await again.acked()
    await driver.say(thread, "a last one")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert [one.prompt for one in model.requests] == ["a boat", "paint it red", "a last one"]


async def test_what_is_said_while_the_socket_is_down_is_picked_up_once_and_in_order(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        ana = slack.person("Ana")
        async with in_slack(start, slack) as easel:
            driver = SlackDriver(slack, easel)
            thread = await driver.start("a boat")
            await driver.seen(thread, 0, drawn("v1"))
        slack.delivery.retry_delays = ()
        slack.delivery.ack_timeout = 0.01
        for words in ("a flag", "// hm", "a dog"):
            await ana.reply(driver.root(thread), words)
        await slack.settled()
        async with in_slack(start, slack) as easel:
            driver = SlackDriver(slack, easel)
            slack.delivery.ack_timeout = 3.0
            await driver.seen(thread, 2, drawn("v3 ← v2"))
            slack.drop_sockets()
            await ana.reply(driver.root(thread), "a cat")
            await driver.seen(thread, 3, drawn("v4 ← v3"))
        assert [one.prompt for one in model.requests] == ["a boat", "a flag", "a dog", "a cat"]


async def test_what_was_said_meanwhile_is_read_to_its_end_also_where_the_disk_takes_it_late(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_api, "PAGE_SIZE", 3)
    async with local_slack() as slack:
        ana = slack.person("Ana")
        async with in_slack(start, slack) as easel:
            driver = SlackDriver(slack, easel)
            thread = await driver.start("a boat")
            await driver.seen(thread, 0, drawn("v1"))
        slack.delivery.retry_delays = ()
        slack.delivery.ack_timeout = 0.01
        for words in ("// one", "// two", "// three", "a flag", "// four", "a dog"):
            await ana.reply(driver.root(thread), words)
        await slack.settled()
        slack.delivery.ack_timeout = 3.0
        async with start(**settings(slack)) as easel:
            database = easel.stores.store.database
            write = database.write
            refused: list[str] = []

            async def refusing(work: Any, *args: Any, **more: Any) -> Any:
                if work.__name__ == "record_prompt" and len(refused) < 2:
                    refused.append(work.__name__)
                    raise NotSaved("the disk is full")
                return await write(work, *args, **more)

            # a disk cannot be made full here; nothing of what is tested is replaced
            database.write = refusing  # type: ignore[method-assign] # as above
            await SlackDriver(slack, easel).seen(thread, 2, drawn("v3 ← v2"))
        assert len(refused) == 2
        assert [one.prompt for one in model.requests] == ["a boat", "a flag", "a dog"]


async def test_sockets_that_are_dropped_refreshed_or_given_stale_tickets_heal(
    driver: SlackDriver, slack: SlackServer, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    opened = slack.sockets.opened
    await slack.say_good_bye()
    await slack.until(lambda: slack.sockets.opened > opened)
    await driver.say(thread, "a flag")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    slack.refuse_upgrades()
    slack.drop_sockets()
    await slack.until(lambda: slack.sockets.refused)
    slack.allow_upgrades(tickets_expired=True)
    opened = slack.sockets.opened
    await slack.until(lambda: slack.sockets.opened > opened)
    await driver.say(thread, "a dog")
    await driver.seen(thread, 2, drawn("v3 ← v2"))


async def test_everything_is_acknowledged_in_time_though_slack_and_the_model_are_slow(
    driver: SlackDriver, slack: SlackServer, ana: Person, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(model.draw))
    held = slack.hold("*", None)
    outcome = await ana.command("/imagine", "a boat", driver.channel)
    assert outcome.ok
    assert outcome.seconds < 2
    said = await ana.say(driver.channel, "@Easel a train")
    for event in said.events:
        assert (await event.acked()).seconds < 2
        assert len(event.attempts) == 1
    held.release()
    gate.open.set()
    await driver.channel.message(lambda one: "a boat" in one.plain and "Vary" in one.buttons)


async def test_a_reply_that_comes_before_it_is_noted_where_the_card_stands_is_not_lost(
    driver: SlackDriver, slack: SlackServer, ana: Person
) -> None:
    held = slack.hold("chat.postMessage", 1, done=True)
    await ana.command("/imagine", "a boat", driver.channel)
    await held.entered.wait()
    root = driver.channel.roots[0]
    said = await ana.reply(root, "paint it red")
    await slack.until(lambda: len(said.events[0].attempts) > 1 or said.events[0].acknowledged)
    held.release()
    slack.clock.advance(61)
    await driver.seen(root.ts, 1, drawn("v2 ← v1"))


async def test_what_is_not_on_disk_in_time_stays_unacknowledged_and_a_command_says_so(
    driver: SlackDriver, slack: SlackServer, ana: Person, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    database = driver.easel.stores.store.database
    disk = asyncio.Event()
    write = database.write

    async def slow(*args: Any, **more: Any) -> Any:
        await disk.wait()
        return await write(*args, **more)

    # the disk itself cannot be made slow here; nothing of what is tested is replaced
    database.write = slow  # type: ignore[method-assign] # as above
    said = await ana.reply(driver.root(thread), "a flag")
    outcome = await ana.command("/imagine", "a train", driver.channel)
    assert outcome.message is not None
    assert "slow to save" in outcome.message.plain
    assert not any(event.acknowledged for event in said.events)
    disk.set()
    database.write = write  # type: ignore[method-assign] # as above
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await slack.until(lambda: all(event.acknowledged for event in said.events))
    await driver.channel.message(lambda one: "a train" in one.plain and "Vary" in one.buttons)
    assert len(model.requests) == 3


async def test_a_picture_that_is_never_processed_is_told_and_can_be_posted_again(
    driver: SlackDriver, slack: SlackServer, model: ModelServer
) -> None:
    slack.processing.delay = None
    thread = await driver.start("a boat")
    seen = await driver.seen(thread, 0, says("drawn and saved"))
    assert "Retry" in seen.buttons
    slack.processing.delay = 0.02
    await driver.press(thread, 0, "Retry")
    await driver.seen(thread, 0, drawn("v1"))
    assert len(model.requests) == 1


async def test_a_picture_that_slack_does_not_take_is_shown_smaller(
    driver: SlackDriver, slack: SlackServer
) -> None:
    slack.processing.refused = {"png"}
    thread = await driver.start("a boat")
    seen = await driver.seen(thread, 0, drawn("v1"))
    assert "smaller" in seen.text
    assert seen.images[0].startswith(b"\xff\xd8")


async def test_a_card_that_somebody_deleted_is_posted_anew(
    driver: SlackDriver, model: ModelServer
) -> None:
    gate = Gate()
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    model.answer(gate.before(model.draw))
    await driver.say(thread, "a flag")
    await gate.entered.wait()
    await driver.seen(thread, 1, says("Drawing"))
    driver.prompts(thread)[1].deleted = True  # as an administrator can
    gate.open.set()
    await driver.seen(thread, 1, drawn("v2 ← v1"))


async def test_a_picture_whose_file_somebody_deleted_is_uploaded_again(
    driver: SlackDriver, slack: SlackServer
) -> None:
    thread = await driver.start("a boat", n="2")
    seen = await driver.seen(thread, 0, drawn("v1a, v1b"))
    for file in slack.workspace.files.values():
        file.deleted = True
    await driver.press(thread, 0, "Use v1b")
    await slack.until(lambda: not any(file.deleted for file in driver.root(thread).images))  # type: ignore[union-attr] # files, not URLs
    again = await driver.seen(thread, 0, drawn("v1a, v1b"))
    assert again.images == seen.images


async def test_a_workspace_that_takes_no_pictures_beside_each_other_gets_them_below(
    driver: SlackDriver, slack: SlackServer
) -> None:
    slack.fail("chat.update", "invalid_blocks", when=lambda call: "carousel" in str(call.args))
    thread = await driver.start("a boat", n="2")
    seen = await driver.seen(thread, 0, drawn("v1a, v1b"))
    assert seen.images == (png(1), png(2))
    assert {"Use v1a", "Use v1b"} <= set(seen.buttons)
    kinds = [block["type"] for block in driver.root(thread).blocks]
    assert kinds.count("image") == 2


async def test_files_that_slack_does_not_give_are_told(
    driver: SlackDriver, slack: SlackServer, ana: Person, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    slack.workspace.scopes.discard("files:read")
    await ana.reply(driver.root(thread), "use this", files=[("x.png", png(5))])
    await driver.seen(thread, 1, says("“x.png” can't be used"))
    slack.workspace.scopes.add("files:read")
    await ana.reply(driver.root(thread), "and this", files=[("notes.txt", b"no picture")])
    await driver.seen(thread, 2, says("Send a PNG"))
    assert len(model.requests) == 1
