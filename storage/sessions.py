"""Who is signed in to the page? One row a browser, until it logs out or its time is over."""

from __future__ import annotations

import sqlalchemy as sa

from bot.ports.sessions import Session
from storage import audit
from storage.rows import dump, load
from storage.tables import sessions


def save_session(sql: sa.Connection, now: float, id_: str, session: Session) -> None:
    """Note that somebody signed in; those whose time is over go."""
    sql.execute(sa.delete(sessions).where(sessions.c.until < now))
    row = session._asdict() | {"id": id_, "groups": dump(session.groups)}
    sql.execute(sa.insert(sessions).values(row))
    who = {"person": session.person, "person_name": session.name, "detail": session.email}
    audit.record_own(sql, now, f"sign-in/{id_[:16]}", "sign-in", **who)


def find_session(sql: sa.Connection, now: float, id_: str) -> Session | None:
    """Read who signed in; None: nobody, or their time is over, or they logged out."""
    valid = sa.and_(sessions.c.id == id_, sessions.c.until > now)
    row = sql.execute(sa.select(sessions).where(valid)).one_or_none()
    if row is None:
        return None
    return Session(row.person, row.name, row.email, tuple(load(row.groups)), row.until)


def delete_session(sql: sa.Connection, id_: str) -> None:
    """Forget that somebody signed in."""
    sql.execute(sa.delete(sessions).where(sessions.c.id == id_))
