"""What does a control do, pressed or spoken: undo, vary, cancel, retry, edit?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import commands
from bot.conversation.commands import ParsedText
from bot.conversation.conversation import Control, possible_numbers
from bot.conversation.records import Recorded
from bot.intake.events import pressed
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.messages import OPEN, ActionEvent, IncomingMessage, State
from bot.presentation import forms, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.intake.polls import Polls
    from bot.intake.prompts import Prompts
    from bot.intake.team import Doing
    from bot.model.catalog.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import MessageChange


#: controls that move the head
_MOVES = frozenset({Action.UNDO, Action.REDO, Action.GOTO, Action.CHOOSE})


class ActionHandler:
    """Does controls."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        prompts: Prompts,
        does: Mapping[Action, Doing],
        polls: Polls,
        permissions: Permissions,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._prompts = prompts
        self._does = does
        self._polls = polls
        self._permissions = permissions

    async def spoken(
        self, message: IncomingMessage, control: Control, *, soft: bool
    ) -> Recorded | None:
        """Do a control said in words; None: it does not fit here, so that the words are a prompt."""
        conversation = await self._store.find_conversation_at(message.place)
        if conversation is None:
            return None
        self._permissions.check(message, control.action)
        if (before := await self._store.find_recorded(message)) is not None:
            return before
        event = ActionEvent(
            event_id=message.event_id,
            place=message.place,
            person=message.person,
            action=control.action,
            turn=control.turn,
            version=control.version,
        )
        try:
            if control.action in self._does:
                return await self._spoken(message, control, conversation)
            return _no_form(await self._do(message, event, control, conversation))
        except errors.NothingToChoose:
            if soft:
                return None
            raise

    async def _spoken(
        self, message: IncomingMessage, control: Control, conversation: str
    ) -> Recorded | None:
        return _no_form(await self._does[control.action](message, control, conversation))

    async def pressed(self, event: ActionEvent) -> Recorded | Form:
        """Do a control that was pressed. Raises Refused."""
        self._permissions.check(event, event.action)
        forms.check(event)
        if event.action is Action.NEW:
            return await self._new(event)
        conversation = await self._of(event)
        if (before := await self._store.find_recorded(event)) is not None:
            return before
        if event.action in {Action.EDIT, Action.EDIT_PROMPT}:
            return await self._edit(event, conversation)
        if event.action is Action.GOTO and event.version is None:
            raise errors.BadPrompt(problem="Say which version to go back to, for instance v2.")
        if event.action is Action.ANSWER:
            return await self._answer(event, conversation)
        if event.action is Action.ACCEPT:
            return await self._accept(event, conversation)
        control = Control(action=event.action, version=event.version, turn=event.turn)
        if event.action in self._does:
            return await self._does[event.action](event, control, conversation)
        return await self._do(event, event, control, conversation)

    async def _of(self, event: ActionEvent) -> str:
        """Find the conversation of a press. Raises NoSuchThread.

        A first card may be pressed before it is noted where it stands: then its turn tells.
        """
        conversation = await self._store.find_conversation_at(event.place)
        if conversation is not None:
            return conversation
        turn = await self._store.find_turn(event.turn) if event.turn else None
        if turn is None or turn.place != replace(event.place, thread=None):
            raise errors.NoSuchThread
        return turn.conversation

    async def changed(self, change: MessageChange) -> Recorded | None:
        """Follow what became of an asking message; None: no turn waits for it."""
        if change.what == "deleted":
            await self._store.delete_pictures(change)
        turn = await self._store.find_by_message(change.place, change.message_id)
        if turn is None:
            return None
        if turn.points:  # it is several people's by now
            return None
        gone = change.what == "deleted" or commands.aside(change.text)
        if turn.control is not None:
            return await self._store.update_text(turn.id, "" if gone else change.text.strip())
        if not gone:
            text = commands.checked(commands.read_prompt(change.text).text)
            return await self._store.update_text(turn.id, text)
        event = ActionEvent(
            event_id=change.event_id,
            place=change.place,
            person=turn.person,
            action=Action.CANCEL,
            turn=turn.id,
        )
        return await self._store.cancel_turn(event, turn.id, turn.conversation)

    async def _new(self, event: ActionEvent) -> Recorded | Form:
        """Begin a canvas: first the form, then the prompt."""
        if event.fields is None:
            return forms.new_form(self._catalog)
        given = event.fields
        message = IncomingMessage(
            event_id=event.event_id,
            place=event.place,
            person=event.person,
            text=given.get("text", ""),
            may_start=True,
            action_key=pressed(event),
            literal=True,
            output=commands.output_of(given.get("size"), given.get("quality"), given.get("n")),
            model=given.get("model") or None,
        )
        return await self._prompts.begin(message, ParsedText(text=message.text))

    async def _do(
        self,
        incoming: IncomingMessage | ActionEvent,
        event: ActionEvent,
        control: Control,
        conversation: str,
    ) -> Recorded | Form:
        if control.action is Action.CHOOSE and control.letter and not control.version:
            named = await self._polls.named(control.letter, conversation)
            control = replace(control, version=named, letter=None) if named else control
        if control.action in _MOVES:
            return await self._store.record_control(secrets.token_hex(8), incoming, control)
        if control.action is Action.VARY:
            return await self._vary(incoming, control, conversation)
        if control.action is Action.CANCEL:
            return await self._cancel(event, conversation)
        if control.action is Action.RETRY:
            return await self._retry(incoming, event, control, conversation)
        raise errors.BadPrompt(problem=f"“{control.action.value}” is not something to do here.")

    async def _vary(
        self, incoming: IncomingMessage | ActionEvent, control: Control, conversation: str
    ) -> Recorded | Form:
        """Ask the same of the same source once more, for another variation."""
        if control.turn is not None and control.version is None:
            turn = _own(incoming, await self._turn(control.turn, conversation))
        else:
            turn = await self._maker(conversation, control.version)
        price = self._catalog.entry(turn.model).price(turn.output)
        if (form := self._prompts.confirmed(incoming, price, conversation)) is not None:
            return form
        message = _again(incoming, turn)
        return await self._prompts.begin(
            message, ParsedText(text=turn.text), fixed=True, again=True
        )

    async def _maker(self, conversation: str, version: str | None) -> Turn:
        """Find the turn that made a version, None: the head; where there is no head, the newest."""
        known = await self._store.find_conversation(conversation, possible_numbers(version))
        name = version or (known.head if known else None)
        if known is None or name is None:
            newest = await self._store.find_newest(conversation)
            return await self._turn(newest.id if newest else None, conversation)
        return await self._turn(known.versions[known.resolve_version(name)].turn, conversation)

    async def _turn(self, id_: str | None, conversation: str) -> Turn:
        turn = await self._store.find_turn(id_) if id_ else None
        if turn is None or turn.conversation != conversation or turn.control is not None:
            raise errors.NoSuchTurn(turn=id_)
        return turn

    async def _cancel(self, event: ActionEvent, conversation: str) -> Recorded:
        id_ = event.turn
        if id_ is None:
            mine = await self._store.find_newest(conversation, event.person, "open")
            if mine is None:
                raise errors.NothingToCancel
            id_ = mine.id
        gallery = await self._gallery(id_, conversation)
        if gallery is not None and gallery.state is State.POSTED:
            return await self._polls.parts(
                event, gallery, lambda part: part.state in OPEN, self._store.cancel_turn
            )
        begun = await self._store.cancel_turn(event, id_, conversation)
        return replace(begun, is_quiet=True)

    async def _retry(
        self,
        incoming: IncomingMessage | ActionEvent,
        event: ActionEvent,
        control: Control,
        conversation: str,
    ) -> Recorded | Form:
        id_ = event.turn
        if id_ is None:
            failed = await self._store.find_newest(conversation, None, "failed")
            if failed is None:
                return await self._vary(incoming, control, conversation)
            id_ = failed.id
        gallery = await self._gallery(id_, conversation)
        if gallery is not None and gallery.state is State.POSTED:
            return await self._polls.parts(
                event,
                gallery,
                lambda part: part.can_retry and not _waits(part),
                self._store.retry_turn,
            )
        if until := _waits(await self._store.find_turn(id_)):
            raise errors.NotYet(until=until)
        return await self._store.retry_turn(event, id_, conversation)

    async def _gallery(self, id_: str, conversation: str) -> Turn | None:
        """Give a turn whose card gathers what others draw; None: it is none."""
        turn = await self._store.find_turn(id_)
        here = turn is not None and turn.conversation == conversation
        return turn if here and turn is not None and turn.children else None

    async def _answer(self, event: ActionEvent, conversation: str) -> Recorded:
        """Answer the model's question with one of its options."""
        turn = await self._turn(event.turn, conversation)
        value = (event.fields or {}).get("value", "")
        if turn.question is None or not value:
            raise errors.BadPrompt(problem="Say what you answer: one of the options, in “value”.")
        message = replace(_again(event, turn), text=value, attachments=turn.attachments)
        return await self._prompts.begin(
            message, ParsedText(text=value), fixed=True, answers=turn.id
        )

    async def _accept(self, event: ActionEvent, conversation: str) -> Recorded:
        """Draw once more as the model would like, which costs more."""
        turn = await self._turn(event.turn, conversation)
        if turn.offer is None:
            raise errors.BadPrompt(problem="Nothing dearer was offered here.")
        message = replace(_again(event, turn), output=turn.offer)
        return await self._prompts.begin(
            message, ParsedText(text=turn.text), fixed=True, again=True
        )

    async def _edit(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Edit a version, or ask again in other words: first the form, then the prompt."""
        edits = event.action is Action.EDIT
        if edits and event.turn is None:
            turn = await self._maker(conversation, event.version)
        elif event.turn is None:
            newest = await self._store.find_newest(conversation)
            turn = await self._turn(newest.id if newest else None, conversation)
        else:
            turn = await self._turn(event.turn, conversation)
        turn = turn if edits else _own(event, turn)
        version = event.version or (turn.versions[0].number if turn.versions else None)
        if event.fields is None:
            return forms.prompt_form(
                event.action,
                turn,
                self._catalog.entry(turn.model),
                version=version if edits else None,
            )
        message = _again(event, turn, fields=event.fields)
        reading = ParsedText(text=event.fields.get("text", ""), source=version if edits else None)
        if edits:
            return await self._prompts.begin(message, reading)
        return await self._prompts.begin(
            message, ParsedText(text=reading.text), fixed=turn.source_is_final
        )


def _own(incoming: IncomingMessage | ActionEvent, turn: Turn) -> Turn:
    """Give a turn whose words are to be used again. Raises NotAllowed: blocked words are their author's alone."""
    blocked = turn.failure is not None and turn.failure.kind in sentences.HUSHED
    if blocked and incoming.person.id != turn.person.id:
        raise errors.NotAllowed(problem=sentences.NOT_YOUR_WORDS)
    return turn


def _waits(turn: Turn | None) -> str:
    """Give until when the model asked not to be asked again, Unix seconds; "": it may be asked now."""
    until = turn.failure.detail.get("until", "") if turn is not None and turn.failure else ""
    return until if until and float(until) > time.time() else ""


def _no_form(found: Recorded | Form) -> Recorded | None:
    """Words never get a form."""
    return found if isinstance(found, Recorded) else None


def _again(
    incoming: IncomingMessage | ActionEvent, turn: Turn, fields: Mapping[str, str] | None = None
) -> IncomingMessage:
    """Make an Ask of what an earlier turn asked, by whoever asks now."""
    given = fields or {}
    output = commands.output_of(given.get("size"), given.get("quality"), given.get("n"))
    edits = isinstance(incoming, ActionEvent) and incoming.action is Action.EDIT
    return IncomingMessage(
        event_id=incoming.event_id,
        place=incoming.place,
        person=incoming.person,
        text=turn.text,
        action_key=pressed(incoming),
        message_id=incoming.message_id if isinstance(incoming, IncomingMessage) else None,
        attachments=() if edits else turn.attachments,
        source=None if edits else turn.source,
        output=output.over(turn.output),
        model=turn.model,
        literal=True,
    )
