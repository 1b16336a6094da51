"""Which requests ask about the app, its guilds and people, and register its commands?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.commands import without_localizations
from tests.servers.discord.errors import refused
from tests.servers.discord.form import as_whole
from tests.servers.discord.permissions import May
from tests.servers.discord.routes import Route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild
    from tests.servers.discord.world import World


def gateway_for_bot(world: World, call: Call) -> Json:
    total = world.limits.identifies
    return {
        "url": world.gateway.address,
        "shards": world.limits.shards,
        "session_start_limit": {
            "total": total,
            "remaining": max(0, total - world.gateway.identifies),
            "reset_after": 14_400_000,
            "max_concurrency": world.limits.max_concurrency,
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


def member(world: World, call: Call) -> Json:
    found = world.find_guild(call.args["guild_id"])
    one = found.members.get(as_whole(call.args["user_id"]) or 0)
    if one is None:
        raise refused(10007)
    return one.payload()


def list_commands(world: World, call: Call) -> list[Json]:
    check_app(world, call)
    found = world.app.commands.all
    asked = call.query.get("with_localizations") == "true"
    return found if asked else without_localizations(found)


def replace_commands(world: World, call: Call) -> list[Json]:
    check_app(world, call)
    return world.app.commands.replace(call.body)


def check_app(world: World, call: Call) -> None:
    if as_whole(call.args["application_id"]) != world.app.id:
        raise refused(10002)


_COMMANDS = "/applications/{application_id}/commands"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/gateway/bot", gateway_for_bot, (2, 5.0)),
    Route("GET", "/users/@me", me),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("GET", "/users/{user_id}", user),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", member),
    Route("GET", _COMMANDS, list_commands),
    Route("PUT", _COMMANDS, replace_commands),
)
