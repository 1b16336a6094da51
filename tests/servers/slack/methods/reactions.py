"""How does the app put an emoji on a message?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import SlackError

if TYPE_CHECKING:
    from tests.servers.slack.message import Message
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json


def _what(asked: Asked) -> tuple[Message, str]:
    name = asked.text("name").strip(":")
    if re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name) is None:
        raise SlackError("invalid_name")
    channel = asked.channel()
    if not channel.bot_is_in:
        raise SlackError("not_in_channel")
    return asked.message(channel, "timestamp"), name


async def add(asked: Asked) -> Json:
    message, name = _what(asked)
    users = message.reactions.setdefault(name, [])
    if asked.workspace.bot.user_id in users:
        raise SlackError("already_reacted")
    users.append(asked.workspace.bot.user_id)
    asked.slack.changes.tell()
    return {"ok": True}


async def remove(asked: Asked) -> Json:
    message, name = _what(asked)
    users = message.reactions.get(name, [])
    if asked.workspace.bot.user_id not in users:
        raise SlackError("no_reaction")
    users.remove(asked.workspace.bot.user_id)
    if not users:
        del message.reactions[name]
    asked.slack.changes.tell()
    return {"ok": True}


METHODS = {
    "reactions.add": Method(work=add, scopes=("reactions:write",)),
    "reactions.remove": Method(work=remove, scopes=("reactions:write",)),
}
