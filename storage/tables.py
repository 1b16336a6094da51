"""Which tables are there, and what does each row mean?

Times are Unix seconds. Money is whole nano-dollars, so that sums are exact. JSON columns are text.
Migrations are in `migrations/`; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

#: What the partial indexes hold. A query uses such an index only when it says the same words.
OPEN = "state IN ('queued', 'held', 'drawing', 'drawn')"
GONE = "deleted IS NOT NULL"
TALK = "images = 0 AND control IS NULL AND state IN ('posted', 'drawn')"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: A conversation: the tree's head and counters. `seq` is the order of beginning.
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("seq", _BIG, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    #: did somebody give it this title? Else it is that of the first prompt
    sa.Column("renamed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("head", sa.Text),
    sa.Column("redo", sa.Text, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    #: what holds in the thread when nobody says otherwise, as JSON
    sa.Column("defaults", sa.Text, nullable=False),
    #: did Easel come into a thread that somebody else began?
    sa.Column("joined", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("updated", sa.Float, nullable=False),
    #: when it was deleted; the row stays as a mark without words. NULL: it was not
    sa.Column("deleted", sa.Float),
    sa.Index(None, "platform", "workspace", "seq"),
    sqlite_autoincrement=True,
)

#: What holds for a person, in a channel, in a workspace when nobody says otherwise, as JSON. `scope` is which of
#: these, `scope_id` its platform and ids.
preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("scope_id", sa.Text, primary_key=True),
    sa.Column("values", sa.Text, nullable=False),
)

#: Pictures that came without words, until their person says what to do with them. `place` is a thread, or a
#: channel where they came outside of one.
pictures = sa.Table(
    "pictures",
    metadata,
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("attachments", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Index(None, "person", "place"),
)

#: One vote a person in each poll; `poll` is the turn whose card shows it.
votes = sa.Table(
    "votes",
    metadata,
    sa.Column("poll", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
)

#: Where conversations are shown. `place` is a Place as text.
places = sa.Table(
    "places",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("seen", sa.Text),
    sa.Column("updated", sa.Float, nullable=False),
    sa.Index(None, "platform", "updated"),
)

#: A prompt, or a control in its place in the queue. `seq` is the order of asking.
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("seq", _BIG, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    #: platform and event, so that a second delivery is known
    sa.Column("event", sa.Text, nullable=False, unique=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("person_name", sa.Text, nullable=False),
    #: NULL: a prompt; else the control as JSON
    sa.Column("control", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("attachments", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    #: is `source` final? Before the first claim it may still be the head's
    sa.Column("sourced", sa.Boolean, nullable=False),
    sa.Column("size", sa.Text, nullable=False),
    #: NULL: its model has no such setting
    sa.Column("quality", sa.Text),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("take", sa.Integer, nullable=False),
    #: what it is reserved at; NULL: not known
    sa.Column("price", _BIG),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    #: of what is being drawn: may its request be out? False: nothing is billed yet
    sa.Column("sent", sa.Boolean, nullable=False, server_default=sa.true()),
    #: NULL: no failure; else the failure as JSON
    sa.Column("failure", sa.Text),
    sa.Column("reply", sa.Text),
    sa.Column("cost", _BIG),
    sa.Column("about", sa.Boolean, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    #: NULL: no answer; else the assistant messages as JSON, images as `blob:<sha256>`
    sa.Column("answer", sa.Text),
    #: did the model sign parts of it, so that it may not be told in other words?
    sa.Column("signed", sa.Boolean, nullable=False, server_default=sa.false()),
    #: NULL: none; else a dearer output that the model would like, as JSON
    sa.Column("offer", sa.Text),
    #: NULL: none; else what the model asks people, as JSON
    sa.Column("question", sa.Text),
    #: NULL: nothing; else the turn whose question this answers
    sa.Column("answers", sa.Text, index=True),
    #: names the press that asked for it; NULL: it was said
    sa.Column("pressed", sa.Text, index=True),
    #: NULL: it stands alone; else the turn whose card gathers its picture
    sa.Column("gathering", sa.Text, index=True),
    #: what few turns have, as JSON: people, directions, ticked, won, warning, picture, and `came`,
    #: an answer whose pictures could not be fetched yet
    sa.Column("more", sa.Text, nullable=False),
    #: are ideas asked for? They stand in `more`
    sa.Column("brainstorms", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("claimed", sa.Float),
    sa.Column("finished", sa.Float),
    #: when it was deleted; the row stays as a mark without words. NULL: it was not
    sa.Column("deleted", sa.Float),
    #: has its end been shown at its place, where it ended without a picture?
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Index(
        "ix_turns_untold",
        "seq",
        sqlite_where=sa.text("NOT told"),
        postgresql_where=sa.text("NOT told"),
    ),
    sa.Index(None, "conversation", "seq"),
    sa.Index(None, "conversation", "revision"),
    sa.Index(
        "ix_turns_open",
        "lane",
        "seq",
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    ),
    sa.Index(
        "ix_turns_talk",
        "conversation",
        "seq",
        sqlite_where=sa.text(TALK),
        postgresql_where=sa.text(TALK),
    ),
    sa.Index(
        "ix_turns_gone",
        "id",
        sqlite_where=sa.text(GONE),
        postgresql_where=sa.text(GONE),
    ),
    sa.Index(None, "message", "place"),
    sa.Index(None, "person", "created"),
    sqlite_autoincrement=True,
)

#: An image of a conversation. `number` is "v8a"; `depth` counts the versions from the root.
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("turn", sa.ForeignKey("turns.id"), nullable=False, index=True),
    sa.Column("parent", sa.Text),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("blob", sa.Text, nullable=False, index=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("alt", sa.Text, nullable=False),
    #: where it was fetched from; NULL: it came with the answer
    sa.Column("url", sa.Text),
    sa.Column("created", sa.Float, nullable=False),
)

#: The order in which a conversation's images were numbered, whatever the clock said: v2, v10, v10a.
NUMBERED = (
    sa.func.length(sa.func.rtrim(versions.c.number, "abcdefghijklmnopqrstuvwxyz")),
    versions.c.number,
)

#: Which pictures people sent into which conversation.
files = sa.Table(
    "files",
    metadata,
    sa.Column("blob", sa.Text, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True),
)

#: Small copies of images, each a blob of its own. `color` stands in an image's place until it is loaded.
thumbnails = sa.Table(
    "thumbnails",
    metadata,
    sa.Column("original", sa.Text, primary_key=True),
    sa.Column("width", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("blob", sa.Text, nullable=False, index=True),
    sa.Column("color", sa.Text, nullable=False),
)

#: Images to be removed: no row names them. `until`: when each was put at the latest, so that one that was
#: put again since is left alone.
graves = sa.Table(
    "graves",
    metadata,
    sa.Column("blob", sa.Text, primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
)

#: One row: how often this database has looked whose the images are (`storage.owning`).
ages = sa.Table(
    "ages",
    metadata,
    sa.Column("of", sa.Text, primary_key=True),
    sa.Column("age", _BIG, nullable=False),
)

#: Images in the store that nothing names. `since`: when it was first found so; `seen`: when last.
orphans = sa.Table(
    "orphans",
    metadata,
    sa.Column("blob", sa.Text, primary_key=True),
    sa.Column("size", _BIG, nullable=False),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
)

#: Uses of a control that made no turn, so that a second delivery does nothing.
presses = sa.Table(
    "presses",
    metadata,
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    #: what the first delivery answered; NULL: no turn
    sa.Column("turn", sa.Text),
    sa.Column("created", sa.Float, nullable=False),
)

#: Where a card stands on its platform: one row a message, the card's own has `ordinal` 0.
posts = sa.Table(
    "posts",
    metadata,
    sa.Column("card", sa.Text, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Index(None, "message", "place"),
)

#: What each drawing cost: one row an attempt, reserved when claimed. It outlives the turn.
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("turn", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("person_name", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    #: of the newest request: reserved (it is out), settled, free (not billed) or perhaps (nobody knows)
    sa.Column("state", sa.Text, nullable=False),
    #: what may be billed while it is out, or where nobody knows; NULL: not known
    sa.Column("reserved", _BIG),
    #: what was billed for certain, in any state; NULL: nothing, or not known
    sa.Column("cost", _BIG),
    sa.Column("about", sa.Boolean, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    #: when the month began to which it counts
    sa.Column("month", sa.Float, nullable=False),
)

#: What the ledger's rows come to, by month and by workspace, person, channel or model. Written with them.
sums = sa.Table(
    "sums",
    metadata,
    #: workspace, person, channel, model or day
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("workspace", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("month", sa.Float, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("images", _BIG, nullable=False),
    sa.Column("settled", _BIG, nullable=False),
    sa.Column("perhaps", _BIG, nullable=False),
    #: rows whose cost is of the catalogue, and rows whose images have no known price
    sa.Column("about", _BIG, nullable=False),
    sa.Column("unpriced", _BIG, nullable=False),
    sa.Index(None, "kind", "month", "platform", "workspace"),
)

#: Which of so many drawings at once are under way, in all processes: each is leased for a while.
slots = sa.Table(
    "slots",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    #: the process that draws
    sa.Column("holder", sa.Text, nullable=False),
    #: after this the slot is anybody's, by the server's clock
    sa.Column("until", sa.Float, nullable=False),
)

#: Why nothing is drawn just now: one row while the model's account is on hold.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("turn", sa.Text, nullable=False),
)
