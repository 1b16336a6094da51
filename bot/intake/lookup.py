"""Which turn or version does an action mean?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.conversation import possible_numbers
from bot.ports import errors

if TYPE_CHECKING:
    from bot.conversation.intake_store import LookupStore
    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent, Version


async def get_prompt(store: LookupStore, turn: str | None, conversation: str) -> Turn:
    """Return a prompt of a conversation by its turn's id. Raise NoSuchTurn."""
    found = await store.find_turn(turn) if turn else None
    if found is None or found.conversation != conversation or found.control is not None:
        raise errors.NoSuchTurn(turn=turn)
    return found


async def find_version(store: LookupStore, conversation: str, name: str | None) -> Version | None:
    """Return the version called `name`, None: the head; None where nothing is drawn yet.

    Raise NoSuchVersion for a name that is none.
    """
    known = await store.find_conversation(conversation, possible_numbers(name))
    name = name or (known.head if known else None)
    return known.versions[known.resolve_version(name)] if known and name else None


async def get_version(
    store: LookupStore, conversation: str, name: str | None
) -> tuple[Turn, Version]:
    """Return a version and the turn that made it. Raise NoSuchVersion."""
    version = await find_version(store, conversation, name)
    if version is None:
        raise errors.NoSuchVersion(version=name or "picture")
    return await get_prompt(store, version.turn, conversation), version


async def get_drawing(store: LookupStore, conversation: str, name: str | None) -> Turn:
    """Return the turn that made a version, None: the head; where there is none, the newest prompt."""
    version = await find_version(store, conversation, name)
    if version is not None:
        return await get_prompt(store, version.turn, conversation)
    newest = await store.find_newest(conversation)
    return await get_prompt(store, newest.id if newest else None, conversation)


async def find_answered(store: LookupStore, event: ActionEvent) -> Turn | None:
    """Return the turn whose card the message replies to that says an action; None: there is none."""
    said = event.message
    if said is None or said.reply_to is None:
        return None
    return await store.find_by_card(event.place, said.reply_to)
