"""How does a prompt get on disk, and how do its words change?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import votes
from bot.conversation.conversation import Conversation, possible_numbers
from bot.conversation.records import Recorded
from bot.conversation.turn import Control, Turn
from bot.ports.actions import Action
from bot.ports.errors import NoSuchVersion, NothingToGo
from bot.ports.messages import Defaults, State
from storage import locks, rows
from storage.admission import find_refusal, to_error
from storage.attachments import add_files, list_pictures, take_pictures
from storage.conversations import (
    create_conversation,
    find_conversation,
    make_title,
    raise_revision,
    touch_turns,
    update_conversation,
)
from storage.events import find_recorded, find_same_press, insert_control, insert_turn, turn_values
from storage.places import find_card_at, find_conversation_at, insert_place, mark_seen
from storage.preferences import find_preferences, write_preferences
from storage.results import is_on_hold
from storage.tables import conversations, turns
from storage.turn_loader import find_turn
from storage.turns import find_newest_poll
from storage.versions import find_size, list_made
from storage.waiting import find_first

if TYPE_CHECKING:
    from bot.conversation.records import ChooseOutput, NewPrompt
    from bot.conversation.turn import Failure
    from bot.ports.messages import IncomingMessage

_TAKEN = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(
        revision=conversations.c.revision + 1,
        turns=conversations.c.turns + 1,
        updated=sa.bindparam("now"),
    )
    .returning(conversations.c.revision)
)


def record_prompt(sql: sa.Connection, now: float, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
    """Put a prompt on disk. Raise NoSuchVersion, NothingToGo, and what `fit` raises."""
    locks.account(sql)
    if (before := find_recorded(sql, prompt.message)) is not None:
        return before
    id_ = find_conversation_at(sql, prompt.message.place)
    if id_ is None and not prompt.message.may_start:
        return Recorded(conversation=None, turn=None, is_new=False)
    known = _lock(sql, id_, prompt) if id_ else None
    prompt, has_waiting = _with_pictures(sql, now, prompt, is_canvas=known is not None)
    message = prompt.message
    if (before := find_same_press(sql, now, message)) is not None:
        return before
    defaults = find_preferences(sql, id_, message.place, message.person)
    source, is_final = _find_source(sql, prompt, known)
    edited = source or (known.head if known and not is_final else None)
    size = find_size(sql, known.id, edited) if known and edited else None
    model, output, price = fit(defaults, size)
    is_paused = known is not None and known.mode == "talking"
    is_talk = is_paused and prompt.is_casual
    refusal = prompt.admission.refusal
    if refusal is None and not is_talk:
        refusal = find_refusal(sql, now, message, prompt.admission, price)
    if refusal is not None:
        return _record_refused(sql, now, prompt, known, refusal)
    if prompt.ends_pause and not is_paused:
        raise NothingToGo
    if has_waiting:
        take_pictures(sql, now, message, is_canvas=known is not None)
    if known is not None and is_talk:
        return _record_talk(sql, now, prompt, known)
    if known is None:
        known = _begin(sql, now, prompt)
    mark_seen(sql, now, message)
    revision = sql.execute(_TAKEN, {"of": known.id, "now": now}).scalar_one()
    variation = _count_variations(sql, known.id, prompt.text, source) if prompt.is_variation else 0
    state = State.HELD if is_on_hold(sql) else State.QUEUED
    values = {
        **turn_values(now, prompt.id, message, known.id, revision),
        **_prompt_values(prompt),
        "lane": prompt.id if prompt.parent is not None else known.id,
        "source": source,
        "source_is_final": is_final,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "model": model,
        "price": rows.nanos(price),
        "variation": variation + 1,
        "previews": defaults.previews,
        "state": state.value,
    }
    _change_beside(sql, prompt, known, revision)
    recorded = insert_turn(sql, values)
    add_files(sql, prompt.id, known.id, [file.blob for file in message.attachments])
    return _with_first(sql, recorded, revision)


def _prompt_values(prompt: NewPrompt) -> dict[str, object]:
    """Return the columns that only the prompt itself decides."""
    return {
        "message": prompt.message.message_id,
        "text": prompt.text,
        "attachments": rows.dump_attachments(prompt.message.attachments),
        "answers": prompt.answers,
        "action_key": prompt.message.action_key,
        "parent": prompt.parent,
        "hidden": prompt.parent is not None,
        "brainstorm": prompt.is_brainstorm,
        "contributors": rows.dump(prompt.contributors),
    }


def _lock(sql: sa.Connection, id_: str, prompt: NewPrompt) -> Conversation | None:
    locks.conversation(sql, id_)
    return find_conversation(sql, id_, possible_numbers(prompt.source))


def _with_pictures(
    sql: sa.Connection, now: float, prompt: NewPrompt, *, is_canvas: bool
) -> tuple[NewPrompt, bool]:
    """Give a prompt the pictures that wait for it, or those that a new canvas begins with.

    Return it, and whether any waited.
    """
    message = prompt.message
    is_new = not (prompt.source_is_final or prompt.is_variation or prompt.parent)
    takes = prompt.answers is not None or is_new
    waiting = list_pictures(sql, now, message, is_canvas=is_canvas) if takes else ()
    if not (is_canvas or message.attachments or waiting):
        message = replace(message, attachments=message.opening_attachments)
    message = replace(message, attachments=(*waiting, *message.attachments))
    return replace(prompt, message=message), bool(waiting)


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


def _change_beside(
    sql: sa.Connection, prompt: NewPrompt, known: Conversation, revision: int
) -> None:
    """Write what changes with a prompt: a pause ends, a question is answered."""
    if prompt.ends_pause:
        update_conversation(sql, known.id, mode="drawing")
    if not known.title:  # what it was named after is deleted, or was blocked
        update_conversation(sql, known.id, title=make_title(prompt.text))
    if prompt.answers is not None:
        touch_turns(sql, [prompt.answers], revision)


def _record_refused(
    sql: sa.Connection, now: float, prompt: NewPrompt, known: Conversation | None, refusal: Failure
) -> Recorded:
    """Keep a prompt that is refused before anything is sent. Its place becomes no canvas by it.

    One of several that a press draws leaves nothing, so that pressing again may draw it. Raise Refused.
    """
    if prompt.parent is not None:
        raise to_error(refusal)
    if known is None:
        known = create_conversation(sql, now, prompt)
        _set_model(sql, prompt)
    mark_seen(sql, now, prompt.message)
    values = {
        **turn_values(now, prompt.id, prompt.message, known.id, raise_revision(sql, known.id)),
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
    mark_seen(sql, now, message)
    files = rows.dump_attachments(message.attachments)
    talk = Control(action=Action.TALK)
    said = {"text": prompt.text, "message": message.message_id, "attachments": files}
    recorded = insert_control(sql, now, prompt.id, message, known.id, talk, **said)
    add_files(sql, prompt.id, known.id, [file.blob for file in message.attachments])
    return recorded


def _begin(sql: sa.Connection, now: float, prompt: NewPrompt) -> Conversation:
    """Begin a conversation; its place is a canvas from now on."""
    known = create_conversation(sql, now, prompt)
    _set_model(sql, prompt)
    place = prompt.message.place
    if place.thread is not None:  # it was free a moment ago; if not, this is run again
        insert_place(sql, now, known.id, place)
    return known


def _set_model(sql: sa.Connection, prompt: NewPrompt) -> None:
    """Have a thread keep the model that it was begun with."""
    if prompt.message.model is not None:
        wanted = Defaults(model=prompt.message.model)
        write_preferences(sql, "thread", prompt.conversation, wanted)


def _with_first(sql: sa.Connection, recorded: Recorded, revision: int) -> Recorded:
    """Have the prompt that waits longest offer what can be done with those behind it."""
    turn = recorded.turn
    if turn is None or (turn.queue_position or 1) == 1:
        return recorded
    waits = find_first(sql, turn.lane)
    if waits is None or waits == turn.id:
        return recorded
    touch_turns(sql, [waits], revision)
    first = find_turn(sql, waits)
    return replace(recorded, also_changed=(first,)) if first else recorded


def _count_variations(sql: sa.Connection, conversation: str, text: str, source: str | None) -> int:
    newest = sa.select(sa.func.max(turns.c.variation)).where(
        turns.c.conversation == conversation,
        turns.c.text == text,
        turns.c.source.is_not_distinct_from(source),
    )
    return sql.execute(newest).scalar() or 0


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
