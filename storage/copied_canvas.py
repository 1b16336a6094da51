"""How does a version become a canvas of its own? Copied, with the prompt and the answer that made it; it costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.ports.errors import NoSuchVersion
from bot.ports.messages import State
from storage import locks, rows
from storage.attachments import add_files
from storage.events import find_recorded, find_same_press, turn_values
from storage.new_turns import begin_conversation
from storage.tables import conversations, turns, versions
from storage.turn_loader import get_turn
from storage.versions import find_versions

if TYPE_CHECKING:
    from bot.conversation.records import NewPrompt

#: what a copy has of the turn that made the picture
_COPIED = ("text", "size", "quality", "model", "reply", "answer", "signed", "previews", "kit")


def copy_canvas(
    sql: sa.Connection, now: float, prompt: NewPrompt, conversation: str, version: str
) -> Recorded:
    """Begin a conversation with a version of another, where `prompt` says. Raise NoSuchVersion.

    `prompt.text` is its name. It is shown like a picture that was just drawn.
    """
    message = prompt.message
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, message)) is not None:
        return before
    if (before := find_same_press(sql, now, message)) is not None:
        return before
    found = next(iter(find_versions(sql, conversation, [version])), None)
    if found is None:
        raise NoSuchVersion(version=version)
    revision = begin_conversation(sql, now, prompt, turns=1, revision=1)
    row = sql.execute(sa.select(turns).where(turns.c.id == found.turn)).one()
    values = {
        **turn_values(now, prompt.id, message, prompt.conversation, revision),
        **{name: getattr(row, name) for name in _COPIED},
        "action_key": message.action_key,
        "n": 1,
        "images": 1,
        "attempt": 1,
        "claimed": now,
        "finished": now,
        "state": State.DRAWN.value,
    }
    sql.execute(sa.insert(turns).values(values))
    kit = rows.kit(row.kit)
    add_files(
        sql, prompt.id, prompt.conversation, (one.blob for one in (kit.images if kit else ()))
    )
    picture = sql.execute(
        sa.select(versions).where(
            versions.c.conversation == conversation, versions.c.number == found.number
        )
    ).one()
    own: dict[str, object] = {
        "conversation": prompt.conversation,
        "number": "v1",
        "turn": prompt.id,
    }
    own |= {"parent": None, "depth": 1, "root": "v1", "created": now}
    sql.execute(sa.insert(versions).values({**picture._asdict(), **own}))
    at = conversations.c.id == prompt.conversation
    sql.execute(sa.update(conversations).where(at).values(head="v1", count=1))
    return Recorded(conversation=prompt.conversation, turn=get_turn(sql, prompt.id), is_new=True)
