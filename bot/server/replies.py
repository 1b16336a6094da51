"""How does the server answer by itself? With a sentence: a page for browsers, JSON for scripts."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Easel</title>
<h1>Easel</h1>{body}</html>"""
_MESSAGE = """<p>{says}</p><p><a href="/">Begin a new canvas</a></p>"""
_LOGIN = """<form method="post" action="/login"><input type="hidden" name="to" value="{to}">
<p><label>This Easel asks for its token
<input name="token" type="password" autocomplete="current-password" autofocus></label>
<button>Open</button></p></form><p>{says}</p>"""
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


def message_page(status: int, says: str) -> Response:
    """Answer a browser with a sentence, and a way on."""
    return HTMLResponse(_PAGE.format(body=_MESSAGE.format(says=html.escape(says))), status)


def login_page(to: str, says: str, status: int = 401) -> Response:
    """Ask for the token; then it goes on where somebody wanted to go."""
    return HTMLResponse(_PAGE.format(body=_LOGIN.format(to=html.escape(to), says=says)), status)


def refuse(status: int, says: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with a sentence, shaped as the page's API shapes errors."""
    error = {"kind": _KINDS.get(status, "bad_request"), "says": says, "billed": False}
    return JSONResponse({"error": error}, status, headers=headers)
