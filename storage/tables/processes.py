"""What do processes share, and which tokens do they hold?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import STAYS, integers, key, metadata, text, texts, times

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

#: The newest unfinished image of a drawing that somebody watches in another process than the one that draws.
previews = sa.Table(
    "previews",
    metadata,
    *key("turn"),
    text("conversation", index=True),
    *integers("number"),
    text("media_type"),
    sa.Column("data", sa.LargeBinary, nullable=False),
    *times("created"),
    info=STAYS,
)

#: Who is signed in to the page. `id`: the hash of what their browser holds; `groups`: a JSON list.
sessions = sa.Table(
    "sessions",
    metadata,
    *key("id"),
    *texts("person", "name", "email", "groups"),
    *times("until"),
    info=STAYS,
)
