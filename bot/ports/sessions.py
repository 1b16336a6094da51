"""Who is signed in to the page, until when, and where is that written?"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Session(NamedTuple):
    """Somebody whom the company's provider signed in."""

    #: their id in Easel
    person: str
    name: str
    #: one that the provider has verified; "": none
    email: str
    #: as the provider calls them
    groups: tuple[str, ...]
    #: Unix seconds
    until: float


class SessionStore(Protocol):
    """The sessions, by an id that only tells which one it is, and opens none."""

    async def save_session(self, id_: str, session: Session) -> None:
        """Note that somebody signed in."""

    async def find_session(self, id_: str) -> Session | None:
        """Read who signed in; None: nobody, or their time is over, or they logged out."""

    async def delete_session(self, id_: str) -> None:
        """Forget that somebody signed in."""
