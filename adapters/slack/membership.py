"""May the bot post in a channel, and can it read what people reply there?

Slack is asked before a picture is paid for; what it refused a moment ago, and what its events say, is known besides. A
command works in every public channel, and so does its card; but replies reach members only.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from adapters.slack import render, sentences
from adapters.slack.text import clean
from adapters.slack.web_api import BAD_TOKEN, CallLost, CallRefused
from bot.ports.errors import CannotPost
from bot.ports.language import N_, _
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.slack.ephemerals import Ephemerals
    from adapters.slack.web_api import WebApi
    from bot.ports.cards import Card
    from bot.ports.messages import Json, Place
_log = structlog.stdlib.get_logger("easel.slack")

_MAX_CHANNELS = 10_000
#: seconds that what Slack says of a channel holds
_INFO_TTL = 10.0
#: seconds that a refusal is remembered, which only another try would tell to be over; and where Slack says by now
#: that the bot is in the channel
_REFUSAL_TTL, _MEMBER_REFUSAL_TTL = 20.0, 2.0
#: seconds that a look at a channel may wait for a limit
_MAX_WAIT = 0.5
_NOT_IN = N_("it isn't in this channel (type /invite @Easel there to add it)")
_READ_ONLY = N_("only some people can post in this channel")
_ARCHIVED = N_("this channel is archived")
NO_ACCESS = N_("its access to this workspace was removed")
#: seconds in which Slack must say whether the bot is in a channel, for who asked something there
_UNSEEN_TIMEOUT = 0.7
#: what is missing, as a part of a sentence, by Slack's code
_PROBLEMS = {
    **dict.fromkeys(BAD_TOKEN, NO_ACCESS),
    "is_archived": _ARCHIVED,
    "channel_not_found": _NOT_IN,
    "not_in_channel": _NOT_IN,
    "team_access_not_granted": NO_ACCESS,
    "access_denied": N_("it isn't allowed to post in this channel"),
    "missing_scope": N_("it doesn't have permission to post"),
    "no_permission": N_("it isn't allowed to post in this channel"),
    "restricted_action": N_("a rule of this workspace doesn't let it post here"),
    "restricted_action_non_threadable_channel": N_("this channel doesn't allow replies"),
    "restricted_action_read_only_channel": _READ_ONLY,
    "restricted_action_thread_locked": N_("this thread is locked"),
    "restricted_action_thread_only_channel": N_("this channel only allows replies"),
    "thread_locked": N_("this thread is locked"),
    "cannot_reply_to_message": N_("that message doesn't allow replies"),
    "thread_not_found": N_("this thread no longer exists"),
    "messages_tab_disabled": N_("direct messages with it are turned off"),
}
#: events after which a channel takes nothing more, and those after which it has to be looked at again
_CLOSING = {"channel_archive": "is_archived", "channel_deleted": "channel_not_found"}
EVENTS = {
    *_CLOSING,
    *("channel_left", "channel_unarchive", "group_left", "member_joined_channel"),
}
#: events that give or take away access to whole workspaces
ACCESS_EVENTS = frozenset(
    {"app_uninstalled", "team_access_granted", "team_access_revoked", "tokens_revoked"}
)


class Membership:
    """What is known of channels."""

    def __init__(self, api: WebApi, ephemerals: Ephemerals) -> None:
        self._api = api
        self._ephemerals = ephemerals
        #: channels that something was heard from
        self._heard: LRU[str, None] = LRU(_MAX_CHANNELS)
        #: what Slack said of a channel, or the code it refused that with, and when
        self._known: LRU[str, tuple[Json | str, float]] = LRU(_MAX_CHANNELS)
        #: the code with which a place refused a message, and when
        self._refusals: LRU[str, tuple[str, float]] = LRU(_MAX_CHANNELS)

    def note_heard(self, channel: str) -> None:
        """Note a channel that something was heard from."""
        self._heard[channel] = None

    def note_event(self, event: Json) -> None:
        """Note an event that changes where the bot may post."""
        channel = str(event.get("channel") or "")
        self._heard.pop(channel, None)
        self._known.pop(channel, None)
        code = _CLOSING.get(event["type"])
        if code is not None and channel:
            self._known[channel] = code, time.monotonic()

    def note_access(self) -> None:
        """Note that access to the workspace may have changed."""
        self._known.clear()

    def note_refused(self, place: Place, code: str) -> None:
        """Note that a place refused a message."""
        self._known.pop(place.channel, None)
        if code in _PROBLEMS:
            self._refusals[str(place)] = code, time.monotonic()

    def note_posted(self, place: Place) -> None:
        """Note that a place took a message."""
        self._refusals.pop(str(place), None)
        self._ephemerals.note_reply(place.channel, place.thread)

    async def check(self, place: Place) -> None:
        """Raise CannotPost where a message would be refused; return where that is not known."""
        if place.channel.startswith("@"):
            return
        info = await self._info(place.channel)
        problem = _PROBLEMS.get(info) if isinstance(info, str) else _problem(info or {}, place)
        is_member = isinstance(info, dict) and info.get("is_member") is True
        code, since = self._refusals.get(str(place)) or ("", 0.0)
        if code and time.monotonic() - since < (_MEMBER_REFUSAL_TTL if is_member else _REFUSAL_TTL):
            problem = problem or _PROBLEMS[code]
        if problem is not None:
            _log.info("cannot be posted here", place=str(place), problem=problem)
            raise CannotPost(f"{place}: {problem}", problem=problem)

    async def explain_unseen(self, channel: str) -> str:
        """Return why a message's pictures cannot be edited; "": they can, or that is not known in time."""
        try:
            async with asyncio.timeout(_UNSEEN_TIMEOUT):
                return _(sentences.NOT_IN) if await self.is_outside(channel) else ""
        except TimeoutError:
            return ""

    async def is_outside(self, channel: str) -> bool:
        """Return whether the bot is known not to be in a channel, so that it can read nothing there."""
        if channel in self._heard:
            return False
        info = await self._info(channel)
        if isinstance(info, str):
            return _PROBLEMS.get(info) == _NOT_IN
        return info is not None and info.get("is_member") is False

    async def name_public(self, channel: str) -> str:
        """Return what a public channel is called, "#design"; "": it is no public one, or that is not known."""
        info = await self._info(channel)
        if not isinstance(info, dict) or not info.get("is_channel") or info.get("is_private"):
            return ""
        return f"#{clean(str(info['name']), 80)}" if info.get("name") else ""

    async def _info(self, channel: str) -> Json | str | None:
        """Return what Slack says of a channel; a code where it refuses that, None where it cannot be known."""
        known, since = self._known.get(channel) or (None, 0.0)
        if known is not None and time.monotonic() - since < _INFO_TTL:
            return known
        try:
            answer = await self._api.call("conversations.info", max_wait=_MAX_WAIT, channel=channel)
        except CallLost:
            return None
        except CallRefused as error:
            if error.code == "missing_scope" or error.code not in _PROBLEMS:
                return None  # nothing is said of posting
            return error.code
        info: Json = answer["channel"]
        if not info.get("is_archived"):  # else asked again each time: it may be mended
            self._known[channel] = info, time.monotonic()
        return info

    async def warn_if_outside(self, place: Place, card: Card) -> None:
        """Tell who began a canvas where replies are not read that it is so."""
        if place.channel in self._heard or not card.event.startswith(("command/", "view/")):
            return
        if await self.is_outside(place.channel):
            warning = render.sentence(_(sentences.NOT_A_MEMBER))
            await self._ephemerals.post(place, card.person.id, warning, card.event)


def _problem(info: Json, place: Place) -> str | None:
    """Return what Slack's description of a channel says against posting there; None: nothing."""
    if info.get("is_archived"):
        return _ARCHIVED
    if info.get("is_frozen"):
        return _PROBLEMS["restricted_action"]
    if info.get("is_read_only"):
        return _READ_ONLY
    if info.get("is_thread_only") and place.thread is None:
        return _PROBLEMS["restricted_action_thread_only_channel"]
    inside = info.get("is_member") is not False or info.get("is_im")
    return None if inside or not info.get("is_private") else _NOT_IN
