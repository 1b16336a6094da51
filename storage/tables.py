"""Which tables are there, and what does each row mean?

Times are Unix seconds. Money is whole nano-dollars, so that sums are exact. No query looks into JSON columns.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage import columns
from storage.columns import (
    BIG,
    STAYS,
    big,
    flag,
    integers,
    key,
    optional,
    partial,
    text,
    texts,
    times,
)

metadata = columns.metadata

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

#: What holds in a workspace, a channel, for a person or in a thread, as JSON. `scope_id`: its platform and ids.
preferences = sa.Table("preferences", metadata, *key("scope", "scope_id"), text("values"))

#: What a person keeps of a conversation: a star, and up to which revision they saw it.
bookmarks = sa.Table(
    "bookmarks",
    metadata,
    *key("person"),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True, index=True),
    flag("starred"),
    *optional("seen", kind=sa.Integer),
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
    # what was asked
    *optional("message"),
    text("text"),
    text("attachments", "[]"),  # JSON
    *optional("source"),
    #: is `source` final? Before the first claim it may still be the head's
    flag("source_is_final", default=True),
    text("size", ""),
    #: NULL: its model has no such setting
    *optional("quality", default=""),
    *integers("n", default=0),
    text("model", ""),
    *integers("variation", default=1),
    #: what it is reserved at; NULL: not known
    *optional("price", kind=BIG),
    #: the turn whose question this answers
    *optional("answers", index=True),
    flag("brainstorm"),
    #: are unfinished images shown? NULL: as is usual there
    *optional("previews", kind=sa.Boolean),
    *integers("rewordings", default=0),
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
    *optional("parent", index=True),
    flag("hidden"),
    partial("ix_turns_unnotified", UNNOTIFIED, "seq"),
    partial("ix_turns_open", OPEN, "lane", "seq"),
    partial("ix_turns_talk", TALK, "conversation", "images", "seq"),
    partial("ix_turns_deleted", DELETED, "id"),
    sa.Index(None, "conversation", "seq"),
    sa.Index(None, "conversation", "revision"),
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

#: What is put to the vote, on the card of `turn`; JSON lists. `winner`: of a vote that is closed.
polls = sa.Table(
    "polls",
    metadata,
    *key("turn"),
    text("conversation", index=True),
    *(text(name, "[]") for name in ("choices", "ticked", "tied")),
    *optional("winner"),
)

#: One vote a person in each poll; `poll` is the turn whose card shows it.
votes = sa.Table("votes", metadata, *key("poll", "person"), text("version"))

#: An image of a conversation. `number` is "v8a"; `depth` counts the versions from the root.
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("turn", sa.ForeignKey("turns.id"), nullable=False, index=True),
    *optional("parent"),
    *integers("depth"),
    text("root"),
    text("blob", index=True),
    text("media_type"),
    *integers("size", "width", "height"),
    text("alt"),
    #: where it was fetched from; NULL: it came with the answer
    *optional("url"),
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

#: Which pictures a turn holds that nobody drew: those that people sent, one made of others.
files = sa.Table(
    "files",
    metadata,
    *key("blob"),
    sa.Column("turn", sa.ForeignKey("turns.id"), primary_key=True, index=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False, index=True),
)

#: Pictures that came without words, until their person says what to do with them, in a thread or a channel.
waiting_pictures = sa.Table(
    "waiting_pictures",
    metadata,
    *key("event"),
    *texts("place", "person", "message", "attachments"),
    *times("created"),
    sa.Index(None, "person", "place"),
)

#: Small copies of images, each a blob of its own. `color` stands in an image's place until it is loaded.
thumbnails = sa.Table(
    "thumbnails",
    metadata,
    *key("original"),
    sa.Column("width", sa.Integer, primary_key=True, autoincrement=False),
    text("blob", index=True),
    text("color"),
)

#: Images to be removed: no row names them. `until`: one that was put again since is left alone.
pending_blobs = sa.Table("pending_blobs", metadata, *key("blob"), *times("until"))

#: Images in the store that nothing names. `since`: when it was first found so; `seen`: when last.
orphans = sa.Table("orphans", metadata, *key("blob"), *big("size"), *times("since", "seen"))

#: One row: how often this database has looked whose the images are (`storage.ownership`).
ages = sa.Table("ages", metadata, *key("of"), *big("age"), info=STAYS)

#: What each drawing cost: one row an attempt, reserved when claimed. It outlives the turn.
ledger = sa.Table(
    "ledger",
    metadata,
    *key("turn"),
    sa.Column("attempt", sa.Integer, primary_key=True),
    *texts("platform", "workspace", "channel", "person", "person_name", "model"),
    #: of the newest request: reserved (it is out), settled, free (not billed) or unsettled (nobody knows)
    text("state"),
    #: what may be billed while it is out, or where nobody knows, and what was billed for certain; NULL: not known
    *optional("reserved", "cost", kind=BIG),
    flag("estimated"),
    *integers("images"),
    #: `month`: when the month began to which it counts
    *times("created", "month"),
)

#: What the ledger's rows come to, by month and by workspace, person, channel, model or day. Written with them.
#: `estimated`, `unpriced`: rows whose cost is of the catalogue, and rows whose images have no known price.
sums = sa.Table(
    "sums",
    metadata,
    *key("kind", "platform", "workspace", "id"),
    sa.Column("month", sa.Float, primary_key=True),
    text("name"),
    *big("images", "settled", "unsettled", "estimated", "unpriced"),
    sa.Index(None, "kind", "month", "platform", "workspace"),
)

#: Tokens that workspaces gave their platforms, encrypted (`bot.server.encryption`). `name` is whose.
secrets = sa.Table("secrets", metadata, *key("platform", "name"), text("value"), *times("updated"))

#: What one of several processes, `holder`, holds for a while by the server's clock: a shard of Discord's.
leases = sa.Table(
    "leases",
    metadata,
    *key("name"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("holder"),
    *times("until"),
    info=STAYS,
)

#: Why nothing is drawn just now: one row while the model's account is on hold.
holds = sa.Table("holds", metadata, *key("account"), *times("since"), text("turn"))
