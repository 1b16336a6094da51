"""Over which HTTP sessions does Easel reach Slack, and what is not Slack's? All workspaces share them."""

from __future__ import annotations

import ipaddress
import logging
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.resolver import ThreadedResolver
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.abc import ResolveResult

SLACK = "https://slack.com/api/"
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
#: has a level of its own: where it has none, the SDK writes each call into a line for DEBUG before that is dropped
_LOGGER = logging.getLogger("slack_sdk.web")
_LOGGER.setLevel(logging.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSessions:
    """The pooled sessions that all workspaces share."""

    #: the Web API's base address
    url: str
    slack: aiohttp.ClientSession
    #: for what is not Slack's
    outside: aiohttp.ClientSession

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return one of the SDK's clients."""
        return AsyncWebClient(
            token=token,
            base_url=self.url,
            session=self.slack,
            retry_handlers=[],
            logger=_LOGGER,
        )


@asynccontextmanager
async def open_sessions(url: str | None) -> AsyncIterator[HttpSessions]:
    """Open the sessions. `url`: the Web API's base address; None: Slack's own."""
    connector = aiohttp.TCPConnector(resolver=_PublicResolver(), use_dns_cache=False)
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as slack,
        aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector) as outside,
    ):
        yield HttpSessions(url=url or SLACK, slack=slack, outside=outside)


class _PublicResolver(ThreadedResolver):
    """Finds no addresses inside of our own networks."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up. Raise OSError where it has an address that is not public."""
        found = await super().resolve(host, port, family)
        if not all(ipaddress.ip_address(one["host"]).is_global for one in found):
            raise OSError(f"{host} is no public address")
        return found


def may_be_public(host: str) -> bool:
    """Return whether a host is a name, which is looked up later, or a public address."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host
