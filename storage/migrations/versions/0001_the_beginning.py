"""The first tables: conversations, turns, versions, what people set and sent, images, money."""

import sqlalchemy as sa
from alembic import op

from storage.columns import BIG, big, flag, integers, key, optional, text, texts, times

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _conversations()
    _turns()
    _what_turns_have()
    _images()
    _money()
    _live()
    _index_prompts()


def _index(table: str, *columns: str, name: str | None = None, where: str | None = None) -> None:
    op.create_index(
        name or op.f(f"ix_{table}_{'_'.join(columns)}"),
        table,
        list(columns),
        sqlite_where=sa.text(where) if where else None,
        postgresql_where=sa.text(where) if where else None,
    )


def _of(name: str, of: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(of), nullable=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        text("id", unique=True),
        *texts("platform", "workspace", "title", "redo", "mode"),
        flag("renamed"),
        flag("joined"),
        *optional("head"),
        *integers("count", "turns", "revision"),
        *times("created", "updated"),
        *optional("claimed", "deleted", kind=sa.Float),
        sqlite_autoincrement=True,
    )
    _index("conversations", "platform", "workspace", "seq")
    _index("conversations", "platform", "workspace", "claimed")
    op.create_table("preferences", *key("scope", "scope_id"), text("values"))
    op.create_table(
        "bookmarks",
        *key("person"),
        sa.Column("conversation", sa.Text, sa.ForeignKey("conversations.id"), primary_key=True),
        flag("starred"),
        *optional("seen", kind=sa.Integer),
    )
    _index("bookmarks", "conversation")
    op.create_table(
        "places",
        *key("place"),
        _of("conversation", "conversations.id"),
        text("platform"),
        *optional("seen"),
        *times("updated"),
    )
    _index("places", "conversation")
    _index("places", "platform", "updated")


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        text("id", unique=True),
        _of("conversation", "conversations.id"),
        *texts("lane", "place", "person", "person_name", "text", "attachments", "size", "model"),
        text("event", unique=True),
        *texts("state", "contributors", "points", "directions"),
        *optional("action", "control", "action_key", "message", "source", "quality", "answers"),
        *optional("failure", "reply", "answer", "offer", "question", "warning"),
        *optional("unfetched", "picture", "parent"),
        *integers("n", "variation", "rewordings", "attempt", "tries", "revision", "images"),
        *optional("price", "cost", kind=BIG),
        *optional("previews", kind=sa.Boolean),
        *(flag(name) for name in ("source_is_final", "brainstorm", "sent", "notified", "signed")),
        *(flag(name) for name in ("estimated", "unsettled", "hidden")),
        *times("created"),
        *optional("claimed", "finished", "deleted", kind=sa.Float),
        sqlite_autoincrement=True,
    )
    for columns in (("conversation", "seq"), ("conversation", "revision")):
        _index("turns", *columns)
    for columns in (("message", "place"), ("person", "created")):
        _index("turns", *columns)
    for column in ("action_key", "answers", "parent"):
        _index("turns", column)
    is_open = "state IN ('queued', 'held', 'drawing', 'drawn')"
    is_talk = "images = 0 AND action IS NULL AND state IN ('posted', 'drawn')"
    _index("turns", "seq", name="ix_turns_unnotified", where="NOT notified")
    _index("turns", "lane", "seq", name="ix_turns_open", where=is_open)
    _index("turns", "conversation", "seq", name="ix_turns_talk", where=is_talk)
    _index("turns", "id", name="ix_turns_deleted", where="deleted IS NOT NULL")


def _what_turns_have() -> None:
    op.create_table(
        "handled_events",
        *key("event"),
        text("conversation"),
        *optional("turn"),
        *times("created"),
    )
    op.create_table(
        "polls",
        *key("turn"),
        *texts("conversation", "choices", "ticked", "tied"),
        *optional("winner"),
    )
    _index("polls", "conversation")
    op.create_table("votes", *key("poll", "person"), text("version"))
    op.create_table(
        "versions",
        sa.Column("conversation", sa.Text, sa.ForeignKey("conversations.id"), primary_key=True),
        *key("number"),
        _of("turn", "turns.id"),
        *texts("root", "blob", "media_type", "alt"),
        *optional("parent", "url"),
        *integers("depth", "size", "width", "height"),
        *times("created"),
    )
    _index("versions", "turn")
    _index("versions", "blob")
    op.create_table(
        "posts",
        *key("card"),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        *texts("place", "message"),
    )
    _index("posts", "message", "place")


def _images() -> None:
    op.create_table(
        "files",
        *key("blob"),
        sa.Column("turn", sa.Text, sa.ForeignKey("turns.id"), primary_key=True),
        _of("conversation", "conversations.id"),
    )
    _index("files", "turn")
    _index("files", "conversation")
    op.create_table(
        "waiting_pictures",
        *key("event"),
        *texts("place", "person", "message", "attachments"),
        *times("created"),
    )
    _index("waiting_pictures", "person", "place")
    op.create_table(
        "thumbnails",
        *key("original"),
        sa.Column("width", sa.Integer, primary_key=True, autoincrement=False),
        *texts("blob", "color"),
    )
    _index("thumbnails", "blob")
    op.create_table("pending_blobs", *key("blob"), *times("until"))
    op.create_table("orphans", *key("blob"), *big("size"), *times("since", "seen"))
    op.create_table("ages", *key("of"), *big("age"))


def _money() -> None:
    op.create_table(
        "ledger",
        *key("turn"),
        sa.Column("attempt", sa.Integer, primary_key=True),
        *texts("platform", "workspace", "channel", "person", "person_name", "model", "state"),
        *optional("reserved", "cost", kind=BIG),
        flag("estimated"),
        *integers("images"),
        *times("created", "month"),
    )
    op.create_table(
        "sums",
        *key("kind", "platform", "workspace", "id"),
        sa.Column("month", sa.Float, primary_key=True),
        text("name"),
        *big("images", "settled", "unsettled", "estimated", "unpriced"),
    )
    _index("sums", "kind", "month", "platform", "workspace")
    op.create_table("secrets", *key("platform", "name"), text("value"), *times("updated"))
    op.create_table("holds", *key("account"), *times("since"), text("turn"))


def _live() -> None:
    """Have Postgres tell all processes which conversation changed; previews need to outlive nothing."""
    is_shared = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "previews",
        *key("turn"),
        text("conversation"),
        *integers("number"),
        text("media_type"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        *times("created"),
        prefixes=["UNLOGGED"] if is_shared else [],
    )
    _index("previews", "conversation")
    if is_shared:
        op.execute(
            "CREATE FUNCTION easel_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN PERFORM pg_notify('easel', 'changed ' || NEW.id); RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER easel_changed AFTER INSERT OR UPDATE OF revision, title ON conversations "
            "FOR EACH ROW EXECUTE FUNCTION easel_changed()"
        )


def _index_prompts() -> None:
    """Index the words of prompts, as each database does it; a changed or deleted prompt changes the index too."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("CREATE INDEX ix_turns_text ON turns USING gin (to_tsvector('simple', text))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE turns_text USING fts5(text, content='turns', content_rowid='seq', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    add = "INSERT INTO turns_text(rowid, text) VALUES (new.seq, new.text);"
    drop = "INSERT INTO turns_text(turns_text, rowid, text) VALUES ('delete', old.seq, old.text);"
    for when, does in (
        ("INSERT", add),
        ("DELETE", drop),
        ("UPDATE OF text", f"{drop} {add}"),
    ):
        name = f"turns_text_{when.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON turns BEGIN {does} END")
