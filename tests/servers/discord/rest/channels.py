"""Which requests read channels, start and change threads, and open direct messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.channels import ARCHIVE_AFTER, Channel, Thread
from tests.servers.discord.codes import ChannelType
from tests.servers.discord.errors import refused
from tests.servers.discord.permissions import May, demand
from tests.servers.discord.posting import introduce, rename
from tests.servers.discord.routes import Route
from tests.servers.discord.threads import Plan, archive, awaken, start_thread

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.guilds import User
    from tests.servers.discord.world import World


def read(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    return channel.payload(world.app.bot)


def change(world: World, call: Call) -> Json:
    """Change a thread."""
    channel = world.channel_for_bot(call.args["channel_id"])
    if not isinstance(channel, Thread):
        raise refused(50013)
    _change_thread(world, channel, call.part())
    return channel.payload(world.app.bot)


def _change_thread(world: World, thread: Thread, body: Part) -> None:
    """Change a thread; an archived one has to be woken by the same request or before."""
    may = demand(world.bot_in(thread.guild), thread)
    bot = world.app.bot
    moderator = May.MANAGE_THREADS in may
    archived = body.flag("archived", default=thread.archived)
    locked = body.flag("locked", default=thread.locked)
    name = body.text("name", least=1, most=100)
    minutes = body.one_of("auto_archive_duration", ARCHIVE_AFTER, required=False)
    body.form.check()
    changes = name or minutes or (archived and not thread.archived)
    if (thread.locked != locked and not moderator) or (
        changes and not moderator and thread.owner is not bot
    ):
        raise refused(50013)
    if thread.archived and archived and (name or minutes):
        raise refused(50083)
    if thread.archived and not archived:
        if thread.locked and not moderator and thread.owner is not bot:
            raise refused(160005)
        demand(world.bot_in(thread.guild), thread, May.SEND_MESSAGES_IN_THREADS)
        awaken(world, thread)
    thread.auto_archive, thread.locked = minutes or thread.auto_archive, locked
    if name and name != thread.name:
        rename(world, thread, bot, name)
    elif locked or minutes:
        world.events.thread_updated(thread)
    if archived:
        archive(world, thread)


def start(world: World, call: Call) -> Json:
    """Start a thread from a message."""
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.kind != ChannelType.TEXT:
        raise refused(50024)
    demand(world.bot_in(channel.guild), channel, May.CREATE_PUBLIC_THREADS)
    message = world.find_message(channel, call.args["message_id"])
    if message.thread is not None:
        raise refused(160004)
    if message.is_system:
        raise refused(50021)
    body = call.part()
    plan = Plan(
        name=body.text("name", least=1, most=100, required=True),
        auto_archive=body.one_of("auto_archive_duration", ARCHIVE_AFTER, required=False) or 1440,
        message=message,
    )
    body.form.check()
    thread = start_thread(world, channel, world.app.bot, plan)
    introduce(world, thread, plan)
    return thread.payload(world.app.bot)


def open_dm(world: World, call: Call) -> Json:
    body = call.part()
    recipient = body.whole("recipient_id")
    body.form.check()
    user = world.users.get(recipient or 0)
    if user is None or user.bot:
        raise refused(50033)
    return direct(world, user).payload(world.app.bot)


def direct(world: World, user: User) -> Channel:
    """Find or make the direct messages of the bot and a person."""
    people = (world.app.bot, user)
    for channel in world.channels.values():
        if channel.people == people:
            return channel
    made = Channel(id=world.clock.snowflake(), kind=ChannelType.DM, name=user.name, people=people)
    world.channels[made.id] = made
    return made


_CHANNEL = "/channels/{channel_id}"

ROUTES: tuple[Route, ...] = (
    Route("GET", _CHANNEL, read),
    Route("PATCH", _CHANNEL, change, (5, 5.0)),
    Route("POST", f"{_CHANNEL}/messages/{{message_id}}/threads", start, (50, 300.0), status=201),
    Route("POST", "/users/@me/channels", open_dm, (10, 10.0)),
)
