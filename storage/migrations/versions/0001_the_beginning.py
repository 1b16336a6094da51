"""The first tables: conversations, turns, versions, what people set and sent, images, money, leases."""

from alembic import op

from storage.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and index the words of prompts, as each database does it.

    A changed or deleted prompt changes the index too.
    """
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name != "sqlite":
        op.execute("CREATE INDEX ix_turns_text ON turns USING gin (to_tsvector('simple', text))")
        _tell_other_processes()
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


def _tell_other_processes() -> None:
    """Have Postgres tell all processes which conversation changed; previews need to outlive nothing."""
    op.execute("ALTER TABLE previews SET UNLOGGED")
    op.execute(
        "CREATE FUNCTION easel_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN PERFORM pg_notify('easel', 'changed ' || NEW.id); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER easel_changed AFTER INSERT OR UPDATE OF revision, title ON conversations "
        "FOR EACH ROW EXECUTE FUNCTION easel_changed()"
    )
