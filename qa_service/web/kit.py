"""What the macros of templates/_*.html find in Jinja: filters that format and builders that insist on evidence."""

from jinja2 import Environment

from qa_service.web import figures, formatting, parts

FILTERS = {
    "grouped": formatting.count,
    "number": formatting.number,
    "money": formatting.money,
    "points": formatting.score,
    "share": formatting.share,
    "duration": formatting.duration,
    "day": formatting.day,
    "clock": formatting.clock,
    "moment": formatting.moment,
    "deadline": formatting.deadline,
    "month": formatting.month,
    "size": formatting.size,
    "plain": formatting.plain,
    "pieces": parts.pieces,
}
GLOBALS = {
    "Score": figures.Score,
    "interval": formatting.interval,
    "field_errors": formatting.field_errors,
}


def install(environment: Environment) -> None:
    """Give an environment what the kit needs; a second time changes nothing."""
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
