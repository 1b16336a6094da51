"""What becomes of pictures once they are drawn: compared, exported, deleted?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from bot import errors, images, montage, sentences
from bot.conversation import Control, spoken_names
from bot.values import Action, Ask, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.faces import Form
    from bot.ports import Blobs, Store
    from bot.records import Begun
    from bot.together import Doing
    from bot.values import Press


class Keeping:
    """Does what people do with pictures that are drawn."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        self._composing = asyncio.Semaphore(1)
        self.does: Mapping[Action, Doing] = {Action.COMPARE: self._compare}

    async def _compare(self, said: Ask | Press, control: Control, id_: str) -> Begun | Form:
        """Show a version beside the one that it was made from."""
        new = await self._version(said, control, id_)
        if new.parent is None:
            raise errors.NothingToCompare(version=new.number)
        known = await self._store.conversation(id_, (new.parent,))
        if known is None:
            raise errors.NoSuchThread
        old = known.versions[known.named(new.parent)]
        async with self._composing:
            data = await self._beside(old, new)
        picture = await asyncio.to_thread(images.look, data)
        await self._blobs.put(picture.data, picture.blob)
        turn = secrets.token_hex(8)
        shown = Version(
            number=f"{old.number} | {new.number}",
            parent=None,
            blob=picture.blob,
            media_type=picture.media_type,
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            alt=sentences.beside(old, new),
            turn=turn,
        )
        what = Control(action=Action.COMPARE, version=new.number)
        return await self._store.compare(turn, said, id_, what, shown)

    async def _beside(self, old: Version, new: Version) -> bytes:
        found = []
        for one in (old, new):
            data = await self._blobs.get(one.blob)
            if data is None:
                raise errors.PictureGone(version=one.number)
            found.append((one.number, data))
        try:
            return await asyncio.to_thread(montage.compare, *found)
        except images.NotAnImage:
            raise errors.PictureGone(version=f"{old.number} or {new.number}") from None

    async def _version(self, said: Ask | Press, control: Control, id_: str) -> Version:
        """Find the version that is meant: named, that of the card answered, else the head."""
        name = control.version
        if name is None and isinstance(said, Ask):
            name = said.source or await self._answered(said)
        known = await self._store.conversation(id_, spoken_names(name))
        if known is None or (name is None and known.head is None):
            raise errors.NothingToCompare
        return known.versions[known.named(name or known.head or "")]

    async def _answered(self, said: Ask) -> str | None:
        if said.reply_to is None:
            return None
        turn = await self._store.shown_as(said.place, said.reply_to)
        return turn.versions[0].number if turn and turn.versions else None
