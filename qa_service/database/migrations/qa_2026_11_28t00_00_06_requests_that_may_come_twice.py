"""Imports that programs asked for under a key of theirs, so that the same request again begins nothing twice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Text, Timestamptz

from qa_service.database.migrations.qa_2026_11_24t00_00_00_the_first_tables import plain

ID = "2026-11-28T00:00:06:000000"
VERSION = "1.38.0"
DESCRIPTION = "requests that may come twice"

COLUMNS = (
    plain("key", Text, default=""), plain("file_sha256", Text, default=""), plain("profile", Text, default=""),
    plain("job", BigInt, default=0), plain("created_at", Timestamptz),
)  # fmt: skip


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_table(class_name="ImportRequest", tablename="import_request", schema=None, columns=None)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="ImportRequest", tablename="import_request", column_name=name, db_column_name=name,
            column_class_name=kind.__name__, column_class=kind, params={**params, "unique": name == "key"},
            schema=None,
        )  # fmt: skip
    return manager
