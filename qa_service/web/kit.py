"""What the macros of templates/_*.html find in Jinja: filters that format and builders that insist on evidence."""

from jinja2 import Environment

from qa_service.web import figures, formatting, parts
from qa_service.web.drawing import Rows, remembering

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
    "listed": formatting.listed,
    "clauses": formatting.clauses,
}
GLOBALS = {
    "Score": figures.Score,
    "interval": formatting.interval,
    "labelled": formatting.labelled,
    "bracketed": formatting.bracketed,
    "field_errors": formatting.field_errors,
}


# macros that many pages draw with the same arguments: used like functions, not imported
REMEMBERED_MACROS = {
    "icon": "_icons.html",
    "side_navigation": "_navigation.html",
    "bottom_navigation": "_navigation.html",
    "picker_menu": "_page.html",
    "month_switch": "_page.html",
    "chips": "_state.html",
    "table_head": "_table_parts.html",
    "pager": "_table_parts.html",
    "search_box": "_table_parts.html",
}


def install(environment: Environment) -> None:
    """Give an environment what the kit needs; a second time changes nothing."""
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    rows = Rows(environment)
    environment.globals.update(row_cells=rows.cells, table_rows=rows.all)
    for name, template in REMEMBERED_MACROS.items():
        environment.globals[name] = remembering(environment, template, name)
