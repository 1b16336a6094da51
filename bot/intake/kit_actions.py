"""What does the action `kit` do: show what is pinned, change it, add pictures to it?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.conversation.kit_rules import change_kit, merge_kits, summarize_kit
from bot.conversation.turn import Control
from bot.intake import lookup
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Receipt
from bot.ports.kit import Kit, KitImage
from bot.ports.language import _
from bot.ports.messages import Defaults
from bot.presentation import forms, kit_texts, sentences

if TYPE_CHECKING:
    from bot.conversation.intake_store import GeneralStore
    from bot.conversation.records import Recorded
    from bot.images.upload import Uploads
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent

#: whose kit there can be
_SCOPES = ("channel", "workspace")


class KitActions:
    """Pins colors, words and pictures in a channel or a workspace."""

    def __init__(self, store: GeneralStore, permissions: Permissions, uploads: Uploads) -> None:
        self._store = store
        self._permissions = permissions
        self._uploads = uploads

    async def kit(self, event: ActionEvent, _conversation: str) -> Recorded | Receipt | Form:
        """Show the brand kit, ask for it in a form, or change it as is said."""
        conversation = await self._store.find_conversation_at(event.place)
        fields = dict(event.fields or {})
        whose = fields.pop("whose", "") or self._usual_scope(event)
        if whose not in _SCOPES:
            raise errors.BadPrompt(problem=_(sentences.KIT_WHERE))
        if fields.get("value") in {"on", "off"}:
            return await self._switch(event, conversation, fields["value"])
        asked = fields.get("value", "")
        if asked in _SCOPES:  # the button of a card
            whose, fields = asked, {}
        elif asked not in {"", "add"}:
            raise errors.BadPrompt(problem=_(sentences.KIT_WHERE))
        said = event.message
        if not fields and said is not None and not said.attachments:
            return await self._show(event, conversation)
        if not self._permissions.sets_for_all(event.place, event.person):
            raise errors.NotAllowed(problem=_(sentences.NOT_YOUR_KIT))
        kits = await self._store.list_kits(event.place)
        if not fields and said is None:
            page = self._permissions.is_page(event.place)
            return forms.kit_form(kits[whose], whose, conversation or "", page=page)
        images = await self._find_images(event, conversation)
        change = partial(change_kit, fields=fields, images=images)
        recorded = await self._store.update_kit(
            secrets.token_hex(8), event, conversation, whose, change
        )
        return await self._answer(event, recorded, whose)

    def _usual_scope(self, event: ActionEvent) -> str:
        return "workspace" if self._permissions.is_page(event.place) else "channel"

    async def _switch(self, event: ActionEvent, conversation: str | None, value: str) -> Recorded:
        """Leave the kit out of what is asked in a thread from now on, or let it go along again."""
        if conversation is None:
            raise errors.NoSuchThread
        control = Control(action=Action.SETTINGS, fields={"kit": value})
        wanted = Defaults(kit=Kit(is_on=value == "on"))
        return await self._store.set_defaults(
            secrets.token_hex(8), event, conversation, control, wanted
        )

    async def _show(self, event: ActionEvent, conversation: str | None) -> Recorded | Receipt:
        """Say what holds: on a card where there is a canvas."""
        held = summarize_kit(merge_kits(await self._store.list_kits(event.place)))
        if conversation is None:
            return Receipt(message=kit_texts.describe_kit(held))
        control = Control(action=Action.KIT, fields=held)
        return await self._store.set_defaults(
            secrets.token_hex(8), event, conversation, control, Defaults()
        )

    async def _find_images(
        self, event: ActionEvent, conversation: str | None
    ) -> tuple[KitImage, ...]:
        """Return the pictures to pin: those sent along, else where words ask for it the version that is meant."""
        message = event.message
        if message is not None and message.attachments:
            return await self._uploads.store_references(event.place, message.attachments)
        if (event.fields or {}).get("value") != "add":
            return ()
        turn = await lookup.find_answered(self._store, event)
        name = event.version or (message.source if message else None)
        if name is None and turn is not None and turn.result.versions:
            name = turn.result.versions[0].number
        version = None
        if conversation is not None:
            version = await lookup.find_version(self._store, conversation, name)
        if version is None:
            raise errors.BadPrompt(problem=_(sentences.KIT_ADD))
        return (await self._uploads.store_reference(version),)

    async def _answer(self, event: ActionEvent, recorded: Recorded, whose: str) -> Recorded:
        if recorded.turn is not None:
            return recorded
        now = summarize_kit((await self._store.list_kits(event.place))[whose])
        return replace(recorded, message=kit_texts.describe_kit({"whose": whose, **now}))
