"""Which requests put reactions and pins on messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.clock import iso
from tests.servers.discord.errors import refused
from tests.servers.discord.notes import pin, unpin
from tests.servers.discord.permissions import May, allowed, demand
from tests.servers.discord.posting import react, unreact
from tests.servers.discord.rest.messages import demand_awake, shown
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


def _message(world: World, call: Call, *needed: May) -> Message:
    channel = world.channel_for_bot(call.args["channel_id"])
    if channel.guild is not None:
        demand(world.bot_in(channel.guild), channel, *needed)
    return world.find_message(channel, call.args["message_id"])


def _emoji(call: Call) -> str:
    emoji = call.args["emoji"]
    if emoji.isascii() and ":" not in emoji:
        raise refused(10014)
    return emoji


def add_reaction(world: World, call: Call) -> None:
    message = _message(world, call, May.ADD_REACTIONS, May.READ_MESSAGE_HISTORY)
    demand_awake(message.channel)
    react(world, message, world.app.bot, _emoji(call))


def remove_own_reaction(world: World, call: Call) -> None:
    unreact(world, _message(world, call), world.app.bot, _emoji(call))


def remove_reaction(world: World, call: Call) -> None:
    message = _message(world, call, May.MANAGE_MESSAGES)
    unreact(world, message, world.find_user(call.args["user_id"]), _emoji(call))


def reactors(world: World, call: Call) -> list[Json]:
    message = _message(world, call, May.READ_MESSAGE_HISTORY)
    return [world.users[i].payload() for i in message.reactions.get(_emoji(call), [])]


def _demand_pinning(world: World, channel: Channel) -> None:
    member = world.bot_in(channel.guild)
    if member is not None and not allowed(member, channel) & (
        May.PIN_MESSAGES | May.MANAGE_MESSAGES
    ):
        raise refused(50013)


def pins(world: World, call: Call) -> Json:
    channel = world.channel_for_bot(call.args["channel_id"])
    items = [
        {"pinned_at": iso(message.pinned_at), "message": shown(world, message)}
        for message in channel.pins
        if message.pinned_at is not None
    ]
    return {"items": items[:50], "has_more": len(items) > 50}


def add_pin(world: World, call: Call) -> None:
    message = _message(world, call)
    _demand_pinning(world, message.channel)
    demand_awake(message.channel)
    pin(world, message, world.app.bot)


def remove_pin(world: World, call: Call) -> None:
    message = _message(world, call)
    _demand_pinning(world, message.channel)
    unpin(world, message)


_REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}"
_PINS = "/channels/{channel_id}/messages/pins"

ROUTES: tuple[Route, ...] = (
    Route("PUT", f"{_REACTION}/@me", add_reaction, (1, 0.25), bucket="reactions"),
    Route("DELETE", f"{_REACTION}/@me", remove_own_reaction, (1, 0.25), bucket="reactions"),
    Route("DELETE", f"{_REACTION}/{{user_id}}", remove_reaction, (1, 0.25), bucket="reactions"),
    Route("GET", _REACTION, reactors),
    Route("GET", _PINS, pins),
    Route("PUT", f"{_PINS}/{{message_id}}", add_pin, (5, 4.0)),
    Route("DELETE", f"{_PINS}/{{message_id}}", remove_pin, (5, 4.0)),
)
