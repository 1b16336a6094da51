"""How do events look on the wire?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.channel import EVENT_KIND

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.installing import Organization
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Json
    from tests.servers.slack.workspace import Workspace


def callback(workspace: Workspace, event: Json) -> Json:
    """Wrap an event the way the Events API sends it; each has an id of its own."""
    slack = workspace.slack
    org, through_org = workspace.organization, workspace.is_in_organization
    authorization = {
        "enterprise_id": org.id if org else None,
        "team_id": None if through_org else workspace.id,
        "user_id": workspace.bot.user_id,
        "is_bot": True,
        "is_enterprise_install": through_org,
    }
    return {
        "token": slack.verification_token,
        "team_id": workspace.id,
        **({"enterprise_id": org.id} if org else {}),
        "context_team_id": workspace.id,
        "context_enterprise_id": org.id if org else None,
        "api_app_id": slack.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": slack.ids.make("Ev"),
        "event_time": int(slack.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{slack.ids.make('')}",
    }


def of_organization(organization: Organization, event: Json) -> Json:
    """Wrap an event that is about an organization as a whole."""
    payload = callback(organization.workspaces[0], event)
    [authorization] = payload["authorizations"]
    authorization |= {"team_id": None, "is_enterprise_install": True}
    return payload | {"team_id": None, "context_team_id": None}


def posted(message: Message) -> Json:
    return message.payload(in_event=True) | _placed(message, message.ts)


def mentioned(message: Message) -> Json:
    event = message.payload(in_event=True)
    event.pop("subtype", None)
    here = {"channel": message.channel.id, "event_ts": message.ts}
    return event | {"type": "app_mention"} | here


def changed(message: Message, before: Json, now: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": {
            **message.payload(in_event=True),
            "source_team": message.channel.workspace.id,
            "user_team": message.channel.workspace.id,
        },
        "previous_message": before,
        "hidden": True,
        "ts": now,
        **_placed(message, now),
    }


def deleted(message: Message, before: Json, now: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": now,
        **_placed(message, now),
    }


def tombstone(message: Message, before: Json, now: str) -> Json:
    """Write what comes when the root of a thread with replies is deleted."""
    stone = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "thread_ts": message.ts,
        "ts": message.ts,
    }
    return changed(message, before, now) | {"message": stone}


def _placed(message: Message, now: str) -> Json:
    channel = message.channel
    kind = EVENT_KIND[channel.kind]
    return {"channel": channel.id, "event_ts": now, "channel_type": kind}


def joined(channel: Channel, who: str, inviter: Person) -> Json:
    return {
        "type": "member_joined_channel",
        "user": who,
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": channel.workspace.id,
        **({"inviter": inviter.id} if inviter.id != who else {}),
        "event_ts": channel.workspace.next_ts(),
    }


def home_opened(person: Person, tab: str) -> Json:
    workspace = person.workspace
    home = workspace.views.homes.get(person.id)
    return {
        "type": "app_home_opened",
        "user": person.id,
        "channel": person.dm.id,
        "tab": tab,
        "event_ts": workspace.next_ts(),
        **({"view": home.payload()} if home is not None and tab == "home" else {}),
    }
