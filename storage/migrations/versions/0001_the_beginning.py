"""The first tables: conversations, turns, versions, what people set and sent, images, money, leases."""

from alembic import op

from storage.columns import complete_partial
from storage.tables import metadata
from storage.tables.money import ADDED

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, index the words of prompts and add up the ledger, as each database does it.

    A changed or deleted prompt changes the index too.
    """
    if op.get_bind().dialect.name != "sqlite":
        complete_partial(metadata)
    metadata.create_all(op.get_bind())
    _add_up_ledger(is_sqlite=op.get_bind().dialect.name == "sqlite")
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


def _add_up_ledger(*, is_sqlite: bool) -> None:
    """Have each change of a row of the ledger change the sums that it counts to, from `old` to `new`."""
    inserted = _amounts("new")
    changed = [f"{new} - {old}" for new, old in zip(inserted, _amounts("old"), strict=True)]
    day = (
        "strftime('%Y-%m-%d', new.created, 'unixepoch')"
        if is_sqlite
        else "to_char(to_timestamp(new.created) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    )
    for when, added in (("insert", inserted), ("update", changed)):
        name, does = f"ledger_sums_{when}", _add(added, day)
        if is_sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {when} ON ledger BEGIN {does}; END")
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {does}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON ledger FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _amounts(row: str) -> list[str]:
    """Return what a row counts for, as `ADDED` names it."""
    return [
        f"{row}.images",
        f"coalesce({row}.cost, 0)",
        f"CASE WHEN {row}.state IN ('reserved', 'unsettled') THEN coalesce({row}.reserved, 0) ELSE 0 END",
        f"CASE WHEN {row}.estimated AND {row}.cost > 0 THEN 1 ELSE 0 END",
        f"CASE WHEN {row}.images > 0 AND {row}.cost IS NULL THEN 1 ELSE 0 END",
    ]


def _add(amounts: list[str], day: str) -> str:
    """Return the statement that adds amounts to the sums of a row.

    Always in this order, the workspace first, so that two transactions wait in line and not in a circle.
    """
    counts = ", ".join(amounts)
    values = ", ".join(
        f"('{kind}', new.platform, new.workspace, {id_}, new.month, {name}, {counts})"
        for kind, id_, name in (
            ("workspace", "new.workspace", "new.workspace"),
            ("channel", "new.channel", "new.channel"),
            ("day", day, day),
            ("model", "new.model", "new.model"),
            ("person", "new.person", "new.person_name"),
        )
    )
    add = ", ".join(f"{one} = sums.{one} + excluded.{one}" for one in ADDED)
    return (
        f"INSERT INTO sums (kind, platform, workspace, id, month, name, {', '.join(ADDED)}) "  # noqa: S608 - our own names
        f"VALUES {values} ON CONFLICT (kind, platform, workspace, id, month) "
        f"DO UPDATE SET name = excluded.name, {add}"
    )
