"""How does a function of a connection become a verb of the store? It is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import sqlalchemy as sa

P = ParamSpec("P")
T = TypeVar("T")


class Database(Protocol):
    """What runs a function in a transaction: `storage.sqlite`, `storage.postgres`."""

    async def write(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a writing transaction. Raise NotSaved where that fails."""

    async def read(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a reading transaction: it sees one moment."""


class Transactional(Protocol):
    """What has verbs."""

    @property
    def database(self) -> Database:
        """Where they run."""

    @property
    def clock(self) -> Callable[[], float]:
        """What tells them the time, Unix seconds."""


def read(
    work: Callable[Concatenate[sa.Connection, P], T],
) -> Callable[Concatenate[Transactional, P], Coroutine[Any, Any, T]]:
    """Make a verb that reads."""

    async def verb(self: Transactional, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.read(work, *args, **kwargs)

    return verb


def read_now(
    work: Callable[Concatenate[sa.Connection, float, P], T],
) -> Callable[Concatenate[Transactional, P], Coroutine[Any, Any, T]]:
    """Make a verb that reads, and is told what time it is."""

    async def verb(self: Transactional, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.read(work, self.clock(), *args, **kwargs)

    return verb


def write(
    work: Callable[Concatenate[sa.Connection, P], T],
) -> Callable[Concatenate[Transactional, P], Coroutine[Any, Any, T]]:
    """Make a verb that writes."""

    async def verb(self: Transactional, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(work, *args, **kwargs)

    return verb


def write_now(
    work: Callable[Concatenate[sa.Connection, float, P], T],
) -> Callable[Concatenate[Transactional, P], Coroutine[Any, Any, T]]:
    """Make a verb that writes, and is told what time it is."""

    async def verb(self: Transactional, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(work, self.clock(), *args, **kwargs)

    return verb
