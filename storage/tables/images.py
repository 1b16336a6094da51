"""Which images are there, whose are they, and which are to be removed?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import STAYS, big, integers, key, metadata, optional, text, texts, times

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
