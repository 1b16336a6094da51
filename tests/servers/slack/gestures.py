"""How do commands, presses, choices and shortcuts reach the app?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.servers.slack.response_urls import ResponseUrl
from tests.servers.slack.typing_in import escape
from tests.servers.slack.values import Json, Outcome, PersonCannot, SlackError
from tests.servers.slack.views import View

if TYPE_CHECKING:
    from tests.servers.slack.blocks.walk import Placed
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person


async def command(person: Person, name: str, text: str, channel: Channel) -> Outcome:
    workspace, slack = person.workspace, person.workspace.slack
    org = workspace.organization
    if name not in slack.manifest.commands or not workspace.bot_token:
        raise PersonCannot(f"{name} is not a valid command")
    workspace.must_be_in(person, channel)
    names = {"public": channel.name, "im": "directmessage", "private": "privategroup"}
    payload = {
        "token": slack.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": names.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.username,
        "command": name,
        "text": escape(text.strip()),
        "api_app_id": slack.app_id,
        **({"enterprise_id": org.id, "enterprise_name": org.name} if org else {}),
        "is_enterprise_install": str(workspace.is_in_organization).lower(),
        "response_url": slack.response_urls.give("commands", person, channel, None),
        "trigger_id": workspace.views.trigger(person),
    }
    outcome = await slack.delivery.ask(workspace, "slash_commands", payload, takes_answer=True)
    return await _answered(person, channel, outcome)


async def _answered(person: Person, channel: Channel, outcome: Outcome) -> Outcome:
    """Show what a command's acknowledgement carried, as its response_url would."""
    body = outcome.body
    if not body or not (body.get("text") or body.get("blocks") or body.get("attachments")):
        return outcome
    slack = person.workspace.slack
    url = ResponseUrl(person=person, channel=channel, source=None, made=slack.clock.now())
    try:
        message = await slack.response_urls.show(url, body)
    except SlackError as error:
        return replace(outcome, error=error.code)
    return replace(outcome, message=message)


def _interaction(person: Person, kind: str, more: Json) -> Json:
    """Write what every interaction carries, and more."""
    workspace = person.workspace
    org, through_org = workspace.organization, workspace.is_in_organization
    team = {"id": workspace.id, "domain": workspace.domain}
    return {
        "type": kind,
        # where there is no channel, an organization's installation is told of no workspace
        "team": None if through_org and "channel" not in more else team,
        "user": person.payload(),
        "api_app_id": workspace.slack.app_id,
        "token": workspace.slack.verification_token,
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "is_enterprise_install": through_org,
        **more,
    }


async def send(person: Person, kind: str, more: Json, *, takes_answer: bool = False) -> Outcome:
    """Send an interaction; wait for its acknowledgement."""
    if not person.workspace.slack.manifest.interactive:
        raise PersonCannot("this app is not configured to handle interactive responses")
    payload = _interaction(person, kind, more)
    delivery = person.workspace.slack.delivery
    return await delivery.ask(person.workspace, "interactive", payload, takes_answer=takes_answer)


def _visible(person: Person, target: Message | View) -> None:
    if isinstance(target, View):
        if target.closed or (target.person is not person):
            raise PersonCannot(f"{person.name} does not see this view")
        return
    for_another = target.only_for is not None and target.only_for is not person
    if target.deleted or for_another:
        raise PersonCannot(f"{person.name} does not see this message")
    person.workspace.must_be_in(person, target.channel)


def _find(target: Message | View, which: str) -> list[Placed]:
    """Find elements by label or action_id."""
    return [
        one for one in target.elements if which in one.labels or which == one.element["action_id"]
    ]


async def press(person: Person, target: Message | View, which: str, value: str | None) -> Outcome:
    _visible(person, target)
    found = [
        one
        for one in _find(target, which)
        if one.element["type"] == "button" and value in {None, one.element.get("value")}
    ]
    if len(found) != 1:
        many = "no such button" if not found else f"{len(found)} such buttons"
        offered = [label for one in target.elements for label in one.labels]
        raise PersonCannot(f"{many}: {which!r}; there are {offered}")
    element = found[0].element
    keys = ("text", "value", "style", "confirm")
    action = {key: element[key] for key in keys if key in element}
    return await _acted(person, target, found[0], action)


def option_of(element: Json, wanted: str) -> Json:
    """Find an option by label or value."""
    offered = element.get("options", ())
    for one in offered:
        if wanted in {one["text"]["text"], one["value"]}:
            return dict(one)
    labels = [one["text"]["text"] for one in offered]
    raise PersonCannot(f"no such option: {wanted!r}; there are {labels}")


async def choose(person: Person, target: Message | View, which: str, option: str) -> Outcome:
    _visible(person, target)
    found = _find(target, which)
    if len(found) != 1:
        offered = [one.element["action_id"] for one in target.elements]
        raise PersonCannot(f"{len(found)} menus of the name {which!r}; there are {offered}")
    placed = found[0]
    chosen = option_of(placed.element, option)
    action: Json = {"selected_option": chosen}
    if isinstance(target, View):
        block, name = placed.block["block_id"], placed.element["action_id"]
        state = target.state.setdefault(block, {})
        state[name] = {"type": placed.element["type"], **action}
    if placed.block["type"] == "input" and not placed.block.get("dispatch_action"):
        return Outcome(sent={})
    return await _acted(person, target, placed, action)


async def _acted(person: Person, target: Message | View, placed: Placed, action: Json) -> Outcome:
    workspace = person.workspace
    action = {
        "type": placed.element["type"],
        "action_id": placed.element["action_id"],
        "block_id": placed.block["block_id"],
        **action,
        "action_ts": workspace.next_ts(),
    }
    if isinstance(target, View):
        more = {
            "trigger_id": workspace.views.trigger(person),
            "container": {"type": "view", "view_id": target.id},
            "view": target.payload(),
        }
        return await send(person, "block_actions", {**more, "actions": [action]})
    more = _from_message(person, target)
    return await send(person, "block_actions", {**more, "actions": [action]})


def _from_message(person: Person, target: Message) -> Json:
    """Write where in a channel somebody acted. An ephemeral message is not sent along."""
    workspace = person.workspace
    ephemeral = target.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": target.ts,
        "channel_id": target.channel.id,
        "is_ephemeral": ephemeral,
    }
    if target.thread_ts is not None:
        container["thread_ts"] = target.thread_ts
    give = workspace.slack.response_urls.give
    return {
        "trigger_id": workspace.views.trigger(person),
        "container": container,
        "channel": {"id": target.channel.id, "name": _channel_name(target.channel)},
        **({} if ephemeral else {"message": target.payload()}),
        "state": {"values": {}},
        "response_url": give("actions", person, target.channel, target),
    }


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.kind == "im" else channel.name


def _known(person: Person, callback_id: str, kind: str) -> None:
    found = person.workspace.slack.manifest.shortcuts.get(callback_id)
    if found is None or found["type"] != kind:
        raise PersonCannot(f"the app has no {kind} shortcut {callback_id!r}")


async def shortcut(person: Person, callback_id: str) -> Outcome:
    _known(person, callback_id, "global")
    views = person.workspace.views
    more = {
        "callback_id": callback_id,
        "trigger_id": views.trigger(person),
        "action_ts": person.workspace.next_ts(),
    }
    return await send(person, "shortcut", more)


async def message_shortcut(person: Person, callback_id: str, message: Message) -> Outcome:
    _known(person, callback_id, "message")
    _visible(person, message)
    if message.only_for is not None:
        raise PersonCannot("an ephemeral message has no menu of shortcuts")
    workspace, channel = person.workspace, message.channel
    more = {
        "callback_id": callback_id,
        "trigger_id": workspace.views.trigger(person),
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message": message.payload(),
        "response_url": workspace.slack.response_urls.give("app", person, channel, message),
    }
    return await send(person, "message_action", more)
