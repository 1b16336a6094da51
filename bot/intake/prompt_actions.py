"""What do the actions do that ask for a picture, or are about one that was asked for?"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import commands, discussion
from bot.conversation.commands import ParsedText
from bot.intake import lookup
from bot.intake.prompts import make_prompt, repeat_prompt
from bot.policy.model_choice import suggest_model
from bot.ports import errors, limits
from bot.ports.language import N_, _
from bot.ports.messages import OPEN, Output, State
from bot.presentation import forms, problems, sentences

if TYPE_CHECKING:
    from bot.conversation.intake_store import PromptActionStore
    from bot.conversation.records import Recorded
    from bot.conversation.turn import Turn
    from bot.intake.choices import ChoiceActions
    from bot.intake.prompts import Prompts
    from bot.model.catalog.catalog import Catalog
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent


class PromptActions:
    """Begins, repeats, edits and ends prompts."""

    def __init__(
        self, store: PromptActionStore, catalog: Catalog, prompts: Prompts, choices: ChoiceActions
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._prompts = prompts
        self._choices = choices

    async def new(self, event: ActionEvent, _conversation: str) -> Recorded | Form:
        """Begin a canvas: first the form, then the prompt."""
        if event.fields is None:
            return forms.new_form(self._catalog)
        given = event.fields
        message = make_prompt(
            event,
            given.get("text", ""),
            output=commands.output_from(given),
            model=given.get("model") or None,
        )
        return await self._prompts.begin(replace(message, may_start=True))

    async def edit(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Edit a version: first the form, then the prompt."""
        if event.turn is None:
            turn = await lookup.get_drawing(self._store, conversation, event.version)
        else:
            turn = await lookup.get_prompt(self._store, event.turn, conversation)
        version = event.version or (
            turn.result.versions[0].number if turn.result.versions else None
        )
        if event.fields is None:
            return self._form(event, turn, version)
        output = commands.output_from(event.fields).over(turn.request.output)
        message = replace(repeat_prompt(event, turn), output=output, source=None, attachments=())
        parsed = ParsedText(text=event.fields.get("text", ""), source=version)
        return await self._prompts.begin(message, parsed)

    async def edit_prompt(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Ask again in other words: first the form, then the prompt."""
        newest = None if event.turn else await self._store.find_newest(conversation)
        id_ = event.turn or (newest.id if newest else None)
        turn = _check_words(event, await lookup.get_prompt(self._store, id_, conversation))
        if event.fields is None:
            return self._form(event, turn, None)
        output = commands.output_from(event.fields).over(turn.request.output)
        message = replace(repeat_prompt(event, turn), output=output)
        parsed = ParsedText(text=event.fields.get("text", ""))
        return await self._prompts.begin(
            message, parsed, source_is_final=turn.request.source_is_final
        )

    def _form(self, event: ActionEvent, turn: Turn, version: str | None) -> Form:
        model = self._catalog.entry(turn.request.model)
        return forms.prompt_form(event.action, turn, model, version=version)

    async def vary(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Ask the same of the same source once more, for another variation."""
        if event.turn is not None and event.version is None:
            turn = await lookup.get_prompt(self._store, event.turn, conversation)
            _check_words(event, turn)
        else:
            turn = await lookup.get_drawing(self._store, conversation, event.version)
        price = self._catalog.entry(turn.request.model).price(turn.request.output)
        if (form := await self._prompts.confirmation(event, price, conversation)) is not None:
            return form
        return await self._prompts.begin(
            repeat_prompt(event, turn), source_is_final=True, is_variation=True
        )

    async def try_model(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Draw the same with another model, the one that a card suggests."""
        turn = await lookup.get_prompt(self._store, event.turn, conversation)
        suggested = suggest_model(self._catalog, turn)
        wanted = event.value
        if wanted == forms.YES and suggested is not None:  # it was asked first, for its price
            wanted = suggested.name
        name, output, price = self._catalog.resolve(
            wanted, Output(n=1), replace(turn.request.output, n=1)
        )
        if (form := await self._prompts.confirmation(event, price, conversation)) is not None:
            return form
        message = replace(repeat_prompt(event, turn), model=name, output=output)
        return await self._prompts.begin(message, source_is_final=True)

    async def finalize(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Draw the chosen version once more, as large and as fine as the model can."""
        turn, version = await lookup.get_version(self._store, conversation, event.version)
        entry = self._catalog.entry(turn.request.model)
        best = entry.best_output(turn.request.output)
        if best == replace(turn.request.output, n=1):
            raise errors.BadPrompt(
                problem=_("{version} is already the best {model} can do, so it's final.").format(
                    version=version.number, model=turn.request.model
                )
            )
        if (
            form := await self._prompts.confirmation(event, entry.price(best), conversation)
        ) is not None:
            return form
        message = make_prompt(
            event, sentences.FINAL, output=best, model=turn.request.model, source=version.number
        )
        return await self._prompts.begin(message, source_is_final=True)

    async def together(self, event: ActionEvent, conversation: str) -> Recorded:
        """Redo the newest edits from where they began, in one go: less drift."""
        turn, version = await lookup.get_version(self._store, conversation, event.version)
        edits = await self._store.list_edits(conversation, version.number, limits.DRIFTING_EDITS)
        if len(edits) < 2:
            raise errors.NothingToMerge
        spoken = [
            (one.person, one.request.text) for one in edits if one.request.text != sentences.FINAL
        ]
        files = tuple(file for one in edits for file in one.request.attachments if not file.left)
        message = make_prompt(
            event,
            discussion.number_points(spoken),
            output=turn.request.output,
            model=turn.request.model,
            source=edits[0].request.source,
            attachments=files[-limits.MAX_ATTACHMENTS :],
        )
        return await self._prompts.begin(
            message, source_is_final=True, contributors=discussion.list_people(spoken)
        )

    async def answer(self, event: ActionEvent, conversation: str) -> Recorded:
        """Answer the model's question with one of its options."""
        turn = await lookup.get_prompt(self._store, event.turn, conversation)
        value = event.value
        if turn.result.question is None or not value:
            raise errors.BadPrompt(problem=N_("Put your answer, one of the options, in “value”."))
        message = replace(repeat_prompt(event, turn), text=value)
        return await self._prompts.begin(message, source_is_final=True, answers=turn.id)

    async def accept(self, event: ActionEvent, conversation: str) -> Recorded:
        """Draw once more as the model would like, which costs more."""
        turn = await lookup.get_prompt(self._store, event.turn, conversation)
        if turn.result.offer is None:
            raise errors.BadPrompt(problem=N_("There's no offer to accept here."))
        message = replace(repeat_prompt(event, turn), output=turn.result.offer)
        return await self._prompts.begin(message, source_is_final=True, is_variation=True)

    async def cancel(self, event: ActionEvent, conversation: str) -> Recorded:
        """End a prompt that waits or is being drawn: the one pressed, else the person's newest."""
        id_ = event.turn
        if id_ is None:
            mine = await self._store.find_newest(conversation, event.person, "open")
            if mine is None:
                raise errors.NothingToCancel
            id_ = mine.id
        gallery = await self._find_gallery(id_, conversation)
        if gallery is not None and gallery.team.batch is not None:
            return await self._store.cancel_batch(event, gallery.id)
        if gallery is not None:
            return await self._choices.change_parts(
                event, gallery, lambda part: part.state in OPEN, self._store.cancel_turn
            )
        recorded = await self._store.cancel_turn(event, id_, conversation)
        return replace(recorded, is_quiet=True)

    async def retry(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Queue a failed prompt again: the one pressed, else the newest; none failed: vary."""
        id_ = event.turn
        if id_ is None:
            failed = await self._store.find_newest(conversation, None, "failed")
            if failed is None:
                return await self.vary(event, conversation)
            id_ = failed.id
        gallery = await self._find_gallery(id_, conversation)
        if gallery is not None:
            return await self._choices.change_parts(
                event,
                gallery,
                lambda part: part.can_retry and not _not_before(part),
                self._queue_again,
            )
        turn = await lookup.get_prompt(self._store, id_, conversation)
        if turn.result.failure is not None and turn.result.failure.code == errors.CannotEdit.code():
            return await self._prompts.begin(repeat_prompt(event, turn), source_is_final=True)
        if until := _not_before(turn):
            raise errors.NotYet(until=until)
        return await self._queue_again(event, id_, conversation)

    async def _queue_again(self, event: ActionEvent, id_: str, conversation: str) -> Recorded:
        admission = self._prompts.terms(event)
        return await self._store.retry_turn(event, id_, conversation, admission)

    async def _find_gallery(self, id_: str, conversation: str) -> Turn | None:
        """Return a finished turn whose card gathers what others draw; None: it is none."""
        turn = await self._store.find_turn(id_)
        if turn is None or turn.conversation != conversation:
            return None
        if not (turn.team.children or turn.team.batch):
            return None
        return turn if turn.state is State.POSTED else None


def _check_words(event: ActionEvent, turn: Turn) -> Turn:
    """Return a turn whose words are to be used again. Raise NotAllowed: blocked words are their author's alone."""
    blocked = turn.result.failure is not None and turn.result.failure.kind in problems.PUBLIC_TEXTS
    if blocked and event.person.id != turn.person.id:
        raise errors.NotAllowed(problem=sentences.NOT_YOUR_WORDS)
    return turn


def _not_before(turn: Turn | None) -> str:
    """Return until when the model asked not to be asked again, Unix seconds; "": it may be asked now."""
    until = (
        turn.result.failure.detail.get("until", "")
        if turn is not None and turn.result.failure
        else ""
    )
    return until if until and float(until) > time.time() else ""
