"""Who may use the page?"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.commands.run import Running

    Start = Callable[..., AbstractAsyncContextManager[Running]]


def on_loopback(address: str, **more: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, **more)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""]
)
async def test_another_host_name_is_refused(start: Start, host: str) -> None:
    async with start() as one, on_loopback(one.address) as http:
        answer = await http.get("/api/threads", headers={"Host": host})
        assert answer.status_code == 400
        assert (await http.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"])
async def test_this_machine_is_known_by_its_names(start: Start, host: str) -> None:
    async with start() as one, on_loopback(one.address) as http:
        answer = await http.get("/api/threads", headers={"Host": host})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_a_call_from_another_site_changes_nothing(
    start: Start, headers: dict[str, str]
) -> None:
    async with start() as one, on_loopback(one.address) as http:
        answer = await http.post("/api/threads", json={"text": "a boat"}, headers=headers)
        assert answer.status_code == 403
        assert (await http.get("/api/threads")).json()["threads"] == []


async def test_calls_from_the_page_itself_pass(start: Start) -> None:
    async with start() as one, on_loopback(one.address) as http:
        for headers in ({"Origin": one.address}, {"Sec-Fetch-Site": "same-origin"}, {}):
            answer = await http.post("/api/threads", json={"text": "a boat"}, headers=headers)
            assert answer.status_code == 202


async def test_nothing_is_loaded_from_elsewhere_and_no_script_is_inline(start: Start) -> None:
    async with start() as one, on_loopback(one.address) as http:
        page = await http.get("/")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        for path in ("/", "/api", "/static/page.js", "/static/api.js", "/static/page.css"):
            text = (await http.get(path)).text
            assert "http://" not in text.replace("http://www.w3.org", "")
            assert "https://" not in text
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert " onclick" not in page.text


async def test_beyond_loopback_a_token_is_made_and_asked_for(start: Start, tmp_path: Path) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - that is the case
    async with start(web_host=everywhere) as one:
        file = tmp_path / "data" / "web-token"
        token = file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(token) >= 32
        async with on_loopback(one.address) as http:
            for path in ("/", "/api/threads", "/metrics", "/api", "/static/page.js"):
                assert (await http.get(path)).status_code == 401, path
            for path in ("/healthz", "/readyz"):
                assert (await http.get(path)).status_code == 200, path
            bearer = {"Authorization": f"Bearer {token}"}
            for path in ("/", "/api/threads", "/metrics"):
                assert (await http.get(path, headers=bearer)).status_code == 200, path
            wrong = {"Authorization": "Bearer wrong"}
            assert (await http.get("/api/threads", headers=wrong)).status_code == 401
    async with start(web_host=everywhere) as one:
        assert one.token == token, "made once, kept"
    file.write_text("")  # what a full disk leaves
    async with start(web_host=everywhere) as one:
        assert len(one.token or "") >= 32


async def test_the_page_asks_for_the_token_once(start: Start) -> None:
    async with start(web_token="right") as one, on_loopback(one.address) as http:
        asking = await http.get("/", headers={"Accept": "text/html"})
        assert asking.status_code == 401
        assert 'type="password"' in asking.text
        wrong = await http.post("/login", data={"token": "wrong", "to": '/"><b>'})
        assert wrong.status_code == 401
        assert 'value="/&quot;&gt;&lt;b&gt;"' in wrong.text
        for to in ("//evil.example/", "/\\evil.example", "https://evil.example"):
            away = await http.post("/login", data={"token": "right", "to": to})
            assert away.headers["location"] == "/"
        answer = await http.post("/login", data={"token": "right"})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "right" not in cookie
        assert (await http.get("/")).status_code == 200
        http.cookies.set("easel", "forged")
        assert (await http.get("/", headers={"Cookie": "easel=forged"})).status_code == 401


async def test_behind_https_the_cookie_is_for_https_only_and_its_name_is_known(
    start: Start,
) -> None:
    settings = {"web_token": "right", "web_url": "https://easel.example"}
    async with start(**settings) as one, on_loopback(one.local) as http:
        headers = {"Host": "easel.example", "Origin": "https://easel.example"}
        answer = await http.post("/login", data={"token": "right"}, headers=headers)
        assert answer.status_code == 303
        assert "secure" in answer.headers["set-cookie"].lower()
        assert one.address == "https://easel.example"


async def test_without_the_page_health_is_still_served(start: Start) -> None:
    async with start(web=False) as one, on_loopback(one.address) as http:
        assert (await http.get("/healthz")).text == "ok"
        assert (await http.get("/readyz")).json() == {"ready": True}
        assert (await http.get("/metrics")).status_code == 200
        assert (await http.get("/")).status_code == 404
        assert (await http.get("/api/threads")).status_code == 404


async def test_resuming_from_the_command_line_needs_its_own_token(start: Start) -> None:
    async with start() as one, on_loopback(one.address) as http:
        assert (await http.post("/control/resume")).status_code == 401
        wrong = {"Authorization": "Bearer x"}
        assert (await http.post("/control/resume", headers=wrong)).status_code == 401


async def test_errors_of_routes_are_sentences_too(start: Start) -> None:
    async with start() as one, on_loopback(one.address) as http:
        for method, path, status in (
            ("GET", "/nothing", 404),
            ("DELETE", "/api/threads", 405),
            ("GET", "/static/../adapter.py", 404),
            ("GET", "/static/%2e%2e/adapter.py", 404),
        ):
            answer = await http.request(method, path)
            assert answer.status_code == status
            assert answer.json()["error"]["says"].endswith(".")
