"""Who may use the page?"""

from __future__ import annotations

import asyncio
import re
import stat
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.server.login_throttle import MAX_FAILURES, LoginThrottle
from tests.servers.model import Gate, completion, says

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running
    from tests.servers.model import ModelServer

    Start = Callable[..., AbstractAsyncContextManager[Running]]


TOKEN = "right-and-long-enough"


def on_loopback(address: str, **more: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, **more)


async def test_this_machine_is_known_by_its_names_and_another_host_name_is_refused(
    start: Start,
) -> None:
    async with start() as one, on_loopback(one.address) as http:
        for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""):
            answer = await http.get("/api/threads", headers={"Host": host})
            assert answer.status_code == 400, host
            assert (await http.get("/healthz", headers={"Host": host})).status_code == 200
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"):
            answer = await http.get("/api/threads", headers={"Host": host})
            assert answer.status_code == 200, host


async def test_a_call_from_another_site_changes_nothing(start: Start) -> None:
    async with start() as one, on_loopback(one.address) as http:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "http://127.0.0.1:1"},
        ):
            answer = await http.post("/api/threads", json={"text": "a boat"}, headers=headers)
            assert answer.status_code == 403, headers
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
    async with start(web_token=TOKEN) as one, on_loopback(one.address) as http:
        asking = await http.get("/", headers={"Accept": "text/html"})
        assert asking.status_code == 401
        assert 'type="password"' in asking.text
        wrong = await http.post("/login", data={"token": "wrong", "to": '/"><b>'})
        assert wrong.status_code == 401
        assert 'value="/&quot;&gt;&lt;b&gt;"' in wrong.text
        for to in ("//evil.example/", "/\\evil.example", "https://evil.example"):
            away = await http.post("/login", data={"token": TOKEN, "to": to})
            assert away.headers["location"] == "/"
        answer = await http.post("/login", data={"token": TOKEN})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert TOKEN not in cookie
        assert (await http.get("/")).status_code == 200
        http.cookies.set("easel", "forged")
        assert (await http.get("/", headers={"Cookie": "easel=forged"})).status_code == 401


async def test_behind_https_the_cookie_is_for_https_only_and_its_name_is_known(
    start: Start,
) -> None:
    settings = {"web_token": TOKEN, "web_url": "https://easel.example"}
    async with start(**settings) as one, on_loopback(one.local) as http:
        headers = {"Host": "easel.example", "Origin": "https://easel.example"}
        answer = await http.post("/login", data={"token": TOKEN}, headers=headers)
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


async def test_while_easel_ends_it_is_not_ready_and_health_is_still_told(
    start: Start, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(says(completion("Here."))))
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(start())
        async with on_loopback(one.local) as http:
            await http.post("/api/threads", json={"text": "a boat"})
            await model.received(1)
            ending = asyncio.create_task(one.service.stop(20))
            while (await http.get("/readyz")).status_code == 200:
                assert not ending.done()
            answer = await http.get("/readyz")
            assert (answer.status_code, answer.json()["why"]) == (503, "Stopping")
            assert (await http.get("/healthz")).status_code == 200
            gate.open.set()
            await ending


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


PUBLIC = "https://easel.example"


@pytest.mark.parametrize(
    "settings",
    [
        {"web_url": PUBLIC},
        {"web_url": "http://192.168.1.20:8080"},
        {"web_url": "http://127.0.0.1.evil.example"},
        {
            "slack_bot_token": "xoxb-1",
            "slack_signing_secret": "s",
            "slack_api_url": "http://127.0.0.1:9/",
        },
    ],
)
async def test_whatever_others_reach_asks_for_a_token(
    start: Start, tmp_path: Path, settings: dict[str, Any]
) -> None:
    async with start(**settings) as one, on_loopback(one.local) as http:
        token = (tmp_path / "data" / "web-token").read_text()
        assert one.token == token
        for path in ("/", "/api/threads", "/metrics", "/usage", "/images/x"):
            assert (await http.get(path)).status_code == 401, path
        assert (await http.post("/api/threads", json={"text": "a boat"})).status_code == 401
        for path in ("/healthz", "/readyz"):
            assert (await http.get(path)).status_code == 200, path
        bearer = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.9"}
        assert (await http.get("/metrics", headers=bearer)).status_code == 200


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:80"]
)
async def test_an_address_of_this_machine_alone_asks_for_none(start: Start, url: str) -> None:
    async with start(web_url=url) as one, on_loopback(one.local) as http:
        assert (await http.get("/api/threads")).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"],
)
async def test_what_a_proxy_passes_on_is_refused_where_no_token_is_asked_for(
    start: Start, header: str
) -> None:
    async with start() as one, on_loopback(one.address) as http:
        for path in ("/", "/api/threads", "/metrics"):
            answer = await http.get(path, headers={header: "for=203.0.113.9"})
            assert answer.status_code == 403
            assert "EASEL_WEB_URL" in answer.json()["error"]["says"]
        assert (await http.get("/healthz", headers={header: "x"})).status_code == 200


async def test_a_proxy_that_says_nothing_is_known_by_its_old_http(start: Start) -> None:
    async with start() as one:
        port = int(one.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/threads HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert b" 403 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_guesses_wait_and_are_logged_without_the_token(start: Start) -> None:
    with capture_logs() as logged:
        await _guess(start)
    said = [line for line in logged if line["event"] == "wrong token"]
    assert len(said) == MAX_FAILURES
    assert said[0]["address"] == "203.0.113.9"
    assert "guess-" not in repr(said)


async def _guess(start: Start) -> None:
    async with start(web_token=TOKEN, web_url=PUBLIC) as one, on_loopback(one.local) as http:
        answers, right = [], {"Authorization": f"Bearer {TOKEN}"}
        from_one = {"X-Forwarded-For": "10.1.1.1, 203.0.113.9"}
        for number in range(MAX_FAILURES + 2):
            guess = {**from_one, "Authorization": f"Bearer guess-{number}"}
            answers.append(await http.get("/api/threads", headers=guess))
        assert [one.status_code for one in answers] == [401] * MAX_FAILURES + [429] * 2
        assert 0 < int(answers[-1].headers["retry-after"]) <= 61
        assert answers[-1].json()["error"]["kind"] == "busy"
        assert (await http.get("/api/threads", headers={**from_one, **right})).status_code == 429
        login = await http.post("/login", data={"token": TOKEN}, headers=from_one)
        assert login.status_code == 429
        other = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        assert (await http.get("/api/threads", headers={**other, **right})).status_code == 200


async def test_the_same_wrong_token_again_is_one_guess_and_who_is_in_stays_in(start: Start) -> None:
    async with start(web_token=TOKEN) as one, on_loopback(one.local) as http:
        assert (await http.post("/login", data={"token": TOKEN})).status_code == 303
        async with on_loopback(one.local, headers={"Authorization": "Bearer old"}) as script:
            for _ in range(MAX_FAILURES * 3):
                assert (await script.get("/metrics")).status_code == 401
            for number in range(MAX_FAILURES):
                await script.get("/", headers={"Authorization": f"Bearer {number}"})
            assert (await script.get("/")).status_code == 429
        assert (await http.get("/")).status_code == 200


async def test_guesses_are_forgotten_in_a_minute_and_ever_more_addresses_take_no_more_memory() -> (
    None
):
    now = [0.0]
    throttle = LoginThrottle(clock=lambda: now[0])
    for number in range(MAX_FAILURES):
        throttle.record_failure("2001:db8::1", "p", str(number))
    assert throttle.seconds_to_wait("2001:db8::ffff", "q") > 0, "a /64 is one person's"
    assert throttle.seconds_to_wait("2001:db8:1::1", "q") == 0
    now[0] = 61.0
    assert throttle.seconds_to_wait("2001:db8::1", "q") == 0
    for number in range(20_000):
        throttle.record_failure(f"10.0.{number // 256}.{number % 256}", "p", "x")
    assert len(throttle._failures) <= 4096


async def entered(address: str, token: str) -> httpx.AsyncClient:
    """A browser that gave the token."""
    http = on_loopback(address)
    assert (await http.post("/login", data={"token": token})).status_code == 303
    return http


async def test_another_name_is_nobody_else_and_one_s_own_is_deleted_only(
    start: Start, tmp_path: Path
) -> None:
    async with start(web_token=TOKEN, rate_person="2/hour") as one:
        ana, mallory = [await entered(one.local, TOKEN) for _ in range(2)]
        yours = (tmp_path / "data" / "operator-token").read_text()
        operator = await entered(one.local, yours)
        begun = [
            (await ana.post("/api/threads", json={"text": "a boat", "person": "Ana"})).json()
            for _ in range(2)
        ]
        canvas, other = (f"/api/threads/{found['thread']}" for found in begun)
        third = await ana.post("/api/threads", json={"text": "a boat", "person": "Somebody Else"})
        assert third.status_code == 403, "limits count the browser, not the name"
        delete = {"action": "delete", "fields": {"what": "canvas"}}
        for who, name, status in (
            (mallory, "Ana", 403),
            (mallory, "mallory", 403),
            (ana, "Somebody Else", 202),
        ):
            answer = await who.post(f"{canvas}/actions", json={**delete, "person": name})
            assert answer.status_code == status, name
        script = on_loopback(one.local, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (await script.post(f"{other}/actions", json=delete)).status_code == 403
        turn = {"action": "delete", "turn": begun[1]["turn"], "fields": {"what": "turn"}}
        assert (await mallory.post(f"{other}/actions", json=turn)).status_code == 403
        spoken = {"text": "delete this", "person": "Ana"}
        assert (await mallory.post(f"{other}/messages", json=spoken)).status_code == 403
        turns = (await ana.get(other)).json()["turns"]
        assert [one["person"] for one in turns] == ["Ana"], "names are shown as they were given"
        assert (await operator.post(f"{other}/actions", json=delete)).status_code == 202
        for http in (ana, mallory, operator, script):
            await http.aclose()


async def test_a_browser_stays_who_it_is_when_it_gives_the_token_again(start: Start) -> None:
    async with start(web_token=TOKEN) as one:
        http = await entered(one.local, TOKEN)
        before = http.cookies["easel"]
        assert (await http.post("/login", data={"token": TOKEN})).status_code == 303
        assert http.cookies["easel"] == before
        id_, _, proof = before.partition(".")
        for forged in (f"{id_[::-1]}.{proof}", id_, f"{id_}.", f".{proof}"):
            async with on_loopback(one.local, headers={"Cookie": f"easel={forged}"}) as other:
                assert (await other.get("/")).status_code == 401
        await http.aclose()


async def test_a_star_belongs_to_the_browser_that_gave_the_token_whatever_name_it_says(
    start: Start,
) -> None:
    async with (
        start(web_token=TOKEN) as one,
        on_loopback(one.address) as ana,
        on_loopback(one.address) as ben,
    ):
        for http in (ana, ben):
            await http.post("/login", data={"token": TOKEN})
        begun = await ana.post("/api/threads", json={"text": "a boat", "person": "Ana"})
        path = f"/api/threads/{begun.json()['thread']}/bookmark"
        kept = await ana.post(path, json={"person": "Ana", "starred": True, "seen": True})
        assert kept.json()["starred"] is True
        for http, has_it in ((ana, True), (ben, False)):
            found = await http.get("/api/threads", params={"viewer": "Ana"})
            assert [line["starred"] for line in found.json()["threads"]] == [has_it]
        odd = await ana.post(path, json={"starred": "perhaps"})
        assert odd.status_code == 422
        assert odd.json()["error"]["says"] == "“starred” and “seen” are true or false."
        assert (await ana.post("/api/threads/none/bookmark", json={})).status_code == 404


@pytest.mark.parametrize("sent", ["/easel", ""], ids=["the proxy leaves it", "the proxy takes it"])
async def test_below_a_path_links_cookies_and_addresses_have_it(start: Start, sent: str) -> None:
    settings = {"web_url": f"{PUBLIC}/easel", "web_token": TOKEN}
    async with start(**settings) as one, on_loopback(f"{one.local}{sent}") as http:
        browser = {"Accept": "text/html"}
        asked = await http.get("/", headers=browser)
        assert asked.status_code == 401
        assert 'action="/easel/login"' in asked.text
        assert 'name="to" value="/easel/"' in asked.text
        let_in = await http.post("/login", data={"token": TOKEN, "to": "/easel/usage"})
        assert let_in.headers["location"] == "/easel/usage"
        assert "; Path=/easel;" in let_in.headers["set-cookie"]
        http.headers["Cookie"] = let_in.headers["set-cookie"].partition(";")[0]
        page = (await http.get("/", headers=browser)).text
        assert 'href="/easel/static/page.css"' in page
        assert not re.search(r'(?:href|src|action)="/(?!easel/)', page)
        thread = (await http.post("/api/threads", json={"text": "a boat"})).json()["thread"]
        image = None
        async with http.stream("GET", f"/api/threads/{thread}/events") as events:
            async for line in events.aiter_lines():
                if image := re.search(r'"url":"/easel(/images/\w+)"', line):
                    break
        assert image
        assert (await http.get(image[1])).status_code == 200
        assert (await http.get("/static/none.js", headers=browser)).text.count("/easel/") == 1
        assert (await http.get("/healthz")).text == "ok"


def test_no_script_of_the_page_says_an_address_without_the_path() -> None:
    scripts = Path("adapters/web/static").glob("*.js")
    bare = re.compile(r"""(?:src|href): [`"]/|assign\([`"]/|fetch\([`"]/|EventSource\([`"]/""")
    assert [one.name for one in scripts if bare.search(one.read_text())] == []
