"""Which language does a browser read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from bot.ports.language import LANGUAGE_COOKIE, current_language, match_language, speak

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: characters of a header that are read
_MAX_HEADER = 400


class BrowserLanguage:
    """Speaks the language that somebody chose on the page, else the first of their browser's that is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        wanted = parse_accepted(request.headers.get("accept-language", ""))
        chosen = match_language(request.cookies.get(LANGUAGE_COOKIE), *wanted)
        with speak(chosen or current_language()):
            await self._app(scope, receive, send)


def parse_accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, what is wanted most first; what cannot be read is left out."""
    found = []
    for part in header[:_MAX_HEADER].split(","):
        tag, _sep, quality = part.partition(";")
        try:
            found.append((float(quality.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(found, key=lambda one: -one[0]) if weight > 0]
