"""A thread in a store, as the bot would use it: short verbs for tests of the Store port."""

from __future__ import annotations

import asyncio
import atexit
import datetime as dt
import secrets
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Answer, Claim, NewPrompt, Recorded, StoredImage
from bot.conversation.terms import Admission
from bot.conversation.turn import Control, Turn
from bot.model.catalog.catalog import Catalog
from bot.ports.cards import Posted
from bot.ports.messages import ActionEvent, Defaults, IncomingMessage, Output, Person, Place
from storage.ledger import start_of_month
from storage.sqlite import Sqlite
from storage.store import SqlStore
from storage.tables import ledger, sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.conversation.conversation import Conversation
    from bot.ports.actions import Action

ANA, BEN = Person(id="U1", name="Ana"), Person(id="U2", name="Ben")


@cache
def empty_database() -> Path:
    """Make an empty database once; each example begins with a copy."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "easel.db"

    async def make() -> None:
        store = SqlStore(path)
        await store.open()
        await store.close()

    asyncio.run(make())
    return path


class Canvas:
    """One thread."""

    def __init__(self, store: SqlStore, thread: str = "t1", place: Place | None = None) -> None:
        self.store = store
        self.place = place or Place(
            platform="web", workspace="local", channel="page", thread=thread
        )
        self.catalog = Catalog("gpt-4o-image")
        self._lane = ""

    async def begin(
        self,
        text: str,
        *,
        event: str | None = None,
        place: Place | None = None,
        person: Person = ANA,
        starts: bool = True,
        source: str | None = None,
        letter: str | None = None,
        fixed: bool = False,
        again: bool = False,
        answers: str | None = None,
        output: Output | None = None,
        plain: bool = False,
        ends_talk: bool = False,
        brainstorm: bool = False,
        admission: Admission | None = None,
        **more: Any,
    ) -> Recorded:
        ask = IncomingMessage(
            event_id=event or secrets.token_hex(4),
            place=place or self.place,
            person=person,
            text=text,
            may_start=starts,
            **more,
        )
        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=secrets.token_hex(8),
            message=ask,
            text=text,
            source=source,
            letter=letter,
            source_is_final=fixed,
            is_variation=again,
            answers=answers,
            is_casual=plain,
            ends_pause=ends_talk,
            is_brainstorm=brainstorm,
            admission=admission or Admission(),
        )

        def fit(defaults: Defaults, _size: str | None) -> tuple[str, Output, float | None]:
            return self.catalog.resolve(None, (output or Output()).over(defaults.output))

        return await self.store.record_prompt(prompt, fit)

    async def ask(self, text: str, **more: Any) -> Turn:
        begun = await self.begin(text, **more)
        assert begun.turn is not None
        self._lane = begun.turn.lane
        return begun.turn

    def press(self, action: Action) -> ActionEvent:
        return ActionEvent(
            event_id=secrets.token_hex(4), place=self.place, person=ANA, action=action
        )

    async def control(self, action: Action, **more: Any) -> Recorded:
        control = Control(action=action, **more)
        return await self.store.record_control(secrets.token_hex(8), self.press(action), control)

    async def claimed(self) -> Claim:
        claim = await self.store.claim(self._lane)
        assert isinstance(claim, Claim), claim
        return claim

    async def claim(self) -> Turn:
        return (await self.claimed()).turn

    def answer(
        self, images: int = 1, reply: str | None = "Here.", cost: float | None = 0.04, **more: Any
    ) -> Answer:
        stored = [
            StoredImage(
                blob=secrets.token_hex(32),
                media_type="image/png",
                size=10,
                width=64,
                height=64,
                alt="a picture",
            )
            for _ in range(images)
        ]
        blocks = [{"type": "image_url", "image_url": {"url": f"blob:{one.blob}"}} for one in stored]
        message = {"role": "assistant", "content": blocks}
        return Answer(
            reply=reply,
            images=tuple(stored),
            messages=(message,),
            cost=cost,
            estimated=False,
            **more,
        )

    async def finish(self, turn: Turn, **more: Any) -> Turn:
        drawn = await self.store.finish(turn, self.answer(**more))
        return await self.store.mark_posted(drawn, Posted(place=turn.place))

    async def draw(self, **more: Any) -> Turn:
        """Claim the next turn and see it through."""
        return await self.finish(await self.claim(), **more)

    async def line(self, count: int) -> Sequence[Turn]:
        """Draw so many prompts, each an edit of the one before."""
        found = []
        for number in range(1, count + 1):
            await self.ask(f"prompt {number}")
            found.append(await self.draw())
        return found

    async def again(self, turn: Turn) -> Turn:
        found = await self.store.find_turn(turn.id)
        assert found is not None
        return found

    async def whole(self) -> tuple[Conversation, Sequence[Turn]]:
        id_ = await self.store.find_conversation_at(self.place)
        found = await self.store.load_conversation(id_ or "")
        assert found is not None
        return found

    async def head(self) -> str | None:
        return (await self.whole())[0].head

    async def ledger(self) -> Sequence[Any]:
        """Read the ledger's rows, which no verb gives yet."""
        return await self.store.database.read(
            lambda sql: sql.execute(sa.select(ledger).order_by(ledger.c.created)).all()
        )


Sums = dict[tuple[Any, ...], dict[str, int]]


async def added_up(
    store: SqlStore, month: Callable[[float], float] = start_of_month
) -> tuple[Sums, Sums]:
    """Return the sums as the store keeps them, and as the ledger's rows add up, one by one."""

    def read(sql: sa.Connection) -> tuple[Sequence[Any], Sequence[Any]]:
        return sql.execute(sa.select(sums)).all(), sql.execute(sa.select(ledger)).all()

    kept, rows = await store.database.read(read)
    scanned: Sums = {}
    for row in rows:
        counts = {
            "images": row.images,
            "settled": row.cost or 0,
            "unsettled": (row.reserved or 0) if row.state in {"reserved", "unsettled"} else 0,
            "estimated": 1 if row.estimated and row.cost else 0,
            "unpriced": 1 if row.images and row.cost is None else 0,
        }
        of = {"workspace": row.workspace, "person": row.person}
        of |= {
            "channel": row.channel,
            "model": row.model,
            "day": dt.datetime.fromtimestamp(row.created, dt.UTC).date().isoformat(),
        }
        for kind, id_ in of.items():
            key = (month(row.created), kind, row.platform, row.workspace, id_)
            added = scanned.setdefault(key, dict.fromkeys(counts, 0))
            scanned[key] = {name: added[name] + count for name, count in counts.items()}
    found = {
        (row.month, row.kind, row.platform, row.workspace, row.id): {
            "images": row.images,
            "settled": row.settled,
            "unsettled": row.unsettled,
            "estimated": row.estimated,
            "unpriced": row.unpriced,
        }
        for row in kept
    }
    return found, scanned


@contextmanager
def listening(store: SqlStore) -> Iterator[list[str]]:
    """Return what the database is asked meanwhile."""
    said: list[str] = []
    if isinstance(store.database, Sqlite):
        traced = [one._conn for one in (store.database._writer, *store.database._readers)]
        for connection in traced:
            connection.set_trace_callback(said.append)
        yield said
        for connection in traced:
            connection.set_trace_callback(None)
        return

    def note(_sql: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
