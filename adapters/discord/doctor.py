"""How does Easel stand with Discord: token, permissions, intent? And with which link is it invited?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import aiohttp
import discord

from adapters.discord.client import set_api_url
from adapters.discord.text import clean
from bot.ports.settings import BadSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: exactly what is used
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    read_message_history=True,
)
_INVITE = "https://discord.com/oauth2/authorize"
#: guilds that are named where a permission is missing
_MAX_NAMED = 5


class CannotCheck(BadSettings):
    """Discord did not answer as it should; the text is a sentence for whoever runs Easel."""


async def get_invitation(token: str, api_url: str | None) -> str:
    """Return the link that invites the bot. Raise CannotCheck."""
    async with _log_in(token, api_url) as client:
        wanted = {
            "client_id": client.application_id,
            "scope": "bot applications.commands",
            "permissions": PERMISSIONS.value,
        }
        return f"{_INVITE}?{urlencode(wanted)}"


async def check(token: str, api_url: str | None, shards: int | None) -> str:
    """Return how the bot stands. Raise CannotCheck where something must be done."""
    async with _log_in(token, api_url) as client:
        guilds = cast("list[dict[str, Any]]", await client.http.get_guilds(200))
        recommended, _, limits = await client.http.get_bot_gateway()
    missing = [line for one in guilds if (line := _name_missing(one))]
    if missing:
        more = "; and more" if len(missing) > _MAX_NAMED else ""
        raise CannotCheck(
            f"{'; '.join(missing[:_MAX_NAMED])}{more}. Open the link of `easel discord invite` once more, "
            "or give the bot's role these permissions."
        )
    count = shards or recommended
    if limits["remaining"] < count:
        raise CannotCheck(
            f"{limits['remaining']} connections are left today, and it needs {count}. "
            f"The count starts again in {limits['reset_after'] / 3_600_000:.0f} hours."
        )
    flags = client.application_flags
    has_intent = flags.gateway_message_content or flags.gateway_message_content_limited
    content = (
        "plain replies are read"
        if has_intent
        else "plain replies cannot be read, so people mention it, reply with the ping on or press a button: "
        "switch on “Message Content Intent” on the Bot page of https://discord.com/developers"
    )
    where = f"in {_count(len(guilds), 'server')}"
    if not guilds:
        where = "in no server yet: open the link of `easel discord invite`"
    connections = (
        f"{_count(count, 'shard')} ({recommended} recommended), {limits['max_concurrency']} at once may connect, "
        f"{limits['remaining']} of {_count(limits['total'], 'connection')} left today"
    )
    return f"{client.user}, {where}; {content}; {connections}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@asynccontextmanager
async def _log_in(token: str, api_url: str | None) -> AsyncIterator[discord.Client]:
    set_api_url(api_url)
    client = discord.Client(intents=discord.Intents(guilds=True))  # the SDK warns of less
    try:
        await client.login(token)
        yield client
    except discord.LoginFailure:
        raise CannotCheck(
            "Discord refuses the token. Copy it again from the Bot page of "
            "https://discord.com/developers into EASEL_DISCORD_TOKEN."
        ) from None
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        where = api_url or "Discord"
        raise CannotCheck(f"{where} does not answer as it should: {error!r}"[:300]) from None
    finally:
        await client.close()


def _name_missing(guild: dict[str, Any]) -> str:
    """Return what the bot may not do in a guild, as a part of a sentence; "": it may all."""
    has = discord.Permissions(int(guild.get("permissions") or 0))
    if has.administrator or guild.get("permissions") is None:
        return ""
    missing = [name for name, wanted in PERMISSIONS if wanted and not getattr(has, name)]
    named = ", ".join(name.replace("_", " ") for name in missing)
    return f"it may not {named} in “{clean(guild['name'], 60)}”" if missing else ""
