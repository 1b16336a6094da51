"""What becomes of what somebody says: a prompt, a control, an answer, a picture to keep, or talk that is left alone?"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.conversation import commands, intent
from bot.conversation.batch_list import find_lines, is_list
from bot.conversation.intent import Talk
from bot.conversation.records import Recorded
from bot.ports import errors
from bot.ports.actions import ACTIONS, Action
from bot.ports.cards import Form, Receipt
from bot.ports.language import _
from bot.ports.lru import LRU
from bot.ports.messages import OPEN, ActionEvent
from bot.presentation import sentences

if TYPE_CHECKING:
    from bot.conversation.commands import ParsedText
    from bot.conversation.intake_store import ThreadStore
    from bot.conversation.records import Thread
    from bot.conversation.turn import Control, Turn
    from bot.intake.actions import ActionHandler
    from bot.intake.batch_actions import BatchActions
    from bot.intake.general import GeneralActions
    from bot.intake.prompts import Prompts
    from bot.policy.permissions import Permissions
    from bot.ports.messages import Attachment, IncomingMessage

_log = structlog.stdlib.get_logger("easel")

#: seconds in which somebody who may not use Easel is told so once
_ONCE_IN = 6 * 3600.0
_REMEMBERED = 5000


class MessageHandler:
    """Does what people say."""

    def __init__(
        self,
        store: ThreadStore,
        prompts: Prompts,
        actions: ActionHandler,
        general: GeneralActions,
        batches: BatchActions,
        permissions: Permissions,
    ) -> None:
        self._store = store
        self._prompts = prompts
        self._actions = actions
        self._general = general
        self._batches = batches
        self._permissions = permissions
        #: when people who may not use Easel were told so
        self._refused: LRU[tuple[str, str], float] = LRU(_REMEMBERED)

    async def handle(self, message: IncomingMessage) -> Recorded | Receipt:
        """Do what is said. Raise Refused."""
        listed = _find_list(message)
        if message.literal and listed is not None:
            return await self._batches.take(message, listed)
        if message.literal:
            return await self._handle_literal(message)
        thread = await self._store.get_thread(message)
        ignored = Receipt(conversation=thread.conversation, new=False)
        if thread.has_pending_pictures:  # it was asked for here
            message = replace(message, may_start=True, joins_thread=False)
        if thread.conversation is None and not message.may_start:
            return ignored
        if commands.is_aside(message.text):
            return ignored
        if not intent.is_to_easel(message, thread.replies):
            _log.info("left alone", event_id=message.event_id, why="said to others")
            others = message.to_others or message.answers_person
            says = _(sentences.TO_OTHERS if others else sentences.NOT_MENTIONED)
            return (
                Receipt(conversation=thread.conversation, message=says)
                if message.direct
                else ignored
            )
        if listed is not None:
            return await self._batches.take(message, listed)
        result = await self._read_words(message, thread) or ignored
        if thread.conversation is None and message.joins_thread and isinstance(result, Recorded):
            new = result.is_new and result.turn is not None and result.turn.state in OPEN
            return replace(result, message=_(sentences.JOINED) if new else "")
        return result

    async def _handle_literal(self, message: IncomingMessage) -> Recorded | Receipt:
        """Take a command's or a form's words as a prompt, whatever they say; but a code is never one."""
        if commands.is_aside(message.text) and message.may_start:
            raise errors.BadPrompt(problem=sentences.ASIDE)
        control = commands.find_control(message.text)
        if control is not None and control.action is Action.CONTINUE and control.fields:
            done = await self._use_action(message, control)
            return done or Receipt(new=False)
        return await self._begin_prompt(message, commands.parse_prompt(message.text))

    async def _read_words(
        self, message: IncomingMessage, thread: Thread
    ) -> Recorded | Receipt | None:
        """Do what is said to Easel; None: it is left alone."""
        talk = intent.classify_talk(message.text)
        parsed = commands.parse(message.text)
        control = parsed.control
        answers = _find_question(thread.question_turn, parsed, talk)
        if answers is not None:
            return await self._answer(message, answers)
        if control is not None:
            done = await self._do_action(message, thread, control, soft=parsed.soft)
            if done is not None:
                return done
            parsed = commands.parse_prompt(message.text)
        files = message.attachments
        pictures = tuple(one for one in files if (one.media_type or "image/").startswith("image/"))
        if pictures and (talk or not (parsed.text or _names_options(parsed))):
            return await self._keep_pictures(message, thread, pictures)
        if talk is not None and (talk is not Talk.PEOPLE or not message.mentioned):
            return self._answer_talk(message, thread, talk)
        if not parsed.text and not (message.mentioned or message.direct or _names_options(parsed)):
            return None  # a file that is no picture
        if self._was_refused(message):
            return None
        return await self._begin_prompt(message, parsed)

    async def _begin_prompt(self, message: IncomingMessage, parsed: ParsedText) -> Recorded:
        if not parsed.text and _names_options(parsed):
            raise errors.BadPrompt(problem=sentences.OPTIONS_ALONE)
        return await self._prompts.begin(
            message, parsed, source_is_final=message.ignores_head, is_casual=not message.literal
        )

    async def _answer(self, message: IncomingMessage, asked: Turn) -> Recorded:
        """Take what is said as the answer to what the model asked, with the pictures and options of that."""
        parsed = commands.parse_prompt(message.text)
        if not (parsed.source or parsed.letter):
            message = replace(
                message,
                attachments=(*asked.request.attachments, *message.attachments),
                output=message.output.over(parsed.output).over(asked.request.output),
                model=message.model or parsed.model or asked.request.model,
            )
        return await self._begin_prompt(message, parsed)

    async def _do_action(
        self, message: IncomingMessage, thread: Thread, control: Control, *, soft: bool
    ) -> Recorded | Receipt | None:
        """Do a control in words; None: it is no control here."""
        if ACTIONS[control.action].is_global:
            return await self._use_action(message, control)
        if self._was_refused(message):
            return Receipt(conversation=thread.conversation, new=False)
        self._permissions.check(message, control.action)
        if thread.conversation is None:
            if control.fields.get("whose") in {"channel", "workspace"}:
                return await self._general.set_preferences(message, control.fields)
            said = " ".join(message.text.split())[:40]
            return Receipt(message=_(sentences.NO_CANVAS).format(said=said))
        try:
            return await self._use_action(message, control)
        except errors.NothingToChoose:
            if soft:
                return None
            raise

    async def _use_action(
        self, message: IncomingMessage, control: Control
    ) -> Recorded | Receipt | None:
        """Do an action that is said; None: it needs a form, which words never get."""
        event = ActionEvent(
            event_id=message.event_id,
            place=message.place,
            person=message.person,
            action=control.action,
            turn=control.turn,
            version=control.version,
            letter=control.letter,
            fields=control.fields or None,
            message=message,
        )
        result = await self._actions.handle(event)
        return None if isinstance(result, Form) else result

    async def _keep_pictures(
        self, message: IncomingMessage, thread: Thread, pictures: tuple[Attachment, ...]
    ) -> Receipt:
        """Keep pictures without words for their person's next prompt there."""
        conversation = thread.conversation
        if self._was_refused(message):
            return Receipt(conversation=conversation, new=False)
        self._permissions.check(message, Action.NEW)
        new = await self._prompts.keep_pictures(message, pictures)
        says = sentences.describe_kept_pictures(len(pictures)) if new else ""
        return Receipt(conversation=conversation, new=new, message=says)

    def _answer_talk(self, message: IncomingMessage, thread: Thread, talk: Talk) -> Receipt | None:
        """Answer talk where only Easel reads it, or where it was mentioned."""
        _log.info("left alone", event_id=message.event_id, why=talk.value)
        if not (message.mentioned or message.direct):
            return None
        if talk is Talk.HOW:
            return Receipt(conversation=thread.conversation, message=sentences.get_help())
        if talk is Talk.CHAT:
            says = _(sentences.WELCOME)
        else:
            greets = thread.conversation is None or talk is Talk.GREETING
            says = _(sentences.GREETING if greets else sentences.TALK)
        return Receipt(conversation=thread.conversation, message=says)

    def _was_refused(self, message: IncomingMessage) -> bool:
        """Return whether somebody may not use Easel and was told so lately: no word to each message."""
        if message.direct or not self._permissions.closed(message.place, message.person):
            return False
        key, now = (message.place.workspace, message.person.id), time.monotonic()
        if now - self._refused.get(key, -_ONCE_IN) < _ONCE_IN:
            return True
        self._refused[key] = now
        return False


def _find_list(message: IncomingMessage) -> str | None:
    """Return the lines of a message that asks for a batch; "": its list is a file; None: it asks for something else."""
    lines = find_lines(message.text)
    has_file = any(is_list(one.name, one.media_type) for one in message.attachments)
    is_file_alone = has_file and not message.text.strip()
    if lines is None and is_file_alone and (message.mentioned or message.direct):
        return ""
    return lines


def _find_question(asked: Turn | None, parsed: ParsedText, talk: Talk | None) -> Turn | None:
    """Return the prompt that the model asked about, where this is the answer to it; None: it is not."""
    if asked is None:
        return None
    said, control = parsed.text.strip().casefold(), parsed.control
    options = asked.result.question.options if asked.result.question else ()
    if said in {one.strip().casefold() for one in options}:
        return asked
    if control is not None:
        # "v2" answers what was asked about v2
        named = said in (asked.result.question.question if asked.result.question else "").casefold()
        return asked if ACTIONS[control.action].is_everyday or named else None
    asks = asked.result.question is not None or "?" in (asked.result.reply or "")
    if talk is not None:
        return asked if asks and talk is Talk.YES else None
    return asked if asks and said else None


def _names_options(parsed: ParsedText) -> bool:
    """Return whether a message names options."""
    return bool(parsed.model or parsed.output.size or parsed.output.quality or parsed.output.n)
