"""Who may use the page? A guard before its routes: the host asked for, the token, where a call comes from."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.policy.permissions import OPERATOR
from bot.ports.language import N_, _
from bot.server.base_path import base_path
from bot.server.login_throttle import LoginThrottle
from bot.server.replies import STYLE_HASH, login_page, refuse, wants_html

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE = "easel"
#: bytes of the form that brings the token
_MAX_LOGIN = 16 * 1024
_YEAR = 365 * 24 * 3600
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: what proxies say of whom they speak for
_FORWARDED = ("x-forwarded-", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "via")
_PROXIED = N_(
    "This call came through a proxy, and this Easel asks nobody for a token, so it was not done. "
    "Set EASEL_WEB_URL to its public address: then it asks for one."
)
_WHERE = N_(
    "It is in the file web-token of Easel's data folder, or what EASEL_WEB_TOKEN was set to."
)
#: whoever sends the token along with each call, and keeps no cookie, is one person to limits and votes
_SCRIPTS = "scripts"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

#: Nothing from other hosts, no inline script, never in a frame.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' "
    f"{STYLE_HASH}; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # with no-referrer browsers send the login's own form under “Origin: null”
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: an id, and the groups that it is in
Caller = tuple[str, tuple[str, ...]]


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
        #: by group, in the order in which they are compared; "" is everybody's
        self._tokens = {OPERATOR: operator, "": token} if operator else {"": token or ""}
        self._is_open = token is None
        self._throttle = LoginThrottle()
        self._is_proxied = bool(url)
        self._is_secure = bool(url and url.startswith("https:"))
        self._origin = _origin(url) if url else None
        self._hosts = {*_LOOPBACK, host.lower(), *([urlsplit(url).hostname] if url else [])}
        self._takes_any_address = host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope, receive)
        scope["easel.person"] = (None, (OPERATOR,)) if self._is_open else ("", ())
        answer = self._check_origin(request) or await self._authenticate(request)
        await (answer or self._app)(scope, receive, _add_headers(send))
        return None

    def _check_origin(self, request: Request) -> Response | None:
        """Refuse what another host, site or proxy brings here."""
        if not self._knows_host(request.headers.get("host", "")):
            return refuse(
                400,
                _("Easel is not served under this host name. Set EASEL_WEB_URL to its address."),
            )
        if request.method not in _SAFE_METHODS and self._is_foreign(request):
            return refuse(403, _("This call comes from another site, so it was not done."))
        if self._is_open and _is_forwarded(request):
            return refuse(403, _(_PROXIED))
        return None

    def _knows_host(self, header: str) -> bool:
        host = _hostname(header)
        return host in self._hosts or (self._takes_any_address and _is_address(host))

    def _is_foreign(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in {"same-origin", "none"}:
            return True
        origin = request.headers.get("origin")
        if origin is None:
            return False
        own = {f"http://{request.headers['host']}", f"https://{request.headers['host']}"}
        return origin.lower() not in {*own, self._origin}

    async def _authenticate(self, request: Request) -> Response | None:
        """Ask for the token where one is needed and none came."""
        if self._is_open:
            return None
        if caller := self._read_cookie(request):
            request.scope["easel.person"] = caller
        is_login = request.url.path == f"{base_path(request)}/login" and request.method == "POST"
        if caller and not is_login:
            return None
        address, peer = self._addresses(request)
        scheme, _space, given = request.headers.get("authorization", "").partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        if (given or is_login) and (seconds := self._throttle.seconds_to_wait(address, peer)):
            return _throttled(request, seconds)
        if is_login:
            return await self._log_in(request, caller[0] if caller else None)
        group = self._find_group(given)
        if group is not None:
            request.scope["easel.person"] = (group or _SCRIPTS, _groups(group))
            return None
        if wrong := given or request.cookies.get(_COOKIE, ""):
            self._throttle.record_failure(address, peer, wrong)
        if wants_html(request):
            return login_page(request, request.url.path, _(_WHERE))
        return refuse(
            401,
            _("This Easel asks for its token: send it as “Authorization: Bearer …”."),
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def _log_in(self, request: Request, known: str | None) -> Response:
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > _MAX_LOGIN:
            return refuse(413, _("A token is shorter than that."))
        async with request.form(max_files=0, max_fields=4) as form:
            given, to = form.get("token"), form.get("to")
        to = to if isinstance(to, str) and re.match(r"/(?![/\\])", to) else f"{base_path(request)}/"
        given = given.strip() if isinstance(given, str) else ""
        group = self._find_group(given)
        if group is None:
            self._throttle.record_failure(*self._addresses(request), given)
            return login_page(request, to, _("That is not the token. Try again."))
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            _COOKIE,
            self._sign(known or secrets.token_hex(8), group),
            max_age=_YEAR,
            path=base_path(request) or "/",
            httponly=True,
            samesite="lax",
            secure=self._is_secure,
        )
        return answer

    def _find_group(self, given: str) -> str | None:
        """Return whose token it is: "" everybody's, "operator"; None: nobody's."""
        for group, token in self._tokens.items():
            if token and hmac.compare_digest(given.encode(), token.encode()):
                return group
        return None

    def _read_cookie(self, request: Request) -> Caller | None:
        """Return whose browser it is, by its cookie."""
        given = request.cookies.get(_COOKIE, "")
        id_ = given.partition(".")[0]
        for group in self._tokens:
            if hmac.compare_digest(given.encode(), self._sign(id_, group).encode()):
                return id_, _groups(group)
        return None

    def _sign(self, id_: str, group: str) -> str:
        """Return a browser's cookie: its id, and proof of the token that it gave, not the token."""
        said = f"easel page {group} {id_}".encode()
        proof = hmac.new((self._tokens[group] or "").encode(), said, hashlib.sha256).hexdigest()
        return f"{id_}.{proof}"

    def _addresses(self, request: Request) -> tuple[str, str]:
        """Return the address of whoever calls, and that of the connection, which may be a proxy's."""
        peer = request.client.host if request.client else ""
        client = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return (client if client and self._is_proxied and _is_private(peer) else peer), peer


def _groups(group: str) -> tuple[str, ...]:
    return (group,) if group else ()


def _throttled(request: Request, seconds: int) -> Response:
    says = _(
        "Too many wrong tokens came from your address. Try again in {seconds} seconds."
    ).format(seconds=seconds)
    answer = (
        login_page(request, f"{base_path(request)}/", says, 429)
        if wants_html(request)
        else refuse(429, says)
    )
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _is_forwarded(request: Request) -> bool:
    """Return whether a proxy passed it on: by its headers, by another page's, or by nginx's old HTTP/1.0."""
    marked = any(name.startswith(_FORWARDED) for name in request.headers)
    return marked or request.scope.get("http_version") == "1.0"


def _add_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
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


def _is_private(address: str) -> bool:
    """Return whether a connection may be a proxy's of the operator: it comes from a private address."""
    return _is_address(address) and ipaddress.ip_address(address).is_private


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
