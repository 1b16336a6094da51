"""How does what a person does become an interaction?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import Asked
from tests.servers.discord.commands import CHAT, GROUP, SUB
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

    def menu(
        self, name: str, kind: int, target_id: int, resolved: Json, target: Message | None
    ) -> Interaction:
        """Use a command of the context menu on a message or a person."""
        command = self._available(name, kind)
        data = {**_identity(command), "target_id": str(target_id)}
        more = {"resolved": resolved, "command_name": name, "target": target}
        return self.start(Asked.COMMAND, data, **more)

    def _find(self, name: str) -> tuple[Json, list[Json], Json]:
        """Find a command, the groups and subcommands on the way, and what holds the options."""
        root, *rest = name.split()
        command = self._available(root, CHAT)
        path, leaf = [], command
        for word in rest:
            inner = [o for o in leaf["options"] if o["type"] in (SUB, GROUP) and o["name"] == word]
            if not inner:
                raise CannotDo(f"/{root} has no subcommand {word!r}")
            leaf = inner[0]
            path.append(leaf)
        if any(option["type"] in (SUB, GROUP) for option in leaf["options"]):
            raise CannotDo(f"/{name} needs a subcommand")
        return command, path, leaf

    def _available(self, name: str, kind: int) -> Json:
        world, guild = self._world, self._channel.guild
        alone = guild is not None and world.bot_in(guild) is None
        scope = guild.id if guild and not alone else None
        command = world.app.commands.named(name, kind, scope)
        if command is None:
            known = [
                c["name"] for c in (*world.app.commands.of(scope), *world.app.commands.of(None))
            ]
            raise CannotDo(f"there is no command {name!r} here, only {known}")
        if alone and self._person.id not in world.app.installed_by:
            raise CannotDo(
                f"the app is not in {guild.name if guild else 'here'}, and {self._person.name} has not installed it"
            )
        if alone and 1 not in command["integration_types"]:
            raise CannotDo(f"{name!r} does not work where only the person has installed the app")
        context = 0 if guild else 1
        if context not in (command["contexts"] or (0, 1, 2)) or not (
            guild or command["dm_permission"]
        ):
            raise CannotDo(f"{name!r} is not for {'guilds' if guild else 'direct messages'}")
        self._check_permissions(command)
        return command

    def _check_permissions(self, command: Json) -> None:
        guild = self._channel.guild
        member = guild.member(self._person) if guild else None
        if member is None:
            return
        may = allowed(member, self._channel)
        needed = May(int(command["default_member_permissions"] or 0))
        if May.USE_APPLICATION_COMMANDS not in may or needed not in may:
            raise CannotDo(f"{self._person.name} may not use {command['name']!r} here")
        if isinstance(self._channel, Thread) and self._channel.archived:
            raise CannotDo("no commands in an archived thread")


def _identity(command: Json) -> Json:
    about = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**about, **({"guild_id": command["guild_id"]} if "guild_id" in command else {})}


def _wrapped(command: Json, path: list[Json], options: list[Json]) -> Json:
    for step in reversed(path):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return {**_identity(command), "options": options}
