"""Do commands, presses, choices and forms work as people know them, and whom do the app's words notify?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.selftests.slack.conftest import running
from tests.servers.slack import PersonCannot

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import Channel, Person, SlackServer


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


VARY = {"type": "button", "action_id": "vary", "text": plain("Vary"), "value": "v1"}
MENU = {
    "type": "overflow",
    "action_id": "more",
    "options": [{"text": plain(name), "value": name.lower()} for name in ("Undo", "Redo")],
}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*A boat*"}},
    {"type": "actions", "block_id": "controls", "elements": [VARY, MENU]},
]
SIZES = [{"text": plain(name), "value": name.lower()} for name in ("Square", "Portrait")]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "imagine",
    "private_metadata": "kept",
    "title": plain("Imagine"),
    "submit": plain("Draw"),
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": plain("Prompt"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "size",
            "label": plain("Size"),
            "element": {
                "type": "static_select",
                "action_id": "size",
                "options": SIZES,
                "initial_option": SIZES[0],
            },
        },
    ],
}


async def test_a_command_is_acknowledged_in_words_to_its_person_alone(
    slack: SlackServer, app: AsyncApp, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    got: list[str] = []

    @app.command("/imagine")
    async def imagine(ack: Any, command: dict[str, Any]) -> None:
        got.append(command["text"])
        await ack("One moment")

    async with running(slack, app):
        outcome = await ana.command("/imagine", "a <boat> & @Ben", elsewhere)
        slack.delivery.ack_timeout = 0.1
        assert (await ana.command("/easel", "", elsewhere)).error == "operation_timeout"
    assert outcome.ok
    assert outcome.message is not None
    assert (outcome.message.plain, outcome.message.only_for) == ("One moment", ana)
    assert got == ["a &lt;boat&gt; &amp; @Ben"]
    with pytest.raises(PersonCannot, match="valid command"):
        await ana.command("/unknown", "x", elsewhere)


async def test_buttons_and_menus_send_what_slack_sends(
    slack: SlackServer, app: AsyncApp, ana: Person, design: Channel
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("vary")
    @app.action("more")
    async def act(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        bodies.append(body)

    async with running(slack, app):
        root = await ana.say(design, "root")
        where: dict[str, Any] = {"channel": design.id, "text": "A boat", "blocks": CARD}
        await app.client.chat_postMessage(**where, thread_ts=root.ts)
        card = await design.message("A boat", thread=root)
        assert card.buttons == ["Vary", "⋯ Undo", "⋯ Redo"]
        with pytest.raises(PersonCannot, match="no such button"):
            await ana.press(card, "Undo")
        with pytest.raises(PersonCannot, match="no such option"):
            await ana.choose(card, "more", "Delete")
        assert (await ana.press(card, "Vary", value="v1")).ok
        assert (await ana.choose(card, "more", "Redo")).ok
        await app.client.chat_postEphemeral(**where, user=ana.id)
        ephemeral = await design.ephemeral(ana)
        with pytest.raises(PersonCannot, match="does not see"):
            await slack.person("Ben").press(ephemeral, "Vary")
        assert (await ana.press(ephemeral, "Vary")).ok
    pressed, chosen, private = bodies
    assert pressed["actions"][0]["value"] == "v1"
    assert pressed["actions"][0]["block_id"] == "controls"
    assert pressed["container"]["thread_ts"] == root.ts
    assert pressed["message"]["ts"] == card.ts
    assert chosen["actions"][0]["selected_option"]["value"] == "redo"
    assert private["container"]["is_ephemeral"] is True
    assert "message" not in private


async def test_a_form_opens_complains_changes_and_closes(
    slack: SlackServer, app: AsyncApp, ana: Person
) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"prompt": "Say more"}},
        {"response_action": "update", "view": {**FORM, "title": plain("Sure?")}},
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {},
    ]
    views = []

    @app.shortcut("imagine")
    async def imagine(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await app.client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("imagine")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        views.append(view)
        await ack(answers[len(views) - 1]) if answers[len(views) - 1] else await ack()

    async with running(slack, app):
        await ana.shortcut("imagine")
        view = await slack.view_for(ana, "Imagine")
        with pytest.raises(PersonCannot, match="complete this required field"):
            await ana.submit(view)
        with pytest.raises(PersonCannot, match="21 characters"):
            await ana.submit(view, {"Prompt": "x" * 21})
        refused = await ana.submit(view, {"prompt": "a boat", "Size": "Portrait"})
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


async def test_a_trigger_opens_once_and_soon_and_a_view_changes_with_its_hash(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    used, late = (slack.workspace.views.trigger(ana) for _ in range(2))

    async def error_of(method: str, **args: Any) -> str:
        with pytest.raises(SlackApiError) as refused:
            await client.api_call(method, json={"view": FORM, **args})
        return str(refused.value.response["error"])

    view = (await client.views_open(trigger_id=used, view=FORM))["view"]
    assert await error_of("views.open", trigger_id=used) == "exchanged_trigger_id"
    assert await error_of("views.open", trigger_id="123.456.abc") == "invalid_trigger_id"
    slack.clock.advance(3.1)
    assert await error_of("views.open", trigger_id=late) == "expired_trigger_id"
    assert await error_of("views.update", view_id=view["id"], hash="old") == "hash_conflict"
    assert await error_of("views.update", view_id="V0") == "not_found"
    changed = await client.views_update(view=FORM, view_id=view["id"], hash=view["hash"])
    assert changed["view"]["hash"] != view["hash"]


@pytest.mark.parametrize(
    ("text", "kind", "notified"),
    [
        ("<!channel> look, <!here|here> and <!everyone>", "mrkdwn", {"<!channel>", "<!here>", "<!everyone>"}),
        ("<@U123> and <@U456|ben>, <!subteam^S123>", "mrkdwn", {"<@U123>", "<@U456>", "<!subteam^S123>"}),
        ("&lt;!channel&gt; @channel <#C123> <https://e.org|@here>", "mrkdwn", set()),
        ("<!channel> <@U123>", "plain_text", set()),
    ],
)  # fmt: skip
async def test_what_notifies_and_what_does_not(
    slack: SlackServer,
    client: AsyncWebClient,
    design: Channel,
    text: str,
    kind: str,
    notified: set[str],
) -> None:
    blocks = [{"type": "section", "text": {"type": kind, "text": text}}]
    ts = (await client.chat_postMessage(channel=design.id, text="x", blocks=blocks))["ts"]
    assert {notice.mention for notice in slack.notified} == notified
    await client.chat_update(channel=design.id, ts=ts, text="<!group>", blocks=blocks)
    assert {notice.mention for notice in slack.notified} == {*notified, "<!group>"}
    assert len(slack.notified) == len(notified) + 1, "nobody is notified twice"
