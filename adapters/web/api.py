"""What does the page's API do with each call?"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.web import answers, body, parse, render, spending
from adapters.web.openapi import (
    ACCEPTED,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    PLATFORM,
    REFUSED,
    TEXT,
    VIEWER,
    Call,
    ok,
    parameter,
)
from bot.ports.caller import OPERATOR, base_path, read_caller
from bot.ports.cards import Form
from bot.ports.errors import BadPrompt
from bot.ports.queries import (
    CanvasQuery,
    FormQuery,
    ListQuery,
    UsageQuery,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot.ports.adapter import Bot
    from bot.ports.cards import Problem, Receipt
    from bot.ports.queries import Usage

_PAGE = 50
#: of a search: canvases by their ids, and characters
_MOST_IDS, _LONGEST_SEARCH = 500, 200


class Api:
    """The calls of the API, save files and events."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        thread = "/api/threads/{id}"
        search = (
            parameter("before"),
            parameter("limit", type="integer"),
            parameter("q", "words that the title or the prompts hold"),
            parameter("person", "the name of somebody who asked there"),
            parameter("id", "these threads only; may be said many times", type="array", items=TEXT),
            PLATFORM,
            parameter("workspace", "with `platform`: of this workspace"),
            parameter("channel", "shown in this channel, by the platform's id"),
            parameter("starred", "true: those with the viewer's star only", type="boolean"),
            VIEWER,
        )
        threads = ok(answers.ThreadsJson, "a page of threads", FORBIDDEN, INVALID)
        renamed = ok(answers.RenamedJson, "its name now", NOT_FOUND, INVALID)
        bookmark = ok(answers.BookmarkJson, "what they keep of it", NOT_FOUND, INVALID)
        form = ok(answers.FormJson, "its fields, choices and prices")
        accepted = {**ACCEPTED, **REFUSED}
        pressed = ok(answers.AskedJson, "a form to fill", accepted)
        usage = ok(spending.UsageJson, "US dollars", FORBIDDEN, INVALID)
        return [
            Call("GET", "/api/threads", self._list, threads, query=search),
            Call("POST", "/api/threads", self._begin, accepted, parse.MessageBody),
            Call("GET", thread, self._thread, ok(answers.ThreadJson, "the thread", NOT_FOUND)),
            Call("PATCH", thread, self._rename, renamed, parse.TitleBody),
            Call("GET", "/api/form", self._form, form),
            Call("GET", f"{thread}/form", self._thread_form, form),
            Call("POST", f"{thread}/messages", self._message, accepted, parse.MessageBody),
            Call("POST", f"{thread}/actions", self._action, pressed, parse.ActionBody),
            Call("POST", f"{thread}/bookmark", self._bookmark, bookmark, parse.BookmarkChangeBody),
            Call("GET", "/api/me", self._me, ok(answers.MeJson, "who calls"), query=(VIEWER,)),
            Call("GET", "/api/usage", self._usage, usage, query=(parameter("month"), PLATFORM)),
        ]

    async def _list(self, request: Request) -> Response:
        """List the threads, newest first."""
        given = request.query_params
        before, limit, ids = (
            given.get("before") or None,
            given.get("limit", str(_PAGE)),
            given.getlist("id"),
        )
        if not (limit.isdecimal() and 1 <= int(limit[:9]) <= 200):
            raise BadPrompt(problem="“limit” must be a number from 1 to 200.")
        if before is not None and not (before.isdecimal() and len(before) < 19):
            raise BadPrompt(problem="“before” must be the “next” of the previous page.")
        if len(ids) > _MOST_IDS:
            raise BadPrompt(problem=f"“id” is said up to {_MOST_IDS} times.")
        query = ListQuery(
            **who(request),
            before=before,
            limit=int(limit),
            text=given.get("q", "")[:_LONGEST_SEARCH],
            person=given.get("person", ""),
            ids=tuple(ids) or None,
            viewer=read_viewer(request),
            starred=given.get("starred") == "true",
            of_platform=given.get("platform", ""),
            of_workspace=given.get("workspace", ""),
            channel=given.get("channel", ""),
        )
        found = await self._bot().query(query)
        more = found[-1].cursor if len(found) == query.limit else None
        renderer = renderer_of(request)
        threads = [renderer.summary(one) for one in found]
        return reply(answers.ThreadsJson(threads=threads, next=more))

    async def _form(self, request: Request) -> Response:
        """Show what a first message can ask for, and what it costs."""
        return await self._show_form(request, None)

    async def _thread_form(self, request: Request) -> Response:
        """Show what a message can ask for in a thread, with what holds there."""
        return await self._show_form(request, request.path_params["id"])

    async def _show_form(self, request: Request, thread: str | None) -> Response:
        found = await self._bot().query(FormQuery(**who(request), conversation=thread))
        return reply(render.form(found))

    async def _rename(self, request: Request) -> Response:
        """Rename a thread."""
        query = CanvasQuery(**who(request), conversation=request.path_params["id"])
        async with body.read(request) as (fields, _):
            title = parse.TitleBody.read(fields).new_title()
        given = await self._bot().rename(query, title)
        if given is None:
            raise no_thread()
        return reply(answers.RenamedJson(id=query.conversation, title=given))

    async def _bookmark(self, request: Request) -> Response:
        """Star a thread for one person, or note that they look at it."""
        query = CanvasQuery(**who(request), conversation=request.path_params["id"])
        async with body.read(request) as (fields, _):
            read = parse.BookmarkChangeBody.read(fields)
        viewer = parse.viewer(read.person, read_caller(request))
        found = await self._bot().bookmark(
            query, viewer, starred=read.starred, seen=bool(read.seen)
        )
        if found is None:
            raise no_thread()
        return reply(answers.BookmarkJson(starred=found.starred, seen=found.seen))

    async def _begin(self, request: Request) -> Response:
        """Begin a thread with its first prompt."""
        return await self._take_message(request, secrets.token_hex(8), starts=True)

    async def _message(self, request: Request) -> Response:
        """Say something in a thread: an edit, or a control in words."""
        return await self._take_message(request, request.path_params["id"], starts=False)

    async def _take_message(self, request: Request, thread: str, *, starts: bool) -> Response:
        async with body.read(request) as (fields, files):
            read = parse.MessageBody.read(fields)
            message = read.message(thread, files, read_caller(request), starts=starts)
            receipt = await self._bot().handle_message(message)
        return accept(request, receipt, None if starts else thread)

    async def _action(self, request: Request) -> Response:
        """Use a control."""
        thread = request.path_params["id"]
        async with body.read(request) as (fields, _):
            event = parse.ActionBody.read(fields).action_event(thread, read_caller(request))
        found = await self._bot().handle_action(event)
        if isinstance(found, Form):
            return reply({"thread": thread, "form": render.form(found)})
        return accept(request, found, thread)

    async def _thread(self, request: Request) -> Response:
        """Show a thread: its turns and versions, in order of creation."""
        query = CanvasQuery(**who(request), conversation=request.path_params["id"])
        view = await self._bot().query(query)
        if view is None:
            raise no_thread()
        return reply(renderer_of(request).thread(view))

    async def _me(self, request: Request) -> Response:
        """Show who calls, and what they may do."""
        caller = read_caller(request)
        person = parse.make_person(request.query_params.get("viewer"), caller)
        role = "operator" if OPERATOR in person.groups else "member"
        return reply(
            answers.MeJson(person.id, person.name, role, signed_in=caller.name is not None)
        )

    async def _usage(self, request: Request) -> Response:
        """Show what was spent in a month, by person, channel and model."""
        return reply(spending.usage(await find_usage(self._bot(), request)))


async def find_usage(bot: Bot, request: Request) -> Usage:
    """Return what was spent in the month that is asked for. Raise BadPrompt."""
    platform = request.query_params.get("platform", "")
    if platform not in {"", "*", "web"}:
        raise BadPrompt(problem="“platform” is * for all workspaces, or web for the page.")
    everywhere = platform == "*"
    query = UsageQuery(
        **who(request), month=request.query_params.get("month") or None, everywhere=everywhere
    )
    found = await bot.query(query)
    if found is None:
        raise BadPrompt(problem="“month” must look like 2026-11.")
    return found


def reply(answer: object, status: int = 200) -> Response:
    """Write an answer: one of the shapes, or their parts in a dictionary."""
    return Response(orjson.dumps(answer), status, media_type="application/json")


def renderer_of(request: Request) -> render.Renderer:
    """Return what renders answers to a request."""
    return render.Renderer(base_path(request))


def no_thread() -> HTTPException:
    """Return the refusal of what is asked about no thread."""
    return HTTPException(404, "There is no such thread.")


def who(request: Request) -> dict[str, Any]:
    """Return who asks, in queries."""
    return {**parse.WHO, "groups": read_caller(request).groups}


def read_viewer(request: Request) -> str:
    """Return the id of who looks."""
    return parse.viewer(request.query_params.get("viewer"), read_caller(request))


def accept(request: Request, receipt: Receipt, thread: str | None) -> Response:
    """Answer with what became of a call; `thread`: where it was made."""
    if receipt.refusal is not None:
        return reply({"error": render.problem(receipt.refusal)}, _status(receipt.refusal))
    if receipt.conversation is None and not receipt.message:
        raise no_thread()
    said = {"says": receipt.message} if receipt.message else {}
    if receipt.code:
        said["code"] = receipt.code
    if receipt.download:
        said["url"] = f"{base_path(request)}/api/threads/{receipt.conversation}/export"
    return reply({"thread": receipt.conversation or thread, "turn": receipt.turn, **said}, 202)


def _status(problem: Problem) -> HTTPStatus:
    if problem.code in {"no_such_thread", "no_such_turn"}:
        return HTTPStatus.NOT_FOUND
    if problem.code.startswith("nothing_to_") or problem.code in {"no_votes", "vote_closed"}:
        return HTTPStatus.CONFLICT
    return {
        "not_allowed": HTTPStatus.FORBIDDEN,
        "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    }.get(problem.kind.value, HTTPStatus.UNPROCESSABLE_ENTITY)
