"""Which rows count: their batch is published, and no published batch has superseded them. One place for all queries."""

PUBLISHED = "(SELECT id FROM import_batch WHERE state = 'published')"


def live(alias: str) -> str:
    """The SQL condition for a row of `interaction`, `agent_part` or `survey_answer` under this alias."""
    return (
        f"{alias}.batch IN {PUBLISHED} AND ({alias}.superseded_by IS NULL OR {alias}.superseded_by NOT IN {PUBLISHED})"
    )


def live_in_passing(alias: str) -> str:
    """The same for a query that walks another index and stops early.

    The plus keeps the planner from starting at the batch: on SQLite without statistics a list of 25 among a million
    rows took 1.5 s that way, against 1 ms. Whoever reads a whole month is better off with `live`.
    """
    return "+" + live(alias)
