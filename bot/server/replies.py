"""How does the server answer by itself? With a sentence: a page for browsers, JSON for scripts."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.ports.caller import base_path
from bot.ports.language import _, current_language

if TYPE_CHECKING:
    from starlette.requests import Request

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; color: light-dark(#22211e, #ece8e0); background: light-dark(#faf8f4, #191816) }
main { box-sizing: border-box; width: min(92vw, 26rem); padding: 2rem; border: 1px solid light-dark(#e5dfd4, #38342e); border-radius: 16px; background: light-dark(#fff, #23211f) }
h1 { margin: 0 0 .6rem; font-size: 1.4rem } p { margin: .6rem 0 0; overflow-wrap: anywhere }
label { display: grid; gap: .3rem } input { font: inherit; padding: .6rem .7rem; border: 1px solid light-dark(#8f887b, #6d675d); border-radius: 9px; background: transparent; color: inherit }
button, a { display: inline-block; box-sizing: border-box; min-height: 44px; margin-top: 1rem; padding: .55rem 1.1rem; border: 0; border-radius: 9px; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; background: light-dark(#1f6a64, #7cc4bb); color: light-dark(#fff, #0d1f1d) }
.hint { color: light-dark(#645f56, #aaa396); font-size: .9rem }
:focus-visible { outline: 2px solid light-dark(#1f6a64, #7cc4bb); outline-offset: 2px }
"""
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Easel</title>
<style>{style}</style></head><body><main><h1>Easel</h1>{body}</main></body></html>"""
_MESSAGE = """<p>{says}</p><a href="{base}/">{link}</a>"""
_SIGN_IN = """<p>{asks}</p><a href="{base}/sign-in?{to}">{sign_in}</a><p class="hint" role="status">{says}</p>"""
_LOGIN = """<form method="post" action="{base}/login"><input type="hidden" name="to" value="{to}">
<label>{asks}
<input name="token" type="password" autocomplete="current-password" autofocus></label>
<button>{open}</button></form><p class="hint" role="status">{says}</p>"""
#: lets this one style stand in a page, beside the server's own policy
STYLE_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
#: where a browser goes to its company's sign-in, and where it comes back
SIGN_IN, SIGN_IN_BACK = "/sign-in", "/sign-in/callback"
_KINDS = {
    401: "not_allowed",
    403: "not_allowed",
    413: "too_large",
    429: "busy",
    500: "internal",
    503: "unavailable",
}


def wants_html(request: Request) -> bool:
    """Return whether a browser opens a page, rather than a script calls the API."""
    return "text/html" in request.headers.get("accept", "")


def message_page(request: Request, status: int, says: str, link: str | None = None) -> Response:
    """Answer a browser with a sentence, and a way on to the first page."""
    base = html.escape(base_path(request))
    said, link = html.escape(says), link or _("All canvases")
    return _page(status, _MESSAGE.format(base=base, says=said, link=link))


def login_page(request: Request, to: str, says: str, status: int = 401) -> Response:
    """Ask for the token; then it goes on where somebody wanted to go."""
    return _page(
        status,
        _LOGIN.format(
            base=html.escape(base_path(request)),
            to=html.escape(to),
            says=says,
            asks=_("This Easel asks for its token"),
            open=_("Open"),
        ),
    )


def sign_in_page(request: Request, says: str = "", status: int = 401) -> Response:
    """Ask for a company's account; then it goes on where somebody wanted to go."""
    to = request.url.path if status == HTTPStatus.UNAUTHORIZED else f"{base_path(request)}/"
    body = _SIGN_IN.format(
        base=html.escape(base_path(request)),
        to=urlencode({"to": to}),
        asks=_("This Easel is for people at your company."),
        sign_in=_("Sign in"),
        says=html.escape(says),
    )
    return _page(status, body)


def safe_target(request: Request, to: object) -> str:
    """Return where a browser goes on to: a path of Easel's own, or the first page."""
    base = base_path(request)
    is_own = isinstance(to, str) and re.match(r"/(?![/\\])", to) and to.startswith(f"{base}/")
    return str(to) if is_own else f"{base}/"


def _page(status: int, body: str) -> Response:
    return HTMLResponse(_PAGE.format(style=_STYLE, body=body, language=current_language()), status)


def refuse(status: int, says: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with a sentence, shaped as the page's API shapes errors."""
    error = {"kind": _KINDS.get(status, "bad_request"), "says": says, "billed": False}
    return JSONResponse({"error": error}, status, headers=headers)


def set_cookie(
    request: Request, answer: Response, name: str, value: str, seconds: int, *, is_secure: bool
) -> None:
    """Have a browser keep a value for Easel alone, for so long; its scripts cannot read it."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=base_path(request) or "/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )
