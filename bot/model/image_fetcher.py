"""How are images downloaded from the URLs of an answer, and from where may they come?

The model's own origin is always allowed. Any other address must be https at a public address: the
address that was checked is the one connected to, and every redirect is checked again. Never
with the API key, never with cookies; size and time are capped while streaming.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import suppress
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from bot.model.transport import tls_context
from bot.ports import limits
from bot.ports.errors import BadImage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    Resolve = Callable[[str, int], Awaitable[list[str]]]

#: seconds for one image, redirects and all
_TIMEOUT = 60.0
_REDIRECTS = 5
#: addresses of one host that are tried, one after another
_ADDRESSES = 3

#: IPv6 that stands for an IPv4 address, and the only other IPv6 that is given out
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
#: in none of Python 3.11's lists: relays, and documentation (RFC 9637)
_RESERVED = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"))


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver for a host's addresses."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Is this an address of the open internet? Not private, loopback, link-local, mapped or shared."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in _RESERVED)


class ImageFetcher:
    """Fetches images by URL. `origin` is the model's address, whose images are always allowed."""

    def __init__(
        self,
        origin: str,
        *,
        resolver: Resolve = resolve,
        timeout: float = _TIMEOUT,
        trusted: Iterable[str] = (),
    ) -> None:
        self._base = f"{origin}/"
        self._origin = _origin(origin)
        #: hosts, with or without a port, that are fetched from wherever they are
        self._trusted = frozenset(one.lower() for one in trusted)
        self._resolve = resolver
        self._timeout = timeout

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """What only answers that name addresses need."""
        return httpx.AsyncClient(
            timeout=httpx.Timeout(30.0, connect=10.0),
            limits=httpx.Limits(max_connections=32, keepalive_expiry=5),
            verify=tls_context(),
            follow_redirects=False,
            trust_env=False,  # a proxy would resolve the name again, unchecked
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "Easel"},
        )

    async def close(self) -> None:
        """Close the connections."""
        if "_client" in vars(self):
            await self._client.aclose()

    async def fetch(self, url: str) -> bytes:
        """Return the bytes at `url`, which may be relative to the model's address. Raise BadImage."""
        try:
            url = urljoin(self._base, url)
            async with asyncio.timeout(self._timeout):
                for _ in range(_REDIRECTS + 1):
                    found = await self._request(url)
                    if isinstance(found, bytes):
                        return found
                    url = found
        except TimeoutError as error:
            raise BadImage("the image's address took too long", final=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise BadImage(f"the image's address failed: {type(error).__name__}") from error
        raise BadImage("the image's address redirects for ever", final=True)

    async def _request(self, url: str) -> bytes | str:
        """Return the bytes, or the address of a redirect."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise BadImage("the image's address is no web address", final=True)
        target = httpx.URL(url)
        headers = {"Host": target.netloc.decode()}
        if _origin(url) == self._origin or not self._trusted.isdisjoint(
            {parts.hostname, parts.netloc.lower()}
        ):
            return await self._get(url, target, headers, {})
        if parts.scheme != "https":
            raise BadImage("the image's address is not https", final=True)
        host = target.raw_host.decode()
        *others, last = await self._resolve_public(host, parts.port or 443)
        extensions = {"sni_hostname": host}
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):  # the next may be reachable
                there = target.copy_with(host=address)
                return await self._get(url, there, headers, extensions)
        return await self._get(url, target.copy_with(host=last), headers, extensions)

    async def _get(
        self, url: str, target: httpx.URL, headers: dict[str, str], extensions: dict[str, str]
    ) -> bytes | str:
        stream = self._client.stream("GET", target, headers=headers, extensions=extensions)
        async with stream as answer:
            if answer.has_redirect_location:
                return urljoin(url, answer.headers["location"])
            if answer.status_code != 200:
                raise BadImage(f"the image's address answered {answer.status_code}")
            return await _read_body(answer)

    async def _resolve_public(self, host: str, port: int) -> list[str]:
        """Look the host up once; return the addresses that may be connected to."""
        addresses = [host] if _is_address(host) else await self._resolve(host, port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise BadImage("the image's address is not on the open internet", final=True)
        return list(dict.fromkeys(addresses))[:_ADDRESSES]


async def _read_body(answer: httpx.Response) -> bytes:
    claimed = answer.headers.get("content-length", "0")
    if claimed.isdigit() and int(claimed) > limits.MAX_IMAGE:
        raise BadImage("the image is too large", final=True)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise BadImage("the image came compressed, unasked", final=True)
    pieces, size = [], 0
    async for piece in answer.aiter_raw():
        size += len(piece)
        if size > limits.MAX_IMAGE:
            raise BadImage("the image is too large", final=True)
        pieces.append(piece)
    return b"".join(pieces)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
