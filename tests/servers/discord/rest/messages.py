"""Which requests send, change, read and remove messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import ChannelType, Flag, MessageType
from tests.servers.discord.drafts import Desk
from tests.servers.discord.errors import refused, wrong
from tests.servers.discord.form import Form, Part, as_whole
from tests.servers.discord.mentions import OF_MESSAGES
from tests.servers.discord.messages import Message, Reference
from tests.servers.discord.permissions import May, allowed, demand
from tests.servers.discord.posting import Stamp, delete, edit, post, react
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.world import World


def shown(world: World, message: Message) -> Json:
    """Show a message to the app over REST; the portal's switch decides how much of it."""
    return message.payload(world.app.bot, content=world.app.reads_content)


def desk_for(world: World, channel: Channel, call: Call) -> Desk:
    return Desk(
        limits=world.limits,
        clock=world.clock,
        links=world.links,
        channel=channel,
        file_bytes=world.file_bytes(channel.guild),
        files=call.files,
        unsaid=OF_MESSAGES,
    )


def demand_sending(world: World, channel: Channel, *, files: bool) -> None:
    """Refuse what the bot may not write here."""
    if channel.guild is None:
        if any(not user.takes_messages for user in channel.people):
            raise refused(50007)
        return
    needed = [May.SEND_MESSAGES_IN_THREADS if isinstance(channel, Thread) else May.SEND_MESSAGES]
    if files:
        needed.append(May.ATTACH_FILES)
    may = demand(world.bot_in(channel.guild), channel, *needed)
    if isinstance(channel, Thread) and channel.locked and May.MANAGE_THREADS not in may:
        raise refused(160005)


def demand_awake(channel: Channel) -> None:
    if isinstance(channel, Thread) and channel.archived:
        raise refused(50083)


def create(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.kind == ChannelType.FORUM:
        raise refused(40058)
    body = call.part()
    demand_sending(world, channel, files=bool(call.files))
    draft = desk_for(world, channel, call).read(body)
    if draft.flags & Flag.EPHEMERAL:
        draft.flags &= ~Flag.EPHEMERAL
    known = recall(world, draft.nonce) if draft.enforce_nonce else None
    if known is not None:
        return shown(world, known)
    reference = read_reference(world, channel, body)
    kind = MessageType.REPLY if reference else MessageType.DEFAULT
    message = post(world, channel, world.app.bot, draft, Stamp(kind=kind, reference=reference))
    if draft.nonce is not None:
        key = (world.app.bot.id, draft.nonce)
        world.nonces[key] = (message, world.clock.seconds())
    nonce = {} if draft.nonce is None else {"nonce": draft.nonce}
    return {**shown(world, message), **nonce}


def recall(world: World, nonce: str | int | None) -> Message | None:
    """Find the bot's message of the past few minutes with this nonce."""
    if nonce is None:
        return None
    message, at = world.nonces.get((world.app.bot.id, nonce), (None, 0.0))
    if world.clock.seconds() - at > world.limits.nonce_life:
        return None
    return message


def read_reference(world: World, channel: Channel, body: Part) -> Reference | None:
    """Read which message is replied to; None when it is gone and that may be."""
    part = body.child("message_reference")
    body.form.check()
    if part is None:
        return None
    member = world.bot_in(channel.guild)
    if member and May.READ_MESSAGE_HISTORY not in allowed(member, channel):
        raise refused(160002)
    message = channel.messages.get(as_whole(part.value.get("message_id")) or 0)
    if message is not None and message.is_system:
        raise wrong(
            "message_reference",
            code="REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
            says="Cannot reply to a system message",
        )
    if message is None:
        if part.flag("fail_if_not_exists", default=True):
            code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
            raise wrong("message_reference", code=code, says="Unknown message")
        return None
    return Reference(channel=channel, message_id=message.id, message=message)


def change(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    message = world.find_message(channel, call.args["message_id"])
    if message.author is not world.app.bot:
        raise refused(50005)
    demand_awake(channel)
    if call.files and channel.guild is not None:
        demand(world.bot_in(channel.guild), channel, May.ATTACH_FILES)
    draft = desk_for(world, channel, call).read(call.part(), message)
    edit(world, message, draft)
    return shown(world, message)


def remove(world: World, call: Call) -> None:
    channel = world.channel_for_bot(call.args["channel_id"])
    message = world.find_message(channel, call.args["message_id"])
    if message.author is not world.app.bot or message.is_system:
        if channel.guild is None:
            raise refused(50003)
        demand(world.bot_in(channel.guild), channel, May.MANAGE_MESSAGES)
    if message.kind == MessageType.THREAD_STARTER_MESSAGE:
        raise refused(50021)
    delete(world, message)


def read_one(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.guild is not None:
        demand(world.bot_in(channel.guild), channel, May.READ_MESSAGE_HISTORY)
    return shown(world, world.find_message(channel, call.args["message_id"]))


def history(world: World, call: Call) -> list[Json]:
    """List messages, newest first, whichever way they were asked for."""
    channel = world.channel_for_bot(call.args["channel_id"])
    query = Part(Form(), (), dict(call.query))
    limit = query.whole("limit", 50, least=1, most=100) or 50
    before, after = query.whole("before"), query.whole("after")
    if before is not None and after is not None:
        query.wrong("MUTUALLY_EXCLUSIVE", "before and after are mutually exclusive.")
    query.form.check()
    member = world.bot_in(channel.guild)
    if member is not None and May.READ_MESSAGE_HISTORY not in allowed(member, channel):
        return []
    ids = sorted(channel.messages)
    if after is not None:
        ids = [i for i in ids if i > after][:limit]
    else:
        ids = [i for i in ids if before is None or i < before][-limit:]
    return [shown(world, channel.messages[i]) for i in reversed(ids)]


def add_reaction(world: World, call: Call) -> None:
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.guild is not None:
        demand(world.bot_in(channel.guild), channel, May.ADD_REACTIONS, May.READ_MESSAGE_HISTORY)
    message = world.find_message(channel, call.args["message_id"])
    demand_awake(channel)
    react(world, message, world.app.bot, call.args["emoji"])


_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"

ROUTES: tuple[Route, ...] = (
    Route("POST", _MESSAGES, create, (5, 5.0)),
    Route("GET", _MESSAGES, history, (5, 5.0)),
    Route("PATCH", _MESSAGE, change, (5, 5.0)),
    Route("GET", _MESSAGE, read_one),
    Route("DELETE", _MESSAGE, remove, (5, 1.0)),
    Route("PUT", f"{_MESSAGE}/reactions/{{emoji}}/@me", add_reaction, (1, 0.25)),
)
