"""Which request is the first answer to an interaction?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.servers.discord.codes import Answer, Asked, Flag, MessageType
from tests.servers.discord.commands import STRING, read_choice
from tests.servers.discord.drafts import Desk, Draft
from tests.servers.discord.errors import refused, wrong
from tests.servers.discord.form import Part, as_whole
from tests.servers.discord.interactions import Choice
from tests.servers.discord.mentions import OF_WEBHOOKS
from tests.servers.discord.messages import Reference
from tests.servers.discord.modals import read_modal
from tests.servers.discord.posting import Stamp, post
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.calls import Call
    from tests.servers.discord.errors import Json
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World

#: answers that the types of interactions may get
FITTING: dict[Asked, tuple[Answer, ...]] = {
    Asked.COMMAND: (Answer.MESSAGE, Answer.DEFERRED, Answer.MODAL),
    Asked.COMPONENT: (Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.MODAL),
    Asked.AUTOCOMPLETE: (Answer.CHOICES,),
    Asked.MODAL: (Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE),
}


def desk_for(interaction: Interaction, call: Call, *, ephemeral: bool) -> Desk:
    world = interaction.world
    return Desk(
        limits=world.limits,
        clock=world.clock,
        links=world.links,
        channel=interaction.channel,
        file_bytes=interaction.file_bytes,
        files=call.files,
        unsaid=OF_WEBHOOKS,
        ephemeral=ephemeral,
    )


def answer(world: World, call: Call) -> Json | None:
    """Take the first answer; refuse a late one with 10062, a second one with 40060."""
    interaction = world.interactions.get(call.args["webhook_token"])
    if interaction is None or interaction.id != as_whole(call.args["webhook_id"]):
        raise refused(10062)
    if interaction.answer is not None:
        raise refused(40060)
    if interaction.failed or asyncio.get_running_loop().time() > interaction.due:
        raise refused(10062)
    kind = call.part().one_of("type", [int(one) for one in Answer])
    if kind is None or Answer(kind) not in FITTING[interaction.kind]:
        raise wrong(
            "type", code="INTERACTION_TYPE_INVALID", says="Not an answer to this interaction"
        )
    if kind == Answer.DEFERRED_UPDATE and interaction.message is None:
        raise wrong("type", code="INTERACTION_TYPE_INVALID", says="There is no message to update")
    answerers: dict[Answer, Callable[[Interaction, Call], Message | None]] = {
        Answer.MESSAGE: _message,
        Answer.DEFERRED: _deferred,
        Answer.DEFERRED_UPDATE: lambda one, _: one.message,
        Answer.CHOICES: _choices,
        Answer.MODAL: _modal,
    }
    message = answerers[Answer(kind)](interaction, call)
    interaction.acknowledge(Answer(kind), message)
    if call.query.get("with_response", "0").lower() not in ("1", "true"):
        return None
    return _response(interaction, Answer(kind), message)


def _response(interaction: Interaction, kind: Answer, message: Message | None) -> Json:
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    resource: Json = {"type": int(kind)}
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.thinking
        about["response_message_ephemeral"] = message.ephemeral
        if kind == Answer.MESSAGE:
            bot = interaction.world.app.bot
            resource["message"] = message.payload(bot, content=True)
    return {"interaction": about, "resource": resource}


def stamp_for(interaction: Interaction, flags: Flag, *, follow_up: bool = False) -> Stamp:
    """Say where a message of an interaction comes from."""
    kind, points_to = MessageType.DEFAULT, None
    if follow_up:
        kind, points_to = MessageType.REPLY, interaction.original
    elif interaction.message is not None:
        kind, points_to = MessageType.REPLY, interaction.message
    elif interaction.target is not None:
        kind, points_to = MessageType.CONTEXT_MENU_COMMAND, interaction.target
    elif interaction.command_name:
        kind = MessageType.CHAT_INPUT_COMMAND
    if points_to is None and kind == MessageType.REPLY:
        kind = MessageType.DEFAULT
    reference = (
        Reference(channel=points_to.channel, message_id=points_to.id, message=points_to)
        if points_to
        else None
    )
    app = interaction.world.app
    flags |= interaction.answer_flags
    return Stamp(
        kind=kind,
        reference=reference,
        flags=flags,
        webhook_id=app.id,
        application_id=app.id,
        interaction=interaction.metadata,
        only_for=interaction.person if Flag.EPHEMERAL in flags else None,
        pings=False,
    )


def _message(interaction: Interaction, call: Call) -> Message:
    part = call.part_of("data")
    hidden = Flag(part.whole("flags", 0) or 0) & Flag.EPHEMERAL
    draft = desk_for(interaction, call, ephemeral=bool(hidden)).read(part)
    world = interaction.world
    stamp = stamp_for(interaction, hidden)
    return post(world, interaction.channel, world.app.bot, draft, stamp)


def _deferred(interaction: Interaction, call: Call) -> Message:
    """Show that the app is thinking; nothing but EPHEMERAL may be said with it."""
    part = call.part_of("data")
    flags = Flag(part.whole("flags", 0) or 0)
    if flags & ~Flag.EPHEMERAL:
        part.wrong(
            "INTERACTION_DEFERRED_FLAGS", "Only EPHEMERAL may be set when deferring.", "flags"
        )
    part.form.check()
    world = interaction.world
    draft = Draft(content="", allowed=OF_WEBHOOKS)
    stamp = stamp_for(interaction, flags | Flag.LOADING)
    return post(world, interaction.channel, world.app.bot, draft, stamp)


def _choices(interaction: Interaction, call: Call) -> None:
    part = call.part_of("data")
    kinds = [o["type"] for o in _flat(interaction.data["options"]) if o.get("focused")]
    kind = kinds[0] if kinds else STRING
    most = interaction.world.limits.choices
    read = [read_choice(choice, kind) for choice in part.each("choices", most=most, required=True)]
    part.form.check()
    interaction.choices = [Choice(**choice) for choice in read]


def _flat(options: list[Json]) -> list[Json]:
    return [inner for o in options for inner in (o, *_flat(o.get("options", [])))]


def _modal(interaction: Interaction, call: Call) -> None:
    part: Part = call.part_of("data")
    modal = read_modal(part)
    part.form.check()
    interaction.modal, modal.opened_by = modal, interaction


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        answer,
        None,
        bot=False,
    ),
)
