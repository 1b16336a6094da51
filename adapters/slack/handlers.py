"""What becomes of what Slack sends, within the seconds that Slack waits?

Each prompt is on disk before it is acknowledged. What is not on disk after two seconds: an event stays unacknowledged
and comes again; whoever used a command, a button or a form is told. What Slack's Web API is needed for comes after the
acknowledgement, in the background.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import structlog

from adapters.slack import modals, parse, render, sentences
from adapters.slack.attachments import find_pictures
from adapters.slack.membership import EVENTS
from adapters.slack.panels import is_home
from bot.ports.cards import Form, Receipt
from bot.ports.errors import Kind
from bot.ports.language import _, current_language, match_language, speak
from bot.ports.lru import LRU
from bot.ports.messages import ActionEvent, IncomingMessage, MessageChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.context import BotContext
    from adapters.slack.ephemerals import Ephemerals
    from adapters.slack.membership import Membership
    from adapters.slack.panels import Panels
    from adapters.slack.users import Users
    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.messages import Attachment, Json, Person, Place
_log = structlog.stdlib.get_logger("easel.slack")

#: seconds for a prompt to get on disk
SAVE_TIMEOUT = 2.0
#: seconds that what is said now waits for what was said while we were away
_BACKLOG_TIMEOUT = 1.0
#: seconds in which it must be noted where a card is
_NEW_CARD = 120.0
_MAX_ANSWERED = 5000


class Handlers:
    """Takes what Slack sends to the bot."""

    def __init__(  # noqa: PLR0913 - the adapter's parts, each once
        self,
        *,
        bot: Bot,
        api: WebApi,
        users: Users,
        ephemerals: Ephemerals,
        membership: Membership,
        panels: Panels,
        tasks: BackgroundTasks,
        context: BotContext,
    ) -> None:
        self._bot = bot
        self._api = api
        self._users = users
        self._ephemerals = ephemerals
        self._membership = membership
        self._tasks = tasks
        self.panels = panels
        #: without anybody's name
        self._context = context
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        #: messages that were answered in private: a mention comes twice, as a message too
        self._answered: LRU[str, None] = LRU(_MAX_ANSWERED)
        #: set while what was said in our absence is not being picked up
        self.caught_up = asyncio.Event()
        self.caught_up.set()

    async def handle_event(self, body: Json) -> bool:
        """Handle an event; False: it is not on disk, so Slack should send it again."""
        event = body["event"]
        kind = event.get("type")
        if kind in EVENTS:
            self._membership.note_event(event)
            if kind == "member_joined_channel" and event.get("user") == self._context.bot:
                await self._bot.introduce(self._context.place(event["channel"]))
        elif kind == "app_home_opened":
            async with self._serve(event["user"]) as context:
                self.panels.open_tab(event, context)
        elif kind in {"message", "app_mention"} and not self._context.is_bot(event):
            self._membership.note_heard(event["channel"])
            try:
                async with asyncio.timeout(_BACKLOG_TIMEOUT):
                    await self.caught_up.wait()
            except TimeoutError:
                _log.info("still reading what was said before")
            return await self.handle_message(event)
        return True

    async def handle_message(self, event: Json) -> bool:
        """Handle a message, an edit or a deletion; False: it is not on disk."""
        if event.get("thread_ts") != event.get("ts"):
            self._ephemerals.note_reply(event["channel"], event.get("thread_ts"))
        lock = self._locks.setdefault(parse.place_of(event, self._context), asyncio.Lock())
        try:
            async with asyncio.timeout(SAVE_TIMEOUT), lock:
                context = await self._with_profiles(parse.people_in(event))
                parsed = parse.parse_event(event, context)
                if isinstance(parsed, MessageChange):
                    await self._bot.handle_change(parsed)
                elif parsed is not None:
                    return await self._save(
                        parsed, is_below_new_card=self._is_below_new_card(event)
                    )
        except TimeoutError:
            _log.error("not on disk in time", event_ts=event.get("event_ts"))
            return False
        return True

    def _is_below_new_card(self, event: Json) -> bool:
        """Return whether a thread hangs from a card of ours that was just posted.

        It may not be noted yet where that card is: the reply comes again, and is taken then.
        """
        age = time.time() - float(event.get("thread_ts") or 0)
        return event.get("parent_user_id") == self._context.bot and age < _NEW_CARD

    async def _save(self, message: IncomingMessage, *, is_below_new_card: bool) -> bool:
        """Hand a message to the bot, and tell its person what there is to tell; False: it is not on disk."""
        if is_below_new_card and message.direct:  # below our own card no other canvas begins
            message = replace(message, may_start=False)
        # goes on also where nobody waits for it any more: a transaction has no middle
        receipt = await asyncio.shield(self._start(message))
        if not (receipt.conversation or receipt.refusal or receipt.message) and is_below_new_card:
            return False
        if receipt.refusal is not None and receipt.refusal.code == "not_saved":
            return False
        text = _answer(receipt)
        if text and message.event_id not in self._answered:
            self._answered[message.event_id] = None
            if receipt.panel is not None:
                self.panels.reply(receipt.panel, message, {})
            else:
                self._tell(message.place, message.person, text)
        return True

    # commands and interactions

    async def handle_command(self, body: Json) -> Json:
        """Handle a slash command; return what the person is shown at once."""
        async with self._serve(body["user_id"]) as context:
            text = await self._answer(parse.parse_command(body, context), body)
        content = {"response_type": "ephemeral", **render.sentence(text).payload()}
        return content if text else {}

    async def handle_button(self, body: Json) -> None:
        """Handle a press of a button, or a choice in a form, whose price follows it."""
        async with self._serve(body["user"]["id"]) as context:
            if body.get("view") and not is_home(body):
                self._update_price(body["view"])
            elif (event := parse.parse_button(body, context)) is not None:
                await self._handle_press(event, body)

    async def _handle_press(self, event: ActionEvent, body: Json) -> None:
        message = body.get("message") or {}
        ts = message.get("ts")
        if message.get("reply_count") or message.get("thread_ts", ts) != ts:
            self._ephemerals.note_reply(event.place.channel, event.place.thread)
        await self._handle_privately(event, body)

    async def handle_shortcut(self, body: Json) -> None:
        """Handle a shortcut: on a message with a picture, or the global one."""
        async with self._serve(body["user"]["id"]) as context:
            await self._open_shortcut(body, context)

    async def _open_shortcut(self, body: Json, context: BotContext) -> None:
        event, message = parse.parse_shortcut(body, context), body.get("message") or {}
        if event is not None and (not message or parse.own_version(message, context)):
            await self._handle_privately(event, body)
            return
        channel = body["channel"]["id"]
        problem = (
            _(sentences.NO_PICTURE)
            if event is None
            else await self._membership.explain_unseen(channel)
        )
        if event is not None and not problem:
            await self._handle_privately(event, body, find_pictures(message))
            return
        event_id = f"shortcut/{body['trigger_id']}"
        self._ephemerals.note_url(event_id, body.get("response_url"))
        place = context.place(channel, message.get("thread_ts"))
        self._tell(place, parse.user_of(body, context), problem, event_id)

    async def handle_submission(self, body: Json) -> Json:
        """Handle a form; return what Slack should do with it."""
        async with self._serve(body["user"]["id"]) as context:
            return await self._submit(body, context)

    async def _submit(self, body: Json, context: BotContext) -> Json:
        try:
            parsed = modals.parse_submission(body, context)
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("form not read", error=repr(error))
            return {}
        refusal = (receipt := await self._handle(parsed, body)).refusal
        if refusal is None:
            if text := _answer(receipt):
                self._tell(parsed.place, parsed.person, text, parsed.event_id)
            self.panels.note_change(parsed.person.id)
            return {}
        if refusal.kind is Kind.BAD_REQUEST or refusal.code == sentences.TOO_SLOW:
            inputs = [one["block_id"] for one in body["view"]["blocks"] if one["type"] == "input"]
            errors = dict.fromkeys(inputs[:1], refusal.message)
            return {"response_action": "errors", "errors": errors} if errors else {}
        self._tell(parsed.place, parsed.person, refusal.message, parsed.event_id)
        return {}

    async def _handle_privately(
        self, event: ActionEvent, body: Json, files: Iterable[Attachment] = ()
    ) -> None:
        if text := await self._answer(event, body, files):
            self._tell(event.place, event.person, text, event.event_id)

    async def _answer(
        self, event: IncomingMessage | ActionEvent, body: Json, files: Iterable[Attachment] = ()
    ) -> str:
        """Hand to the bot what somebody did, and show what is theirs; return what else they are told."""
        receipt = await self._handle(event, body, files)
        if receipt.link:
            self._tell(event.place, event.person, receipt.message, event.event_id, receipt.link)
            return ""
        if receipt.panel is not None:
            self.panels.reply(receipt.panel, event, body)
            return ""
        return _answer(receipt)

    async def _handle(
        self, event: IncomingMessage | ActionEvent, body: Json, files: Iterable[Attachment] = ()
    ) -> Receipt:
        """Hand to the bot what somebody did, and open the form that it needs; `files`: what that is about."""
        self._ephemerals.note_url(event.event_id, body.get("response_url"))
        task = self._start(event)
        done, _pending = await asyncio.wait([task], timeout=SAVE_TIMEOUT)  # it goes on beyond that
        if not done:
            _log.error("not on disk in time")
            return Receipt(refusal=sentences.too_slow())
        result: Receipt | Form = task.result()
        if not isinstance(result, Form):
            return result
        view = modals.modal(result, modals.ModalContext.of(result, event.place, files))
        self._tasks.start(self._open(view, body["trigger_id"], event), "open form")
        return Receipt()

    def _start(self, event: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - of two types
        """Start to hand something to the bot, with its person's groups."""
        groups = self._users.groups(event.person.id)
        event = replace(event, person=replace(event.person, groups=groups))
        if isinstance(event, ActionEvent):
            return self._tasks.start(self._bot.handle_action(event), "action")
        return self._tasks.start(self._bot.handle_message(event), "message")

    # in the background

    async def _open(self, view: Json, trigger: str, event: IncomingMessage | ActionEvent) -> None:
        if await self._api.try_call("views.open", trigger_id=trigger, view=view) is None:
            self._tell(event.place, event.person, _(sentences.TOO_LATE), event.event_id)

    def _update_price(self, view: Json) -> None:
        changed = modals.with_new_price(view)
        if changed is not None:
            of = {"view_id": view["id"], "hash": view.get("hash")}
            update = self._api.try_call("views.update", **of, view=changed)
            self._tasks.start(update, "price of form")

    def _tell(self, place: Place, person: Person, text: str, event: str = "", at: str = "") -> None:
        post = self._ephemerals.post(place, person.id, render.sentence(text, link=at), event)
        self._tasks.start(post, "ephemeral")

    @asynccontextmanager
    async def _serve(self, user: str) -> AsyncIterator[BotContext]:
        """Speak the language that somebody set in Slack."""
        context = await self._with_profiles({user})
        with speak(match_language(context.person(user).locale) or current_language()):
            yield context

    async def _with_profiles(self, users: Iterable[str]) -> BotContext:
        return replace(self._context, profiles=await self._users.profiles(users))


def _answer(receipt: Receipt) -> str:
    """Return what a person is to be told; "": they see it on a card, or there is nothing."""
    if receipt.refusal is not None:
        return receipt.refusal.message
    return "" if receipt.shown else receipt.message
