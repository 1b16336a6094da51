"""What may the bot ask of where images are kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


class Blobs(Protocol):
    """Image bytes, named by their SHA-256 in hexadecimal."""

    async def put(self, data: bytes, name: str | None = None) -> str:
        """Keep the bytes, whole or not at all; give their name. Raise Storage.

        `name`: their SHA-256, where the caller knows it already.
        """
        ...

    async def get(self, name: str) -> bytes | None:
        """Return the bytes; None: not there, or no longer what its name says."""
        ...

    @property
    def has_links(self) -> bool:
        """Whether browsers may fetch images where they are kept."""

    async def link(self, name: str) -> str | None:
        """Return the address of the bytes, good for some minutes; None: they are to be had here alone."""
        ...

    async def remove(self, name: str) -> None:
        """Forget the bytes; none there is well too. Raise Storage."""
        ...

    async def put_at(self, name: str) -> float | None:
        """Return when the bytes were put last, Unix seconds; None: not there. Raise Storage."""
        ...

    def listed(self) -> AsyncIterator[Sequence[tuple[str, float, int]]]:
        """Return all names, when each was put last, and its bytes, some at a time. Raise Storage."""
        ...


class Ownership(Protocol):
    """Whose the images are: a copy of a database must not remove those of its original."""

    async def check(self) -> None:
        """Raise NotKept where images cannot be kept now."""
        ...

    async def missing(self) -> str:
        """Return why no image may be removed from here; "": the images are ours. Raise Storage, NotSaved."""
        ...
