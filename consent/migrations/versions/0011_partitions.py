"""PostgreSQL keeps what grows with the log in partitions by ranges of the index; record ids lead their own index."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDTH = 1 << 24
PARTITIONED = ("leaf", "record", "choice", "person", "context")
KEYS: dict[str, list[str]] = {
    "record": ["record_by_terms (log_id, terms_id, idx)", "record_by_time (log_id, received_ms)"],
    "choice": ["choice_by_until (log_id, until_ms, idx)"],
    "person": [
        "person_by_subject (log_id, subject_ref, idx)",
        "person_by_account (log_id, account_ref, idx) WHERE account_ref IS NOT NULL",
    ],
}

# SECURITY DEFINER: a drain that may not change what it has written cannot own the tables, as attaching asks for.
MAKE_ROOM = f"""
CREATE FUNCTION make_room(size bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    parent text;
    part text;
    room bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('imprimatur partitions'));
    FOREACH parent IN ARRAY ARRAY['{"', '".join(PARTITIONED)}'] LOOP
        LOOP
            SELECT max((regexp_match(pg_get_expr(relpartbound, oid), $r$TO \\('?(\\d+)'?\\)$r$))[1]::bigint) INTO room
                FROM pg_class JOIN pg_inherits ON oid = inhrelid WHERE inhparent = parent::regclass;
            EXIT WHEN room >= size + {WIDTH};
            part := parent || '_' || coalesce(room, 0);  -- named by the first index in it
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING STORAGE)', part, parent);
            IF parent = 'record' THEN
                EXECUTE format('CREATE UNIQUE INDEX %I ON %I (record_id, log_id)', part || '_id_once', part);
            ELSIF parent = 'leaf' THEN
                EXECUTE format('CREATE TRIGGER leaf_append_only_statement BEFORE TRUNCATE ON %I '
                    'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
            END IF;
            -- Attaching, unlike creating in place, waits for nobody who reads, and nobody for it.
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                parent, part, coalesce(room::text, 'MINVALUE'), (coalesce(room, 0) / {WIDTH} + 1) * {WIDTH});
        END LOOP;
    END LOOP;
    RETURN room;
END $$
"""


def upgrade() -> None:
    op.rename_table("tally", "terms_count")
    op.drop_index("record_id_once", "record")
    op.drop_index("person_by_account", "person")  # few readers have an account: only they are worth an index's rows
    op.create_index(
        "person_by_account",
        "person",
        ["log_id", "account_ref", "idx"],
        sqlite_where=sa.text("account_ref IS NOT NULL"),
        postgresql_where=sa.text("account_ref IS NOT NULL"),
    )
    if op.get_bind().dialect.name != "postgresql":
        op.create_index("record_id_once", "record", ["record_id", "log_id"], unique=True)
        return
    op.execute("DROP TRIGGER leaf_append_only_row ON leaf")
    for table in PARTITIONED:
        _partition(table)
    op.execute(
        "CREATE TRIGGER leaf_append_only_row BEFORE UPDATE OR DELETE ON leaf "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER leaf_append_only_statement BEFORE TRUNCATE ON leaf "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(MAKE_ROOM)
    op.execute("SELECT make_room(coalesce(max(size), 0)) FROM log_state")


def _partition(table: str) -> None:
    """Make the table that is there the first partition of one of its name; nothing is copied."""
    first = f"{table}_0"
    op.execute(f"ALTER TABLE {table} RENAME TO {first}")
    op.execute(f"ALTER INDEX {table}_pkey RENAME TO {first}_pkey")
    for index in KEYS.get(table, []):
        name = index.partition(" ")[0]
        op.execute(f"ALTER INDEX {name} RENAME TO {first}{name.removeprefix(table)}")
    op.execute(f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE (idx)")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (log_id, idx)")
    for index in KEYS.get(table, []):
        name, _, columns = index.partition(" ")
        op.execute(f"CREATE INDEX {name} ON {table} {columns}")
    if table == "record":
        op.execute(f"CREATE UNIQUE INDEX {first}_id_once ON {first} (record_id, log_id)")
    end = f"(SELECT (coalesce(max(idx), 0) / {WIDTH} + 1) * {WIDTH} FROM {first})"
    top = op.get_bind().exec_driver_sql(f"SELECT {end}").scalar()
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({top})")
