"""Who may use the page? A guard before its routes: the host asked for, the token, where a call comes from."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.ports.caller import OPERATOR, Caller, base_path
from bot.ports.errors import EaselError
from bot.ports.language import N_, _
from bot.presentation.problems import refusal
from bot.server.login_throttle import LoginThrottle
from bot.server.replies import (
    SIGN_IN,
    SIGN_IN_BACK,
    STYLE_HASH,
    login_page,
    refuse,
    safe_target,
    set_cookie,
    sign_in_page,
    wants_html,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.server.sign_in import SignIn

_COOKIE = "easel"
#: bytes of the form that brings the token
_MAX_LOGIN = 16 * 1024
_YEAR = 365 * 24 * 3600
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: what proxies say of whom they speak for
_FORWARDED = ("x-forwarded-", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "via")
_PROXIED = N_(
    "This request came through a proxy, but this Easel doesn't ask for a token, so it was refused. "
    "Set EASEL_WEB_URL to its public address, and it will ask for one."
)
_ASKS = N_("This Easel asks for its token: send it as “Authorization: Bearer …”.")
_SIGNED_OUT = N_("You're signed out. Reload the page to sign in again.")
_WHERE = N_(
    "It's in the file web-token in Easel's data folder, or it's what EASEL_WEB_TOKEN was set to."
)
#: whoever sends the token along with each call, and keeps no cookie, is one person to limits and votes
_SCRIPTS = "scripts"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_POLICY = "Content-Security-Policy"
#: Nothing from other hosts, no inline script, never in a frame.
HEADERS = {
    _POLICY: "default-src 'none'; script-src 'self'; style-src 'self' "
    f"{STYLE_HASH}; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # with no-referrer browsers send the login's own form under “Origin: null”
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """An ASGI app before another. `token` None: everybody on this machine may use it, and operates it.

    Tells the app who calls in the scope's `easel.caller`. `sign_in`: what knows people by their company's account.
    `images`: another origin that the page's images may come from.
    """

    def __init__(  # noqa: PLR0913 - each by name
        self,
        app: ASGIApp,
        *,
        host: str,
        url: str | None,
        token: str | None,
        operator: str | None = None,
        sign_in: SignIn | None = None,
        images: str | None = None,
    ) -> None:
        self._app = app
        self._headers = HEADERS
        if images is not None:
            policy = HEADERS[_POLICY].replace("img-src 'self'", f"img-src 'self' {images}")
            self._headers = {**HEADERS, _POLICY: policy}
        #: by group, in the order in which they are compared; "" is everybody's
        self._tokens = {OPERATOR: operator, "": token} if operator else {"": token or ""}
        self._is_open = token is None
        self._sign_in = sign_in
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
        scope["easel.caller"] = Caller(None, (OPERATOR,)) if self._is_open else Caller("")
        try:
            answer = self._check_origin(request) or await self._authenticate(request)
        except EaselError as error:  # who is signed in cannot be read just now
            answer = refuse(503, refusal(error).message)
        await (answer or self._app)(scope, receive, _add_headers(send, self._headers))
        return None

    def _check_origin(self, request: Request) -> Response | None:
        """Refuse what another host, site or proxy brings here."""
        if not self._knows_host(request.headers.get("host", "")):
            return refuse(
                400,
                _("Easel isn't served under this host name. Set EASEL_WEB_URL to its address."),
            )
        if request.method not in _SAFE_METHODS and self._is_foreign(request):
            return refuse(403, _("This request came from another site, so it was refused."))
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
        if caller := await self._find_caller(request):
            request.scope["easel.caller"] = caller
        path = request.url.path.removeprefix(base_path(request))
        if self._sign_in is not None and path in {SIGN_IN, SIGN_IN_BACK}:
            return None
        is_login = self._sign_in is None and path == "/login" and request.method == "POST"
        if caller and not is_login:
            return None
        address, peer = self._addresses(request)
        scheme, _space, given = request.headers.get("authorization", "").partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        if (given or is_login) and (seconds := self._throttle.seconds_to_wait(address, peer)):
            return _throttled(request, seconds)
        if is_login:
            return await self._log_in(request, caller.id if caller else None)
        group = self._find_group(given)
        if group is not None:
            request.scope["easel.caller"] = Caller(group or _SCRIPTS, _groups(group))
            return None
        if wrong := given or request.cookies.get(_COOKIE, ""):
            self._throttle.record_failure(address, peer, wrong)
        return self._ask(request)

    def _ask(self, request: Request) -> Response:
        """Ask a browser to sign in or for the token, and a script for the token."""
        if wants_html(request) and self._sign_in is not None:
            return sign_in_page(request)
        if wants_html(request):
            return login_page(request, request.url.path, _(_WHERE))
        return refuse(
            401,
            _(_SIGNED_OUT if self._sign_in else _ASKS),
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def _log_in(self, request: Request, known: str | None) -> Response:
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > _MAX_LOGIN:
            return refuse(413, _("A token is shorter than that."))
        async with request.form(max_files=0, max_fields=4) as form:
            given, to = form.get("token"), form.get("to")
        to = safe_target(request, to)
        given = given.strip() if isinstance(given, str) else ""
        group = self._find_group(given)
        if group is None:
            self._throttle.record_failure(*self._addresses(request), given)
            return login_page(request, to, _("That isn't the token. Try again."))
        answer = RedirectResponse(to, 303)
        value = self._sign(known or secrets.token_hex(8), group)
        set_cookie(request, answer, _COOKIE, value, _YEAR, is_secure=self._is_secure)
        return answer

    def _find_group(self, given: str) -> str | None:
        """Return whose token it is: "" everybody's, "operator"; None: nobody's."""
        for group, token in self._tokens.items():
            if token and hmac.compare_digest(given.encode(), token.encode()):
                return group
        return None

    async def _find_caller(self, request: Request) -> Caller | None:
        """Return whose browser it is, by its cookie."""
        if self._sign_in is not None:
            return await self._sign_in.find_caller(request)
        given = request.cookies.get(_COOKIE, "")
        id_ = given.partition(".")[0]
        for group in self._tokens:
            if hmac.compare_digest(given.encode(), self._sign(id_, group).encode()):
                return Caller(id_, _groups(group))
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


def _add_headers(send: Send, given: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in given.items():
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
