"""The one Piccolo application with one linear history: the tables of every room."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from qa_service.database.all_tables import TABLES

APP_CONFIG = AppConfig(
    app_name="qa",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=list(TABLES),
    migration_dependencies=[],
)
