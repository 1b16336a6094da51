"""Which conversations speak of some words? SQLite's FTS5 and Postgres' full text search, over prompts and titles."""

from __future__ import annotations

import re

import sqlalchemy as sa

from storage.tables import conversations, turns

#: words of one search that count
_MOST_WORDS = 12


def speaks_of(sql: sa.Connection, text: str) -> sa.ColumnElement[bool]:
    """Make the condition that a conversation's title or prompts hold words that begin as these do."""
    words = re.findall(r"\w+", text.lower())[:_MOST_WORDS]
    if not words:
        return sa.true()
    if sql.dialect.name == "sqlite":
        wanted = " ".join(f'"{word}"*' for word in words)
        rows = sa.text("SELECT rowid FROM turns_text WHERE turns_text MATCH :wanted").bindparams(
            wanted=wanted
        )
        matches = turns.c.seq.in_(rows.columns(sa.column("rowid", sa.Integer)))
    else:
        wanted = " & ".join(f"{word}:*" for word in words)
        matches = sa.func.to_tsvector(sa.literal_column("'simple'"), turns.c.text).op("@@")(
            sa.func.to_tsquery(sa.literal_column("'simple'"), wanted)
        )
    prompts = sa.select(turns.c.conversation).where(
        matches, turns.c.control.is_(None), turns.c.deleted.is_(None)
    )
    titled = (conversations.c.title.icontains(word, autoescape=True) for word in words)
    return sa.or_(conversations.c.id.in_(prompts), sa.and_(*titled))


def has_person(name: str) -> sa.ColumnElement[bool]:
    """Make the condition that somebody of this name asked for something in a conversation."""
    asked = sa.select(turns.c.conversation).where(
        turns.c.person_name == name, turns.c.deleted.is_(None)
    )
    return conversations.c.id.in_(asked)


def people(sql: sa.Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Give the names of those who asked in these conversations, in the order of their first prompts."""
    first = sa.func.min(turns.c.seq)
    found: dict[str, tuple[str, ...]] = {}
    named = (
        sa.select(turns.c.conversation, turns.c.person_name)
        .where(turns.c.conversation.in_(ids), turns.c.deleted.is_(None))
        .group_by(turns.c.conversation, turns.c.person_name)
        .order_by(first)
    )
    for row in sql.execute(named):
        found[row.conversation] = (*found.get(row.conversation, ()), row.person_name)
    return found
