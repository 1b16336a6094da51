"""How does the app read channels and threads, and get into them?"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.servers.slack import events
from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json

_READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def _between(asked: Asked, messages: list[Message]) -> list[Message]:
    oldest, latest = asked.text("oldest", "0"), asked.text("latest", "")
    for name in ("oldest", "latest"):
        try:
            float(asked.text(name, "0"))
        except ValueError:
            raise SlackError(f"invalid_ts_{name}") from None
    inclusive = asked.flag("inclusive")

    def fits(one: Message) -> bool:
        ts = float(one.ts)
        if inclusive and one.ts in {oldest, latest}:
            return True
        return ts > float(oldest) and (not latest or ts < float(latest))

    return [one for one in messages if fits(one)]


def _page(asked: Asked, found: list[Message], default: int) -> tuple[list[Message], Json]:
    """Cut out the page that is asked for; give what else the answer says of it."""
    limit = asked.number("limit", default, 999)
    start = 0
    cursor = asked.text("cursor", "")
    if cursor:
        try:
            start = int(base64.b64decode(cursor).removeprefix(b"next_ts:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    end = start + limit
    more = end < len(found)
    about: Json = {"has_more": more}
    if more:
        cursor = base64.b64encode(b"next_ts:%d" % end).decode()
        about["response_metadata"] = {"next_cursor": cursor}
    return found[start:end], about


async def replies(asked: Asked) -> Json:
    """Give a thread: its root, always, then what came between `oldest` and `latest`."""
    channel = asked.channel()
    asked.history_of(channel)
    message = channel.by_ts.get(asked.text("ts"))
    if message is None or (message.deleted and not message.replies):
        raise SlackError("thread_not_found")
    found = [message.root, *_between(asked, message.root.replies)]
    page, about = _page(asked, found, 1000)
    full = asked.flag("include_all_metadata")
    return {"ok": True, "messages": [one.payload(metadata=full) for one in page], **about}


async def history(asked: Asked) -> Json:
    """Give what a channel shows, the newest first: no replies, unless sent to the channel too."""
    channel = asked.channel()
    asked.history_of(channel)
    found = list(reversed(_between(asked, channel.roots)))
    page, about = _page(asked, found, 100)
    full = asked.flag("include_all_metadata")
    messages = [one.payload(metadata=full) for one in page]
    return {"ok": True, "messages": messages, "pin_count": 0, **about}


async def info(asked: Asked) -> Json:
    channel = asked.channel()
    asked.need(_READ[channel.kind])
    own = channel.payload()
    if asked.flag("include_num_members"):
        own["num_members"] = len(channel.members)
    return {"ok": True, "channel": own}


async def open_(asked: Asked) -> Json:
    """Open somebody's direct messages, by the person or by the channel's id."""
    asked.need("im:write", "mpim:write")
    if asked.has("channel"):
        channel = asked.channel()
        if channel.kind not in {"im", "mpim"}:
            raise SlackError("method_not_supported_for_channel_type")
        return {"ok": True, "channel": channel.payload()}
    users = asked.text("users", "").split(",")
    if users == [""]:
        raise SlackError("users_list_not_supplied")
    if not set(users) <= set(asked.workspace.people):
        raise SlackError("user_not_found")
    people = [asked.workspace.people[one] for one in users]
    if len(people) > 1:
        name = "mpdm-" + "--".join(one.name.lower() for one in people)
        channel = asked.workspace.channel(name, kind="mpim", members=people)
    else:
        channel = asked.workspace.dm(people[0])
    own = channel.payload() if asked.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": own}


async def join(asked: Asked) -> Json:
    asked.need("channels:join")
    channel: Channel = asked.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if channel.bot_is_in:
        return {"ok": True, "channel": channel.payload(), "warning": "already_in_channel"}
    bot = asked.workspace.bot
    channel.members.add(bot.user_id)
    event = events.joined(bot.user_id, channel, None)
    await asked.workspace.tell("member_joined_channel", event, channel)
    return {"ok": True, "channel": channel.payload()}


METHODS = {
    "conversations.replies": Method(work=replies, takes_json=False),
    "conversations.history": Method(work=history, takes_json=False),
    "conversations.info": Method(work=info, takes_json=False),
    "conversations.open": Method(work=open_),
    "conversations.join": Method(work=join),
}
