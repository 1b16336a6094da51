"""Can this prompt be drawn, and with what? Checked, completed and put on disk."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import brainstorm, commands
from bot.conversation.commands import ParsedText
from bot.conversation.records import NewPrompt
from bot.images.upload import mark_left_out
from bot.ports.actions import ACTIONS
from bot.ports.messages import IncomingMessage, Output
from bot.ports.quota import lower
from bot.presentation import forms

if TYPE_CHECKING:
    from bot.conversation.intake_store import PromptRecorder, PromptStore
    from bot.conversation.records import Recorded
    from bot.conversation.terms import Admission
    from bot.conversation.turn import Turn
    from bot.images.upload import Uploads
    from bot.model.catalog.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent, Attachment, Defaults


class Prompts:
    """Puts prompts on disk."""

    def __init__(
        self,
        store: PromptStore,
        recorder: PromptRecorder,
        catalog: Catalog,
        files: Uploads,
        permissions: Permissions,
        confirm_above: float | None = None,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._catalog = catalog
        self._files = files
        self._permissions = permissions
        self._confirm_above = confirm_above

    def terms(self, event: ActionEvent) -> Admission:
        """Return the terms on which somebody may have something drawn."""
        return self._permissions.terms(event)

    async def confirmation(
        self, event: ActionEvent, price: float | None, conversation: str
    ) -> Form | None:
        """Return a form that asks first where a press costs much; None: it does not, or the answer is yes."""
        if event.message is not None or event.value == forms.YES or price is None:
            return None
        known = await self._store.find_preferences(event.place, event.person)
        above = lower(self._confirm_above, known["workspace"].quota.confirm_above)
        if above is None or price <= above:
            return None
        return forms.confirm_form(event, price, conversation)

    async def keep_pictures(
        self, message: IncomingMessage, pictures: tuple[Attachment, ...]
    ) -> bool:
        """Keep pictures for their person's next prompt; False: seen before. Raise Refused."""
        kept = await self._files.store_attachments(pictures)
        return await self._store.save_pictures(replace(message, attachments=kept))

    async def begin(  # noqa: PLR0913 - a NewPrompt's own fields
        self,
        message: IncomingMessage,
        parsed: ParsedText | None = None,
        *,
        source_is_final: bool = False,
        is_variation: bool = False,
        is_casual: bool = False,
        contributors: tuple[str, ...] = (),
        answers: str | None = None,
        parent: str | None = None,
        ends_pause: bool = False,
    ) -> Recorded:
        """Check a prompt, `parsed` or the message's text as it is, and put it on disk. Raise Refused."""
        parsed = parsed or ParsedText(text=message.text)
        topic = None if parent else brainstorm.find_topic(parsed.text)
        text = commands.check_prompt(parsed.text)
        given = message.output.over(parsed.output)
        asked = commands.make_output(given.size, given.quality, given.n)
        model = message.model or parsed.model
        model = self._catalog.find_name(model) or model if model else None
        kit = parsed.kit if message.kit is None else message.kit

        def fit(defaults: Defaults, size: str | None) -> tuple[str, Output, float | None]:
            if size is None:
                commands.check_with_kit(text, defaults.kit)
            theirs = model or defaults.model
            name, _, _ = self._catalog.resolve(theirs, asked)  # refused as it was asked
            if size is not None and (editor := self._catalog.find_editor(name)) not in {name, None}:
                held = asked.over(defaults.output).over(Output(size=size))
                return self._catalog.resolve(
                    editor, Output(), self._catalog.entry(editor or name).supported(held)
                )
            shape = Output(size=self._catalog.entry(name).size_of_shape(size))
            return self._catalog.resolve(theirs, asked, defaults.output.over(shape))

        files = (
            *await self._files.store_attachments(message.attachments),
            *mark_left_out(message.attachments),
        )
        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=message.conversation or secrets.token_hex(8),
            message=replace(message, attachments=files, model=model, kit=kit),
            text=text,
            source=message.source or parsed.source,
            letter=parsed.letter,
            source_is_final=source_is_final,
            is_variation=is_variation,
            is_casual=is_casual,
            contributors=contributors,
            answers=answers,
            parent=parent,
            ends_pause=ends_pause,
            is_brainstorm=topic is not None,
            admission=self._permissions.terms(message),
        )
        return await self._recorder.record(prompt, fit)


def make_prompt(  # noqa: PLR0913 - an IncomingMessage's own fields
    event: ActionEvent,
    text: str,
    *,
    event_id: str | None = None,
    output: Output | None = None,
    model: str | None = None,
    source: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> IncomingMessage:
    """Return a prompt by whoever used an action. `event_id`: of one prompt of several."""
    said = event.message if event_id is None else None
    return IncomingMessage(
        event_id=event_id or event.event_id,
        place=event.place,
        person=event.person,
        text=text,
        action_key=action_key(event) if event_id is None else None,
        message_id=said.message_id if said else None,
        output=output or Output(),
        model=model,
        source=source,
        attachments=attachments,
        literal=True,
    )


def repeat_prompt(event: ActionEvent, turn: Turn) -> IncomingMessage:
    """Return what an earlier turn asked, asked once more by whoever used an action."""
    return make_prompt(
        event,
        turn.request.text,
        output=turn.request.output,
        model=turn.request.model,
        source=turn.request.source,
        attachments=turn.request.attachments,
    )


def action_key(event: ActionEvent) -> str | None:
    """Return a name of what a press asks for, so that pressed twice it draws once; None: it was said."""
    if event.message is not None:
        return None
    who = "" if ACTIONS[event.action].is_shared else event.person.id
    about = event.version or event.turn
    fields = sorted((event.fields or {}).items())
    named = json.dumps([str(event.place), event.action.value, about, who, fields])
    return hashlib.sha256(named.encode()).hexdigest()[:32]
