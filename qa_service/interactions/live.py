"""Which rows count: their batch is published, and no published batch has superseded them. One place for all queries."""

PUBLISHED = "(SELECT id FROM import_batch WHERE state = 'published')"


def live(alias: str) -> str:
    """The SQL condition for a row of `interaction`, `agent_part` or `survey_answer` under this alias.

    The plus keeps SQLite from starting at the batch: every query names days or records beside this, and a month that
    is walked by day and person needs no sorting.
    """
    return (
        f"+{alias}.batch IN {PUBLISHED} AND ({alias}.superseded_by IS NULL OR {alias}.superseded_by NOT IN {PUBLISHED})"
    )


def live_in_passing(alias: str) -> str:
    """The same for a query that walks another index and stops early: it asks for the batches of the rows it meets.

    With `live` SQLite lists all published batches first; whoever reads a whole month is better off that way.
    """
    batch, later = f"{alias}.batch", f"{alias}.superseded_by"
    return f"{_published(batch)} AND ({later} IS NULL OR NOT {_published(later)})"


def _published(batch: str) -> str:
    return f"EXISTS (SELECT 1 FROM import_batch pb WHERE pb.id = {batch} AND pb.state = 'published')"
