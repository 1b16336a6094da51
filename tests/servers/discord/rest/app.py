"""Which requests ask about the app, its guilds and people, and register its commands?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.codes import Intent
from tests.servers.discord.errors import refused
from tests.servers.discord.form import Form, Part, as_whole
from tests.servers.discord.permissions import May
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild
    from tests.servers.discord.world import World


def gateway(world: World, call: Call) -> Json:
    return {"url": world.gateway.address}


def gateway_for_bot(world: World, call: Call) -> Json:
    total = world.limits.identifies
    return {
        "url": world.gateway.address,
        "shards": 1,
        "session_start_limit": {
            "total": total,
            "remaining": max(0, total - world.gateway.identifies),
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        },
    }


def me(world: World, call: Call) -> Json:
    return {**world.app.bot.payload(), "verified": True, "mfa_enabled": True, "email": None}


def application(world: World, call: Call) -> Json:
    return world.app.payload(len(world.bot_guilds))


def user(world: World, call: Call) -> Json:
    return world.find_user(call.args["user_id"]).payload()


def my_guilds(world: World, call: Call) -> list[Json]:
    after = as_whole(call.query.get("after")) or 0
    limit = as_whole(call.query.get("limit")) or 200
    found = sorted((g for g in world.bot_guilds if g.id > after), key=lambda g: g.id)
    about = ("id", "name", "icon", "features", "approximate_member_count")
    return [
        {key: g.payload()[key] for key in about}
        | {"owner": False, "permissions": str(int(_of_roles(world, g)))}
        for g in found[:limit]
    ]


def _of_roles(world: World, guild: Guild) -> May:
    """Add up what the bot's roles give it in a guild, overwrites of channels left out."""
    member = world.bot_in(guild)
    may = May.NOTHING
    for role in member.all_roles if member else ():
        may |= role.permissions
    return may


def leave_guild(world: World, call: Call) -> None:
    guild = world.find_guild(call.args["guild_id"])
    world.events.guild_deleted(guild, outage=False)
    del guild.members[world.app.bot.id]


def guild(world: World, call: Call) -> Json:
    return world.find_guild(call.args["guild_id"]).payload()


def channels(world: World, call: Call) -> list[Json]:
    found = world.find_guild(call.args["guild_id"])
    around = [c for c in found.channels.values() if c.parent is None]
    return [channel.payload(world.app.bot) for channel in around]


def roles(world: World, call: Call) -> list[Json]:
    found = world.find_guild(call.args["guild_id"])
    return [role.payload() for role in found.roles.values()]


def members(world: World, call: Call) -> list[Json]:
    found = world.find_guild(call.args["guild_id"])
    if Intent.GUILD_MEMBERS not in world.app.approved:
        raise refused(50001)
    after, limit = as_whole(call.query.get("after")) or 0, as_whole(call.query.get("limit")) or 1
    ids = sorted(i for i in found.members if i > after)[:limit]
    return [found.members[i].payload() for i in ids]


def member(world: World, call: Call) -> Json:
    found = world.find_guild(call.args["guild_id"])
    one = found.members.get(as_whole(call.args["user_id"]) or 0)
    if one is None:
        raise refused(10007)
    return one.payload()


# commands


def _scope(world: World, call: Call) -> int | None:
    if as_whole(call.args["application_id"]) != world.app.id:
        raise refused(10002)
    given = call.args.get("guild_id")
    return None if given is None else world.find_guild(given).id


def list_commands(world: World, call: Call) -> list[Json]:
    return world.app.commands.of(_scope(world, call))


def replace_commands(world: World, call: Call) -> list[Json]:
    return world.app.commands.replace(_scope(world, call), call.body)


def add_command(world: World, call: Call) -> Json:
    scope = _scope(world, call)
    form = Form()
    if not isinstance(call.body, dict):
        Part(form, (), {}).missing("name")
    form.check()
    return world.app.commands.add(scope, call.body)


def read_command(world: World, call: Call) -> Json:
    return world.app.commands.get(_scope(world, call), call.args["command_id"])


def remove_command(world: World, call: Call) -> None:
    world.app.commands.remove(_scope(world, call), call.args["command_id"])


_GUILD = "/guilds/{guild_id}"
_COMMANDS = (
    "/applications/{application_id}/commands",
    "/applications/{application_id}/guilds/{guild_id}/commands",
)

ROUTES: tuple[Route, ...] = (
    Route("GET", "/gateway", gateway, bot=False),
    Route("GET", "/gateway/bot", gateway_for_bot, (2, 5.0)),
    Route("GET", "/users/@me", me),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("GET", "/users/{user_id}", user),
    Route("GET", _GUILD, guild),
    Route("GET", f"{_GUILD}/channels", channels),
    Route("GET", f"{_GUILD}/roles", roles),
    Route("GET", f"{_GUILD}/members", members),
    Route("GET", f"{_GUILD}/members/{{user_id}}", member),
    *(Route("GET", path, list_commands) for path in _COMMANDS),
    *(Route("PUT", path, replace_commands) for path in _COMMANDS),
    *(Route("POST", path, add_command) for path in _COMMANDS),
    *(Route("GET", f"{path}/{{command_id}}", read_command) for path in _COMMANDS),
    *(Route("DELETE", f"{path}/{{command_id}}", remove_command) for path in _COMMANDS),
)
