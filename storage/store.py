"""What lasts of conversations and turns?

`SqlStore` is what `bot.conversation.store` asks for, on SQLAlchemy Core: each verb is one transaction, a plain
function of one of the modules beside this.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from bot.conversation.terms import Limits
from storage import (
    attachments,
    attempts,
    audit,
    batches,
    bookmarks,
    canvases,
    codes,
    conversations,
    copied_canvas,
    deletions,
    events,
    fairness,
    images,
    lanes,
    ledger,
    live,
    locks,
    migrate,
    ownership,
    places,
    polls,
    preferences,
    prompts,
    results,
    secret_rows,
    sessions,
    spending,
    stars,
    team,
    turn_loader,
    turns,
    versions,
)
from storage.process import ProcessStore
from storage.sqlite import Sqlite
from storage.transactions import read, read_now, write, write_now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Sequence
    from pathlib import Path

    from bot.conversation.records import ChooseOutput, Claim, NewPrompt, Recorded
    from bot.conversation.turn import Turn
    from storage.fairness import Capacity
    from storage.postgres import Postgres


def _database_at(where: Path | str) -> Sqlite | Postgres:
    if not isinstance(where, str):
        return Sqlite(where)
    from storage.postgres import Postgres  # noqa: PLC0415 - 0.1 s that SQLite does not pay

    return Postgres(where)


class SqlStore(ProcessStore):
    """The Store in a SQLite file or at a `postgresql://` URL. Open it before use; close it after."""

    database: Sqlite | Postgres

    def __init__(
        self,
        where: Path | str,
        clock: Callable[[], float] = time.time,
        month: Callable[[float], float] = ledger.start_of_month,
        capacity: Capacity = fairness.UNLIMITED,
    ) -> None:
        self.database = _database_at(where)
        self.clock = clock
        #: when the month began in which a time is
        self._month = month
        self._capacity = capacity
        self._process = secrets.token_hex(8)

    @property
    def name(self) -> str:
        """What it is and where, for whoever runs Easel; never a password."""
        return self.database.name

    async def open(self, wait: float = 0.0) -> None:
        """Open it and bring its tables up to date. Raise NotSaved, NewerDatabase.

        `wait`: seconds for a server that is not up yet.
        """
        await self.database.open(wait)
        try:
            await self.database.write(migrate.to_newest)
        except BaseException:
            await self.close()
            raise

    async def check(self) -> None:
        """Look whether it is whole, however long that takes. Raise NotSaved."""
        await self.database.check()

    async def close(self) -> None:
        """Finish what runs, then close."""
        await self.database.close()

    async def prepare_next(
        self, lane: str, limits: Limits | None = None, held: Container[str] = ()
    ) -> Turn | None:
        """Do what a lane has to do before its next drawing."""
        terms = self._terms(limits, held)
        return await self.database.write(lanes.prepare_next, self.clock(), lane, terms)

    async def list_next_lanes(self) -> Sequence[str]:
        """List the lanes that may be drawn now, whose turn it is first."""
        return await self.database.read(fairness.list_next, self.clock(), self._capacity)

    async def claim(
        self,
        lane: str,
        limits: Limits | None = None,
        held: Container[str] = (),
        *,
        sent: bool = True,
    ) -> Claim | Turn | None:
        """Take the next thing to do in a lane."""
        now, terms = self.clock(), self._terms(limits, held)
        month = self._month(now)
        return await self.database.write(lanes.claim, now, lane, terms, month=month, sent=sent)

    def _terms(self, limits: Limits | None, held: Container[str]) -> lanes.ClaimTerms:
        job = locks.job.get()
        return lanes.ClaimTerms(
            limits=limits or Limits(), capacity=self._capacity, job=job, held=held
        )

    async def record_prompt(
        self, prompt: NewPrompt, fit: ChooseOutput, *, claim: bool = False
    ) -> Recorded:
        """Put a prompt on disk; `claim`: and take it at once where nothing waits and there is room."""
        now = self.clock()
        # a lane of a shared queue is its job's, whichever process has that
        month = self._month(now) if claim and not self.is_shared else None
        of = now, prompt, fit, self._capacity, month
        return await self.database.write(prompts.record_prompt, *of)

    # what people say and press
    get_thread = read_now(attachments.get_thread)
    find_recorded = read(events.find_recorded)
    update_text = write(prompts.update_text)
    save_attachments = write(attachments.save_attachments)
    save_pictures = write_now(attachments.save_pictures)
    delete_pictures = write_now(attachments.delete_pictures)
    record_control = write_now(turns.record_control)
    cancel_turn = write_now(turns.cancel_turn)
    retry_turn = write_now(turns.retry_turn)
    set_mode = write_now(team.set_mode)
    record_proposal = write_now(team.record_proposal)
    record_comparison = write_now(team.record_comparison)
    record_export = write_now(team.record_export)
    merge_prompts = write_now(team.merge_prompts)
    fork_prompts = write_now(team.fork_prompts)
    list_talk = read(team.list_talk)
    find_preferences = read(preferences.find_preferences)
    set_preferences = write_now(preferences.set_preferences)
    find_language = read(preferences.find_language)
    set_defaults = write_now(preferences.set_defaults)
    list_kits = read(preferences.list_kits)
    forget_kits = write_now(preferences.forget_kits)
    update_kit = write_now(preferences.update_kit)
    save_code = write_now(codes.save_code)
    find_code = read_now(codes.find_code)
    open_poll = write_now(polls.open_poll)
    record_vote = write_now(polls.record_vote)
    close_poll = write_now(polls.close_poll)
    tick_idea = write_now(polls.tick_idea)
    record_batch = write_now(batches.record_batch)
    start_batch = write_now(batches.start_batch)
    cancel_batch = write_now(batches.cancel_batch)
    turn_page = write_now(batches.turn_page)
    copy_canvas = write_now(copied_canvas.copy_canvas)
    toggle_star = write_now(stars.toggle_star)
    list_starred = read(stars.list_starred)
    rename = write(conversations.rename)
    set_bookmark = write(bookmarks.set_bookmark)

    # how a turn is drawn, and shown
    find_workspace = read(lanes.find_workspace)
    record_retry = write(attempts.record_retry)
    mark_sent = write(attempts.mark_sent)
    record_cost = write(attempts.record_cost)
    save_unfetched = write(attempts.save_unfetched)
    finish = write_now(results.finish)
    record_late_answer = write(results.record_late_answer)
    fail = write_now(results.fail)
    interrupt = write_now(results.interrupt)
    mark_posted = write(attempts.mark_posted)
    mark_not_posted = write_now(results.mark_not_posted)
    mark_notified = write(attempts.mark_notified)
    save_posted = write(places.save_posted)
    find_posted = read(places.find_posted)
    hold_account = write_now(lanes.hold_account)
    resume_account = write_now(lanes.resume_account)
    get_held_since = read(lanes.get_held_since)

    # what is there
    find_turn = read(turn_loader.find_turn)
    get_revision = read(turn_loader.get_revision)
    find_turn_and_posted = read(places.find_turn_and_posted)
    find_by_card = read(places.find_by_card)
    find_by_message = read(turns.find_by_message)
    find_newest = read(turns.find_newest)
    find_newest_poll = read(turns.find_newest_poll)
    list_queued = read(turns.list_queued)
    list_edits = read(turns.list_edits)
    list_prompts = read(turns.list_prompts)
    count_open_turns = read(turns.count_open_turns)
    find_conversation = read(conversations.find_conversation)
    find_title = read(conversations.find_title)
    find_creator = read(conversations.find_creator)
    list_conversation_ids = read(conversations.list_conversation_ids)
    list_expired = read(conversations.list_expired)
    load_conversation = read(canvases.load_conversation)
    list_changes = read(canvases.list_changes)
    list_conversations = read(canvases.list_conversations)
    list_deleted = read(canvases.list_deleted)
    list_own = read(canvases.list_own)
    list_versions = read(versions.list_versions)
    find_conversation_at = read(places.find_conversation_at)
    list_places = read(places.list_places)
    find_place = read(places.find_place)
    has_image = read(images.has_image)
    find_thumbnail = read(images.find_thumbnail)
    add_thumbnail = write(images.add_thumbnail)
    list_colors = read(images.list_colors)
    get_usage = read(spending.get_usage)
    list_audit = read(audit.list_audit)
    list_channels = read(spending.list_channels)

    # what goes
    delete_turn = write_now(deletions.delete_turn)
    delete_conversation = write_now(deletions.delete_conversation)
    delete_audit = write(audit.delete_audit)
    mark_removed = write(images.mark_removed)
    find_referenced = read(images.find_referenced)
    record_orphans = write(images.record_orphans)
    clear_orphans = write(images.clear_orphans)

    # what other processes show
    announce = write(live.announce)
    save_preview = write_now(live.save_preview)
    list_previews = read(live.list_previews)

    async def listen(
        self, handle: Callable[[str], Awaitable[None]], begin: Callable[[], Awaitable[None]]
    ) -> None:
        """Hand on what other processes say, for ever; on Postgres only."""
        assert not isinstance(self.database, Sqlite)  # noqa: S101 - the caller looked
        await live.listen(self.database.url, handle, begin)

    # tokens of workspaces
    save_secret = write_now(secret_rows.save_secret)
    find_secret = read(secret_rows.find_secret)
    list_secrets = read(secret_rows.list_secrets)
    delete_secret = write(secret_rows.delete_secret)
    replace_secret = write(secret_rows.replace_secret)

    # who is signed in
    save_session = write_now(sessions.save_session)
    find_session = read_now(sessions.find_session)
    delete_session = write(sessions.delete_session)

    # whose it is
    increment_age = write(ownership.increment_age)
    get_identity = read(ownership.get_identity)
