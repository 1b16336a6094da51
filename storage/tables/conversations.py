"""Which conversations are there, where do they stand, and what became of each prompt?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import (
    BIG,
    flag,
    integers,
    key,
    metadata,
    optional,
    partial,
    text,
    texts,
    times,
)

#: What the partial indexes hold. A query uses such an index only when it says the same words.
OPEN = "state IN ('queued', 'held', 'drawing', 'drawn')"
DELETED = "deleted IS NOT NULL"
TALK = "images = 0 AND action IS NULL AND state IN ('posted', 'drawn')"
UNNOTIFIED = "NOT notified"

#: A conversation: the tree's head and counters. `seq` is the order of beginning.
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("seq", BIG, primary_key=True, autoincrement=True),
    text("id", unique=True),
    *texts("platform", "workspace", "title"),
    #: did somebody give it this title? Else it is that of the first prompt
    flag("renamed"),
    *optional("head"),
    #: heads to come back to, a JSON list, the newest last
    text("redo", "[]"),
    #: the highest version number so far; prompts that were taken
    *integers("count", "turns", "revision", default=0),
    text("mode", "drawing"),
    #: did Easel come into a thread that somebody else began?
    flag("joined"),
    #: the newest message taken from there
    *optional("seen"),
    *times("created", "updated"),
    #: when a drawing of it began last
    *optional("claimed", kind=sa.Float),
    #: when it was deleted; the row stays as a mark without words
    *optional("deleted", kind=sa.Float),
    sa.Index(None, "platform", "workspace", "seq"),
    sa.Index(None, "platform", "workspace", "claimed"),
    sqlite_autoincrement=True,
)

#: Where conversations are shown. `place` is a Place as text.
places = sa.Table(
    "places",
    metadata,
    *key("place"),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    text("platform", index=True),
)

#: A prompt, or a control in its place in the queue. `seq` is the order of asking.
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("seq", BIG, primary_key=True, autoincrement=True),
    text("id", unique=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False),
    text("lane"),
    #: platform and event, so that a second delivery is known
    text("event", unique=True),
    *texts("place", "person", "person_name"),
    #: a control's action, and the control as JSON; NULL: a prompt
    *optional("action", "control"),
    #: the press that asked for it; NULL: it was said
    *optional("action_key", index=True),
    # what was asked; kit: what a new picture is drawn with, as JSON; of an edit: whether it is off;
    # origin: where a copied canvas came from
    *optional("message"),
    text("text"),
    text("attachments", "[]"),  # JSON
    *optional("source", "kit", "origin"),
    #: is `source` final? Before the first claim it may still be the head's
    flag("source_is_final", default=True),
    text("size", ""),
    #: NULL: its model has no such setting
    *optional("quality", default=""),
    *integers("n", default=0),
    text("model", ""),
    #: the model that was asked for, and cannot edit
    *optional("instead_of"),
    *integers("variation", default=1),
    #: what it is reserved at; NULL: not known
    *optional("price", kind=BIG),
    #: the turn whose question this answers
    *optional("answers"),
    flag("brainstorm"),
    #: are unfinished images shown? NULL: as is usual there
    *optional("previews", kind=sa.Boolean),
    #: never, slow or always; NULL: as is usual
    *optional("mentions"),
    *integers("rewordings", default=0),
    #: the trace that its spans are part of, as W3C writes it; NULL: nobody traced when it came in
    *optional("trace"),
    # how it goes
    text("state"),
    *integers("attempt", "tries", default=0),
    #: of what is being drawn: may its request be out? False: nothing is billed yet
    flag("sent", default=True),
    #: has its end been shown at its place, where it ended without a picture?
    flag("notified", default=True),
    *integers("revision"),
    *times("created"),
    *optional("claimed", "finished", kind=sa.Float),
    *optional("deleted", kind=sa.Float),
    # what came of it; failure, offer, question, warning and picture as JSON
    *optional("failure", "reply"),
    *integers("images", default=0),
    #: the assistant messages as JSON, images as `blob:<sha256>`
    *optional("answer"),
    #: did the model sign parts of it, so that it may not be told in other words?
    flag("signed"),
    *optional("cost", kind=BIG),
    flag("estimated"),
    #: was it cancelled when it may have been billed already?
    flag("unsettled"),
    #: a more expensive output that the model would like
    *optional("offer", "question"),
    #: the limit that is nearly used
    *optional("warning"),
    #: an answer whose pictures could not be fetched yet
    *optional("unfetched"),
    #: one made of others (before and after)
    *optional("picture"),
    # what a team does with it; JSON lists
    *(text(name, "[]") for name in ("contributors", "points", "directions")),
    #: the turn whose card gathers its picture
    *optional("parent"),
    flag("hidden"),
    partial("ix_turns_unnotified", UNNOTIFIED, "seq"),
    partial("ix_turns_open", OPEN, "lane", "seq"),
    partial("ix_turns_talk", TALK, "conversation", "images", "seq"),
    partial("ix_turns_deleted", DELETED, "conversation", "deleted"),
    *(partial(f"ix_turns_{one}", f"{one} IS NOT NULL", one) for one in ("answers", "parent")),
    *(sa.Index(None, "conversation", one) for one in ("seq", "revision")),
    sa.Index(None, "message", "place"),
    sa.Index(None, "person", "created"),
    sqlite_autoincrement=True,
)

#: Events that made no turn, so that a second delivery does nothing. `turn`: what the first one answered.
handled_events = sa.Table(
    "handled_events",
    metadata,
    *key("event"),
    text("conversation"),
    *optional("turn"),
    *times("created"),
)

#: Where a card stands on its platform: one row a message, the card's own has `ordinal` 0.
posts = sa.Table(
    "posts",
    metadata,
    *key("card"),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    *texts("place", "message"),
    sa.Index(None, "message", "place"),
)
