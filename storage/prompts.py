"""How does a prompt get on disk, and how do its words change?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import votes
from bot.conversation.conversation import possible_numbers
from bot.conversation.records import Recorded
from bot.conversation.turn import Control, Turn
from bot.ports.actions import Action
from bot.ports.errors import NoSuchVersion, NothingToGo
from bot.ports.kit import Kit
from bot.ports.messages import Defaults, State
from storage import locks, rows
from storage.admission import find_refusal, tighten, to_error
from storage.attachments import add_files, list_pictures, take_pictures
from storage.context import read_context
from storage.conversations import raise_revision
from storage.events import find_recorded, find_same_press, insert_control, insert_turn, turn_values
from storage.fairness import UNLIMITED
from storage.new_turns import Chosen, begin_conversation, write_prompt
from storage.places import find_card_at, mark_seen
from storage.spending import list_usage
from storage.tables import turns
from storage.turn_loader import find_turn
from storage.turns import find_newest_poll
from storage.versions import find_size, find_versions, list_made

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.conversation.records import ChooseOutput, NewPrompt
    from bot.conversation.turn import Failure
    from bot.ports.messages import Attachment, IncomingMessage
    from storage.context import Context
    from storage.fairness import Capacity


def record_prompt(
    sql: sa.Connection,
    now: float,
    prompt: NewPrompt,
    fit: ChooseOutput,
    capacity: Capacity = UNLIMITED,
    month: float | None = None,
) -> Recorded:
    """Put a prompt on disk. Raise NoSuchVersion, NothingToGo, and what `fit` raises.

    `month`: when the month began, where it may be claimed at once; None: it may not.
    """
    locks.to_record(sql, prompt.message.place)
    at = read_context(sql, now, prompt.message, capacity)
    if at.row.is_recorded and (before := find_recorded(sql, prompt.message)) is not None:
        return before
    if at.conversation is None and not prompt.message.may_start:
        return Recorded(conversation=None, turn=None, is_new=False)
    at = _with_options(_with_named(sql, at, prompt), prompt.message)
    known = at.conversation
    waiting = _list_waiting(sql, now, prompt, at)
    prompt = _with_pictures(prompt, waiting, is_canvas=known is not None)
    message = prompt.message
    if (before := find_same_press(sql, now, message)) is not None:
        return before
    source, is_final = _find_source(sql, prompt, known)
    edited = source or (known.head if known and not is_final else None)
    model, output, price = fit(at.defaults, _find_size(sql, at, edited))
    is_paused = known is not None and known.mode == "talking"
    is_talk = is_paused and prompt.is_casual
    admission = tighten(prompt.admission, at.defaults)
    usage = list_usage(sql, message.place, message.person, admission.limits)
    refusal = admission.refusal if is_talk else admission.refusal_at(at.defaults)
    if refusal is None and not is_talk:
        refusal = find_refusal(sql, now, message, admission, usage, price)
    if refusal is not None:
        return _record_refused(sql, now, prompt, known, refusal)
    if prompt.ends_pause and not is_paused:
        raise NothingToGo
    if waiting:
        take_pictures(sql, now, message, is_canvas=known is not None)
    if known is not None and is_talk:
        return _record_talk(sql, now, prompt, known)
    chosen = Chosen(source, is_final, edited, model, output, price)
    return write_prompt(sql, now, prompt, at, chosen, usage, month)


def _with_named(sql: sa.Connection, at: Context, prompt: NewPrompt) -> Context:
    """Load the versions that a prompt may name."""
    known, numbers = at.conversation, possible_numbers(prompt.source)
    if known is None or not numbers:
        return at
    named = {one.number: one for one in find_versions(sql, known.id, numbers)}
    return replace(at, conversation=replace(known, versions={**known.versions, **named}))


def _with_options(at: Context, message: IncomingMessage) -> Context:
    """Let a message's own word on the brand kit hold over what is set."""
    if message.kit is None:
        return at
    return replace(at, defaults=Defaults(kit=Kit(is_on=message.kit)).over(at.defaults))


def _list_waiting(
    sql: sa.Connection, now: float, prompt: NewPrompt, at: Context
) -> tuple[Attachment, ...]:
    """List the pictures that wait for a prompt."""
    is_new = not (prompt.source_is_final or prompt.is_variation or prompt.parent)
    if not at.row.has_pictures or not (prompt.answers is not None or is_new):
        return ()
    return list_pictures(sql, now, prompt.message, is_canvas=at.conversation is not None)


def _with_pictures(
    prompt: NewPrompt, waiting: tuple[Attachment, ...], *, is_canvas: bool
) -> NewPrompt:
    """Give a prompt the pictures that wait for it, or those that a new canvas begins with."""
    message = prompt.message
    if not (is_canvas or message.attachments or waiting):
        message = replace(message, attachments=message.opening_attachments)
    return replace(prompt, message=replace(message, attachments=(*waiting, *message.attachments)))


def _find_size(sql: sa.Connection, at: Context, edited: str | None) -> str | None:
    """Find in which size the version to edit was drawn; None: there is none."""
    known = at.conversation
    if known is None or edited is None:
        return None
    return (at.row.head_size or None) if edited == known.head else find_size(sql, known.id, edited)


def _find_source(
    sql: sa.Connection, prompt: NewPrompt, known: Conversation | None
) -> tuple[str | None, bool]:
    """Find the version a prompt edits, and whether that is final."""
    letter = prompt.letter
    if prompt.source_is_final:
        return prompt.source, True
    if known is None:
        if prompt.source is not None:
            raise NoSuchVersion(version=prompt.source)
        return None, False
    if prompt.source is not None:
        return known.resolve_version(prompt.source, letter), True
    if prompt.message.reply_to is not None:
        answered = _find_answered(sql, prompt.message, prompt.message.reply_to, letter)
        if answered is not None:
            return answered, True
    if letter is not None and known.head is not None and not known.head[-1].isdigit():
        return known.head[:-1] + letter, True
    gallery = find_newest_poll(sql, known.id) if letter is not None else None
    if gallery is not None and (named := votes.find_version(gallery, letter or "")):
        return named, True
    return None, False


def _find_answered(
    sql: sa.Connection, message: IncomingMessage, reply_to: str, letter: str | None
) -> str | None:
    """Find the version that a card shows which a message replies to."""
    card = find_card_at(sql, message.place, reply_to)
    numbers = list_made(sql, card) if card is not None else []
    if not numbers:
        return None
    return next((number for number in numbers if letter and number.endswith(letter)), numbers[0])


def _record_refused(
    sql: sa.Connection, now: float, prompt: NewPrompt, known: Conversation | None, refusal: Failure
) -> Recorded:
    """Keep a prompt that is refused before anything is sent. Its place becomes no canvas by it.

    One of several that a press draws leaves nothing, so that pressing again may draw it. Raise Refused.
    """
    if prompt.parent is not None:
        raise to_error(refusal)
    id_ = known.id if known else prompt.conversation
    if known is None:
        begin_conversation(sql, now, prompt)
    mark_seen(sql, id_, prompt.message)
    values = {
        **turn_values(now, prompt.id, prompt.message, id_, raise_revision(sql, id_)),
        "message": prompt.message.message_id,
        "text": prompt.text,
        "state": State.REFUSED.value,
        "failure": rows.dump_optional(refusal),
        "finished": now,
    }
    return insert_turn(sql, values)


def _record_talk(
    sql: sa.Connection, now: float, prompt: NewPrompt, known: Conversation
) -> Recorded:
    """Keep what is said while the thread is paused: it is drawn after “go”, as one edit."""
    message = prompt.message
    mark_seen(sql, known.id, message)
    files = rows.dump_attachments(message.attachments)
    talk = Control(action=Action.TALK)
    said = {"text": prompt.text, "message": message.message_id, "attachments": files}
    recorded = insert_control(sql, now, prompt.id, message, known.id, talk, **said)
    add_files(sql, prompt.id, known.id, [file.blob for file in message.attachments])
    return recorded


def update_text(sql: sa.Connection, turn: str, text: str) -> Recorded | None:
    """Give a waiting turn, or what was said in a pause, its new text; None: it is too late.

    What was said and is taken back has the text "".
    """
    locks.of_turn(sql, turn)
    found = find_turn(sql, turn)
    if found is None or not (_is_waiting(found) or _is_talk(found)):
        return None
    revision = raise_revision(sql, found.conversation)
    rewordings = found.request.rewordings + bool(found.attempt)
    values = {"text": text, "revision": revision, "rewordings": rewordings}
    sql.execute(sa.update(turns).where(turns.c.id == turn).values(values))
    return Recorded(conversation=found.conversation, turn=find_turn(sql, turn), is_new=True)


def _is_waiting(turn: Turn) -> bool:
    """Can it still get other words? What is held was not billed."""
    waits = turn.state in {State.QUEUED, State.HELD} and not turn.team.points
    return waits and (not turn.attempt or turn.state is State.HELD)


def _is_talk(turn: Turn) -> bool:
    """Was it said in the pause that goes on?"""
    is_talk = turn.control is not None and turn.control.action is Action.TALK
    return is_talk and turn.mode == "talking"
