"""How does the app read channels and threads?"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from tests.servers.slack.message import Message
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json

_READ = {"public": "channels:read", "private": "groups:read", "im": "im:read"}


def _since(asked: Asked, messages: list[Message]) -> list[Message]:
    try:
        oldest = float(asked.text("oldest", "0"))
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    return [one for one in messages if float(one.ts) > oldest]


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
    """Return a thread: its root, always, then what came after `oldest`."""
    channel = asked.channel()
    asked.history_of(channel)
    message = channel.by_ts.get(asked.text("ts"))
    if message is None or (message.deleted and not message.replies):
        raise SlackError("thread_not_found")
    found = [message.root, *_since(asked, message.root.replies)]
    page, about = _page(asked, found, 1000)
    full = asked.flag("include_all_metadata")
    return {"ok": True, "messages": [one.payload(metadata=full) for one in page], **about}


async def history(asked: Asked) -> Json:
    """Return what a channel shows, the newest first: no replies."""
    channel = asked.channel()
    asked.history_of(channel)
    found = list(reversed(_since(asked, channel.roots)))
    page, about = _page(asked, found, 100)
    full = asked.flag("include_all_metadata")
    messages = [one.payload(metadata=full) for one in page]
    return {"ok": True, "messages": messages, "pin_count": 0, **about}


async def info(asked: Asked) -> Json:
    channel = asked.channel()
    asked.need(_READ[channel.kind])
    return {"ok": True, "channel": channel.payload()}


METHODS = {
    "conversations.replies": Method(work=replies, takes_json=False),
    "conversations.history": Method(work=history, takes_json=False),
    "conversations.info": Method(work=info, takes_json=False),
}
