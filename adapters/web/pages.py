"""Which pages do browsers open?"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from adapters.web import chart, parse
from adapters.web.api import find_usage, who
from adapters.web.openapi import COMPRESSED
from adapters.web.operators import read_query
from bot.ports import limits
from bot.ports.audit import AUDIT_COLUMNS
from bot.ports.caller import base_path, read_caller
from bot.ports.language import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    N_,
    _,
    current_language,
    format_month,
    ngettext,
    page_catalog,
)
from bot.ports.queries import CanvasQuery, PlaceQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from bot.ports.adapter import Bot

_HERE = Path(__file__).parent
#: entries of the audit log that are read at a time
_AUDIT_PAGE = 500
#: pictures to start from: the name of each in `static/examples`, and what is asked for it
_EXAMPLES = (
    ("lighthouse", N_("a lighthouse at dusk")),
    ("balloon", N_("three houses on a hill, a red balloon above")),
    ("cat", N_("a cat on a boat at night")),
    ("mountains", N_("a small tent by a mountain lake")),
)


def _describe_request(request: Request) -> dict[str, Any]:
    """Return what every page says: below which path it is served, and who looks."""
    return {"base": base_path(request), "caller": read_caller(request)}


class Pages:
    """The routes of pages and of what they load."""

    def __init__(self, bot: Callable[[], Bot], describe_api: Callable[[], dict[str, Any]]) -> None:
        self._bot = bot
        #: the description of the API, made for whoever reads it first
        self._describe_api = cache(describe_api)
        self._templates = Jinja2Templates(
            _HERE / "templates", context_processors=[_describe_request]
        )
        self._templates.env.filters |= {
            "dollars": chart.dollars,
            "billed": chart.billed,
            "chart": chart.as_svg,
            "minute": chart.minute,
            "month_name": format_month,
        }
        self._templates.env.globals |= {
            "_": _,
            "ngettext": ngettext,
            "language": current_language,
            "languages": LANGUAGES,
            "language_cookie": LANGUAGE_COOKIE,
        }

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/", self._home),
            Route("/t/{thread}", self._canvas),
            Route("/continue/{code}", self._continue),
            Route("/api", self._api),
            Route("/api/openapi.json", self._openapi),
            Route("/texts.js", self._texts),
            Route("/usage", self._usage),
            Route("/usage.csv", self._usage_csv),
            Route("/audit", self._audit),
            Route("/audit.csv", self._audit_csv),
            Mount("/static", StaticFiles(directory=_HERE / "static"), middleware=COMPRESSED),
        ]

    async def _home(self, request: Request) -> Response:
        about = {"examples": _EXAMPLES, "most_files": limits.MAX_ATTACHMENTS}
        return self._templates.TemplateResponse(request, "home.html", about)

    async def _canvas(self, request: Request) -> Response:
        """Answer with the page of a thread. Raise HTTPException where there is none, which makes a page of its own."""
        query = PlaceQuery(**who(request), place=parse.place_of(request.path_params["thread"]))
        if await self._bot().query(query) is None:
            canvas = CanvasQuery(**who(request), conversation=request.path_params["thread"])
            if await self._bot().query(canvas) is None:  # an operator sees those of chats, too
                raise HTTPException(404, N_("There's no such canvas. It may have been deleted."))
        about = {"most_files": limits.MAX_ATTACHMENTS}
        return self._templates.TemplateResponse(request, "page.html", about)

    async def _continue(self, request: Request) -> Response:
        """Answer with a page that copies the canvas of a code, so that a program that looks at the link copies nothing."""
        return self._templates.TemplateResponse(request, "continue.html")

    async def _api(self, request: Request) -> Response:
        return self._templates.TemplateResponse(request, "api.html", {"api": self._describe_api()})

    async def _texts(self, _request: Request) -> Response:
        """Answer with the texts of the page's scripts, as a module, in the reader's language."""
        about = {"language": current_language(), "texts": page_catalog()}
        written = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
        headers = {"Vary": "Accept-Language, Cookie", "Cache-Control": "private, no-cache"}
        return Response(
            f"export const {{ language, texts }} = {written};",
            media_type="text/javascript",
            headers=headers,
        )

    async def _openapi(self, _request: Request) -> Response:
        return JSONResponse(self._describe_api())

    async def _usage(self, request: Request) -> Response:
        usage = await find_usage(self._bot(), request)
        everywhere = request.query_params.get("platform") == "*"
        about = {"usage": usage, "everywhere": everywhere}
        return self._templates.TemplateResponse(request, "usage.html", about)

    async def _usage_csv(self, request: Request) -> Response:
        found = await find_usage(self._bot(), request)
        name = f"easel-usage-{found.month}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(chart.as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)

    async def _audit(self, request: Request) -> Response:
        """Answer with who did what, for operators. Raise NotAllowed, BadPrompt."""
        query = read_query(request)
        entries = await self._bot().query(query)
        asked = {
            name: request.query_params.get(name, "") for name in ("since", "until", "platform")
        }
        filters = urlencode({name: value for name, value in asked.items() if value})
        more = entries[-1].cursor if len(entries) == query.limit else None
        about = {"entries": entries, "asked": asked, "filters": filters, "more": more}
        return self._templates.TemplateResponse(request, "audit.html", about)

    async def _audit_csv(self, request: Request) -> Response:
        query = replace(read_query(request), limit=_AUDIT_PAGE)
        first = await self._bot().query(query)  # a refusal comes before the headers

        async def lines() -> AsyncIterator[str]:
            yield chart.csv_line(AUDIT_COLUMNS)
            found = first
            while found:
                for one in found:
                    yield chart.csv_line(one.as_record().values())
                more = replace(query, before=found[-1].cursor)
                found = await self._bot().query(more) if len(found) == _AUDIT_PAGE else ()

        headers = {"Content-Disposition": 'attachment; filename="easel-audit.csv"'}
        return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)
