"""Do commands, presses and choices work as people know them?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.selftests.slack.conftest import quiet_app
from tests.servers.slack import PersonCannot

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import Channel, Person, SlackServer

    Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*A boat*"}},
    {
        "type": "actions",
        "block_id": "controls",
        "elements": [
            {
                "type": "button",
                "action_id": "vary",
                "text": {"type": "plain_text", "text": "Vary"},
                "value": "v1",
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": {"type": "plain_text", "text": "Undo"}, "value": "undo"},
                    {"text": {"type": "plain_text", "text": "Redo"}, "value": "redo"},
                ],
            },
        ],
    },
]


async def test_a_command_is_acknowledged_in_words_and_answers_over_its_response_url(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    got: list[dict[str, Any]] = []

    @app.command("/imagine")
    async def imagine(ack: Any, command: dict[str, Any], respond: Any) -> None:
        got.append(command)
        await ack("One moment")
        await respond("Invite me first", response_type="ephemeral")

    async with connected(app):
        outcome = await ana.command("/imagine", "a <boat> & @Ben", elsewhere)
        await elsewhere.ephemeral(ana, "Invite me first")
    assert outcome.ok
    assert outcome.message is not None
    assert outcome.message.plain == "One moment"
    assert outcome.message.only_for is ana
    assert got[0]["text"] == "a &lt;boat&gt; &amp; @Ben"
    assert got[0]["channel_name"] == "elsewhere"
    assert "thread_ts" not in got[0]
    with pytest.raises(PersonCannot, match="threads"):
        await ana.command("/imagine", "x", elsewhere, thread=await ana.say(elsewhere, "root"))
    with pytest.raises(PersonCannot, match="valid command"):
        await ana.command("/unknown", "x", elsewhere)


async def test_a_response_url_works_five_times_in_half_an_hour(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    @app.command("/imagine")
    async def imagine(ack: Any) -> None:
        await ack()

    async with connected(app):
        first = await ana.command("/imagine", "a boat", design)
        second = await ana.command("/imagine", "a boat", design)
    url = AsyncWebhookClient(first.sent["response_url"])
    broken = await url.send(text="x", blocks=[{"type": "nonsense"}])
    assert (broken.status_code, broken.body) == (404, '{"ok": false, "error": "invalid_blocks"}')
    for number in range(4):
        answer = await url.send(text=str(number), response_type="in_channel")
        assert (answer.status_code, answer.body) == (200, "ok")
    assert (await url.send(text="one more")).body.endswith('"used_url"}')
    slack.clock.advance(30 * 60 + 1)
    late = await AsyncWebhookClient(second.sent["response_url"]).send(text="late")
    assert late.body.endswith('"expired_url"}')
    assert [one.plain for one in design.messages] == ["0", "1", "2", "3"]


async def test_whoever_is_not_answered_in_time_is_told(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    slack.delivery.ack_timeout = 0.1
    late = asyncio.Event()

    @app.command("/imagine")
    async def imagine(ack: Any) -> None:
        await late.wait()
        await ack()

    async with connected(app):
        outcome = await ana.command("/imagine", "a boat", design)
        assert outcome.error == "operation_timeout"
        late.set()
        await slack.until(lambda: slack.remarks_of("acknowledged_late"))
        assert (await ana.command("/easel", "", design)).error == "operation_timeout"
    assert len([one for one in slack.delivery.envelopes if one.kind == "slash_commands"]) == 2


async def test_buttons_and_menus_send_what_slack_sends(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("vary")
    @app.action("more")
    async def act(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        bodies.append(body)
        await respond("done", replace_original=True)

    async with connected(app):
        root = await ana.say(design, "root")
        await app.client.chat_postMessage(
            channel=design.id, text="A boat", blocks=BUTTONS, thread_ts=root.ts
        )
        card = await design.message("A boat", thread=root)
        assert card.buttons == ["Vary", "⋯ Undo", "⋯ Redo"]
        with pytest.raises(PersonCannot, match="no such button"):
            await ana.press(card, "Undo")
        with pytest.raises(PersonCannot, match="no such option"):
            await ana.choose(card, "⋯", "Delete")
        assert (await ana.press(card, "Vary", value="v1")).ok
        await card.until(lambda one: one.plain == "done")
        await app.client.chat_update(channel=design.id, ts=card.ts, text="Boat", blocks=BUTTONS)
        assert (await ana.choose(card, "⋯", "Redo")).ok
        await slack.until(lambda: len(bodies) == 2)
    pressed, chosen = bodies
    assert pressed["actions"][0]["value"] == "v1"
    assert pressed["actions"][0]["block_id"] == "controls"
    assert pressed["container"]["thread_ts"] == root.ts
    assert pressed["message"]["ts"] == card.ts
    assert chosen["actions"][0]["selected_option"]["value"] == "redo"
    assert card.edited is not None


async def test_an_ephemeral_card_can_be_pressed_replaced_and_deleted(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("vary")
    async def act(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        bodies.append(body)
        await respond(delete_original=True)

    await ana.join(design)
    async with connected(app):
        await app.client.chat_postEphemeral(
            channel=design.id, user=ana.id, text="only you", blocks=BUTTONS
        )
        whisper = await design.ephemeral(ana)
        with pytest.raises(PersonCannot, match="does not see"):
            await slack.person("Ben").press(whisper, "Vary")
        await ana.press(whisper, "vary")
        await slack.until(lambda: not design.ephemerals_for(ana))
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]


@pytest.mark.parametrize("before_response", [False, True])
async def test_an_exception_right_after_the_acknowledgement_undoes_it_in_bolt(
    slack: SlackServer,
    client: AsyncWebClient,
    connected: Connect,
    ana: Person,
    before_response: bool,  # noqa: FBT001 - pytest gives parameters by name
) -> None:
    slack.delivery.ack_timeout = 0.3
    app = quiet_app(client, process_before_response=before_response)

    @app.command("/imagine")
    async def imagine(ack: Any) -> None:
        await ack("One moment")
        raise ValueError("too soon")

    @app.command("/easel")
    async def easel(ack: Any) -> None:
        await ack("One moment")
        await asyncio.sleep(0.1)
        raise ValueError("later")

    async with connected(app):
        assert (await ana.command("/imagine")).error == "operation_timeout"
        later = await ana.command("/easel")
    assert later.ok is not before_response, "after it, the whole listener comes first"
