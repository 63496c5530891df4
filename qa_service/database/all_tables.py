"""Every table of the service, in the order of the rooms along the road."""

from importlib import import_module

from piccolo.table import Table

ROOMS = (
    "database",
    "people",
    "calendar",
    "interactions",
    "day_totals",
    "imports",
    "rule_versions",
    "sampling",
    "evaluations",
    "disputes",
    "scores",
    "flags",
    "rewards",
    "reports",
    "roster",
    "probation",
    "training_plans",
    "follow_ups",
    "notices",
    "jobs",
    "journal",
)


def _own_tables(room: str) -> list[type[Table]]:
    module = import_module(f"qa_service.{room}.tables")
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Table) and found.__module__ == module.__name__
    ]


TABLES: tuple[type[Table], ...] = tuple(table for room in ROOMS for table in _own_tables(room))
