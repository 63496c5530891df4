"""Which results an approved sheet rests on: they stay the person's month score, whatever is computed later."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from qa_service.database.migrations.qa_2026_11_24t00_00_00_the_first_tables import plain

ID = "2026-11-28T00:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "results that money rests on"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    name, kind, params = plain("closed_at", Timestamptz, null=True)
    manager.add_column(
        table_class_name="Scorecard", tablename="scorecard", column_name=name, db_column_name=name,
        column_class_name=kind.__name__, column_class=kind, params=params, schema=None,
    )  # fmt: skip
    return manager
