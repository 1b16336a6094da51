"""Do forms open, complain, change and close as people know them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.selftests.slack.test_interactions import BUTTONS
from tests.servers.slack import PersonCannot

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp

    from tests.servers.slack import Channel, Person, SlackServer

    Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]

SIZES = [
    {"text": {"type": "plain_text", "text": name}, "value": name.lower()}
    for name in ("Square", "Portrait")
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "imagine",
    "private_metadata": "kept",
    "title": {"type": "plain_text", "text": "Imagine"},
    "submit": {"type": "plain_text", "text": "Draw"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": {"type": "plain_text", "text": "Prompt"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "size",
            "label": {"type": "plain_text", "text": "Size"},
            "element": {
                "type": "static_select",
                "action_id": "size",
                "options": SIZES,
                "initial_option": SIZES[0],
            },
        },
    ],
}


async def test_a_form_opens_complains_changes_and_closes(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"prompt": "Say more"}},
        {
            "response_action": "update",
            "view": {**FORM, "title": {"type": "plain_text", "text": "Sure?"}},
        },
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {},
    ]
    views = []

    @app.command("/imagine")
    async def imagine(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await app.client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("imagine")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        views.append(view)
        await ack(answers[len(views) - 1]) if answers[len(views) - 1] else await ack()

    async with connected(app):
        await ana.command("/imagine", "", design)
        view = await slack.view_for(ana, "Imagine")
        with pytest.raises(PersonCannot, match="complete this required field"):
            await ana.submit(view)
        with pytest.raises(PersonCannot, match="21 characters"):
            await ana.submit(view, {"Prompt": "x" * 21})
        refused = await ana.submit(view, {"prompt/text": "a boat", "Size": "Portrait"})
        assert refused.errors == {"prompt": "Say more"}
        assert not refused.ok
        assert (await ana.submit(view)).ok
        assert view.title == "Sure?"
        assert (await ana.submit(view)).error == "invalid_response_action"
        assert (await ana.submit(view)).ok
        assert ana.views == []
    values = views[0]["state"]["values"]
    assert values["prompt"]["text"] == {"type": "plain_text_input", "value": "a boat"}
    assert values["size"]["size"]["selected_option"]["value"] == "portrait"
    assert views[0]["private_metadata"] == "kept"
    assert views[2]["state"] == views[0]["state"], "what was filled in survives an update"


async def test_closing_tells_the_app_and_buttons_in_forms_push(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person
) -> None:
    closed: list[dict[str, Any]] = []

    @app.shortcut("imagine")
    async def begin(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        view = {**FORM, "blocks": [*FORM["blocks"], BUTTONS[1]]}
        await app.client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("vary")
    async def push(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await app.client.views_push(trigger_id=body["trigger_id"], view=FORM)

    @app.view_closed("imagine")
    async def gone(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        closed.append(body)

    async with connected(app):
        assert (await ana.shortcut("imagine")).ok
        first = await slack.view_for(ana)
        ana.fill(first, {"prompt": "a boat"})
        assert (await ana.press(first, "Vary")).ok
        await slack.until(lambda: len(ana.views) == 2)
        second = ana.views[1]
        assert second.previous is first
        outcome = await ana.close(second)
        assert outcome is not None
        assert outcome.ok
        assert ana.views == [first]
        await ana.close(first, whole_stack=True)
    assert [one["is_cleared"] for one in closed] == [False, True]
    assert closed[0]["view"]["root_view_id"] == first.id


async def test_a_trigger_opens_once_and_soon(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    @app.shortcut("edit_image")
    async def edit(ack: Any) -> None:
        await ack()

    async with connected(app):
        message = await ana.say(design, "look")
        reply = await ana.reply(message, "in a thread")
        sent = [(await ana.message_shortcut("edit_image", one)).sent for one in (message, reply)]
    assert sent[1]["type"] == "message_action"
    assert sent[1]["message"]["thread_ts"] == message.ts
    assert sent[1]["message_ts"] == reply.ts

    async def error_of(trigger: str) -> str:
        with pytest.raises(SlackApiError) as refused:
            await app.client.views_open(trigger_id=trigger, view=FORM)
        return str(refused.value.response["error"])

    await app.client.views_open(trigger_id=sent[0]["trigger_id"], view=FORM)
    assert await error_of(sent[0]["trigger_id"]) == "exchanged_trigger_id"
    assert await error_of("123.456.abc") == "invalid_trigger_id"
    slack.clock.advance(3.1)
    assert await error_of(sent[1]["trigger_id"]) == "expired_trigger_id"


async def test_views_change_by_id_by_the_apps_own_id_and_with_a_hash(
    slack: SlackServer, app: AsyncApp, ana: Person
) -> None:
    client, trigger = app.client, slack.workspace.views.trigger
    view = {**FORM, "external_id": "own"}
    opened = (await client.views_open(trigger_id=trigger(ana), view=view))["view"]
    for expected, given in (
        ("hash_conflict", {"view_id": opened["id"], "hash": "old"}),
        ("not_found", {"view_id": "V0"}),
    ):
        with pytest.raises(SlackApiError) as refused:
            await client.views_update(view=view, **given)
        assert refused.value.response["error"] == expected
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger(slack.person("Ben")), view=view)
    assert refused.value.response["error"] == "duplicate_external_id"
    changed = await client.views_update(view=view, external_id="own", hash=opened["hash"])
    assert changed["view"]["hash"] != opened["hash"]
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id=ana.id, view=home)
    assert ana.home is not None
    assert ana.home.content["blocks"][0]["type"] == "divider"
