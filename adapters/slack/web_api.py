"""How is Slack's Web API called? One pooled session, waiting as told, and no second message for a lost answer.

How many calls may go out is in `adapters.slack.rate_limits`. Connection faults and 5xx are tried again where doing it
twice is the same as once; the SDK's own retry would post a message twice.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import socket
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.resolver import ThreadedResolver
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.rate_limits import Busy, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.abc import ResolveResult

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

SLACK = "https://slack.com/api/"
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
#: for bytes of files
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=30)
#: seconds before a call is made again
_PAUSES = (0.2, 1.0, 3.0, 6.0)
#: 429s in a row for one call
_MOST_WAITS = 30
#: what a call is refused with that may not wait for a limit
LIMITED = "ratelimited"
#: methods that only read, and take no JSON
_READS = frozenset(
    {
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
        "usergroups.list",
    }
)
#: answers that say Slack itself has a fault
_FAULTS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class Refused(Exception):
    """Slack did not do it, and says why in `code`."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        super().__init__(f"{method}: {code} {detail}".strip())
        self.code = code


class Lost(Exception):
    """No answer came, or a fault's; it may have been done."""


class Api:
    """The Web API with one bot token."""

    def __init__(self, token: str, url: str | None) -> None:
        self.token = token
        self.url = url or SLACK
        self.limits = Limits()
        self.session: aiohttp.ClientSession
        #: for what is not Slack's
        self.outside: aiohttp.ClientSession
        self.client: AsyncWebClient

    async def open(self) -> None:
        """Open the session; `close` ends it."""
        self.session = aiohttp.ClientSession(timeout=_TIMEOUT)
        connector = aiohttp.TCPConnector(resolver=_Public(), use_dns_cache=False)
        self.outside = aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector)
        self.client = AsyncWebClient(
            token=self.token, base_url=self.url, session=self.session, retry_handlers=[]
        )

    async def close(self) -> None:
        """Close the sessions."""
        await self.session.close()
        await self.outside.close()

    async def call(
        self,
        method: str,
        *,
        twice: bool = True,
        within: float = math.inf,
        **args: Any,  # noqa: ANN401 - arguments of any method
    ) -> Json:
        """Call a method; waits where Slack says so. Raises Refused or Lost.

        `twice`: may it be done twice? `within`: seconds that it may wait for a limit; where that is longer, it is
        Refused as LIMITED.
        """
        given = {name: value for name, value in args.items() if value is not None}
        waits = tries = 0
        while True:
            try:
                line = await self.limits.enter(method, str(given.get("channel", "")), within)
            except Busy:
                raise Refused(method, LIMITED) from None
            try:
                return await self._once(method, given)
            except SlackApiError as error:
                wait = _wait(error)
                if wait is not None:
                    _log.info("slack limits", method=method, seconds=wait)
                    self.limits.hold(line, wait)
                    waits += 1
                    if wait <= within and waits < _MOST_WAITS:
                        continue
                    raise Refused(method, LIMITED) from error
                lost = _lost(method, error)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                lost = Lost(f"{method}: {error!r}")
            finally:
                line.leave()
            if not twice or tries == len(_PAUSES):
                raise lost
            await asyncio.sleep(_PAUSES[tries])
            tries += 1

    async def _once(self, method: str, args: Mapping[str, Any]) -> Json:
        if method in _READS:
            answer = await self.client.api_call(method, http_verb="GET", params=dict(args))
        else:
            answer = await self.client.api_call(method, json=dict(args))
        found: Json = answer.data  # type: ignore[assignment] # JSON: an object
        return found

    # bytes

    async def upload(self, url: str, data: bytes | BinaryIO) -> None:
        """Send a file's bytes to the address of its ticket. Raises Lost."""
        try:
            async with self.session.post(url, data=data, timeout=_FILE_TIMEOUT) as answer:
                if answer.status != 200:
                    raise Lost(f"upload: {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Lost(f"upload: {error!r}") from error

    def download(self, url: str) -> Any:  # noqa: ANN401 - aiohttp's own context manager
        """Ask for a file's bytes: Slack's own with the token, others without, at public addresses only.

        Raises Refused for another address.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host == urlsplit(self.url).hostname or host.endswith(_OWN_HOSTS):
            headers = {"Authorization": f"Bearer {self.token}"}
            return self.session.get(url, headers=headers, timeout=_FILE_TIMEOUT)
        if parts.scheme != "https" or not _may_be_public(host):
            raise Refused("download", "not_slack", host)
        return self.outside.get(url, timeout=_FILE_TIMEOUT, max_redirects=0)

    async def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer over a response_url; False: it is used up, or gone."""
        try:
            async with self.session.post(url, json=dict(body)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("response_url failed", error=repr(error))
            return False


class _Public(ThreadedResolver):
    """Finds no addresses inside of our own networks."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up. Raises OSError where it is none of the public net."""
        found = await super().resolve(host, port, family)
        if not all(ipaddress.ip_address(one["host"]).is_global for one in found):
            raise OSError(f"{host} is no public address")
        return found


def _may_be_public(host: str) -> bool:
    """Tell whether a host is a name, which is looked up, or a public address."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


_OWN_HOSTS = (".slack.com", ".slack-gov.com", ".slack-files.com")


def _wait(error: SlackApiError) -> float | None:
    """Give the seconds that a 429 asks for; None: it is none."""
    answer = error.response
    if answer.status_code != 429 and _body(error).get("error") not in {
        "ratelimited",
        "rate_limited",
    }:
        return None
    try:
        given = float(answer.headers.get("Retry-After", 1))
    except ValueError:
        return 1.0
    return given if math.isfinite(given) and given > 0 else 1.0


def _lost(method: str, error: SlackApiError) -> Lost:
    """Give what a fault of Slack's means; raises Refused for everything that is none."""
    body, status = _body(error), error.response.status_code
    code = str(body.get("error") or status)
    if status >= 500 or code in _FAULTS or body.get("error") is None:
        return Lost(f"{method}: {code}")
    messages = (body.get("response_metadata") or {}).get("messages") or body.get("errors") or ()
    raise Refused(method, code, "; ".join(str(one) for one in messages)[:500])


def _body(error: SlackApiError) -> Mapping[str, Any]:
    """Give an answer's body; a page or nothing is an empty one."""
    data = error.response.data
    return data if isinstance(data, dict) else {}
