"""Totals of days (agent, unit, team with target and bonus) and absences, each row with its batch and its revision.

Their indexes are the next migration: raw SQL of a migration runs before its tables are made.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import BigInt, Boolean, Date, ForeignKey, Serial, Text
from piccolo.columns.indexes import IndexMethod
from piccolo.table import create_table_class

ID = "2026-11-28T00:00:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "days that arrive as totals"

COMMON = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


def plain(name, kind, *, default=None, null=False):
    return name, kind, {**COMMON, "default": default, "null": null}


def text(name, default=""):
    return plain(name, Text, default=default)


def count(*names):
    return tuple(plain(name, BigInt, default=0) for name in names)


def maybe(kind, *names):
    return tuple(plain(name, kind, null=True) for name in names)


def link(name, target, *, null=False):
    rules = {"on_delete": OnDelete.restrict, "on_update": OnUpdate.cascade, "target_column": None}
    return name, ForeignKey, {**COMMON, **rules, "references": STUBS[target], "default": None, "null": null}


STUBS = {
    name: create_table_class(
        name,
        class_kwargs={"tablename": table},
        class_members={"id": Serial(null=False, primary_key=True, index=False)},
    )
    for name, table in (("ImportBatch", "import_batch"), ("Person", "person"), ("Unit", "unit"))
}
HEAD = (
    link("batch", "ImportBatch"), link("superseded_by", "ImportBatch", null=True), text("source"), text("key"),
    plain("revision", BigInt, default=1), text("digest"),
)  # fmt: skip
PERSON, UNIT, LABEL = link("person", "Person", null=True), link("unit", "Unit", null=True), maybe(Text, "agent_label")
TABLES = {
    "AgentDay agent_day": (
        *HEAD, plain("local_on", Date), PERSON, *LABEL, UNIT, *maybe(Text, "client"), text("direction", "in"),
        *maybe(Boolean, "is_internal"), plain("is_missed", Boolean, default=False), *count("call_count"),
        *maybe(BigInt, "talk_seconds", "total_seconds"),
    ),
    "UnitDay unit_day": (
        *HEAD, plain("local_on", Date), UNIT, *maybe(Text, "unit_label"),
        *count("received_count", "answered_count", "abandoned_count"),
        *maybe(BigInt, "given_answered_percent_hundredths", "given_in_time_percent_hundredths", "given_answer_seconds",
               "given_talk_seconds", "given_wait_seconds"),
    ),
    "TeamDay team_day": (
        *HEAD, plain("local_on", Date), UNIT, *maybe(Text, "department"), text("team"),
        *count("target_percent_hundredths"),
        *maybe(BigInt, "reached_percent_hundredths", "head_hundredths", "overtime_seconds", "idle_seconds",
               "bonus_fen"),
        text("currency", "CNY"),
    ),
    "Absence absence": (
        *HEAD, *maybe(Date, "absent_on"), *maybe(BigInt, "month_number", "weekday"), PERSON, *LABEL, UNIT,
        *count("absent_seconds"), *maybe(Text, "reason"), *maybe(BigInt, "work_load", "target_percent_hundredths"),
    ),
}  # fmt: skip


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    for title, columns in TABLES.items():
        class_name, tablename = title.split()
        manager.add_table(class_name=class_name, tablename=tablename, schema=None, columns=None)
        for name, kind, params in columns:
            manager.add_column(
                table_class_name=class_name,
                tablename=tablename,
                column_name=name,
                db_column_name=name,
                column_class_name=kind.__name__,
                column_class=kind,
                params=params,
                schema=None,
            )
    return manager
