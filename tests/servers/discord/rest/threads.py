"""Which requests start, list, join and leave threads?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.channels import ARCHIVE_AFTER, Thread
from tests.servers.discord.clock import iso
from tests.servers.discord.codes import ChannelType
from tests.servers.discord.errors import refused
from tests.servers.discord.form import Form, Part, as_whole
from tests.servers.discord.notes import introduce
from tests.servers.discord.permissions import May, demand
from tests.servers.discord.posting import Stamp, post
from tests.servers.discord.rest.messages import demand_awake, demand_sending, desk_for, shown
from tests.servers.discord.routes import Route
from tests.servers.discord.threads import Plan, join, leave, start_thread

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import User
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


def _plan(body: Part, kind: ChannelType, message: Message | None = None) -> Plan:
    plan = Plan(
        name=body.text("name", least=1, most=100, required=True),
        kind=kind,
        auto_archive=body.one_of("auto_archive_duration", ARCHIVE_AFTER, required=False) or 1440,
        invitable=body.flag("invitable", default=True),
        message=message,
    )
    body.form.check()
    return plan


def from_message(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.kind != ChannelType.TEXT:
        raise refused(50024)
    demand(world.bot_in(channel.guild), channel, May.CREATE_PUBLIC_THREADS)
    message = world.find_message(channel, call.args["message_id"])
    if message.thread is not None:
        raise refused(160004)
    if message.is_system:
        raise refused(50021)
    plan = _plan(call.part(), ChannelType.PUBLIC_THREAD, message)
    thread = start_thread(world, channel, world.app.bot, plan)
    introduce(world, thread, plan)
    return thread.payload(world.app.bot)


def in_channel(world: World, call: Call) -> Json:
    """Start a thread without a message; without a type it is a private one."""
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.kind == ChannelType.FORUM:
        return _in_forum(world, call, channel)
    if channel.kind != ChannelType.TEXT:
        raise refused(50024)
    body = call.part()
    kinds = (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)
    kind = ChannelType(body.one_of("type", kinds, required=False) or ChannelType.PRIVATE_THREAD)
    public = kind == ChannelType.PUBLIC_THREAD
    needed = May.CREATE_PUBLIC_THREADS if public else May.CREATE_PRIVATE_THREADS
    demand(world.bot_in(channel.guild), channel, needed)
    plan = _plan(body, kind)
    thread = start_thread(world, channel, world.app.bot, plan)
    introduce(world, thread, plan)
    return thread.payload(world.app.bot)


def _in_forum(world: World, call: Call, forum: Channel) -> Json:
    demand_sending(world, forum, files=bool(call.files))
    body = call.part()
    plan = _plan(body, ChannelType.PUBLIC_THREAD)
    message = body.child("message", required=True)
    body.form.check()
    if message is None:
        raise refused(50006)
    draft = desk_for(world, forum, call).read(message)
    thread = start_thread(world, forum, world.app.bot, plan)
    first = post(world, thread, world.app.bot, draft, Stamp(message_id=thread.id))
    return {**thread.payload(world.app.bot), "message": shown(world, first)}


def _thread(world: World, call: Call) -> Thread:
    channel = world.channel_for_bot(call.args["channel_id"])
    if not isinstance(channel, Thread):
        raise refused(50024)
    return channel


def join_self(world: World, call: Call) -> None:
    thread = _thread(world, call)
    demand_awake(thread)
    join(world, thread, world.app.bot)


def leave_self(world: World, call: Call) -> None:
    leave(world, _thread(world, call), world.app.bot)


def add_member(world: World, call: Call) -> None:
    thread = _thread(world, call)
    demand_awake(thread)
    demand(world.bot_in(thread.guild), thread, May.SEND_MESSAGES_IN_THREADS)
    join(world, thread, _member(world, call, thread))


def remove_member(world: World, call: Call) -> None:
    thread = _thread(world, call)
    if thread.owner is not world.app.bot:
        demand(world.bot_in(thread.guild), thread, May.MANAGE_THREADS)
    leave(world, thread, _member(world, call, thread))


def _member(world: World, call: Call, thread: Thread) -> User:
    user = world.find_user(call.args["user_id"])
    if user.id not in thread.home.members:
        raise refused(10007)
    return user


def members(world: World, call: Call) -> list[Json]:
    thread = _thread(world, call)
    return [thread.member_payload(world.users[i]) for i in thread.joined]


def active(world: World, call: Call) -> Json:
    guild = world.find_guild(call.args["guild_id"])
    return _listed(world, world.threads_for_bot(guild), more=False)


def _archived(world: World, call: Call, kind: ChannelType, *needed: May) -> list[Thread]:
    channel = world.channel_for_bot(call.args["channel_id"])
    demand(world.bot_in(channel.guild), channel, May.READ_MESSAGE_HISTORY, *needed)
    return [t for t in channel.threads if t.archived and t.kind == kind]


def archived_public(world: World, call: Call) -> Json:
    return _by_time(world, call, _archived(world, call, ChannelType.PUBLIC_THREAD))


def archived_private(world: World, call: Call) -> Json:
    threads = _archived(world, call, ChannelType.PRIVATE_THREAD, May.MANAGE_THREADS)
    return _by_time(world, call, threads)


def archived_joined(world: World, call: Call) -> Json:
    threads = _archived(world, call, ChannelType.PRIVATE_THREAD)
    before = as_whole(call.query.get("before"))
    mine = [
        t for t in threads if world.app.bot.id in t.joined and (before is None or t.id < before)
    ]
    mine.sort(key=lambda t: t.id, reverse=True)
    limit = _limit(call)
    return _listed(world, mine[:limit], more=len(mine) > limit)


def _by_time(world: World, call: Call, threads: list[Thread]) -> Json:
    before = call.query.get("before")
    older = [t for t in threads if before is None or iso(t.archive_at) < before]
    older.sort(key=lambda t: t.archive_at, reverse=True)
    limit = _limit(call)
    return _listed(world, older[:limit], more=len(older) > limit)


def _limit(call: Call) -> int:
    query = Part(Form(), (), dict(call.query))
    limit = query.whole("limit", 50, least=2, most=100) or 50
    query.form.check()
    return limit


def _listed(world: World, threads: list[Thread], *, more: bool) -> Json:
    bot = world.app.bot
    return {
        "threads": [thread.payload(bot) for thread in threads],
        "members": [t.member_payload(bot) for t in threads if bot.id in t.joined],
        "has_more": more,
    }


_CHANNEL = "/channels/{channel_id}"
_THREAD_MEMBERS = f"{_CHANNEL}/thread-members"

ROUTES: tuple[Route, ...] = (
    Route(
        "POST", f"{_CHANNEL}/messages/{{message_id}}/threads", from_message, (50, 300.0), status=201
    ),
    Route("POST", f"{_CHANNEL}/threads", in_channel, (50, 300.0), status=201),
    Route("PUT", f"{_THREAD_MEMBERS}/@me", join_self),
    Route("DELETE", f"{_THREAD_MEMBERS}/@me", leave_self),
    Route("PUT", f"{_THREAD_MEMBERS}/{{user_id}}", add_member),
    Route("DELETE", f"{_THREAD_MEMBERS}/{{user_id}}", remove_member),
    Route("GET", _THREAD_MEMBERS, members),
    Route("GET", "/guilds/{guild_id}/threads/active", active),
    Route("GET", f"{_CHANNEL}/threads/archived/public", archived_public),
    Route("GET", f"{_CHANNEL}/threads/archived/private", archived_private),
    Route("GET", f"{_CHANNEL}/users/@me/threads/archived/private", archived_joined),
)
