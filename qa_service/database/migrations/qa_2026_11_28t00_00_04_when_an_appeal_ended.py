"""An appeal ends by a decision or by being withdrawn: one column says when, whichever it was."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-28T00:00:04:000000"
VERSION = "1.38.0"
DESCRIPTION = "when an appeal ended"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.rename_column(
        table_class_name="Dispute",
        tablename="dispute",
        old_column_name="decided_at",
        new_column_name="closed_at",
        old_db_column_name="decided_at",
        new_db_column_name="closed_at",
        schema=None,
    )
    return manager
