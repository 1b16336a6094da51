"""What did each drawing cost, and why is nothing drawn?"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import BIG, big, flag, integers, key, metadata, optional, text, texts, times

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
    sa.Index(None, "created"),
    sa.Index(None, "person", "created"),
)

#: What is added up of the ledger's rows.
ADDED = ("images", "settled", "unsettled", "estimated", "unpriced")
#: What they come to, by month and by workspace, person, channel, model or day. A trigger of theirs writes it.
#: `estimated`, `unpriced`: rows whose cost is of the catalogue, and rows whose images have no known price.
sums = sa.Table(
    "sums",
    metadata,
    *key("kind", "platform", "workspace", "id"),
    sa.Column("month", sa.Float, primary_key=True),
    text("name"),
    *big(*ADDED),
    sa.Index(None, "kind", "month", "platform", "workspace"),
)

#: Why nothing is drawn just now: one row while the model's account is on hold.
holds = sa.Table("holds", metadata, *key("account"), *times("since"), text("turn"))
