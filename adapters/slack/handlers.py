"""What becomes of what Slack sends, within the seconds that Slack waits?

Each prompt is on disk before it is acknowledged. What is not on disk after two seconds: an event stays
unacknowledged and comes again; whoever used a command, a button or a form is told. What Slack's Web API is needed
for comes after the acknowledgement, beside.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from adapters.slack import modals, parse, render, submission
from adapters.slack.membership import EVENTS
from adapters.slack.web_api import Lost, Refused
from bot.ports.cards import Form
from bot.ports.lru import LRU
from bot.ports.messages import ActionEvent, IncomingMessage, Kind, MessageChange

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.ephemerals import Whispers
    from adapters.slack.membership import Membership
    from adapters.slack.users import People
    from adapters.slack.web_api import Api
    from bot.ports.adapter import Bot
    from bot.ports.cards import Receipt
    from bot.ports.messages import Attachment, Person, Place

Json = dict[str, Any]
T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.slack")

#: seconds for a prompt to get on disk
PATIENCE = 2.0
#: seconds that what is said now waits for what was said while we were away
_BEFORE = 1.0


#: seconds in which Slack must say whether the bot is in a channel
_LOOK = 0.7
#: messages that are remembered
_REMEMBERED = 5000
#: seconds in which it must be noted where a card stands
_NEW = 120.0


class TooSlow(Exception):
    """It is not on disk in time."""


class Hearing:
    """Takes what Slack sends to the bot."""

    def __init__(  # noqa: PLR0913 - the adapter's parts, each once
        self,
        *,
        bot: Bot,
        api: Api,
        people: People,
        whispers: Whispers,
        membership: Membership,
        tasks: BackgroundTasks,
        me: parse.Here,
    ) -> None:
        self._bot = bot
        self._api = api
        self._people = people
        self._whispers = whispers
        self._membership = membership
        self._tasks = tasks
        self._me = me
        self._orders: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        #: messages that were answered in private: a mention comes twice, as a message too
        self._answered: LRU[str, None] = LRU(_REMEMBERED)
        #: set while what was said in our absence is not being picked up
        self.caught_up = asyncio.Event()
        self.caught_up.set()

    # events

    async def event(self, body: Json) -> bool:
        """Take an event; False: it is not on disk, so Slack should send it again."""
        event = body["event"]
        if event.get("type") in EVENTS:
            self._membership.changed(event)
            return True
        if event.get("type") == "app_home_opened":
            self._tasks.start(self._greet(event), "greet")
            return True
        if event.get("type") not in {"message", "app_mention"} or parse.is_of_a_bot(
            event, self._me
        ):
            return True
        self._membership.heard(event["channel"])
        try:
            async with asyncio.timeout(_BEFORE):
                await self.caught_up.wait()
        except TimeoutError:
            _log.info("still picking up what was said before")
        return await self.heard(event)

    async def heard(self, event: Json) -> bool:
        """Take a message, an edit or a deletion; False: it is not on disk."""
        if event.get("thread_ts") != event.get("ts"):
            self._whispers.replied(event["channel"], event.get("thread_ts"))
        lock = self._orders.setdefault(parse.place_of(event, self._me), asyncio.Lock())
        try:
            async with asyncio.timeout(PATIENCE), lock:
                here = await self._here(parse.people_in(event))
                said = parse.event(event, here)
                if isinstance(said, MessageChange):
                    await self._bot.handle_change(said)
                elif said is not None:
                    message = replace(said, person=self._known(said.person))
                    new_canvas = self._is_new_canvas(event)
                    if new_canvas and message.direct:  # below our own card no other canvas begins
                        message = replace(message, may_start=False)
                    receipt = await self._asked(message)
                    ours = receipt.conversation or receipt.refusal or receipt.message
                    if not ours and new_canvas:
                        return False
                    return self._after(message, receipt)
        except TimeoutError:
            _log.error("not on disk in time", event_ts=event.get("event_ts"))
            return False
        return True

    def _is_new_canvas(self, event: Json) -> bool:
        """Tell whether a thread hangs from a card of ours that was just posted.

        It may not be noted yet where that card stands: the reply comes again, and is taken then.
        """
        age = time.time() - float(event.get("thread_ts") or 0)
        return event.get("parent_user_id") == self._me.bot and age < _NEW

    async def _asked(self, message: IncomingMessage) -> Receipt:
        # goes on also where nobody waits for it any more: a transaction has no middle
        return await asyncio.shield(self._tasks.start(self._bot.handle_message(message), "ask"))

    def _after(self, incoming: IncomingMessage, receipt: Receipt) -> bool:
        """Tell a person what there is to tell; False: it was not saved."""
        if receipt.refusal is not None and receipt.refusal.code == "not_saved":
            return False
        says = "" if receipt.shown else receipt.message
        if receipt.refusal is not None:
            says = receipt.refusal.message
        if says and incoming.event_id not in self._answered:
            self._answered[incoming.event_id] = None
            self._whisper(incoming.place, incoming.person, says)
        return True

    async def _greet(self, event: Json) -> None:
        """Suggest first prompts in the app's Messages tab."""
        if event.get("tab") != "messages":
            return
        try:
            await self._api.call(
                "assistant.threads.setSuggestedPrompts",
                channel_id=event["channel"],
                prompts=list(render.PROMPTS),
            )
        except (Lost, Refused) as error:
            _log.info("no prompts suggested", error=str(error))

    # commands and interactions

    async def command(self, body: Json) -> Json:
        """Take a slash command; give what the person is told at once."""
        here = await self._here({body["user_id"]})
        said = parse.command(body, here)
        self._whispers.remember(said.event_id, body.get("response_url"))
        try:
            found = await self._within(self._do(said))
        except TooSlow:
            return _told(render.TOO_SLOW)
        if isinstance(found, Form):
            errand = submission.errand_of(found, said.place)
            self._open(found, errand, body["trigger_id"], said)
            return {}
        if found.refusal is not None:
            return _told(found.refusal.message)
        return _told(found.message) if found.message else {}

    async def pressed(self, body: Json) -> None:
        """Take a press of a button, or a choice in a form, whose price follows it."""
        if body.get("view"):
            self._tasks.start(self._repriced(body["view"]), "price of form")
            return
        here = await self._here({body["user"]["id"]})
        event = parse.pressed(body, here)
        shown = body.get("message") or {}
        if event is not None:
            if shown.get("reply_count") or shown.get("thread_ts", shown.get("ts")) != shown.get(
                "ts"
            ):
                self._whispers.replied(event.place.channel, event.place.thread)
            await self._control(event, body, ())

    async def shortcut(self, body: Json) -> None:
        """Take a shortcut: on a message with a picture, or the global one."""
        here = await self._here({body["user"]["id"]})
        press = parse.shortcut(body, here)
        shown = body.get("message") or {}
        own = press is not None and (not shown or parse.own_picture(shown, here) is not None)
        problem = None if own else await self._unseen(press, body["channel"]["id"])
        if press is not None and problem is None:
            await self._control(press, body, () if own else parse.pictures(shown))
            return
        place = here.place(body["channel"]["id"], shown.get("thread_ts"))
        event = f"shortcut/{body['trigger_id']}"
        self._whispers.remember(event, body.get("response_url"))
        self._whisper(place, parse.who(body, here), problem or render.NO_PICTURE, event)

    async def _unseen(self, event: ActionEvent | None, channel: str) -> str | None:
        """Say why the pictures of a message cannot be edited; None: they can, or that is not known yet."""
        if event is None:
            return render.NO_PICTURE
        try:
            async with asyncio.timeout(_LOOK):
                return render.NOT_IN if await self._membership.is_out(channel) else None
        except TimeoutError:
            return None

    async def submitted(self, body: Json) -> Json:
        """Take a form; give what Slack should do with it."""
        here = await self._here({body["user"]["id"]})
        try:
            said = submission.read(body, here)
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("form not read", error=repr(error))
            return {}
        try:
            found = await self._within(self._do(said))
        except TooSlow:
            return _errors(body, render.TOO_SLOW)
        if isinstance(found, Form) or found.refusal is None:
            return {}
        if found.refusal.kind is Kind.BAD_REQUEST:
            return _errors(body, found.refusal.message)
        self._whisper(said.place, said.person, found.refusal.message, said.event_id)
        return {}

    async def _control(self, event: ActionEvent, body: Json, files: Iterable[Attachment]) -> None:
        self._whispers.remember(event.event_id, body.get("response_url"))
        try:
            found = await self._within(self._do(event))
        except TooSlow:
            self._whisper(event.place, event.person, render.TOO_SLOW, event.event_id)
            return
        if isinstance(found, Form):
            errand = submission.errand_of(found, event.place, tuple(files))
            self._open(found, errand, body["trigger_id"], event)
        elif found.refusal is not None:
            self._whisper(event.place, event.person, found.refusal.message, event.event_id)
        elif found.message and not found.shown:
            self._whisper(event.place, event.person, found.message, event.event_id)

    async def _do(self, incoming: IncomingMessage | ActionEvent) -> Receipt | Form:
        person = self._known(incoming.person)
        if isinstance(incoming, IncomingMessage):
            return await self._bot.handle_message(replace(incoming, person=person))
        return await self._bot.handle_action(replace(incoming, person=person))

    async def _within(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait as long as may be; it goes on where that is too short. Raises TooSlow."""
        task = self._tasks.start(work, "press")
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if not done:
            _log.error("not on disk in time")
            raise TooSlow
        return task.result()

    # beside

    def _open(
        self,
        form: Form,
        errand: submission.Errand,
        trigger: str,
        incoming: IncomingMessage | ActionEvent,
    ) -> None:
        view = modals.form(form, errand)
        self._tasks.start(self._opened(view, trigger, incoming), "open form")

    async def _opened(
        self, view: Json, trigger: str, incoming: IncomingMessage | ActionEvent
    ) -> None:
        try:
            await self._api.call("views.open", trigger_id=trigger, view=view)
        except (Lost, Refused) as error:
            _log.warning("form not opened", error=str(error))
            shown = render.whisper(render.TOO_LATE)
            await self._whispers.say(incoming.place, incoming.person.id, shown, incoming.event_id)

    async def _repriced(self, view: Json) -> None:
        changed = modals.repriced(view)
        if changed is None:
            return
        try:
            await self._api.call(
                "views.update", view_id=view["id"], hash=view.get("hash"), view=changed
            )
        except (Lost, Refused) as error:
            _log.info("price not shown", error=str(error))

    def _whisper(self, place: Place, person: Person, text: str, event: str = "") -> None:
        shown = render.whisper(text)
        self._tasks.start(self._whispers.say(place, person.id, shown, event), "whisper")

    async def _here(self, users: Iterable[str]) -> parse.Here:
        wanted = set(users)
        names = await self._people.names(wanted)
        people = self._people.persons(wanted)
        return parse.Here(team=self._me.team, bot=self._me.bot, names=names, people=people)

    def _known(self, person: Person) -> Person:
        """Say in which groups a person is."""
        groups = self._people.groups(person.id)
        return replace(person, groups=groups) if groups else person


def _told(text: str) -> Json:
    shown = render.whisper(text)
    return {"response_type": "ephemeral", "text": shown.text, "blocks": list(shown.blocks)}


def _errors(body: Json, says: str) -> Json:
    """Show a sentence at a form's first field."""
    fields = [one["block_id"] for one in body["view"]["blocks"] if one["type"] == "input"]
    return {"response_action": "errors", "errors": {fields[0]: says}} if fields else {}
