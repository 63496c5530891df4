"""Which rows count: their batch is published, and no published batch has superseded them. One place for all queries."""

PUBLISHED = "(SELECT id FROM import_batch WHERE state = 'published')"


def live(alias: str) -> str:
    """The SQL condition for a row of `interaction`, `agent_part` or `survey_answer` under this alias."""
    return (
        f"{alias}.batch IN {PUBLISHED} AND ({alias}.superseded_by IS NULL OR {alias}.superseded_by NOT IN {PUBLISHED})"
    )
