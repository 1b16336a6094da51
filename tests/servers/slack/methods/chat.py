"""How does the app write, change and take away messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack import mentions
from tests.servers.slack.blocks.check import check_blocks, check_metadata
from tests.servers.slack.methods.method import Method
from tests.servers.slack.values import Remark, SlackError

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.methods.method import Asked
    from tests.servers.slack.values import Json

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000


def content_of(asked: Asked, longest: int) -> Json:
    """Read text and blocks; only what is given stands in the answer."""
    found: Json = {}
    if "text" in asked.args:
        found["text"] = asked.text("text", "")
        if len(found["text"]) > longest:
            raise SlackError("msg_too_long")
    blocks = asked.document("blocks", "invalid_blocks_format")
    if blocks is not None:
        found["blocks"] = check_blocks(blocks, asked.workspace.refuse_file)
    if not any(found.values()):
        raise SlackError("no_text")
    return found


def write(asked: Asked, message: Message, content: Json) -> None:
    """Put content into a message; note what it notifies and whether people without sight get it."""
    if content.get("blocks") and not content.get("text"):
        detail = f"{asked.method} in {message.channel.id} at {message.ts}"
        asked.slack.remark(Remark(kind="no_text", detail=detail))
    kept = not content.get("text")
    message.text = content.get("text", message.text)
    message.blocks = content.get("blocks", message.blocks if kept else [])
    found = [*mentions.in_text(message.text), *mentions.in_blocks(message.blocks)]
    asked.workspace.note(message, found, asked.method)


def _target(asked: Asked) -> Channel:
    """Find where to post: a channel by its id, or a person's direct messages by user id."""
    workspace, wanted = asked.workspace, asked.text("channel")
    if wanted in workspace.people:
        channel = workspace.dm(workspace.people[wanted])
    else:
        found = workspace.channels.get(wanted)
        if found is None:
            raise SlackError("channel_not_found")
        channel = found
    if channel.kind == "im" and not asked.slack.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    if not channel.bot_is_in:
        if channel.kind != "public":
            raise SlackError("channel_not_found")
        if "chat:write.public" not in workspace.scopes:
            raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def thread_of(asked: Asked, channel: Channel) -> str | None:
    """Return the thread to post in; SlackError where there is no such root."""
    ts = asked.text("thread_ts", "")
    if not ts:
        return None
    root = channel.by_ts.get(ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.is_reply:
        raise SlackError("cannot_reply_to_message")
    return ts


async def post_message(asked: Asked) -> Json:
    channel = _target(asked)
    content = content_of(asked, LONGEST_TEXT)
    metadata = asked.document("metadata", "invalid_metadata_format")
    thread_ts = thread_of(asked, channel)
    message = asked.workspace.compose(channel, asked.workspace.bot, thread=thread_ts)
    write(asked, message, content)
    message.metadata = check_metadata(metadata) if metadata is not None else {}
    await asked.workspace.post(message)
    shown = message.payload(metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


def own_message(asked: Asked, channel: Channel, refusal: str) -> Message:
    message = asked.message(channel)
    if message.author is not asked.workspace.bot:
        raise SlackError(refusal)
    return message


async def update(asked: Asked) -> Json:
    """Change a message: blocks stay only where no text is given, metadata where none is given."""
    channel = asked.channel()
    message = own_message(asked, channel, "cant_update_message")
    metadata = asked.document("metadata", "invalid_metadata_format")
    content = content_of(asked, LONGEST_UPDATE)
    checked = check_metadata(metadata) if metadata is not None else message.metadata
    before = message.payload()
    write(asked, message, content)
    message.metadata = checked
    now = asked.workspace.next_ts()
    message.edited = {"user": asked.workspace.bot.user_id, "ts": now}
    await asked.workspace.changed(message, before)
    shown = message.payload(metadata=True)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": shown,
    }


async def delete(asked: Asked) -> Json:
    channel = asked.channel()
    message = own_message(asked, channel, "cant_delete_message")
    await asked.workspace.removed(message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


async def post_ephemeral(asked: Asked) -> Json:
    channel = _target(asked)
    person = asked.workspace.people.get(asked.text("user"))
    if not channel.bot_is_in:
        raise SlackError("not_in_channel")
    if person is None or person.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(asked, LONGEST_TEXT)
    message = asked.workspace.compose(
        channel, asked.workspace.bot, thread=thread_of(asked, channel), only_for=person
    )
    write(asked, message, content)
    show_ephemeral(asked, message)
    return {"ok": True, "message_ts": message.ts}


def show_ephemeral(asked: Asked, message: Message) -> None:
    """Show a message to its person; in a thread without replies Slack shows nothing, and does not say so."""
    if message.is_reply and not message.replies:
        detail = f"{asked.method} in {message.channel.id} below {message.thread_ts}"
        asked.slack.remark(Remark(kind="unseen", detail=detail))
    else:
        message.channel.ephemerals.append(message)
    asked.slack.changes.tell()


async def get_permalink(asked: Asked) -> Json:
    """Name the address of a message, which its parameters call `message_ts`."""
    channel, ts = asked.channel(), asked.text("message_ts")
    found = channel.by_ts.get(ts)
    if found is None or found.deleted:
        raise SlackError("message_not_found")
    link = (
        f"https://{asked.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    )
    if found.thread_ts not in {None, ts}:
        link += f"?thread_ts={found.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


_write = ("chat:write",)
METHODS = {
    "chat.getPermalink": Method(work=get_permalink),
    "chat.postMessage": Method(work=post_message, scopes=_write),
    "chat.update": Method(work=update, scopes=_write),
    "chat.delete": Method(work=delete, scopes=_write),
    "chat.postEphemeral": Method(work=post_ephemeral, scopes=_write),
}
