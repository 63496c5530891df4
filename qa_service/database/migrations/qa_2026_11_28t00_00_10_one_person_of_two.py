"""Two entries of one person become one: the former entry names the one that took its place, and what moved is known."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service.database import is_sqlite, rows

ID = "2026-11-28T00:00:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "one person of two"


async def add_tables() -> None:
    id_ = "INTEGER PRIMARY KEY AUTOINCREMENT" if is_sqlite() else "SERIAL PRIMARY KEY"
    person = "INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT"
    await rows("ALTER TABLE person ADD COLUMN merged_into INTEGER REFERENCES person (id) ON DELETE RESTRICT")
    await rows("CREATE INDEX by_person_merged_into ON person (merged_into) WHERE merged_into IS NOT NULL")
    await rows(
        f"CREATE TABLE person_merge (id {id_}, former {person}, person {person}, account BIGINT,"
        " reason TEXT NOT NULL DEFAULT '', at TIMESTAMPTZ NOT NULL, counts TEXT NOT NULL DEFAULT '',"
        " undone_at TIMESTAMPTZ, undone_by BIGINT)"
    )
    await rows("CREATE UNIQUE INDEX one_person_merge_former ON person_merge (former) WHERE undone_at IS NULL")
    await rows("CREATE INDEX by_person_merge_person ON person_merge (person)")
    await rows(
        f"CREATE TABLE person_merge_move (id {id_}, merge INTEGER NOT NULL REFERENCES person_merge (id)"
        " ON DELETE RESTRICT, place TEXT NOT NULL DEFAULT '', row_id BIGINT NOT NULL DEFAULT 0)"
    )
    await rows("CREATE INDEX by_person_merge_move_merge ON person_merge_move (merge)")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(add_tables)
    return manager
