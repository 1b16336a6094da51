"""What becomes of a list of pictures that somebody sends, and of the buttons of its card?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.conversation import batch_list as lists
from bot.conversation.records import NewPrompt, Recorded
from bot.intake import lookup
from bot.intake.prompts import make_prompt
from bot.ports import errors, limits
from bot.ports.actions import Action
from bot.ports.language import _
from bot.presentation import batch_texts, forms

if TYPE_CHECKING:
    from bot.conversation.batch_list import ParsedBatch
    from bot.conversation.team_store import BatchStore
    from bot.conversation.turn import BatchRow, Turn
    from bot.images.upload import Uploads
    from bot.model.catalog.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent, Attachment, Defaults, IncomingMessage, Output

_log = structlog.stdlib.get_logger("easel")


class BatchActions:
    """Takes lists, and does what people press on their cards."""

    def __init__(
        self, store: BatchStore, catalog: Catalog, files: Uploads, permissions: Permissions
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._files = files
        self._permissions = permissions

    async def batch(self, event: ActionEvent, _conversation: str) -> Recorded | Form:
        """Take a list from a form; show the form first."""
        if event.fields is None:
            return forms.batch_form()
        message = replace(make_prompt(event, event.fields.get("text", "")), may_start=True)
        return await self._record(message, lists.parse_lines(message.text))

    async def take(self, message: IncomingMessage, lines: str) -> Recorded:
        """Take a list from a message: `lines` of it, or a file that came along. Raise Refused."""
        self._permissions.check(message, Action.BATCH)
        if lines:
            return await self._record(message, lists.parse_lines(lines))
        files = [one for one in message.attachments if lists.is_list(one.name, one.media_type)]
        if not files:
            raise errors.BadPrompt(problem=batch_texts.get_how())
        if len(files) > 1:
            raise errors.BadPrompt(problem=_(batch_texts.ONE_FILE))
        data = await self._read(message, files[0])
        return await self._record(message, lists.parse_file(data, files[0].name))

    async def _read(self, message: IncomingMessage, file: Attachment) -> bytes:
        try:
            data = await self._files.read_text_file(message.place, file, limits.MAX_BATCH_FILE)
        except Exception as error:  # whatever a platform's SDK raises
            _log.warning("list not read", event_id=message.event_id, error=repr(error))
            raise errors.BadPrompt(problem=_(batch_texts.NOT_READ)) from error
        if data is None:
            most = limits.MAX_BATCH_FILE // 1024
            raise errors.BadPrompt(problem=_(batch_texts.TOO_LARGE).format(most=most))
        return data

    async def _record(self, message: IncomingMessage, parsed: ParsedBatch) -> Recorded:
        """Put a list on disk, with what each row would cost. Raise Refused."""
        count, admission = len(parsed.rows), self._permissions.terms(message)
        most = min((rate.count for rate in admission.rates), default=count)
        if count > most:
            text = _(batch_texts.TOO_MANY).format(most=most, count=count)
            raise errors.BadPrompt(problem=text)

        def complete(defaults: Defaults) -> tuple[BatchRow, ...]:
            def resolve(model: str | None, output: Output) -> tuple[str, Output, float | None]:
                return self._catalog.resolve(model or defaults.model, output, defaults.output)

            return lists.complete_rows(parsed.rows, resolve)

        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=message.conversation or secrets.token_hex(8),
            message=replace(message, attachments=(), model=None),
            text=batch_texts.get_title(count),
            source=None,
        )
        recorded = await self._store.record_batch(prompt, complete)
        says = (
            batch_texts.say_repeated(parsed.repeated) if parsed.repeated and recorded.is_new else ""
        )
        return replace(recorded, message=says)

    async def start(self, event: ActionEvent, conversation: str) -> Recorded:
        """Draw a list, once, if all of it is allowed. Raise Refused."""
        turn = await self._get(event, conversation)
        if (
            turn.person.id != event.person.id
        ):  # it is drawn on their limits, and blocked words are theirs
            text = _(batch_texts.READ_ONLY_BY_AUTHOR).format(
                name=" ".join(turn.person.name.split())[:60]
            )
            raise errors.NotAllowed(problem=text)
        admission = self._permissions.terms(make_prompt(event, ""))
        return await self._store.start_batch(event, turn.id, admission)

    async def page(self, event: ActionEvent, conversation: str) -> Recorded:
        """Show another page of a list's pictures."""
        turn = await self._get(event, conversation)
        if not (event.value.isascii() and event.value.isdecimal() and len(event.value) < 4):
            raise errors.BadPrompt(problem=_("Put the page's number in “value”; 1 is the first."))
        return await self._store.turn_page(event, turn.id, max(int(event.value) - 1, 0))

    async def open(self, event: ActionEvent, conversation: str) -> Recorded:
        """Begin a canvas of its own with a picture, so that replies there edit it."""
        turn, version = await lookup.get_version(self._store, conversation, event.version)
        id_ = secrets.token_hex(8)
        thread = id_ if self._permissions.is_page(event.place) else None
        message = make_prompt(event, turn.request.text)
        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=id_,
            message=replace(message, place=replace(event.place, thread=thread)),
            text=turn.request.text,
            source=None,
        )
        recorded = await self._store.copy_canvas(prompt, conversation, version.number)
        return replace(recorded, message=_(batch_texts.OPENED))

    async def _get(self, event: ActionEvent, conversation: str) -> Turn:
        turn = await self._store.find_turn(event.turn) if event.turn else None
        if turn is None or turn.conversation != conversation or turn.team.batch is None:
            raise errors.NoSuchTurn
        return turn
