"""Indexes of records of service that others stand in for, or that nearly no row needs: they were a third of an import.

An index over (person, day) finds a person; nobody looks for a part by its public id; and of a hundred thousand parts
none or a few are superseded.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service.database import rows

ID = "2026-11-28T00:00:05:000000"
VERSION = "1.38.0"
DESCRIPTION = "fewer indexes"

STOOD_IN_FOR = (
    "agent_part_interaction", "agent_part_person", "agent_part_unit", "agent_part_public_id", "message_interaction",
)  # fmt: skip
SELDOM_FILLED = (("interaction", "superseded_by"), ("agent_part", "superseded_by"), ("agent_part", "platform_account"))


async def drop_indexes() -> None:
    for name in STOOD_IN_FOR:
        await rows(f"DROP INDEX {name}")
    for table, column in SELDOM_FILLED:
        await rows(f"DROP INDEX {table}_{column}")
        await rows(f"CREATE INDEX {table}_{column} ON {table} ({column}) WHERE {column} IS NOT NULL")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(drop_indexes)
    return manager
