"""What can be seen, and by whom? Looks answer once; a watch goes on for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog

from bot.delivery.live import MOST_CHANGED
from bot.policy.model_choice import suggest_model
from bot.ports import errors
from bot.ports.batch_view import BatchQuery
from bot.ports.messages import State
from bot.ports.queries import (
    CanvasQuery,
    CardChange,
    CardQuery,
    ExportQuery,
    FormQuery,
    PlaceQuery,
    PlacesQuery,
    PreviewQuery,
    PromptsQuery,
    SummaryChange,
    VersionsQuery,
    View,
)
from bot.presentation import batch_card, cards, forms
from bot.server.image_queries import ImageQueries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from bot.conversation.blobs import Blobs
    from bot.conversation.conversation import Conversation
    from bot.conversation.store import QueryStore
    from bot.conversation.turn import Turn
    from bot.delivery.live import Viewers
    from bot.export.archive import Exporter
    from bot.images.thumbnails import Thumbnails
    from bot.model.catalog.catalog import Catalog
    from bot.ports.batch_view import BatchView
    from bot.ports.cards import Card, Document, Form, Preview
    from bot.ports.queries import Bookmark, ListQuery, Query, Revision
    from bot.server.access import Access

T = TypeVar("T")

_log = structlog.stdlib.get_logger("easel.views")

#: seconds between two looks at the list of conversations for one page that follows it
_LIST_PAUSE = 0.5


class QueryHandler:
    """Answers the questions of adapters, each for its own workspace only."""

    def __init__(  # noqa: PLR0913, PLR0917 - each part once
        self,
        store: QueryStore,
        blobs: Blobs,
        catalog: Catalog,
        viewers: Viewers,
        packing: Exporter,
        thumbnails: Thumbnails,
        access: Access,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalog = catalog
        self._viewers = viewers
        self._packing = packing
        self._access = access
        self._answers: dict[type[Query[Any]], Callable[[Any], Awaitable[object]]] = {
            CanvasQuery: self._find_canvas,
            BatchQuery: self._find_batch,
            CardQuery: self._find_card,
            ExportQuery: self._export_canvas,
            FormQuery: self._build_form,
            PlaceQuery: store.find_place,
            PlacesQuery: store.list_places,
            PreviewQuery: self._find_preview,
            PromptsQuery: store.list_prompts,
            VersionsQuery: store.list_versions,
            **access.answers,
            **ImageQueries(store, blobs, access, viewers, thumbnails).answers,
        }

    async def query(self, query: Query[T]) -> T:
        """Answer a question; its type says with what."""
        return cast("T", await self._answers[type(query)](query))

    async def watch(self, query: CanvasQuery, after: Revision | None) -> AsyncIterator[CardChange]:
        """Yield each card that changed after `after` (None: from now on), then live."""
        known = await self._find_visible(query)
        if known is None:
            return
        seen = known.revision if after is None else after
        shown: dict[str, Preview] = {}
        title, at_home = known.title, _is_at_home(query, known)
        with self._viewers.watch(query.conversation) as viewer:
            while True:
                changed = await self._store.list_changes(known.id, seen)
                if changed:
                    title = await self._store.find_title(known.id)
                for change in self._draw_changes(changed, title):
                    seen = max(seen, change.revision)
                    yield change if at_home else _without_buttons(change)
                previews = self._viewers.get_previews(known.id)
                for id_, preview in previews.items():
                    turn = (
                        await self._store.find_turn(id_) if shown.get(id_) is not preview else None
                    )
                    if turn is not None:
                        change = self._draw_change(turn, seen, title, preview)
                        yield change if at_home else _without_buttons(change)
                shown = previews
                await viewer.wait()

    async def forget_workspace(self, platform: str, workspace: str) -> None:
        """Empty the brand kits of a workspace that Easel is not in any more."""
        try:
            await self._store.forget_kits(platform, workspace)
        except errors.EaselError as error:
            _log.warning("kits not emptied", workspace=workspace, error=str(error))

    async def rename(self, query: CanvasQuery, title: str) -> str | None:
        """Rename a conversation ("": after its first prompt); return its name."""
        known = await self._find_visible(query)
        if known is None:
            return None
        given = await self._store.rename(known.id, title)
        self._viewers.notify(known.id)
        return given

    async def _find_visible(
        self, query: CanvasQuery | ExportQuery | FormQuery | PreviewQuery
    ) -> Conversation | None:
        """Find a conversation for those of its workspace; None: they see none of this id."""
        known = await self._store.find_conversation(query.conversation or "")
        return known if known and self._access.sees(query, known) else None

    async def bookmark(
        self, query: CanvasQuery, person: str, *, starred: bool | None = None, seen: bool = False
    ) -> Bookmark | None:
        """Set or take away a person's star, note that they look at a conversation now."""
        known = await self._find_visible(query)
        if known is None:
            return None
        found = await self._store.set_bookmark(known.id, person, starred=starred, seen=seen)
        self._viewers.notify_lists(known.id)
        return found

    async def watch_list(self, query: ListQuery) -> AsyncIterator[SummaryChange]:
        """Yield each line of the list of conversations that changes from now on."""
        query = self._access.choose(query)
        with self._viewers.watch_list() as viewer:
            while True:
                asked = replace(query, ids=await viewer.wait(), limit=MOST_CHANGED)
                for summary in await self._store.list_conversations(asked):
                    yield SummaryChange(conversation=summary.id, summary=summary)
                for deleted in await self._store.list_deleted(asked):
                    yield SummaryChange(conversation=deleted, summary=None)
                await asyncio.sleep(_LIST_PAUSE)

    def _draw_changes(self, turns: Sequence[Turn], title: str) -> Iterator[CardChange]:
        """Several cards can change in one revision: only the last of them may be gone on after."""
        for turn, following in zip_longest(turns, turns[1:]):
            last = following is None or following.revision != turn.revision
            yield self._draw_change(turn, turn.revision if last else turn.revision - 1, title)

    def _draw_change(
        self, turn: Turn, revision: int, title: str, preview: Preview | None = None
    ) -> CardChange:
        return CardChange(
            revision=revision,
            card=self._draw_card(turn, preview),
            only_preview=preview is not None,
            head=turn.head,
            mode=turn.mode,
            title=title,
        )

    async def _find_canvas(self, query: CanvasQuery) -> View | None:
        found = await self._store.load_conversation(query.conversation)
        if found is None or not self._access.sees(query, found[0]):
            return None
        conversation, turns = found
        at_home = _is_at_home(query, conversation)
        drawn = tuple(self._draw_card(turn) for turn in turns)
        return View(
            id=conversation.id,
            title=conversation.title,
            head=conversation.head,
            mode=conversation.mode,
            revision=conversation.revision,
            cards=drawn if at_home else tuple(replace(card, buttons=()) for card in drawn),
            platform=conversation.platform,
            workspace=conversation.workspace,
            versions=tuple(conversation.versions.values()),
            colors=await self._store.list_colors(
                [one.blob for one in conversation.versions.values()]
            ),
        )

    async def _build_form(self, query: FormQuery) -> Form:
        known = await self._find_visible(query)
        return forms.new_form(self._catalog, known.defaults if known else None)

    async def _find_preview(self, query: PreviewQuery) -> Preview | None:
        known = await self._find_visible(query)
        return self._viewers.get_preview(known.id, query.turn) if known else None

    async def _export_canvas(self, query: ExportQuery) -> Document | None:
        if (known := await self._find_visible(query)) is None:
            return None
        try:
            return await self._packing.export(known.id)
        except OSError as error:
            raise errors.NotPacked(f"export of {known.id}: {error}") from error

    async def _find_card(self, query: CardQuery) -> Card | None:
        turn = await self._store.find_turn(query.turn)
        here = await self._store.find_conversation_at(query.place)
        if turn is None or turn.conversation != here:
            return None
        seen = State.POSTED if turn.state is State.DRAWN else turn.state  # whoever asks sees it
        return self._draw_card(replace(turn, state=seen))

    async def _find_batch(self, query: BatchQuery) -> BatchView | None:
        turn = await self._store.find_turn(query.turn)
        known = await self._store.find_conversation(turn.conversation if turn else "")
        if not (turn and turn.team.batch and known and self._access.sees(query, known)):
            return None
        return batch_card.make_view(turn, self._draw_card(turn))

    def _draw_card(self, turn: Turn, preview: Preview | None = None) -> Card:
        model = self._catalog.entry(turn.request.model)
        suggested = suggest_model(self._catalog, turn)
        return cards.card(turn, model=model, suggested=suggested, preview=preview)


def _without_buttons(change: CardChange) -> CardChange:
    return replace(change, card=replace(change.card, buttons=()))


def _is_at_home(query: Query[object], conversation: Conversation) -> bool:
    """Return whether who asks is where a conversation is, so that its buttons can be pressed."""
    return (query.platform, query.workspace) == (conversation.platform, conversation.workspace)
