"""May the bot post in a channel, and does it read what people reply there?

Slack is asked before a picture is paid for; what it refused a moment ago, and what its events say, is known besides. A
command works in every public channel, and so does its card; but replies reach members only.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog

from adapters.slack import render
from adapters.slack.web_api import Lost, Refused
from bot.ports.errors import CannotPost
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.slack.ephemerals import Whispers
    from adapters.slack.web_api import Api
    from bot.ports.cards import Card
    from bot.ports.messages import Place

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

#: channels that are remembered
_REMEMBERED = 10_000
#: seconds that what Slack says of a channel holds
_FRESH = 10.0
#: seconds that a refusal is remembered, which nothing but another try would tell to be over
_REFUSED = 20.0
#: likewise where Slack says by now that the bot is in the channel
_JUST_NOW = 2.0
_NOT_IN = "it is not in this channel (type /invite @Easel there to bring it in)"
_NO_ACCESS = "its access to this workspace was taken away"
_READ_ONLY = "only some people may post in this channel"
_ARCHIVED = "this channel is archived"
#: what is missing, as a part of a sentence, by Slack's code
PROBLEMS = {
    "is_archived": _ARCHIVED,
    "channel_not_found": _NOT_IN,
    "not_in_channel": _NOT_IN,
    **dict.fromkeys(
        (
            "account_inactive",
            "invalid_auth",
            "not_authed",
            "token_expired",
            "token_revoked",
            "team_access_not_granted",
        ),
        _NO_ACCESS,
    ),
    "access_denied": "it may not post in this channel",
    "missing_scope": "it was not given the right to post",
    "no_permission": "it may not post in this channel",
    "restricted_action": "a rule of this workspace keeps it from posting here",
    "restricted_action_non_threadable_channel": "this channel takes no replies",
    "restricted_action_read_only_channel": _READ_ONLY,
    "restricted_action_thread_locked": "this thread is locked",
    "restricted_action_thread_only_channel": "this channel takes nothing but replies",
    "thread_locked": "this thread is locked",
    "cannot_reply_to_message": "that message takes no replies",
    "thread_not_found": "this thread is gone",
    "messages_tab_disabled": "direct messages with it are switched off",
}
#: events after which a channel takes nothing more, and those after which it has to be looked at anew
_CLOSED = {
    "channel_archive": "is_archived",
    "channel_deleted": "channel_not_found",
    "tokens_revoked": "token_revoked",
    "app_uninstalled": "token_revoked",
}
_CHANGED = frozenset({"channel_left", "channel_unarchive", "group_left"})
EVENTS = frozenset(_CLOSED) | _CHANGED


class Membership:
    """What is known of channels."""

    def __init__(self, api: Api, whispers: Whispers) -> None:
        self._api = api
        self._whispers = whispers
        self._in: LRU[str, None] = LRU(_REMEMBERED)
        #: what Slack said of a channel, or the code it refused that with, and when
        self._known: LRU[str, tuple[Json | str, float]] = LRU(_REMEMBERED)
        #: the code with which a place refused a message, and when
        self._refused: LRU[str, tuple[str, float]] = LRU(_REMEMBERED)

    def heard(self, channel: str) -> None:
        """Note a channel that something was heard from."""
        self._in[channel] = None

    def changed(self, event: Json) -> None:
        """Note an event that changes where the bot may post."""
        channel = str(event.get("channel") or "")
        self._in.pop(channel, None)
        self._known.pop(channel, None)
        code = _CLOSED.get(event["type"])
        if code is not None and channel:
            self._known[channel] = code, time.monotonic()
        elif code is not None:
            _log.error("Slack takes the token away; see `easel doctor`", event_type=event["type"])
            self._known.clear()

    def refused(self, place: Place, code: str) -> None:
        """Note that a place refused a message."""
        self._known.pop(place.channel, None)
        if code in PROBLEMS:
            self._refused[str(place)] = code, time.monotonic()

    def took(self, place: Place) -> None:
        """Note that a place took a message."""
        self._refused.pop(str(place), None)
        self._whispers.replied(place.channel, place.thread)

    async def check(self, place: Place) -> None:
        """Raise CannotPost where a message would be refused; return where that is not known."""
        if place.channel.startswith("@"):
            return
        about = await self._about(place.channel)
        code, since = self._refused.get(str(place)) or ("", 0.0)
        problem = None
        if isinstance(about, str):
            problem = PROBLEMS.get(about)
        elif about is not None:
            problem = _problem(about, place)
        member = isinstance(about, dict) and about.get("is_member") is True
        if code and time.monotonic() - since < (_JUST_NOW if member else _REFUSED):
            problem = problem or PROBLEMS[code]
        if problem is not None:
            _log.info("cannot be posted here", place=str(place), problem=problem)
            raise CannotPost(f"{place}: {problem}", problem=problem)

    async def is_out(self, channel: str) -> bool:
        """Tell whether the bot is known not to be in a channel, so that it can read nothing there."""
        if channel in self._in:
            return False
        about = await self._about(channel)
        if isinstance(about, str):
            return PROBLEMS.get(about) == _NOT_IN
        return about is not None and about.get("is_member") is False

    async def _about(self, channel: str) -> Json | str | None:
        """Ask Slack about a channel; a code where it refuses that, None where it cannot be known."""
        known, since = self._known.get(channel) or (None, 0.0)
        if known is not None and time.monotonic() - since < _FRESH:
            return known
        try:
            answer = await self._api.call("conversations.info", within=0.5, channel=channel)
        except Lost:
            return None
        except Refused as error:
            if error.code == "missing_scope" or error.code not in PROBLEMS:
                return None  # nothing is said of posting
            return error.code
        found: Json = answer["channel"]
        if not found.get("is_archived"):  # else asked again each time: it may be mended
            self._known[channel] = found, time.monotonic()
        return found

    async def tell(self, place: Place, card: Card) -> None:
        """Tell who began a canvas that replies are not read there, where that is so."""
        if place.channel in self._in or not card.event.startswith(("command/", "view/")):
            return
        if await self.is_out(place.channel):
            shown = render.whisper(render.NOT_A_MEMBER)
            await self._whispers.say(place, card.person.id, shown, card.event)


def _problem(about: Json, place: Place) -> str | None:
    """Read what Slack says of a channel; None: nothing keeps the bot from posting there."""
    if about.get("is_archived"):
        return _ARCHIVED
    if about.get("is_frozen"):
        return PROBLEMS["restricted_action"]
    if about.get("is_read_only"):
        return _READ_ONLY
    if about.get("is_thread_only") and place.thread is None:
        return PROBLEMS["restricted_action_thread_only_channel"]
    inside = about.get("is_member") is not False or about.get("is_im")
    return None if inside or not about.get("is_private") else _NOT_IN
