"""What do people set, keep, list and vote for?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import flag, integers, key, metadata, optional, text, texts, times

#: What holds in a workspace, a channel, for a person or in a thread, as JSON. `scope_id`: its platform and ids.
#: `drawings`: how many drawings at once it sets for itself, which the order of drawings is told by
preferences = sa.Table(
    "preferences",
    metadata,
    *key("scope", "scope_id"),
    text("values"),
    *optional("drawings", kind=sa.Integer),
)

#: What a person keeps of a conversation: a star, and up to which revision they saw it.
bookmarks = sa.Table(
    "bookmarks",
    metadata,
    *key("person"),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True, index=True),
    flag("starred"),
    *optional("seen", kind=sa.Integer),
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

#: A list of pictures that is drawn once somebody says so, on the card of `turn`. `rows`: those to be drawn, as JSON, until
#: they are turns; `prices`: what each is reserved at, a JSON list; `state`: ready, started or cancelled.
batches = sa.Table(
    "batches",
    metadata,
    *key("turn"),
    text("conversation", index=True),
    *(text(name, "[]") for name in ("rows", "prices")),
    text("state", "ready"),
    *integers("page", default=0),
)

#: One vote a person in each poll; `poll` is the turn whose card shows it.
votes = sa.Table("votes", metadata, *key("poll", "person"), text("version"))

#: A star that a person gave a version, so that it stands in the galleries of the channels where its canvas is shown.
stars = sa.Table(
    "stars",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True),
    *key("number", "person"),
    *texts("person_name"),
    *times("created"),
)

#: Codes that copy a canvas from one of its versions, each by its hash. `origin`: what the copy says of where it is from.
codes = sa.Table(
    "codes",
    metadata,
    *key("code"),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    *texts("version", "origin"),
    *times("until"),
)
