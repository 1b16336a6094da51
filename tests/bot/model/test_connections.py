"""How is a gateway reached: by which name, through which proxy, and is its certificate checked?"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import transport
from bot.model.transport import HttpRequest, Timing, Transport
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.integration

_ANSWER = b'{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}'
_ASKED = HttpRequest(path="chat/completions", body=b"{}", content_type="application/json", key="k")


@asynccontextmanager
async def _server(port: int, **given: Any) -> AsyncIterator[list[str]]:
    """Run a server that answers everything alike; give the heads that it was sent."""
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        head = (
            f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(_ANSWER)}"
        )
        writer.write(f"{head}\r\nconnection: close\r\n\r\n".encode() + _ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, **given)
    try:
        yield heads
    finally:
        server.close()
        await server.wait_closed()


async def _ask(url: str) -> str:
    gateway = Transport(url, key="secret", timing=Timing(connect=5))
    try:
        *_, found = [event async for event in gateway.exchange(_ASKED)]
    finally:
        await gateway.close()
    return getattr(found, "text", "")


async def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port}")
    async with _server(unused_port) as heads:
        assert await _ask("http://gateway.example/v1") == "hello"
        assert await _ask(f"http://127.0.0.1:{unused_port}/v1") == "hello"
    assert [head.split()[1] for head in heads] == [
        "http://gateway.example/v1/chat/completions",
        "/v1/chat/completions",
    ]


async def test_a_gateway_whose_certificate_nobody_signed_is_sent_nothing(
    tmp_path: Path, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    url = f"https://localhost:{unused_port}/v1"
    async with _server(unused_port, ssl=context) as heads:
        with pytest.raises(errors.Unreachable) as caught:
            await _ask(url)
        assert caught.value.billed is False
        assert not heads
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(transport, "tls_context", lambda: trusting)
        assert await _ask(url) == "hello"
    assert "authorization: bearer secret" in heads[0].lower()


@pytest.mark.parametrize("url", ["ftp://gateway.example/v1", "http://", "gateway"])
async def test_an_address_that_is_none_is_the_operators_fault(url: str) -> None:
    with pytest.raises((errors.UnknownModel, errors.Unreachable)) as caught:
        await _ask(url)
    assert caught.value.billed is False
