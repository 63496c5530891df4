"""Facts about the whole database: which keys it was written with, whether it is a demo."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T00:00:03:000000"
VERSION = "1.38.0"
DESCRIPTION = "what this database is"

PLAIN = {
    "primary_key": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
    "default": "",
    "null": False,
    "index": False,
}


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_table(class_name="DatabaseFact", tablename="database_fact", schema=None, columns=None)
    for name in ("name", "value"):
        manager.add_column(
            table_class_name="DatabaseFact",
            tablename="database_fact",
            column_name=name,
            db_column_name=name,
            column_class_name="Text",
            column_class=Text,
            params={**PLAIN, "unique": name == "name"},
            schema=None,
        )
    return manager
