"""How does a canvas go on in another channel, on another platform, on the page? By a code that whoever holds it says there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from typing import TYPE_CHECKING

import structlog

from bot.conversation.codes import Code
from bot.conversation.records import NewPrompt
from bot.intake import lookup
from bot.intake.prompts import make_prompt
from bot.policy.copies import may_copy
from bot.ports import errors, limits
from bot.ports.cards import Receipt
from bot.ports.language import _
from bot.presentation import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.intake_store import CopyStore
    from bot.conversation.records import Recorded
    from bot.policy.permissions import Permissions
    from bot.ports.adapter import Adapter
    from bot.ports.messages import ActionEvent, Place

_log = structlog.stdlib.get_logger("easel.copies")

#: random bytes of a code: 12 letters
_BYTES = 8
_LETTERS = 12
#: seconds for a platform to say what a place is called
_NAME_TIMEOUT = 1.0


class ContinueActions:
    """Gives out codes, and copies canvases for whoever says them."""

    def __init__(
        self,
        store: CopyStore,
        permissions: Permissions,
        adapters: Mapping[str, Adapter],
        page: str | None,
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._adapters = adapters
        #: the page's address; None: there is none
        self._page = page

    async def continue_canvas(self, event: ActionEvent, _conversation: str) -> Recorded | Receipt:
        """Give a code for a version, or copy the canvas of the code that is said."""
        if event.value:
            return await self._copy(event, event.value)
        conversation = await self._store.find_conversation_at(event.place)
        if conversation is None:
            raise errors.NoSuchThread
        turn = await lookup.find_answered(self._store, event)
        name = event.version
        if name is None and turn is not None and turn.result.versions:
            name = turn.result.versions[0].number
        version = await lookup.find_version(self._store, conversation, name)
        if version is None:
            raise errors.BadPrompt(problem=_(sentences.NOTHING_TO_CONTINUE))
        code = _make_code()
        await self._store.save_code(
            Code(
                hash=_hash(code),
                until=time.time() + limits.CODE_LIFETIME,
                conversation=conversation,
                version=version.number,
                origin=await self._name_place(event.place),
            )
        )
        link = f"{self._page.rstrip('/')}/continue/{code}" if self._page else ""
        says = sentences.describe_code(version.number, code, link)
        return Receipt(conversation=conversation, message=says, code=code, link=link)

    async def _name_place(self, place: Place) -> str:
        """Return what a place is called, where everybody of its workspace may read that; "": it is not."""
        adapter = self._adapters.get(place.platform)
        try:
            async with asyncio.timeout(_NAME_TIMEOUT):
                return await adapter.name_place(place) if adapter is not None else ""
        except Exception as error:  # whatever a platform's SDK raises: the copy names no place
            _log.info("place not named", place=str(place), error=repr(error))
            return ""

    async def _copy(self, event: ActionEvent, said: str) -> Recorded:
        place = event.place
        code = await self._store.find_code(_hash(said))
        if code is None:
            raise errors.BadPrompt(problem=_(sentences.NO_SUCH_CODE))
        is_page = self._permissions.is_page(place)
        if not may_copy(code, place, is_page=is_page):
            raise errors.NotAllowed(problem=_(sentences.NOT_ELSEWHERE))
        if await self._store.find_conversation_at(place) not in {None, code.conversation}:
            raise errors.BadPrompt(problem=_(sentences.CANVAS_ALREADY))
        is_home = (place.platform, place.workspace) == (code.platform, code.workspace)
        origin = code.origin if is_home else sentences.name_platform(code.platform)
        known = await self._store.find_conversation(code.conversation)
        message = event.message or make_prompt(event, "")
        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=place.thread if is_page and place.thread else secrets.token_hex(8),
            message=message,
            text=known.title if known else "",
            source=None,
            admission=self._permissions.terms(message),
        )
        _log.info("canvas copied", source=code.conversation, conversation=prompt.conversation)
        return await self._store.copy_canvas(prompt, code.conversation, code.version, origin)


def _make_code() -> str:
    """Return a code that nobody guesses: K7QF-2MBX-94TD."""
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode()[:_LETTERS]
    return "-".join(letters[at : at + 4] for at in range(0, _LETTERS, 4))


def _hash(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").upper().encode()).hexdigest()
