"""What can be seen of whole conversations: all of one, what changed in it, the list of them?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ports import limits
from bot.ports.cards import Posted
from bot.ports.messages import Place
from bot.ports.queries import ListQuery, Summary
from storage import rows
from storage.conversations import CONVERSATION, in_workspace
from storage.images import list_colors
from storage.places import find_posted, list_places_of
from storage.tables import bookmarks, conversations, places, turns, versions
from storage.turn_loader import TURN, WAITING, is_gallery, list_stars, load_turn
from storage.versions import NUMBERED

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.conversation.turn import Turn
    from bot.ports.messages import Person, Version

_CHANGED = TURN.where(
    turns.c.conversation == sa.bindparam("conversation"),
    turns.c.revision > sa.bindparam("after"),
).order_by(turns.c.seq)
_BY_IDS = TURN.where(turns.c.id.in_(sa.bindparam("ids", expanding=True)))
#: words of one search that count
_MOST_WORDS = 12


def list_changes(sql: sa.Connection, conversation: str, after: int) -> list[Turn]:
    """List the turns that changed after a revision, in the order of the changes."""
    found = sql.execute(_CHANGED, {"conversation": conversation, "after": after}).all()
    parents = {row.parent for row in found if row.parent} - {row.id for row in found}
    if parents:  # what shows a part that changed
        found = [*found, *sql.execute(_BY_IDS, {"ids": sorted(parents)})]
    read = [load_turn(sql, row) for row in found]
    return sorted(read, key=lambda turn: (turn.revision, turn.seq))


def load_conversation(sql: sa.Connection, id_: str) -> tuple[Conversation, list[Turn]] | None:
    """Read a conversation with all its versions and turns, in the order of asking."""
    row = sql.execute(CONVERSATION, {"id": id_}).one_or_none()
    if row is None:
        return None
    by_turn: dict[str, list[Version]] = {}
    depth: dict[str, int] = {}
    known = []
    ordered = sa.select(versions).where(versions.c.conversation == id_)
    for one in sql.execute(ordered.order_by(*NUMBERED)):
        known.append(rows.version(one))
        by_turn.setdefault(one.turn, []).append(known[-1])
        depth[one.turn] = one.depth
    branches = Counter(one.parent for one in known)
    given = list_stars(sql, id_)
    found = []
    for one in sql.execute(_CHANGED, {"conversation": id_, "after": -1}).all():
        if one.deleted is not None:
            continue
        has_more = one.question or one.images > 1 or one.state in WAITING or is_gallery(one)
        if has_more or (one.images and depth[one.id] > limits.DRIFTING_EDITS):
            found.append(load_turn(sql, one))
        else:
            beside = branches[one.source] if one.images and one.source else 0
            made = by_turn.get(one.id, ())
            own = {at.number: given[at.number] for at in made if at.number in given}
            team = {"stars": own}
            found.append(rows.turn(one, made, result={"branches": beside}, team=team))
    return rows.conversation(row, known), found


def list_conversations(sql: sa.Connection, query: ListQuery) -> tuple[Summary, ...]:
    """List a page of a workspace's conversations, newest first."""
    head = sa.and_(
        versions.c.conversation == conversations.c.id, versions.c.number == conversations.c.head
    )
    image = [column.label(f"image_{column.name}") for column in versions.c]
    kept = sa.and_(
        bookmarks.c.conversation == conversations.c.id, bookmarks.c.person == query.viewer
    )
    kept_by = (bookmarks.c.starred, bookmarks.c.seen.label("seen_by_viewer"))
    wanted = (
        sa.select(conversations, *image, *kept_by)
        .join(versions, head, isouter=True)
        .join(bookmarks, kept, isouter=True)
        .where(
            *in_workspace(query),
            conversations.c.deleted.is_(None),
            conversations.c.turns > 0,  # else nothing was ever taken there
            *([_speaks_of(sql, query.text)] if query.text else []),
            *([_has_person(query.person)] if query.person else []),
            *([_has_asker(query.asker)] if query.asker else []),
            *([_is_in_channel(query)] if query.channel else []),
            *([bookmarks.c.starred] if query.starred else []),
            *([conversations.c.id.in_(query.ids)] if query.ids is not None else []),
        )
        .order_by(conversations.c.seq.desc())
        .limit(query.limit)
    )
    if query.before is not None:
        wanted = wanted.where(conversations.c.seq < int(query.before))
    found = sql.execute(wanted).all()
    people = _list_people(sql, [row.id for row in found])
    # of one page's canvases all are in the page's one channel
    channels = _list_channels(sql, [row.id for row in found]) if query.of_platform else {}
    colors = list_colors(sql, [row.image_blob for row in found if row.image_blob])
    return tuple(
        Summary(
            id=row.id,
            title=row.title,
            head=row.head,
            image=rows.version(row, "image_") if row.image_blob else None,
            turns=row.turns,
            updated=row.updated,
            cursor=str(row.seq),
            revision=row.revision,
            people=people.get(row.id, ()),
            color=colors.get(row.image_blob),
            platform=row.platform,
            workspace=row.workspace,
            channel=channels.get(row.id, ""),
            starred=bool(row.starred),
            unread=row.seen_by_viewer is not None and row.revision > row.seen_by_viewer,
        )
        for row in found
    )


def list_deleted(sql: sa.Connection, query: ListQuery) -> tuple[str, ...]:
    """List those of some conversations of a workspace that are deleted."""
    found = sa.select(conversations.c.id).where(
        *in_workspace(query),
        conversations.c.deleted.is_not(None),
        conversations.c.id.in_(query.ids or ()),
    )
    return tuple(sql.execute(found).scalars())


def _speaks_of(sql: sa.Connection, text: str) -> sa.ColumnElement[bool]:
    """Match conversations whose title or prompts hold words that begin as these do."""
    words = re.findall(r"\w+", text.lower())[:_MOST_WORDS]
    if not words:
        return sa.true()
    if sql.dialect.name == "sqlite":
        wanted = " ".join(f'"{word}"*' for word in words)
        found = sa.text("SELECT rowid FROM turns_text WHERE turns_text MATCH :wanted")
        found = found.bindparams(wanted=wanted)
        matches = turns.c.seq.in_(found.columns(sa.column("rowid", sa.Integer)))
    else:
        wanted = " & ".join(f"{word}:*" for word in words)
        simple = sa.literal_column("'simple'", sa.Text)
        matches = sa.func.to_tsvector(simple, turns.c.text).op("@@")(
            sa.func.to_tsquery(simple, wanted)
        )
    prompts = sa.select(turns.c.conversation).where(
        matches, turns.c.action.is_(None), turns.c.deleted.is_(None)
    )
    titled = (conversations.c.title.icontains(word, autoescape=True) for word in words)
    return sa.or_(conversations.c.id.in_(prompts), sa.and_(*titled))


def _has_person(name: str) -> sa.ColumnElement[bool]:
    """Match conversations in which somebody of this name asked for something."""
    asked = sa.select(turns.c.conversation).where(
        turns.c.person_name == name, turns.c.deleted.is_(None)
    )
    return conversations.c.id.in_(asked)


def _has_asker(person: str) -> sa.ColumnElement[bool]:
    """Match conversations in which somebody of this id asked for something."""
    asked = (turns.c.person == person, turns.c.deleted.is_(None), turns.c.action.is_(None))
    return conversations.c.id.in_(sa.select(turns.c.conversation).where(*asked))


def list_own(
    sql: sa.Connection, place: Place, person: Person, limit: int
) -> tuple[tuple[Summary, Posted | None], ...]:
    """List the canvases of a workspace that somebody asked in, newest first, each with where its head stands."""
    query = ListQuery(
        platform=place.platform, workspace=place.workspace, asker=person.id, limit=limit
    )
    return tuple((one, _find_card(sql, one)) for one in list_conversations(sql, query))


def _find_card(sql: sa.Connection, of: Summary) -> Posted | None:
    """Find the card of a canvas's head; where it has none, the canvas itself."""
    posted = find_posted(sql, of.image.turn) if of.image else None
    if posted is not None:
        return posted
    shown = list_places_of(sql, of.id)
    return Posted(place=shown[0]) if shown else None


def _is_in_channel(query: ListQuery) -> sa.ColumnElement[bool]:
    """Match conversations shown in a channel; where no workspace is asked for, of whichever has it."""
    place = Place(platform=query.platform, workspace=query.workspace, channel=query.channel)
    if query.platform and query.workspace:
        is_there = _is_below(str(place))
    else:  # ids of channels hold no "%" and no "_" once they are quoted and escaped
        channel = str(place).rpartition("/")[2]
        is_there = sa.or_(
            places.c.place.endswith(f"/{channel}", autoescape=True),
            places.c.place.contains(f"/{channel}/", autoescape=True),
        )
    return conversations.c.id.in_(sa.select(places.c.conversation).where(is_there))


def _is_below(place: str) -> sa.ColumnElement[bool]:
    threads = places.c.place.startswith(f"{place}/", autoescape=True)
    return sa.or_(places.c.place == place, threads)


def _list_channels(sql: sa.Connection, ids: list[str]) -> dict[str, str]:
    """List the channels in which these conversations are shown, one of each."""
    shown = sa.select(places.c.conversation, places.c.place).where(places.c.conversation.in_(ids))
    return {row.conversation: Place.parse(row.place).channel for row in sql.execute(shown)}


def _list_people(sql: sa.Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """List the names of those who asked in these conversations, in the order of their first prompts."""
    found: dict[str, tuple[str, ...]] = {}
    named = (
        sa.select(turns.c.conversation, turns.c.person_name)
        .where(turns.c.conversation.in_(ids), turns.c.deleted.is_(None))
        .group_by(turns.c.conversation, turns.c.person_name)
        .order_by(sa.func.min(turns.c.seq))
    )
    for row in sql.execute(named):
        found[row.conversation] = (*found.get(row.conversation, ()), row.person_name)
    return found
