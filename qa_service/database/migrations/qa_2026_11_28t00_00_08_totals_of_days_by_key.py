"""What is unique among totals of days, and the indexes of their pages.

Links are indexed where a page asks by them; a superseding batch is there for a few rows among fifty thousand.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service.database import rows

ID = "2026-11-28T00:00:08:000000"
VERSION = "1.38.0"
DESCRIPTION = "totals of days by key and day"

TABLES = ("agent_day", "unit_day", "team_day", "absence")
INDEXES = (
    "agent_day (person, local_on) WHERE person IS NOT NULL",
    "agent_day (agent_label) WHERE person IS NULL AND agent_label IS NOT NULL",
    "agent_day (local_on)",
    "unit_day (local_on)",
    "team_day (local_on)",
    "absence (person)",
    "absence (agent_label) WHERE person IS NULL AND agent_label IS NOT NULL",
)


async def add_indexes() -> None:
    for table in TABLES:
        await rows(f"CREATE UNIQUE INDEX {table}_source_key_revision ON {table} (source, key, revision)")
        await rows(f"CREATE INDEX {table}_batch ON {table} (batch)")
        await rows(
            f"CREATE INDEX {table}_superseded_by ON {table} (superseded_by) WHERE superseded_by IS NOT NULL"
        )
    for number, index in enumerate(INDEXES, 1):
        await rows(f"CREATE INDEX day_totals_{number} ON {index}")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(add_indexes)
    return manager
