"""What do operators see beside canvases: who did what, and in which channels Easel draws?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from adapters.web.answers import means
from adapters.web.api import reply, who
from adapters.web.openapi import FORBIDDEN, INVALID, PLATFORM, Call, ok, parameter
from bot.ports.audit import AuditQuery, ChannelsQuery, parse_day
from bot.ports.errors import BadPrompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.ports.adapter import Bot
    from bot.ports.audit import AuditEntry

_PAGE, _MOST = 100, 500


@dataclass(kw_only=True)
class ChannelJson:
    """A channel in which something was drawn."""

    platform: str
    workspace: str
    channel: Annotated[str, means("the platform's id")]


@dataclass(kw_only=True)
class ChannelsJson:
    """The channels whose threads the caller may see."""

    channels: list[ChannelJson]


@dataclass(kw_only=True)
class AuditEntryJson:
    """Who did what that costs money, deletes or changes settings."""

    created: Annotated[float, means("Unix seconds")]
    platform: str
    workspace: str
    channel: str
    person: Annotated[str, means("the platform's id; “”: Easel itself, or a command")]
    person_name: str
    action: Annotated[str, means("draw, delete, settings, kit, resume, expire, sign-in")]
    thread: Annotated[str, means("“”: none")]
    detail: Annotated[str, means("the model, versions, settings; never a prompt")]
    images: int
    settled: Annotated[float, means("US dollars that were billed for certain")]
    perhaps: Annotated[float, means("US dollars that may have been billed beside them")]


@dataclass(kw_only=True)
class AuditJson:
    """A page of the audit log."""

    entries: list[AuditEntryJson]
    next: Annotated[str | None, means("give it as `before` for the next page")]


class Operators:
    """The calls that are about all workspaces."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        day = "2026-11-30, in UTC"
        paged = (
            parameter("since", day),
            parameter("until", f"{day}; this day is not among them"),
            PLATFORM,
            parameter("before"),
            parameter("limit", type="integer"),
        )
        audit = ok(AuditJson, "a page of the log", FORBIDDEN, INVALID)
        return [
            Call("GET", "/api/audit", self._audit, audit, query=paged),
            Call("GET", "/api/channels", self._channels, ok(ChannelsJson, "the channels")),
        ]

    async def _audit(self, request: Request) -> Response:
        """List who did what that costs money, deletes or changes settings; newest first, for operators."""
        query = read_query(request)
        found = await self._bot().query(query)
        more = found[-1].cursor if len(found) == query.limit else None
        return reply(AuditJson(entries=[_entry(one) for one in found], next=more))

    async def _channels(self, request: Request) -> Response:
        """List the channels in which something was drawn: for operators of all workspaces."""
        found = await self._bot().query(ChannelsQuery(**who(request)))
        channels = [
            ChannelJson(platform=one.platform, workspace=one.workspace, channel=one.channel)
            for one in found
        ]
        return reply(ChannelsJson(channels=channels))


def read_query(request: Request) -> AuditQuery:
    """Read what of the audit log is wanted. Raise BadPrompt."""
    given = request.query_params
    limit, before = given.get("limit") or str(_PAGE), given.get("before") or None
    if not (limit.isdecimal() and 1 <= int(limit[:9]) <= _MOST):
        raise BadPrompt(problem=f"“limit” must be a number from 1 to {_MOST}.")
    query = AuditQuery(
        **who(request),
        since=_read_day(given.get("since")),
        until=_read_day(given.get("until")),
        of_platform=given.get("platform", "").removeprefix("*"),
        before=before,
        limit=int(limit),
    )
    if not query.is_cursor_readable:
        raise BadPrompt(problem="“before” must be the “next” of the previous page.")
    return query


def _read_day(text: str | None) -> float | None:
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise BadPrompt(problem=str(error)) from None


def _entry(one: AuditEntry) -> AuditEntryJson:
    return AuditEntryJson(
        created=one.created,
        platform=one.platform,
        workspace=one.workspace,
        channel=one.channel,
        person=one.person,
        person_name=one.person_name,
        action=one.action,
        thread=one.conversation,
        detail=one.detail,
        images=one.images,
        settled=one.settled,
        perhaps=one.unsettled,
    )
