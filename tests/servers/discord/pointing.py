"""How does discord.py come to talk to this Discord instead of the real one?"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import yarl

with warnings.catch_warnings():
    # its voice part imports audioop, which warns that Python 3.13 has it no more
    warnings.simplefilter("ignore", DeprecationWarning)
    from discord.asset import Asset
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.discord.server import Discord


@contextmanager
def pointed_at(server: Discord) -> Iterator[None]:
    """Point discord.py's addresses at `server` while the block runs."""
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE)
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    Asset.BASE = server.url
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before
