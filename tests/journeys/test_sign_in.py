"""Do people sign in to the page with their company's account, and only they?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.bot.test_commands import easel as run_easel
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver
from tests.servers.http import serving
from tests.servers.oidc import CLIENT, SECRET, OidcServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.conftest import Start

ANA = {"sub": "u-1", "name": "Ana Lima", "email": "ana@example.com", "email_verified": True}
BEN = {"sub": "u-2", "name": "Ben", "email": "ben@other.example", "email_verified": True}
HTML = {"Accept": "text/html"}


@pytest.fixture
async def provider(unused_port: int) -> AsyncIterator[OidcServer]:
    provider = OidcServer()
    provider.claims = dict(ANA)
    provider.redirects = {f"http://127.0.0.1:{unused_port}/sign-in/callback"}
    async with serving(Starlette(routes=provider.routes)) as provider.url:
        yield provider
    assert provider.refused == []


@pytest.fixture
def settings(provider: OidcServer, unused_port: int) -> dict[str, Any]:
    return {
        "web_url": f"http://127.0.0.1:{unused_port}",
        "web_port": unused_port,
        "web_token": "a-token-for-scripts-1",
        "operator_token": "a-token-for-operators-1",
        "oidc_issuer": provider.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }


def browser(settings: dict[str, Any]) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=settings["web_url"], follow_redirects=True, headers=HTML)


async def test_a_company_signs_in_with_names_of_its_own_and_logs_out(
    start: Start, provider: OidcServer, settings: dict[str, Any]
) -> None:
    async with start(**settings), browser(settings) as ana, browser(settings) as copied:
        asked = await ana.get("/usage")
        assert asked.status_code == 401
        assert "/sign-in?to=%2Fusage" in asked.text
        seen = await ana.get("/sign-in", params={"to": "/usage"})
        assert seen.status_code == 200
        assert seen.url.path == "/usage"
        assert "HttpOnly" in seen.history[-1].headers["set-cookie"]
        me = (await ana.get("/api/me")).json()
        assert (me["name"], me["role"], me["signed_in"]) == ("Ana Lima", "member", True)
        assert "Ana Lima" in (await ana.get("/")).text
        web = WebDriver(settings["web_url"])
        web.http.cookies = ana.cookies
        thread = await web.start("a lighthouse at dusk", person="The boss")
        await web.seen(thread, 0, drawn("v1"))
        assert (await web.thread(thread))["turns"][0]["person"] == "Ana Lima"
        await web.close()
        copied.cookies = httpx.Cookies(ana.cookies)
        assert (await copied.get("/api/threads")).status_code == 200
        assert "You're logged out." in (await ana.post("/log-out")).text.replace("&#x27;", "'")
        assert (await ana.get("/api/threads")).status_code == 401
        assert (await copied.get("/api/threads")).status_code == 401, "whoever has it, has nothing"
        scripts = {"Authorization": "Bearer a-token-for-scripts-1"}
        assert (await copied.get("/api/threads", headers=scripts)).status_code == 200


async def test_lists_say_who_enters_and_who_operates_it(
    start: Start, provider: OidcServer, settings: dict[str, Any]
) -> None:
    lists = {"oidc_allow": "@example.com, group:design", "oidc_operators": "group:ops"}
    people: list[tuple[dict[str, Any], str]] = [
        (ANA, "member"),
        (BEN, ""),
        ({**ANA, "email_verified": False}, ""),
        ({**BEN, "email": "x@example.com.evil.example"}, ""),
        ({**BEN, "groups": ["design"]}, "member"),
        ({**BEN, "groups": ["ops", "operator"]}, "operator"),
        ({**BEN, "groups": "ops"}, "operator"),
        ({**ANA, "groups": ["operator"]}, "member"),
    ]
    async with start(**settings, **lists):
        for claims, role in people:
            provider.claims = claims
            async with browser(settings) as http:
                entered = await http.get("/sign-in")
                assert entered.status_code == (200 if role else 403), claims
                if not role:
                    assert "Ask your Easel admin" in entered.text
                me = await http.get("/api/me")
                assert me.status_code == (200 if role else 401)
                assert not role or me.json()["role"] == role


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another's"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    start: Start, provider: OidcServer, settings: dict[str, Any], wrong: dict[str, Any]
) -> None:
    provider.wrong = wrong
    async with start(**settings), browser(settings) as http:
        assert (await http.get("/sign-in")).status_code == 400
        assert (await http.get("/api/me")).status_code == 401
        provider.wrong = {}
        assert (await http.get("/sign-in")).status_code == 200


async def test_nobody_is_let_in_by_anothers_way_back_and_nobody_led_elsewhere(
    start: Start, provider: OidcServer, settings: dict[str, Any]
) -> None:
    async with start(**settings), browser(settings) as ana, browser(settings) as eve:
        to_provider = await ana.get("/sign-in", follow_redirects=False)
        back = await eve.get(to_provider.headers["location"], follow_redirects=False)
        assert (await eve.get(back.headers["location"])).status_code == 400, "it began elsewhere"
        assert (await ana.get(back.headers["location"])).status_code == 200
        async with browser(settings) as http:
            for to in ("//evil.example", "https://evil.example", "/\\evil.example", ""):
                led = await http.get("/sign-in", params={"to": to})
                assert str(led.url) == f"{settings['web_url']}/"
        cancelled = await eve.get("/sign-in/callback", params={"error": "access_denied"})
        assert cancelled.status_code == 400


async def test_new_keys_and_names_told_elsewhere_are_found(
    start: Start, provider: OidcServer, settings: dict[str, Any]
) -> None:
    async with start(**settings):
        for _ in range(2):
            async with browser(settings) as http:
                assert (await http.get("/sign-in")).status_code == 200
            provider.rotate()
        provider.claims = {"sub": "u-3"}
        provider.elsewhere = {"name": "Cara", "email": "cara@example.com"}
        async with browser(settings) as http:
            await http.get("/sign-in")
            assert (await http.get("/api/me")).json()["name"] == "Cara"


async def test_doctor_asks_the_provider_and_what_is_missing_is_said(
    provider: OidcServer, settings: dict[str, Any], tmp_path: Path
) -> None:
    given = {**settings, "data": tmp_path / "data"}
    code, out, _ = await run_easel("doctor", **given)
    assert f"✓ Sign-in: people sign in at {provider.url}" in out, out
    provider.calls_itself = "https://evil.example"
    code, out, _ = await run_easel("doctor", **given)
    assert code == 1
    assert "✗ Sign-in: EASEL_OIDC_ISSUER" in out
    for change, problem in (
        ({"oidc_client_secret": ""}, "EASEL_OIDC_CLIENT_SECRET: signing in needs"),
        ({"web_url": ""}, "EASEL_WEB_URL: signing in needs Easel's public address"),
        ({"oidc_issuer": "http://idp.example"}, "EASEL_OIDC_ISSUER: whom to believe"),
        ({"oidc_operators": "Ana"}, "EASEL_OIDC_OPERATORS: “Ana” is none"),
    ):
        code, _, said = await run_easel("run", **{**given, **change})
        assert code == 2
        assert said.startswith(problem), said
