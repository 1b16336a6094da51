"""How does a version become a canvas of its own? Copied, with the path of prompts and answers that led to it.

Nothing is billed for a copy: no row of the ledger is written, and what its turns cost is not known of them.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.errors import NoSuchVersion
from bot.ports.messages import State
from storage import audit, locks
from storage.admission import find_refusal, to_error
from storage.attachments import add_files
from storage.events import find_recorded, find_same_press, turn_values
from storage.new_turns import begin_conversation
from storage.preferences import merge_preferences
from storage.tables import conversations, files, preferences, turns, versions
from storage.turn_loader import get_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.records import NewPrompt

_VERSION = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("of"), versions.c.number == sa.bindparam("number")
)
#: what a copy has of the turn that made a picture: neither its money, nor its team, nor its place in a queue
_COPIED = (
    *("person", "person_name", "text", "attachments", "size", "quality", "model", "variation"),
    *("reply", "answer", "signed", "kit", "previews", "rewordings", "created"),
)


def copy_canvas(
    sql: sa.Connection,
    now: float,
    prompt: NewPrompt,
    conversation: str,
    version: str,
    origin: str | None = None,
) -> Recorded:
    """Begin a conversation with the path to a version of another, where `prompt` says. Raise NoSuchVersion, NotAllowed.

    `prompt.text` is its name, `origin` what its card says of where it is from. It is shown like a picture that was
    just drawn.
    """
    message = prompt.message
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, message)) is not None:
        return before
    if (before := find_same_press(sql, now, message)) is not None:
        return before
    held = merge_preferences(sql, message.place, message.person)
    refusal = prompt.admission.refusal_at(held) or find_refusal(
        sql, now, message, prompt.admission, (), 0.0
    )
    if refusal is not None:
        raise to_error(refusal)
    path = _read_path(sql, conversation, version)
    if not path:
        raise NoSuchVersion(version=version)
    begin_conversation(sql, now, prompt, turns=1, revision=len(path))
    _copy_settings(sql, conversation, prompt.conversation)
    for number, one in enumerate(path, start=1):
        is_last = number == len(path)
        id_ = prompt.id if is_last else secrets.token_hex(8)
        hidden = {"event": f"copy/{prompt.conversation}/{number}", "hidden": True}
        shown = {
            **turn_values(now, prompt.id, message, prompt.conversation, number),
            "message": message.message_id,
            "action_key": message.action_key,
            "state": State.DRAWN.value,
            "origin": origin,
        }
        _copy_turn(sql, now, prompt, one, id_, number, shown if is_last else hidden)
    at = conversations.c.id == prompt.conversation
    grown = {"head": f"v{len(path)}", "count": len(path)}
    sql.execute(sa.update(conversations).where(at).values(grown))
    if origin is not None:
        detail = f"{version} of {conversation}"
        audit.record(sql, now, message, Action.CONTINUE.value, prompt.conversation, detail)
    return Recorded(conversation=prompt.conversation, turn=get_turn(sql, prompt.id), is_new=True)


def _read_path(sql: sa.Connection, conversation: str, number: str) -> Sequence[Any]:
    """Read the versions that lead to one, the oldest first; at most the newest of them."""
    found: list[Any] = []
    wanted: str | None = number
    while wanted is not None and len(found) < limits.MAX_COPIED:
        row = sql.execute(_VERSION, {"of": conversation, "number": wanted}).one_or_none()
        if row is None:
            break
        found.insert(0, row)
        wanted = row.parent
    return found


def _copy_settings(sql: sa.Connection, conversation: str, copy: str) -> None:
    """Let what is set in a thread hold in its copy."""
    where = (preferences.c.scope == "thread", preferences.c.scope_id == conversation)
    held = sql.execute(sa.select(preferences.c["values"]).where(*where)).scalar()
    if held is not None:
        copied = {"scope": "thread", "scope_id": copy, "values": held}
        sql.execute(sa.insert(preferences).values(copied))


def _copy_turn(  # noqa: PLR0913, PLR0917 - what a copy is made of
    sql: sa.Connection,
    now: float,
    prompt: NewPrompt,
    version: Any,  # noqa: ANN401 - a row's columns are known at run time only
    id_: str,
    number: int,
    more: dict[str, object],
) -> None:
    """Copy the turn that made a version, and of its images that one."""
    row = sql.execute(sa.select(turns).where(turns.c.id == version.turn)).one()
    parent = f"v{number - 1}" if number > 1 else None
    values: dict[str, object] = {
        **{name: getattr(row, name) for name in _COPIED},
        "id": id_,
        "conversation": prompt.conversation,
        "lane": prompt.conversation,
        "place": str(prompt.message.place),
        "source": parent,
        "n": 1,
        "images": 1,
        "attempt": 1,
        "state": State.POSTED.value,
        "revision": number,
        "claimed": now,
        "finished": now,
        **more,
    }
    sql.execute(sa.insert(turns).values(values))
    own: dict[str, object] = {
        "conversation": prompt.conversation,
        "number": f"v{number}",
        "turn": id_,
    }
    own |= {"parent": parent, "depth": number, "root": "v1", "created": now}
    sql.execute(sa.insert(versions).values({**version._asdict(), **own}))
    held = sql.execute(sa.select(files.c.blob).where(files.c.turn == row.id)).scalars()
    add_files(sql, id_, prompt.conversation, list(held))
