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

from bot.policy.permissions import OPERATOR
from bot.server.guesses import LoginThrottle

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE = "easel"
#: bytes of the form that brings the token
_MOST_OF_A_LOGIN = 16 * 1024
_YEAR = 365 * 24 * 3600
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
#: what proxies say of whom they speak for
_FORWARDED = ("x-forwarded-", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "via")
_PROXIED = (
    "This call came through a proxy, and this Easel asks nobody for a token, so it was not done. "
    "Set EASEL_WEB_URL to its public address: then it asks for one."
)
#: whoever sends the token along with each call, and keeps no cookie, is one person to limits and votes
_SCRIPTS = "scripts"
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
    """An ASGI app before another. `token` None: everybody on this machine may use it, and operates it.

    Tells the app who calls in the scope's `easel.person`: the id of a browser that gave the token (None
    where none is asked for, and a name is all there is), and the groups that it is in.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str,
        url: str | None,
        token: str | None,
        operator: str | None = None,
    ) -> None:
        self._app = app
        #: in the order in which they are compared
        self._tokens = {OPERATOR: operator, "": token} if operator else {"": token or ""}
        self._open = token is None
        self._guesses = LoginThrottle()
        self._proxied = bool(url)
        self._secure = bool(url and url.startswith("https:"))
        self._origin = _origin(url) if url else None
        self._hosts = {*_LOOPBACK, host.lower(), *([urlsplit(url).hostname] if url else [])}
        self._any_address = host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope, receive)
        scope["easel.person"] = (None, (OPERATOR,)) if self._open else ("", ())
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
        if self._open and _through_a_proxy(request):
            return refuse(403, _PROXIED)
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
        if self._open:
            return None
        if role := self._cookie_s(request):
            request.scope["easel.person"] = role
        login = request.url.path == "/login" and request.method == "POST"
        if role and not login:
            return None
        address, behind = self._addresses(request)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        if (given or login) and (seconds := self._guesses.wait(address, behind)):
            return _wait(request, seconds)
        if login:
            return await self._login(request, role[0] if role else None)
        group = self._group(given)
        if group is not None:
            request.scope["easel.person"] = (group or _SCRIPTS, _groups(group))
            return None
        if wrong := given or request.cookies.get(_COOKIE, ""):
            self._guesses.wrong(address, behind, wrong)
        if reads_pages(request):
            return _asked(request.url.path, _WHERE)
        return refuse(
            401,
            "This Easel asks for its token: send it as “Authorization: Bearer …”.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def _login(self, request: Request, known: str | None) -> Response:
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > _MOST_OF_A_LOGIN:
            return refuse(413, "A token is shorter than that.")
        async with request.form(max_files=0, max_fields=4) as form:
            given, to = form.get("token"), form.get("to")
        to = to if isinstance(to, str) and re.match(r"/(?![/\\])", to) else "/"
        given = given.strip() if isinstance(given, str) else ""
        group = self._group(given)
        if group is None:
            self._guesses.wrong(*self._addresses(request), given)
            return _asked(to, "That is not the token. Try again.")
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            _COOKIE,
            self._cookie(known or secrets.token_hex(8), group),
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return answer

    def _group(self, given: str) -> str | None:
        """Tell whose token it is: "" everybody's, "operator"; None: nobody's."""
        for group, token in self._tokens.items():
            if token and hmac.compare_digest(given.encode(), token.encode()):
                return group
        return None

    def _cookie_s(self, request: Request) -> tuple[str, tuple[str, ...]] | None:
        """Tell whose browser it is, by its cookie."""
        given = request.cookies.get(_COOKIE, "")
        id_ = given.partition(".")[0]
        for group in self._tokens:
            if hmac.compare_digest(given.encode(), self._cookie(id_, group).encode()):
                return id_, _groups(group)
        return None

    def _cookie(self, id_: str, group: str) -> str:
        """Make a browser's cookie: its id, and proof of the token that it gave, not the token."""
        said = f"easel page {group} {id_}".encode()
        return f"{id_}.{hmac.new((self._tokens[group] or '').encode(), said, hashlib.sha256).hexdigest()}"

    def _addresses(self, request: Request) -> tuple[str, str]:
        """Give the address of whoever calls, and that of the connection, which may be a proxy's."""
        behind = request.client.host if request.client else ""
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return (told if told and self._proxied and _is_near(behind) else behind), behind


_NOTHING = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Easel</title>
<h1>Easel</h1><p>{says}</p><p><a href="/">Begin a new canvas</a></p></html>"""


def page(status: int, says: str) -> Response:
    """Answer a browser with a sentence, and a way on."""
    return HTMLResponse(_NOTHING.format(says=html.escape(says)), status)


def _asked(to: str, says: str) -> Response:
    """Ask for the token; then it goes on where somebody wanted to go."""
    return HTMLResponse(_LOGIN.format(to=html.escape(to), says=says), 401)


def _groups(group: str) -> tuple[str, ...]:
    return (group,) if group else ()


def _wait(request: Request, seconds: int) -> Response:
    says = f"Too many wrong tokens came from your address. Try again in {seconds} seconds."
    answer = _asked("/", says) if reads_pages(request) else refuse(429, says)
    answer.status_code = 429
    answer.headers["Retry-After"] = str(seconds)
    return answer


def reads_pages(request: Request) -> bool:
    """Tell a browser that opens a page from a script that calls the API."""
    return "text/html" in request.headers.get("accept", "")


def _through_a_proxy(request: Request) -> bool:
    """Tell what a proxy passed on: by its headers, by another page's, or by nginx's old HTTP/1.0."""
    marked = any(name.startswith(_FORWARDED) for name in request.headers)
    return marked or request.scope.get("http_version") == "1.0"


def refuse(status: int, says: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with a sentence, shaped as the page's API shapes errors."""
    kind = {
        401: "not_allowed",
        403: "not_allowed",
        413: "too_large",
        429: "busy",
        500: "internal",
        503: "unavailable",
    }
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


def _is_near(address: str) -> bool:
    """Tell whether a connection may be a proxy's of the operator: it comes from a private address."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
