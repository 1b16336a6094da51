"""Whose are the images in the store? Only their owner removes any, whatever its database says.

A copied or restored database names the same images and the same deletions. So the owner is an installation,
told apart by what a copy of the database has not (`bot.commands.stores`), and the store's object
`owner` says which, and how often that one has looked: its age. The database counts along. One that is
younger than its own images was restored, or is a copy that runs beside.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NoReturn, Protocol

import sqlalchemy as sa
import structlog

from bot.conversation.records import Owner
from bot.ports.errors import EaselError, NotKept, Storage
from storage import locks
from storage.tables import ages

if TYPE_CHECKING:
    from storage.blobs import ObjectBlobs

_log = structlog.stdlib.get_logger("easel.owning")

#: seconds between two looks, while images are put: what is put between them is all that a restored database
#: could take for its own
_OFTEN = 60.0
_TAKE = "If this Easel has taken its place, say so: `easel images --take`"


class _Ages(Protocol):
    async def increment_age(self, least: int) -> int | None: ...


class Ownership:
    """Whether this installation, of a name, may remove images."""

    def __init__(self, blobs: ObjectBlobs, store: _Ages, name: str) -> None:
        self._blobs = blobs
        self._store = store
        self._name = name
        self._looked = False

    async def check(self) -> None:
        """Raise NotKept where images cannot be kept now; the first time also look whose they are."""
        await self._blobs.check()
        if not self._looked:
            try:
                await self.missing()
            except Storage as error:
                raise NotKept(str(error).partition("\n")[0]) from error

    async def missing(self) -> str:
        """Say why no image may be removed from here; "": the images are ours. Raises Storage, NotSaved.

        An empty store is taken at once.
        """
        why = await self._missing()
        self._looked = True
        return why

    async def _missing(self) -> str:
        known = await self._blobs.owner()
        if known is None:
            if not await self._blobs.empty():
                return f"The image store holds images and names no owner. {_TAKE}."
            known = Owner(name=self._name, age=0)
        if known.name != self._name:
            return f"The images are another installation's ({known.name}). {_TAKE}."
        age = await self._store.increment_age(known.age)
        if age is None:
            return (
                "The database is older than its images: it was restored, or is a copy of one that runs. "
                f"{_TAKE}."
            )
        await self._blobs.own(Owner(name=self._name, age=age))
        return ""

    async def take(self) -> None:
        """Make the images this installation's. Raises Storage, NotSaved."""
        age = await self._store.increment_age(0)
        await self._blobs.own(Owner(name=self._name, age=age or 0))

    async def run(self) -> NoReturn:
        """Look now and then while images are put, until cancelled; say it where they are not ours."""
        said, put = "", -1
        while True:
            if put != self._blobs.puts:
                now = self._blobs.puts
                try:
                    why = await self.missing()
                    put = now
                except EaselError as error:
                    why = f"Nobody knows whose the images are: {error}"
                if why and why != said:
                    _log.warning("no image is removed", why=why)
                said = why
            await asyncio.sleep(_OFTEN)


def increment_age(sql: sa.Connection, least: int) -> int | None:
    """Raise the age of this database; return it. None: it is younger than the images say it was."""
    locks.installation(sql)
    known: int = sql.execute(sa.select(ages.c.age)).scalar() or 0
    if known < least:
        return None
    sql.execute(sa.delete(ages))
    sql.execute(sa.insert(ages).values(of="images", age=known + 1))
    return known + 1


def get_identity(sql: sa.Connection) -> str:
    """Name a Postgres database apart from its copies: by its server's own number and by where it is reached.

    A dump that is read in elsewhere differs by the number, a server that was copied whole by its address.
    """
    if sql.dialect.name == "sqlite":
        return ""
    may = "SELECT has_function_privilege('pg_control_system()', 'execute')"
    number = "SELECT system_identifier FROM pg_control_system()"
    known = sql.exec_driver_sql(number).scalar() if sql.exec_driver_sql(may).scalar() else ""
    oid = sql.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")
    about = sql.connection.driver_connection.info  # type: ignore[union-attr] # psycopg's
    return f"{known}.{oid.scalar()} at {about.host}:{about.port}/{about.dbname}"
