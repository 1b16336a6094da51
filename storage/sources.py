"""Which version does a prompt edit, and in which shape?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import votes
from bot.ports.errors import NoSuchVersion
from storage import reading
from storage.tables import posts, turns, versions

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.conversation.records import NewPrompt
    from bot.ports.messages import Place

_POST = sa.select(posts.c.card).where(
    posts.c.place == sa.bindparam("place"), posts.c.message == sa.bindparam("message")
)
_SIZE = (
    sa.select(turns.c.size)
    .join(versions, versions.c.turn == turns.c.id)
    .where(
        versions.c.conversation == sa.bindparam("of"), versions.c.number == sa.bindparam("number")
    )
)


def source_of(
    sql: sa.Connection, prompt: NewPrompt, known: Conversation | None
) -> tuple[str | None, bool]:
    """Find the version a prompt edits, and whether that is final."""
    if prompt.source_is_final:
        return prompt.source, True
    if known is None:
        if prompt.source is not None:
            raise NoSuchVersion(version=prompt.source)
        return None, False
    if prompt.source is not None:
        return known.resolve_version(prompt.source, prompt.letter), True
    if prompt.message.reply_to is not None:
        answered = _answered(sql, prompt.message.place, prompt.message.reply_to, prompt.letter)
        if answered is not None:
            return answered, True
    if prompt.letter is not None and known.head is not None and not known.head[-1].isdigit():
        return known.head[:-1] + prompt.letter, True
    gallery = reading.newest_poll(sql, known.id) if prompt.letter is not None else None
    if gallery is not None and (named := votes.find_version(gallery, prompt.letter or "")):
        return named, True
    return None, False


def size_of(sql: sa.Connection, conversation: str, number: str) -> str | None:
    """Tell in which size a version was drawn, "1536x1024"; None: there is no such version."""
    found: str | None = sql.execute(_SIZE, {"of": conversation, "number": number}).scalar()
    return found or None


def card_at(sql: sa.Connection, place: Place, message: str) -> str | None:
    """Find the card that this message of the bot shows, by its turn's id; None: it shows none."""
    found: str | None = sql.execute(_POST, {"place": str(place), "message": message}).scalar()
    return found


def _answered(sql: sa.Connection, place: Place, message: str, letter: str | None) -> str | None:
    card = card_at(sql, place, message)
    if card is None:
        return None
    made = sql.execute(
        sa.select(versions.c.number).where(versions.c.turn == card).order_by(versions.c.number)
    ).scalars()
    numbers: list[str] = list(made)
    if not numbers:
        return None
    return next((number for number in numbers if letter and number.endswith(letter)), numbers[0])
