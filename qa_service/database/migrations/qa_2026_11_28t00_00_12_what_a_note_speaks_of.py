"""The records that a batch's quality note speaks of, to be looked at; where the recording of a call is kept."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import OnDelete, OnUpdate
from piccolo.columns.column_types import ForeignKey, Serial, Text
from piccolo.columns.indexes import IndexMethod
from piccolo.table import create_table_class

ID = "2026-11-28T00:00:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "what a note speaks of"

BATCH_STUB = create_table_class(
    "ImportBatch",
    class_kwargs={"tablename": "import_batch"},
    class_members={"id": Serial(null=False, primary_key=True, index=False)},
)
COMMON = {
    "primary_key": False,
    "unique": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
TEXT = {**COMMON, "default": "", "null": False, "index": False}
BATCH = {
    **COMMON, "references": BATCH_STUB, "on_delete": OnDelete.restrict, "on_update": OnUpdate.cascade,
    "target_column": None, "default": None, "null": False, "index": True,
}  # fmt: skip


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_table(class_name="NotedRecord", tablename="noted_record", schema=None, columns=None)
    columns = [("batch", ForeignKey, BATCH), *((name, Text, TEXT) for name in ("note", "external_id", "value"))]
    for name, kind, params in columns:
        _add(manager, ("NotedRecord", "noted_record"), name, kind, params)
    _add(manager, ("Interaction", "interaction"), "recording_url", Text, {**TEXT, "default": None, "null": True})
    return manager


def _add(manager: MigrationManager, table: tuple[str, str], name: str, kind: type, params: dict) -> None:
    manager.add_column(
        table_class_name=table[0],
        tablename=table[1],
        column_name=name,
        db_column_name=name,
        column_class_name=kind.__name__,
        column_class=kind,
        params=params,
        schema=None,
    )
