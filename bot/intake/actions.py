"""What does an action do, pressed or said? The one dispatcher over the table of `bot.ports.actions`.

A handler is the method that a row names; it ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from bot.conversation import commands
from bot.conversation.records import Recorded
from bot.ports import errors, limits
from bot.ports.actions import ACTIONS, Action
from bot.ports.cards import Form, Receipt
from bot.ports.language import _, format_count
from bot.ports.messages import ActionEvent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.conversation.intake_store import EventStore
    from bot.policy.permissions import Permissions
    from bot.ports.messages import MessageChange

Result: TypeAlias = Recorded | Receipt | Form
if TYPE_CHECKING:
    Handler = Callable[[ActionEvent, str], Awaitable[Result]]


class ActionHandler:
    """Does what people press, or say in words."""

    def __init__(self, store: EventStore, permissions: Permissions, *groups: object) -> None:
        self._store = store
        self._permissions = permissions
        self._handlers = find_handlers(*groups)

    async def handle(self, event: ActionEvent) -> Result:
        """Do an action. Raise Refused."""
        self._permissions.check(event, event.action)
        check_fields(event)
        row = ACTIONS[event.action]
        if row.is_global:
            return await self._handlers[event.action](event, "")
        conversation = await self._find_conversation(event)
        if (before := await self._store.find_recorded(event)) is not None:
            return before
        handler = self._handlers.get(event.action)
        if handler is None:
            raise errors.BadPrompt(
                problem=_("“{action}” isn't available here.").format(action=event.action.value)
            )
        return await handler(event, conversation)

    async def _find_conversation(self, event: ActionEvent) -> str:
        """Return the conversation that an action is used in. Raise NoSuchThread.

        A first card may be pressed before it is noted where it stands: then its turn tells.
        """
        conversation = await self._store.find_conversation_at(event.place)
        if conversation is not None:
            return conversation
        if (id_ := await self._find_elsewhere(event)) is not None:
            return id_
        turn = await self._store.find_turn(event.turn) if event.turn else None
        if turn is None or turn.place != replace(event.place, thread=None):
            raise errors.NoSuchThread
        return turn.conversation

    async def _find_elsewhere(self, event: ActionEvent) -> str | None:
        """Return another platform's canvas that an operator deletes on a page; None: it is none."""
        whole = event.action is Action.DELETE and (event.fields or {}).get("what") == "canvas"
        page = self._permissions.is_page(event.place)
        if not (whole and page and self._permissions.operates(event.place, event.person)):
            return None
        found = await self._store.find_conversation(event.place.thread or "")
        return found.id if found else None

    async def handle_change(self, change: MessageChange) -> Recorded | None:
        """Follow an asking message that was edited or deleted; None: no turn waits for it."""
        if change.what == "deleted":
            await self._store.delete_pictures(change)
        turn = await self._store.find_by_message(change.place, change.message_id)
        if turn is None or turn.team.points:  # with points it is several people's by now
            return None
        withdrawn = change.what == "deleted" or commands.is_aside(change.text)
        if turn.control is not None:
            return await self._store.update_text(turn.id, "" if withdrawn else change.text.strip())
        if not withdrawn:
            text = commands.check_prompt(commands.parse_prompt(change.text).text)
            return await self._store.update_text(turn.id, text)
        event = ActionEvent(
            event_id=change.event_id,
            place=change.place,
            person=turn.person,
            action=Action.CANCEL,
            turn=turn.id,
        )
        return await self._store.cancel_turn(event, turn.id, turn.conversation)


def find_handlers(*groups: object) -> Mapping[Action, Handler]:
    """Return the method of each row that has one. Raise ValueError where there is not exactly one."""
    found = {}
    for action, row in ACTIONS.items():
        if row.handler is None:
            continue
        name = row.handler or action.value
        methods = [getattr(group, name) for group in groups if hasattr(group, name)]
        if len(methods) != 1:
            raise ValueError(f"{len(methods)} handlers are called {name}")
        found[action] = methods[0]
    return found


def check_fields(event: ActionEvent) -> None:
    """Refuse fields that no form or button of this action has. Raise BadPrompt."""
    known = ACTIONS[event.action].fields
    for name, value in (event.fields or {}).items():
        if name not in known:
            raise errors.BadPrompt(
                problem=_("“{action}” has no field “{name}”. It takes {fields}.").format(
                    name=name[:40], action=event.action.value, fields=", ".join(known)
                )
            )
        if len(value) > limits.MAX_FIELD:
            raise errors.BadPrompt(
                problem=_("“{name}” is too long. It can have up to {most} characters.").format(
                    name=name, most=format_count(limits.MAX_FIELD)
                )
            )
