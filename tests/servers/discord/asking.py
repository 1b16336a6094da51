"""How does what a person does become an interaction?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import Asked
from tests.servers.discord.commands import CHAT, MESSAGE, SUB
from tests.servers.discord.filling import CannotDo
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.options import Options
from tests.servers.discord.permissions import May, allowed, can_see

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import User
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


class Asking:
    """One person's interactions in one channel."""

    def __init__(self, world: World, person: User, channel: Channel) -> None:
        self._world = world
        self._person = person
        self._channel = channel
        self.check_seen()

    def check_seen(self) -> None:
        guild = self._channel.guild
        if guild is None:
            if self._person not in self._channel.people:
                raise CannotDo(f"{self._person.name} is not part of these direct messages")
        elif not can_see(guild.member(self._person), self._channel):
            raise CannotDo(f"{self._person.name} can't see #{self._channel.name}")

    def start(self, kind: Asked, data: Json, **more: Any) -> Interaction:
        """Tell the app of an interaction; from now on it has to answer."""
        world = self._world
        snowflake = world.clock.snowflake()
        interaction = Interaction(
            world=world,
            id=snowflake,
            token=f"interaction-{snowflake}-token",
            kind=kind,
            person=self._person,
            channel=self._channel,
            data=data,
            due=asyncio.get_running_loop().time() + world.limits.answer_within,
            expires=world.clock.seconds() + world.limits.token_life,
            **more,
        )
        world.interactions[interaction.token] = interaction
        world.events.interaction(interaction)
        return interaction

    def command(self, name: str, values: Mapping[str, Any]) -> Interaction:
        """Use a slash command, with its subcommand behind a space."""
        command, path, leaf = self._find(name)
        options = Options(self._world, self._channel)
        data = _wrapped(command, path, options.given(leaf, values))
        return self.start(Asked.COMMAND, data, resolved=options.resolved, command_name=name)

    def autocomplete(
        self, name: str, focused: str, typed: str, values: Mapping[str, Any]
    ) -> Interaction:
        """Type into an option of a command; the others may be filled already."""
        command, path, leaf = self._find(name)
        options = Options(self._world, self._channel)
        data = _wrapped(command, path, options.typed(leaf, focused, typed, values))
        return self.start(Asked.AUTOCOMPLETE, data)

    def menu(self, name: str, target: Message) -> Interaction:
        """Use a command of the context menu on a message."""
        payload = target.payload(self._world.app.bot, content=True)
        return self.start(
            Asked.COMMAND,
            {**_identity(self._available(name, MESSAGE)), "target_id": str(target.id)},
            resolved={"messages": {str(target.id): payload}},
            command_name=name,
            target=target,
        )

    def _find(self, name: str) -> tuple[Json, list[Json], Json]:
        """Find a command, the subcommand on the way, and what holds the options."""
        root, *rest = name.split()
        command = leaf = self._available(root, CHAT)
        for word in rest:
            inner = [o for o in leaf["options"] if o["type"] == SUB and o["name"] == word]
            if not inner:
                raise CannotDo(f"/{root} has no subcommand {word!r}")
            leaf = inner[0]
        if any(option["type"] == SUB for option in leaf["options"]):
            raise CannotDo(f"/{name} needs a subcommand")
        return command, [] if leaf is command else [leaf], leaf

    def _available(self, name: str, kind: int) -> Json:
        world, guild = self._world, self._channel.guild
        command = world.app.commands.named(name, kind)
        if command is None:
            known = [one["name"] for one in world.app.commands.all]
            raise CannotDo(f"there is no command {name!r} here, only {known}")
        if guild is not None and world.bot_in(guild) is None:
            if self._person.id not in world.app.installed_by:
                raise CannotDo(f"{self._person.name} has not installed the app")
            if 1 not in command["integration_types"]:
                raise CannotDo(f"{name!r} is not for apps that only a person has")
        context = 0 if guild else 1
        if context not in (command["contexts"] or (0, 1, 2)):
            raise CannotDo(f"{name!r} is not for {'guilds' if guild else 'direct messages'}")
        member = guild.member(self._person) if guild else None
        if member and May.USE_APPLICATION_COMMANDS not in allowed(member, self._channel):
            raise CannotDo(f"{self._person.name} may not use {name!r} here")
        if isinstance(self._channel, Thread) and self._channel.archived:
            raise CannotDo("no commands in an archived thread")
        return command


def _identity(command: Json) -> Json:
    return {"id": command["id"], "name": command["name"], "type": command["type"]}


def _wrapped(command: Json, path: list[Json], options: list[Json]) -> Json:
    for step in reversed(path):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return {**_identity(command), "options": options}
