"""A batch that was undone: by whom, when and why, and since when nothing of it is left."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service.database import is_sqlite, rows

ID = "2026-11-28T00:00:09:000000"
VERSION = "1.38.0"
DESCRIPTION = "batches undone"


async def add_table() -> None:
    id_ = "INTEGER PRIMARY KEY AUTOINCREMENT" if is_sqlite() else "SERIAL PRIMARY KEY"
    await rows(
        f"CREATE TABLE batch_undo (id {id_}, batch INTEGER NOT NULL REFERENCES import_batch (id) ON DELETE RESTRICT,"
        " account BIGINT, reason TEXT NOT NULL DEFAULT '', at TIMESTAMPTZ NOT NULL, cleaned_at TIMESTAMPTZ)"
    )
    await rows("CREATE UNIQUE INDEX one_batch_undo_batch ON batch_undo (batch)")
    await rows("CREATE INDEX by_batch_undo_waiting ON batch_undo (id) WHERE cleaned_at IS NULL")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(add_table)
    return manager
