"""The first tables: conversations, preferences, pictures, places, turns, versions, files, presses, posts, ledger, votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversations",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("renamed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("redo", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.Column("deleted", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_conversations")),
        sa.UniqueConstraint("id", name=op.f("uq_conversations_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_conversations_platform_workspace_seq"),
        "conversations",
        ["platform", "workspace", "seq"],
        unique=False,
    )
    op.create_table(
        "holds",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_holds")),
    )
    op.create_table(
        "slots",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_slots")),
    )
    op.create_table(
        "thumbnails",
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("original", "width", name=op.f("pk_thumbnails")),
    )
    op.create_index(op.f("ix_thumbnails_blob"), "thumbnails", ["blob"], unique=False)
    op.create_table(
        "graves",
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("blob", name=op.f("pk_graves")),
    )
    op.create_table(
        "ages",
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("of", name=op.f("pk_ages")),
    )
    op.create_table(
        "orphans",
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("blob", name=op.f("pk_orphans")),
    )
    op.create_table(
        "preferences",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "scope_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "pictures",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_pictures")),
    )
    op.create_index(op.f("ix_pictures_person_place"), "pictures", ["person", "place"], unique=False)
    op.create_table(
        "posts",
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("card", "ordinal", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_message_place"), "posts", ["message", "place"], unique=False)
    op.create_table(
        "presses",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=True),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_presses")),
    )
    op.create_table(
        "votes",
        sa.Column("poll", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("poll", "person", name=op.f("pk_votes")),
    )
    op.create_table(
        "files",
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_files_conversation")
        ),
        sa.PrimaryKeyConstraint("blob", "conversation", name=op.f("pk_files")),
    )
    op.create_table(
        "places",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_places_conversation")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_conversation"), "places", ["conversation"], unique=False)
    op.create_index(
        op.f("ix_places_platform_updated"), "places", ["platform", "updated"], unique=False
    )
    op.create_table(
        "turns",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("control", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("sourced", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.Boolean(), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("signed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("pressed", sa.Text(), nullable=True),
        sa.Column("gathering", sa.Text(), nullable=True),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("brainstorms", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("claimed", sa.Float(), nullable=True),
        sa.Column("finished", sa.Float(), nullable=True),
        sa.Column("deleted", sa.Float(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_turns_conversation")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_turns")),
        sa.UniqueConstraint("event", name=op.f("uq_turns_event")),
        sa.UniqueConstraint("id", name=op.f("uq_turns_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_turns_answers"), "turns", ["answers"], unique=False)
    op.create_index(op.f("ix_turns_pressed"), "turns", ["pressed"], unique=False)
    op.create_index(
        op.f("ix_turns_conversation_revision"), "turns", ["conversation", "revision"], unique=False
    )
    op.create_index(
        op.f("ix_turns_conversation_seq"), "turns", ["conversation", "seq"], unique=False
    )
    op.create_index(op.f("ix_turns_gathering"), "turns", ["gathering"], unique=False)
    op.create_index(
        "ix_turns_gone",
        "turns",
        ["id"],
        unique=False,
        sqlite_where=sa.text("deleted IS NOT NULL"),
        postgresql_where=sa.text("deleted IS NOT NULL"),
    )
    op.create_index(
        "ix_turns_open",
        "turns",
        ["lane", "seq"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'held', 'drawing', 'drawn')"),
        postgresql_where=sa.text("state IN ('queued', 'held', 'drawing', 'drawn')"),
    )
    op.create_index(op.f("ix_turns_person_created"), "turns", ["person", "created"], unique=False)
    op.create_index(op.f("ix_turns_message_place"), "turns", ["message", "place"], unique=False)
    op.create_index(
        "ix_turns_untold",
        "turns",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("NOT told"),
        postgresql_where=sa.text("NOT told"),
    )
    op.create_index(
        "ix_turns_talk",
        "turns",
        ["conversation", "seq"],
        unique=False,
        sqlite_where=sa.text("images = 0 AND control IS NULL AND state IN ('posted', 'drawn')"),
        postgresql_where=sa.text("images = 0 AND control IS NULL AND state IN ('posted', 'drawn')"),
    )
    op.create_table(
        "ledger",
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reserved", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.Boolean(), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("month", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("turn", "attempt", name=op.f("pk_ledger")),
    )
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sums",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("month", sa.Float(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *(
            sa.Column(name, big, nullable=False)
            for name in ("images", "settled", "perhaps", "about", "unpriced")
        ),
        sa.PrimaryKeyConstraint(
            "kind", "platform", "workspace", "id", "month", name=op.f("pk_sums")
        ),
    )
    op.create_index(
        op.f("ix_sums_kind_month_platform_workspace"),
        "sums",
        ["kind", "month", "platform", "workspace"],
        unique=False,
    )
    op.create_table(
        "versions",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_versions_conversation")
        ),
        sa.ForeignKeyConstraint(["turn"], ["turns.id"], name=op.f("fk_versions_turn")),
        sa.PrimaryKeyConstraint("conversation", "number", name=op.f("pk_versions")),
    )
    op.create_index(op.f("ix_versions_blob"), "versions", ["blob"], unique=False)
    op.create_index(op.f("ix_versions_turn"), "versions", ["turn"], unique=False)
    _index_prompts()


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
