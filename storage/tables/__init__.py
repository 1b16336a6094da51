"""Which tables are there, and what does each row mean?

Times are Unix seconds. Money is whole nano-dollars, so that sums are exact. No query looks into JSON columns.
"""

from __future__ import annotations

from storage.columns import metadata
from storage.tables.audit import audit
from storage.tables.conversations import (
    DELETED,
    OPEN,
    TALK,
    UNNOTIFIED,
    conversations,
    handled_events,
    places,
    posts,
    turns,
)
from storage.tables.images import (
    ages,
    files,
    orphans,
    pending_blobs,
    thumbnails,
    versions,
    waiting_pictures,
)
from storage.tables.money import holds, ledger, sums
from storage.tables.people import batches, bookmarks, codes, polls, preferences, stars, votes
from storage.tables.processes import leases, previews, secrets, sessions

__all__ = [
    "DELETED",
    "OPEN",
    "TALK",
    "UNNOTIFIED",
    "ages",
    "audit",
    "batches",
    "bookmarks",
    "codes",
    "conversations",
    "files",
    "handled_events",
    "holds",
    "leases",
    "ledger",
    "metadata",
    "orphans",
    "pending_blobs",
    "places",
    "polls",
    "posts",
    "preferences",
    "previews",
    "secrets",
    "sessions",
    "stars",
    "sums",
    "thumbnails",
    "turns",
    "versions",
    "votes",
    "waiting_pictures",
]
