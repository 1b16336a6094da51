"""Which requests follow the first answer to an interaction, and speak as a webhook?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.codes import Answer, Flag
from tests.servers.discord.errors import refused
from tests.servers.discord.form import as_whole
from tests.servers.discord.posting import delete, edit, post
from tests.servers.discord.rest.answers import desk_for, stamp_for
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.errors import Json
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


def _interaction(world: World, call: Call) -> Interaction:
    """Find the interaction of a token: 10015 when unknown or unanswered, 50027 when too old."""
    interaction = world.interactions.get(call.args["webhook_token"])
    if interaction is None or as_whole(call.args["webhook_id"]) != world.app.id:
        raise refused(10015)
    if world.clock.seconds() > interaction.expires:
        raise refused(50027)
    if interaction.answer is None or interaction.answer == Answer.CHOICES:
        raise refused(10015)
    return interaction


def _shown(world: World, message: Message) -> Json:
    return message.payload(world.app.bot, content=True)


def create(world: World, call: Call) -> Json:
    """Follow up; right after a defer this edits the deferred answer instead."""
    interaction = _interaction(world, call)
    part = call.part()
    original = interaction.original
    if original is not None and original.thinking:
        desk = desk_for(interaction, call, ephemeral=original.ephemeral)
        edit(world, original, desk.read(part, original))
        return _shown(world, original)
    hidden = Flag(part.whole("flags", 0) or 0) & Flag.EPHEMERAL
    draft = desk_for(interaction, call, ephemeral=bool(hidden)).read(part)
    if interaction.alone and len(interaction.followups) >= world.limits.lone_follow_ups:
        raise refused(40094)
    stamp = stamp_for(interaction, hidden, follow_up=True)
    message = post(world, interaction.channel, world.app.bot, draft, stamp)
    interaction.followups.append(message)
    world.changes.tell()
    return _shown(world, message)


def _message(world: World, call: Call) -> tuple[Interaction, Message]:
    """Find the original answer or a follow-up by its id."""
    interaction = _interaction(world, call)
    wanted = call.args.get("message_id")
    found = [interaction.original] if interaction.original else []
    if wanted is not None:
        found = [m for m in (*found, *interaction.followups) if m.id == as_whole(wanted)]
    if not found and wanted is None:
        raise refused(10015)
    if not found or found[0].deleted:
        raise refused(10008)
    return interaction, found[0]


def read(world: World, call: Call) -> Json:
    return _shown(world, _message(world, call)[1])


def change(world: World, call: Call) -> Json:
    interaction, message = _message(world, call)
    desk = desk_for(interaction, call, ephemeral=message.ephemeral)
    edit(world, message, desk.read(call.part(), message))
    return _shown(world, message)


def remove(world: World, call: Call) -> None:
    delete(world, _message(world, call)[1])


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_HOOK}/messages/@original"
_MESSAGE = f"{_HOOK}/messages/{{message_id}}"
_RATE = (5, 2.0)

ROUTES: tuple[Route, ...] = (
    Route("POST", _HOOK, create, _RATE, bot=False),
    Route("GET", _ORIGINAL, read, _RATE, bot=False),
    Route("PATCH", _ORIGINAL, change, _RATE, bot=False),
    Route("DELETE", _ORIGINAL, remove, _RATE, bot=False),
    Route("PATCH", _MESSAGE, change, _RATE, bot=False),
    Route("DELETE", _MESSAGE, remove, _RATE, bot=False),
)
