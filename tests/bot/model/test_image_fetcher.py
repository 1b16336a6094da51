"""From where may an image of an answer come?"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.model import image_fetcher
from bot.model.image_fetcher import ImageFetcher, is_public
from bot.ports import limits
from bot.ports.errors import BadImage
from tests.servers.http import serving
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"],
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - looked at, not bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2001:0:53aa:64c::1",
        "2001:db8::1",
        "3fff::1",
        "::7f00:1",
        "fec0::1",
        "fd00:ec2::254",
        "192.0.0.1",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.1",
        "240.0.0.1",
        "100.127.255.254",
        "ff02::1",
        "not an address",
    ],
)
def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


class Files:
    """A server of files, with its ways of misbehaving."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answers: dict[str, Any] = {}
        self.app = Starlette(routes=[Route("/{name}", self._file)])

    async def _file(self, request: Request) -> Response:
        self.asked.append(request)
        found: Response = self.answers[request.path_params["name"]]
        return found


@asynccontextmanager
async def own_files() -> AsyncIterator[tuple[Files, str, ImageFetcher]]:
    """Return a server that is the model's own origin."""
    files = Files()
    async with serving(files.app) as address:
        fetcher = ImageFetcher(f"{address}/v1", timeout=2.0)
        try:
            yield files, address, fetcher
        finally:
            await fetcher.close()


async def test_the_models_own_origin_is_allowed_without_key_or_cookies() -> None:
    async with own_files() as (files, address, fetcher):
        files.answers["x.png"] = Response(png(1), headers={"set-cookie": "a=b"})
        for _ in range(2):
            assert await fetcher.fetch(f"{address}/x.png") == png(1)
        assert await fetcher.fetch("/x.png") == png(1), "an address without a host is there too"
    for request in files.asked:
        assert "authorization" not in request.headers
        assert "cookie" not in request.headers


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.png",
        "http://cdn.example/x.png",
        "https://127.0.0.1/x.png",
        "https://[::1]/x.png",
        "https://10.1.2.3/x.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/x.png",
        "https://[fe80::1%25eth0]/x.png",
        "https://2130706433/x.png",
        "https://user:pw@cdn.example/x.png",
        "https://@cdn.example/x.png",
        "file:///etc/passwd",
        "ftp://cdn.example/x.png",
        "https:///x.png",
        "//cdn.example/x.png",
        "https://cdn.example:99999/x.png",
    ],
)
async def test_no_other_address_is_even_connected_to(url: str) -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["10.0.0.7"]

    fetcher = ImageFetcher("http://127.0.0.1:2/v1", resolver=resolver, timeout=1.0)
    with pytest.raises(BadImage):
        await fetcher.fetch(url)
    await fetcher.close()


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    fetcher = ImageFetcher("http://127.0.0.1:2/v1", resolver=resolver)
    with pytest.raises(BadImage, match="open internet"):
        await fetcher.fetch("https://cdn.example/x.png")
    await fetcher.close()


async def test_a_redirect_is_checked_as_the_first_address_was() -> None:
    async with own_files() as (files, address, fetcher):
        files.answers["inside"] = RedirectResponse("http://127.0.0.1:1/secret")
        files.answers["file"] = RedirectResponse("file:///etc/passwd")
        files.answers["round"] = RedirectResponse("/round")
        files.answers["well"] = RedirectResponse("/x.png")
        files.answers["x.png"] = Response(png(1))
        for name in ("inside", "file"):
            with pytest.raises(BadImage):
                await fetcher.fetch(f"{address}/{name}")
        with pytest.raises(BadImage, match="for ever"):
            await fetcher.fetch(f"{address}/round")
        assert await fetcher.fetch(f"{address}/well") == png(1)
    assert len(files.asked) < 12


async def test_size_is_capped_as_claimed_and_while_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_IMAGE", 100_000)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b"x" * 10_000
            await asyncio.sleep(0)

    async with own_files() as (files, address, fetcher):
        files.answers["claimed"] = Response(b"x", headers={"content-length": "999999999"})
        files.answers["endless"] = StreamingResponse(endless())
        for name in ("claimed", "endless"):
            with pytest.raises(BadImage, match="too large"):
                await fetcher.fetch(f"{address}/{name}")
    assert sent < 50_000_000


async def test_time_is_capped() -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async with own_files() as (files, address, fetcher):
        fetcher._timeout = 0.3
        files.answers["slow"] = StreamingResponse(never())
        with pytest.raises(BadImage, match="too long"):
            await fetcher.fetch(f"{address}/slow")


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_an_address_that_has_died_is_told(status: int) -> None:
    async with own_files() as (files, address, fetcher):
        files.answers["x.png"] = Response("gone", status)
        with pytest.raises(BadImage, match=str(status)):
            await fetcher.fetch(f"{address}/x.png")


async def test_what_comes_compressed_is_refused() -> None:
    async with own_files() as (files, address, fetcher):
        files.answers["x.png"] = Response(b"bomb", headers={"content-encoding": "gzip"})
        with pytest.raises(BadImage, match="compressed"):
            await fetcher.fetch(f"{address}/x.png")


async def test_the_address_that_was_vetted_is_the_one_connected_to_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, unused_port: int
) -> None:
    """A real TLS server on loopback, taken for public: asked for once by name, never looked up again."""
    folder = tmp_path_factory.mktemp("tls")
    await _certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        body = png(1)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", unused_port, ssl=context)
    looked_up: list[str] = []

    async def resolver(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.2", "127.0.0.1"]  # nobody listens at the first

    monkeypatch.setattr(image_fetcher, "is_public", lambda _address: True)
    fetcher = ImageFetcher("http://127.0.0.1:2/v1", resolver=resolver)
    trusting = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    await fetcher._client.aclose()
    fetcher._client = httpx.AsyncClient(verify=trusting, trust_env=False)
    url = f"https://cdn.example:{unused_port}/x.png"
    assert await fetcher.fetch(url) == png(1)
    assert looked_up == ["cdn.example"]
    assert names == ["cdn.example"], "and the certificate was checked against that name"
    assert f"Host: cdn.example:{unused_port}".lower() in heads[0].decode().lower()
    await fetcher.close()
    server.close()
    await server.wait_closed()


async def test_a_name_whose_address_changes_between_two_looks_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the second look-up would give a private address, so there must be none."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connected: list[str] = []

    async def resolver(_host: str, _port: int) -> list[str]:
        return next(answers)

    def connect(request: httpx.Request) -> httpx.Response:
        connected.append(f"{request.url.host} for {request.extensions['sni_hostname']}")
        assert request.headers["host"] == "xn--bcher-kva.example"
        return httpx.Response(302, headers={"location": "https://xn--bcher-kva.example/y"})

    fetcher = ImageFetcher("http://127.0.0.1:2/v1", resolver=resolver)
    await fetcher._client.aclose()
    fetcher._client = httpx.AsyncClient(transport=httpx.MockTransport(connect))
    with pytest.raises(BadImage, match="open internet"):
        await fetcher.fetch("https://bücher.example/x.png")
    assert connected == ["93.184.216.34 for xn--bcher-kva.example"], "the redirect was vetted anew"
    await fetcher.close()


async def _certificate(folder: Any) -> None:
    """Make a certificate for cdn.example, with the system's openssl."""
    made = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        *("-days", "2", "-subj", "/CN=cdn.example", "-addext", "subjectAltName=DNS:cdn.example"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0


async def test_the_systems_resolver_is_asked_without_blocking() -> None:
    assert "127.0.0.1" in await image_fetcher.resolve("localhost", 80)
