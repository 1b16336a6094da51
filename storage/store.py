"""What lasts of conversations and turns, and who decides when it is written?

`SqlStore` is the `Store` of `bot.ports.adapter` on SQLAlchemy Core: each verb is one transaction, a plain
function of `prompts`, `lanes` or `looks`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.conversation.records import Limits
from bot.ports import limits
from storage import (
    answers,
    controls,
    deleting,
    holds,
    keeping,
    lanes,
    locks,
    looks,
    migrate,
    pictures,
    placing,
    polls,
    preferences,
    prompts,
    reading,
    remains,
    sums,
    thumbnails,
    together,
    usage,
    writing,
)
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from bot.conversation.conversation import Control, Conversation, Failure, Turn
    from bot.conversation.records import (
        Answer,
        ChooseOutput,
        Claim,
        NewPrompt,
        PendingDeletions,
        Proposal,
        Recorded,
        Thread,
    )
    from bot.ports.cards import Posted
    from bot.ports.messages import (
        ActionEvent,
        Attachment,
        Defaults,
        IncomingMessage,
        MessageChange,
        Person,
        Place,
        Version,
    )
    from bot.ports.queries import (
        ImageQuery,
        KnownPlace,
        ListQuery,
        PlaceQuery,
        PlacesQuery,
        PromptsQuery,
        Summary,
        Usage,
        UsageQuery,
        VersionsQuery,
    )
    from storage.postgres import Postgres


def _database_at(where: Path | str) -> Database | Postgres:
    if not isinstance(where, str):
        return Database(where)
    from storage.postgres import Postgres  # noqa: PLC0415 - 0.1 s that SQLite does not pay

    return Postgres(where)


class SqlStore:
    """The Store in a SQLite file or at a `postgresql://` URL. Open it before use; close it after."""

    def __init__(
        self,
        where: Path | str,
        clock: Callable[[], float] = time.time,
        month: Callable[[float], float] = sums.month_of,
    ) -> None:
        self._database = _database_at(where)
        self._clock = clock
        #: when the month began in which a time is
        self._month = month

    @property
    def name(self) -> str:
        """What it is and where, for whoever runs Easel; never a password."""
        return self._database.name

    async def get_identity(self) -> str:
        """Tell this database from its copies, as far as its server can; "": a file cannot."""
        return await self._database.read(remains.identity)

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""
        return not isinstance(self._database, Database)

    async def get_revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        return await self._database.read(looks.revisions, ids)

    async def check(self) -> None:
        """Look whether it is whole, however long that takes. Raises NotSaved."""
        await self._database.check()

    async def open(self, patience: float = 0.0) -> None:
        """Open it and bring its tables up to date. Raises NotSaved, NewerDatabase.

        `patience`: seconds for a server that is not up yet.
        """
        await self._database.open(patience)
        try:
            await self._database.write(migrate.to_newest)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what runs, then close."""
        await self._database.close()

    async def find_recorded(self, incoming: IncomingMessage | ActionEvent) -> Recorded | None:
        return await self._database.read(writing.seen_before, incoming)

    async def record_prompt(self, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
        return await self._database.write(prompts.begin, prompt, fit, self._clock())

    async def get_thread(self, message: IncomingMessage) -> Thread:
        return await self._database.read(pictures.thread_at, message, self._clock())

    async def save_pictures(self, message: IncomingMessage) -> bool:
        return await self._database.write(pictures.keep, message, self._clock())

    async def delete_pictures(self, message: MessageChange | None = None) -> None:
        before = self._clock() - limits.PENDING_PICTURE
        await self._database.write(pictures.drop, before, message)

    async def set_preferences(
        self, incoming: IncomingMessage, scope: str, wanted: Defaults
    ) -> None:
        await self._database.write(
            preferences.prefer, incoming.place, incoming.person, scope, wanted
        )

    async def record_control(
        self, id_: str, incoming: IncomingMessage | ActionEvent, what: Control
    ) -> Recorded:
        return await self._database.write(controls.control, id_, incoming, what, self._clock())

    async def cancel_turn(self, event: ActionEvent, turn: str, conversation: str) -> Recorded:
        return await self._database.write(controls.cancel, event, turn, conversation, self._clock())

    async def retry_turn(self, event: ActionEvent, turn: str, conversation: str) -> Recorded:
        return await self._database.write(controls.retry, event, turn, conversation, self._clock())

    async def update_text(self, turn: str, text: str) -> Recorded | None:
        return await self._database.write(prompts.reword, turn, text)

    async def bind_place(self, conversation: str, place: Place) -> None:
        await self._database.write(placing.bind, conversation, place, self._clock())

    async def list_waiting_lanes(
        self, platforms: Sequence[str], limit: int = 1000
    ) -> Sequence[str]:
        return await self._database.read(lanes.waiting, platforms, limit)

    async def save_attachments(self, turn: str, attachments: Sequence[Attachment]) -> None:
        await self._database.write(prompts.attached, turn, attachments)

    async def prepare_next(self, lane: str, limits: Limits | None = None) -> Turn | None:
        of = lane, limits or Limits(), self._clock(), locks.job.get()
        return await self._database.write(lanes.following, *of)

    async def claim(
        self, lane: str, limits: Limits | None = None, *, sent: bool = True
    ) -> Claim | Turn | None:
        of = lane, limits or Limits(), self._clock(), locks.job.get()
        month = self._month(of[2])
        return await self._database.write(lanes.claim, *of, month=month, sent=sent)

    async def find_platform(self, lane: str) -> str | None:
        """Tell whose a lane is that has something to do; None: it has nothing."""
        return await self._database.read(lanes.platform_of, lane)

    async def mark_sent(self, turn: Turn) -> None:
        await self._database.write(answers.sending, turn)

    async def record_retry(self, turn: Turn, tries: int, *, sent: bool = True) -> Turn:
        return await self._database.write(answers.trying, turn, tries, sent=sent)

    async def finish(self, turn: Turn, answer: Answer, *, seen: bool = False) -> Turn:
        return await self._database.write(answers.finish, turn, answer, self._clock(), seen=seen)

    async def record_late_answer(self, turn: Turn, answer: Answer) -> None:
        await self._database.write(answers.late, turn, answer)

    async def record_cost(self, turn: Turn, cost: float) -> None:
        await self._database.write(answers.spent, turn, cost)

    async def save_unfetched(self, turn: Turn, answer: str) -> None:
        await self._database.write(answers.came, turn, answer)

    async def fail(self, turn: Turn, failure: Failure) -> Turn:
        return await self._database.write(answers.fail, turn, failure, self._clock())

    async def interrupt(self, turn: Turn, failure: Failure) -> Turn:
        return await self._database.write(answers.interrupt, turn, failure, self._clock())

    async def mark_not_posted(self, turn: Turn, failure: Failure) -> Turn:
        return await self._database.write(answers.unposted, turn, failure, self._clock())

    async def hold_account(self, turn: Turn, failure: Failure) -> Sequence[str]:
        return await self._database.write(holds.hold, turn, failure, self._clock())

    async def resume_account(self) -> Sequence[str]:
        return await self._database.write(holds.resume)

    async def mark_posted(self, turn: Turn, at: Posted) -> Turn:
        return await self._database.write(answers.posted, turn, at, self._clock())

    async def mark_notified(self, turn: Turn) -> None:
        await self._database.write(answers.told, turn)

    async def list_unnotified(self, platforms: Sequence[str], limit: int = 100) -> Sequence[Turn]:
        return await self._database.read(looks.untold, platforms, limit)

    async def save_posted(self, card: str, at: Posted) -> None:
        await self._database.write(answers.stands, card, at)

    async def set_mode(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, what: Control
    ) -> Recorded:
        return await self._database.write(
            together.set_mode, id_, incoming, conversation, what, self._clock()
        )

    async def record_proposal(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        proposal: Proposal,
    ) -> Recorded:
        return await self._database.write(
            together.propose, id_, incoming, conversation, proposal, self._clock()
        )

    async def list_talk(self, conversation: str) -> Sequence[Turn]:
        return await self._database.read(together.talk, conversation)

    async def set_defaults(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        wanted: Defaults,
    ) -> Recorded:
        return await self._database.write(
            together.set_defaults, id_, incoming, conversation, what, wanted, now=self._clock()
        )

    async def merge_prompts(self, event: ActionEvent, conversation: str) -> Recorded:
        return await self._database.write(together.merge, event, conversation, self._clock())

    async def fork_prompts(
        self, id_: str, event: ActionEvent, conversation: str, most: int | None = None
    ) -> Recorded:
        return await self._database.write(
            together.fork, id_, event, conversation, self._clock(), most
        )

    async def open_poll(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        return await self._database.write(
            polls.open_poll, id_, incoming, conversation, self._clock()
        )

    async def record_vote(self, event: ActionEvent, poll: str, version: str) -> Recorded:
        return await self._database.write(polls.vote, event, poll, version, self._clock())

    async def close_poll(self, event: ActionEvent, poll: str, winner: str | None) -> Recorded:
        return await self._database.write(polls.close, event, poll, winner, self._clock())

    async def tick_idea(self, event: ActionEvent, poll: str, number: int) -> Recorded:
        return await self._database.write(polls.tick, event, poll, number, self._clock())

    async def list_edits(self, conversation: str, version: str, most: int) -> Sequence[Turn]:
        return await self._database.read(together.edits_back, conversation, version, most)

    async def find_newest_poll(self, conversation: str) -> Turn | None:
        return await self._database.read(reading.newest_poll, conversation)

    async def record_comparison(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        picture: Version,
    ) -> Recorded:
        return await self._database.write(
            keeping.compare, id_, incoming, conversation, what, picture, now=self._clock()
        )

    async def record_export(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        return await self._database.write(
            keeping.export, id_, incoming, conversation, now=self._clock()
        )

    async def delete_turn(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, turn: str
    ) -> Recorded:
        return await self._database.write(
            deleting.delete, id_, incoming, conversation, turn, self._clock()
        )

    async def delete_conversation(self, conversation: str) -> Recorded:
        return await self._database.write(deleting.delete_conversation, conversation, self._clock())

    async def list_conversation_ids(self) -> Sequence[str]:
        return await self._database.read(looks.every)

    async def list_expired(self, before: float, limit: int) -> Sequence[str]:
        return await self._database.read(deleting.expired, before, limit)

    async def list_pending_deletions(
        self, platforms: Sequence[str], limit: int
    ) -> PendingDeletions:
        return await self._database.read(remains.remains, platforms, limit)

    async def mark_removed(self, cards: Sequence[str], blobs: Sequence[str]) -> None:
        await self._database.write(remains.removed, cards, blobs)

    async def find_referenced(self, blobs: Sequence[str]) -> AbstractSet[str]:
        return await self._database.read(remains.named, blobs)

    async def record_orphans(self, blobs: Mapping[str, int], now: float) -> Mapping[str, float]:
        return await self._database.write(remains.unnamed, blobs, now)

    async def clear_orphans(self, before: float) -> None:
        await self._database.write(remains.no_orphans, before)

    async def increment_age(self, least: int) -> int | None:
        """Raise the database's age; None: it is younger than `least`, so it was restored or copied."""
        return await self._database.write(remains.grown, least)

    async def find_by_card(self, place: Place, message: str) -> Turn | None:
        return await self._database.read(keeping.shown_as, place, message)

    async def get_usage(self, query: UsageQuery, since: float, until: float) -> Usage:
        return await self._database.read(usage.usage, query, since, until)

    async def find_posted(self, card: str) -> Posted | None:
        return await self._database.read(looks.posted_at, card)

    async def count_open_turns(self) -> Mapping[str, int]:
        return await self._database.read(looks.open_turns)

    async def get_held_since(self) -> float | None:
        return await self._database.read(looks.held_since)

    async def find_turn_and_posted(self, id_: str) -> tuple[Turn | None, Posted | None]:
        return await self._database.read(looks.standing, id_)

    async def find_turn(self, id_: str) -> Turn | None:
        return await self._database.read(reading.turn_by_id, id_)

    async def find_by_message(self, place: Place, message: str) -> Turn | None:
        return await self._database.read(looks.by_message, place, message)

    async def find_newest(
        self, conversation: str, person: Person | None = None, which: str = "any"
    ) -> Turn | None:
        return await self._database.read(looks.newest, conversation, person, which)

    async def find_creator(self, conversation: str) -> str | None:
        return await self._database.read(looks.beginner, conversation)

    async def list_queued(self, conversation: str, limit: int) -> Sequence[Turn]:
        return await self._database.read(looks.queued, conversation, limit)

    async def find_conversation(self, id_: str, names: Sequence[str] = ()) -> Conversation | None:
        return await self._database.read(reading.conversation_by_id, id_, names)

    async def find_conversation_at(self, place: Place) -> str | None:
        return await self._database.read(placing.place_of, place)

    async def load_conversation(self, id_: str) -> tuple[Conversation, Sequence[Turn]] | None:
        return await self._database.read(looks.whole, id_)

    async def list_changes(self, conversation: str, after: int) -> Sequence[Turn]:
        return await self._database.read(looks.changes, conversation, after)

    async def list_conversations(self, query: ListQuery) -> tuple[Summary, ...]:
        return await self._database.read(looks.listed, query)

    async def list_places(self, query: PlacesQuery) -> tuple[KnownPlace, ...]:
        return await self._database.read(looks.known_places, query)

    async def find_place(self, query: PlaceQuery) -> KnownPlace | None:
        return await self._database.read(looks.known, query)

    async def list_versions(self, query: VersionsQuery) -> tuple[tuple[str, str], ...]:
        return await self._database.read(looks.made, query)

    async def list_prompts(self, query: PromptsQuery) -> tuple[str, ...]:
        return await self._database.read(looks.prompts, query)

    async def rename(self, conversation: str, title: str) -> str:
        return await self._database.write(placing.rename, conversation, title)

    async def find_thumbnail(self, original: str, width: int) -> str | None:
        return await self._database.read(thumbnails.thumbnail, original, width)

    async def add_thumbnail(self, original: str, width: int, blob: str, color: str) -> None:
        await self._database.write(thumbnails.add_thumbnail, original, width, blob, color)

    async def list_colors(self, originals: Sequence[str]) -> Mapping[str, str]:
        return await self._database.read(thumbnails.colors, originals)

    async def has_image(self, query: ImageQuery) -> bool:
        return await self._database.read(looks.holds_image, query)
