"""Who deleted what, and who set what?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import key, metadata, text, texts, times

#: One row an action, written with what it did, never changed. What drawings cost stands in the ledger. `event`: what
#: asked for it; `detail`: a few words, none of a prompt.
audit = sa.Table(
    "audit",
    metadata,
    *key("event"),
    *texts("platform", "workspace", "channel", "person", "person_name", "action", "conversation"),
    text("detail", ""),
    *times("created"),
    sa.Index(None, "created"),
)
