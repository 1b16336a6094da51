"""What does a control do, pressed or spoken: undo, vary, cancel, retry, edit?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import commands
from bot.conversation.commands import Reading
from bot.conversation.conversation import Control, spoken_names
from bot.conversation.records import Begun
from bot.intake.events import pressed
from bot.ports import errors
from bot.ports.messages import OPEN, Action, Ask, Press, State
from bot.presentation import forms, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.intake.polls import Polls
    from bot.intake.prompts import Wishes
    from bot.intake.team import Doing
    from bot.model.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import Change


#: controls that move the head
_MOVES = frozenset({Action.UNDO, Action.REDO, Action.GOTO, Action.CHOOSE})


class Presses:
    """Does controls."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        wishes: Wishes,
        does: Mapping[Action, Doing],
        polls: Polls,
        permissions: Permissions,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._wishes = wishes
        self._does = does
        self._polls = polls
        self._permissions = permissions

    async def spoken(self, ask: Ask, control: Control, *, soft: bool) -> Begun | None:
        """Do a control said in words; None: it does not fit here, so that the words are a wish."""
        conversation = await self._store.conversation_at(ask.place)
        if conversation is None:
            return None
        self._permissions.check(ask, control.action)
        if (before := await self._store.seen(ask)) is not None:
            return before
        press = Press(
            event=ask.event,
            place=ask.place,
            person=ask.person,
            action=control.action,
            turn=control.turn,
            version=control.version,
        )
        try:
            if control.action in self._does:
                return await self._spoken(ask, control, conversation)
            return _no_form(await self._do(ask, press, control, conversation))
        except errors.NothingToChoose:
            if soft:
                return None
            raise

    async def _spoken(self, ask: Ask, control: Control, conversation: str) -> Begun | None:
        return _no_form(await self._does[control.action](ask, control, conversation))

    async def pressed(self, press: Press) -> Begun | Form:
        """Do a control that was pressed. Raises Refused."""
        self._permissions.check(press, press.action)
        forms.check(press)
        if press.action is Action.NEW:
            return await self._new(press)
        conversation = await self._of(press)
        if (before := await self._store.seen(press)) is not None:
            return before
        if press.action in {Action.EDIT, Action.EDIT_PROMPT}:
            return await self._edit(press, conversation)
        if press.action is Action.GOTO and press.version is None:
            raise errors.BadWish(problem="Say which version to go back to, for instance v2.")
        if press.action is Action.ANSWER:
            return await self._answer(press, conversation)
        if press.action is Action.ACCEPT:
            return await self._accept(press, conversation)
        control = Control(action=press.action, version=press.version, turn=press.turn)
        if press.action in self._does:
            return await self._does[press.action](press, control, conversation)
        return await self._do(press, press, control, conversation)

    async def _of(self, press: Press) -> str:
        """Find the conversation of a press. Raises NoSuchThread.

        A first card may be pressed before it is noted where it stands: then its turn tells.
        """
        conversation = await self._store.conversation_at(press.place)
        if conversation is not None:
            return conversation
        turn = await self._store.turn(press.turn) if press.turn else None
        if turn is None or turn.place != replace(press.place, thread=None):
            raise errors.NoSuchThread
        return turn.conversation

    async def changed(self, change: Change) -> Begun | None:
        """Follow what became of an asking message; None: no turn waits for it."""
        if change.what == "deleted":
            await self._store.drop_pictures(change)
        turn = await self._store.by_message(change.place, change.message)
        if turn is None:
            return None
        if turn.points:  # it is several people's by now
            return None
        gone = change.what == "deleted" or commands.aside(change.text)
        if turn.control is not None:
            return await self._store.reword(turn.id, "" if gone else change.text.strip())
        if not gone:
            text = commands.checked(commands.read_wish(change.text).text)
            return await self._store.reword(turn.id, text)
        press = Press(
            event=change.event,
            place=change.place,
            person=turn.person,
            action=Action.CANCEL,
            turn=turn.id,
        )
        return await self._store.cancel(press, turn.id, turn.conversation)

    async def _new(self, press: Press) -> Begun | Form:
        """Begin a canvas: first the form, then the wish."""
        if press.fields is None:
            return forms.new_form(self._catalog)
        given = press.fields
        ask = Ask(
            event=press.event,
            place=press.place,
            person=press.person,
            text=given.get("text", ""),
            starts=True,
            pressed=pressed(press),
            literal=True,
            output=commands.output_of(given.get("size"), given.get("quality"), given.get("n")),
            model=given.get("model") or None,
        )
        return await self._wishes.begin(ask, Reading(text=ask.text))

    async def _do(
        self, said: Ask | Press, press: Press, control: Control, conversation: str
    ) -> Begun | Form:
        if control.action is Action.CHOOSE and control.letter and not control.version:
            named = await self._polls.named(control.letter, conversation)
            control = replace(control, version=named, letter=None) if named else control
        if control.action in _MOVES:
            return await self._store.control(secrets.token_hex(8), said, control)
        if control.action is Action.VARY:
            return await self._vary(said, control, conversation)
        if control.action is Action.CANCEL:
            return await self._cancel(press, conversation)
        if control.action is Action.RETRY:
            return await self._retry(said, press, control, conversation)
        raise errors.BadWish(problem=f"“{control.action.value}” is not something to do here.")

    async def _vary(self, said: Ask | Press, control: Control, conversation: str) -> Begun | Form:
        """Ask the same of the same source once more, for another variation."""
        if control.turn is not None and control.version is None:
            turn = _own(said, await self._turn(control.turn, conversation))
        else:
            turn = await self._maker(conversation, control.version)
        price = self._catalog.entry(turn.model).price(turn.output)
        if (form := self._wishes.confirmed(said, price, conversation)) is not None:
            return form
        ask = _again(said, turn)
        return await self._wishes.begin(ask, Reading(text=turn.text), fixed=True, again=True)

    async def _maker(self, conversation: str, version: str | None) -> Turn:
        """Find the turn that made a version, None: the head; where there is no head, the newest."""
        known = await self._store.conversation(conversation, spoken_names(version))
        name = version or (known.head if known else None)
        if known is None or name is None:
            newest = await self._store.newest(conversation)
            return await self._turn(newest.id if newest else None, conversation)
        return await self._turn(known.versions[known.named(name)].turn, conversation)

    async def _turn(self, id_: str | None, conversation: str) -> Turn:
        turn = await self._store.turn(id_) if id_ else None
        if turn is None or turn.conversation != conversation or turn.control is not None:
            raise errors.NoSuchTurn(turn=id_)
        return turn

    async def _cancel(self, press: Press, conversation: str) -> Begun:
        id_ = press.turn
        if id_ is None:
            mine = await self._store.newest(conversation, press.person, "open")
            if mine is None:
                raise errors.NothingToCancel
            id_ = mine.id
        gallery = await self._gallery(id_, conversation)
        if gallery is not None and gallery.state is State.POSTED:
            return await self._polls.parts(
                press, gallery, lambda part: part.state in OPEN, self._store.cancel
            )
        begun = await self._store.cancel(press, id_, conversation)
        return replace(begun, quiet=True)

    async def _retry(
        self, said: Ask | Press, press: Press, control: Control, conversation: str
    ) -> Begun | Form:
        id_ = press.turn
        if id_ is None:
            failed = await self._store.newest(conversation, None, "failed")
            if failed is None:
                return await self._vary(said, control, conversation)
            id_ = failed.id
        gallery = await self._gallery(id_, conversation)
        if gallery is not None and gallery.state is State.POSTED:
            return await self._polls.parts(
                press, gallery, lambda part: part.can_retry and not _waits(part), self._store.retry
            )
        if until := _waits(await self._store.turn(id_)):
            raise errors.NotYet(until=until)
        return await self._store.retry(press, id_, conversation)

    async def _gallery(self, id_: str, conversation: str) -> Turn | None:
        """Give a turn whose card gathers what others draw; None: it is none."""
        turn = await self._store.turn(id_)
        here = turn is not None and turn.conversation == conversation
        return turn if here and turn is not None and turn.gathered else None

    async def _answer(self, press: Press, conversation: str) -> Begun:
        """Answer the model's question with one of its options."""
        turn = await self._turn(press.turn, conversation)
        value = (press.fields or {}).get("value", "")
        if turn.question is None or not value:
            raise errors.BadWish(problem="Say what you answer: one of the options, in “value”.")
        ask = replace(_again(press, turn), text=value, attachments=turn.attachments)
        return await self._wishes.begin(ask, Reading(text=value), fixed=True, answers=turn.id)

    async def _accept(self, press: Press, conversation: str) -> Begun:
        """Draw once more as the model would like, which costs more."""
        turn = await self._turn(press.turn, conversation)
        if turn.offer is None:
            raise errors.BadWish(problem="Nothing dearer was offered here.")
        ask = replace(_again(press, turn), output=turn.offer)
        return await self._wishes.begin(ask, Reading(text=turn.text), fixed=True, again=True)

    async def _edit(self, press: Press, conversation: str) -> Begun | Form:
        """Edit a version, or ask again in other words: first the form, then the wish."""
        edits = press.action is Action.EDIT
        if edits and press.turn is None:
            turn = await self._maker(conversation, press.version)
        elif press.turn is None:
            newest = await self._store.newest(conversation)
            turn = await self._turn(newest.id if newest else None, conversation)
        else:
            turn = await self._turn(press.turn, conversation)
        turn = turn if edits else _own(press, turn)
        version = press.version or (turn.versions[0].number if turn.versions else None)
        if press.fields is None:
            return forms.wish_form(
                press.action,
                turn,
                self._catalog.entry(turn.model),
                version=version if edits else None,
            )
        ask = _again(press, turn, fields=press.fields)
        reading = Reading(text=press.fields.get("text", ""), source=version if edits else None)
        if edits:
            return await self._wishes.begin(ask, reading)
        return await self._wishes.begin(ask, Reading(text=reading.text), fixed=turn.sourced)


def _own(said: Ask | Press, turn: Turn) -> Turn:
    """Give a turn whose words are to be used again. Raises NotAllowed: blocked words are their author's alone."""
    blocked = turn.failure is not None and turn.failure.kind in sentences.HUSHED
    if blocked and said.person.id != turn.person.id:
        raise errors.NotAllowed(problem=sentences.NOT_YOUR_WORDS)
    return turn


def _waits(turn: Turn | None) -> str:
    """Give until when the model asked not to be asked again, Unix seconds; "": it may be asked now."""
    until = turn.failure.detail.get("until", "") if turn is not None and turn.failure else ""
    return until if until and float(until) > time.time() else ""


def _no_form(found: Begun | Form) -> Begun | None:
    """Words never get a form."""
    return found if isinstance(found, Begun) else None


def _again(said: Ask | Press, turn: Turn, fields: Mapping[str, str] | None = None) -> Ask:
    """Make an Ask of what an earlier turn asked, by whoever asks now."""
    given = fields or {}
    output = commands.output_of(given.get("size"), given.get("quality"), given.get("n"))
    edits = isinstance(said, Press) and said.action is Action.EDIT
    return Ask(
        event=said.event,
        place=said.place,
        person=said.person,
        text=turn.text,
        pressed=pressed(said),
        message=said.message if isinstance(said, Ask) else None,
        attachments=() if edits else turn.attachments,
        source=None if edits else turn.source,
        output=output.over(turn.output),
        model=turn.model,
        literal=True,
    )
