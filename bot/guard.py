"""Who may use the page? A gate before its routes: the host asked for, the token, where a call comes from."""

from __future__ import annotations

import hashlib
import hmac
import html
import ipaddress
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE = "easel"
_YEAR = 365 * 24 * 3600
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

#: Nothing from other hosts, no inline script, never in a frame.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # with no-referrer browsers send the login's own form under “Origin: null”
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_LOGIN = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Easel</title>
<h1>Easel</h1><form method="post" action="/login"><input type="hidden" name="to" value="{to}">
<p><label>This Easel asks for its token
<input name="token" type="password" autocomplete="current-password" autofocus></label>
<button>Open</button></p></form><p>{says}</p></html>"""
_WHERE = "It is in the file web-token of Easel's data folder, or what EASEL_WEB_TOKEN was set to."


class Guard:
    """An ASGI app before another. `token` None: everybody who reaches the host may use it."""

    def __init__(self, app: ASGIApp, *, host: str, url: str | None, token: str | None) -> None:
        self._app = app
        self._token = token
        self._secure = bool(url and url.startswith("https:"))
        self._origin = _origin(url) if url else None
        self._hosts = {*_LOOPBACK, host.lower(), *([urlsplit(url).hostname] if url else [])}
        self._any_address = host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope, receive)
        answer = self._refused(request) or await self._unknown(request)
        await (answer or self._app)(scope, receive, _with_headers(send))
        return None

    def _refused(self, request: Request) -> Response | None:
        if not self._known_host(request.headers.get("host", "")):
            return refuse(
                400, "Easel is not served under this host name. Set EASEL_WEB_URL to its address."
            )
        if request.method not in _READING and self._foreign(request):
            return refuse(403, "This call comes from another site, so it was not done.")
        return None

    def _known_host(self, header: str) -> bool:
        host = _hostname(header)
        if host in self._hosts:
            return True
        return self._any_address and _is_address(host)

    def _foreign(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in {"same-origin", "none"}:
            return True
        origin = request.headers.get("origin")
        if origin is None:
            return False
        own = {f"http://{request.headers['host']}", f"https://{request.headers['host']}"}
        return origin.lower() not in {*own, self._origin}

    async def _unknown(self, request: Request) -> Response | None:
        """Ask for the token where one is needed and none came."""
        if self._token is None:
            return None
        if request.url.path == "/login" and request.method == "POST":
            return await self._login(request)
        if self._knows(request):
            return None
        if "text/html" in request.headers.get("accept", ""):
            return _asked(request.url.path, _WHERE)
        return refuse(
            401,
            "This Easel asks for its token: send it as “Authorization: Bearer …”.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def _login(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            given, to = form.get("token"), form.get("to")
        to = to if isinstance(to, str) and re.match(r"/(?![/\\])", to) else "/"
        if not (isinstance(given, str) and self._is_token(given.strip())):
            return _asked(to, "That is not the token. Try again.")
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            _COOKIE,
            self._cookie(),
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return answer

    def _knows(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return True
        cookie = request.cookies.get(_COOKIE, "")
        return hmac.compare_digest(cookie.encode(), self._cookie().encode())

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), (self._token or "").encode())

    def _cookie(self) -> str:
        """Make the cookie's value: proof of the token, not the token."""
        return hmac.new((self._token or "").encode(), b"easel page", hashlib.sha256).hexdigest()


def _asked(to: str, says: str) -> Response:
    """Ask for the token; then it goes on where somebody wanted to go."""
    return HTMLResponse(_LOGIN.format(to=html.escape(to), says=says), 401)


def refuse(status: int, says: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with a sentence, shaped as the page's API shapes errors."""
    kind = {401: "not_allowed", 403: "not_allowed", 500: "internal", 503: "unavailable"}
    return JSONResponse(
        {"error": {"kind": kind.get(status, "bad_request"), "says": says, "billed": False}},
        status,
        headers=headers,
    )


def new_token() -> str:
    """Make a token that cannot be guessed."""
    return secrets.token_urlsafe(24)


def _with_headers(send: Send) -> Send:
    added = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message.get("headers", ())}
            message["headers"] = [
                *message.get("headers", ()),
                *((name, value) for name, value in added if name not in given),
            ]
        await send(message)

    return sending


def _hostname(header: str) -> str:
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
