"""A commitment says when its public value comes out, whether it was known already, and why it left the plan.

Frames from before have no instant; they were committed under the plan, and nothing more is known of them.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Text, Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T00:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "what was named for a draw"

COMMON = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
COLUMNS = (
    ("public_from", Timestamptz, {"default": None, "null": True}),
    ("value_known", Boolean, {"default": False, "null": False}),
    ("deviation", Text, {"default": None, "null": True}),
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="Frame",
            tablename="frame",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params={**COMMON, **params},
            schema=None,
        )
    return manager
