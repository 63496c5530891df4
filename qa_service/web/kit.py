"""What the macros of templates/_*.html find in Jinja: filters that format and builders that insist on evidence."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from qa_service.language import current_language
from qa_service.web import figures, formatting, parts
from qa_service.web.cells import Cell
from qa_service.web.tables import Table, TableRow

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


REMEMBERED = 16_384


class Place(NamedTuple):
    """Where a cell stands: what of its column shows in its own markup."""

    label: str
    classes: str
    is_head: bool
    is_in_form: bool


def row_drawer(environment: Environment) -> Callable[[Table, TableRow, int, str], Markup]:
    """What draws the cells of a table's row with the macro `cell_of`, each cell once for its column and language.

    A cell is a frozen struct and its drawing depends on nothing else; only actions carry the form token. Pages repeat
    themselves (the same days, people, states), and a list of 25 rows would spend three quarters of its time in macros.
    """

    def draw(it: Cell, place: Place, language: str, csrf_token: str = "") -> str:
        macros = environment.get_template("_table.html").module
        return str(macros.cell_of(it, place.label, place.classes, place.is_head, csrf_token, place.is_in_form))

    remembered = lru_cache(maxsize=REMEMBERED)(draw)

    def cell(it: Cell, place: Place, language: str, csrf_token: str) -> str:
        if it.shape == "actions":
            return draw(it, place, language, csrf_token)
        try:
            return remembered(it, place, language)
        except TypeError:  # a cell that holds a list cannot be a key
            return draw(it, place, language)

    def row_cells(table: Table, row: TableRow, shift: int, csrf_token: str) -> Markup:
        language, places = current_language(), _places(table)[shift:]
        drawn = (cell(it, place, language, csrf_token) for it, place in zip(row.cells, places, strict=False))
        return Markup("".join(drawn))

    return row_cells


def _places(table: Table) -> list[Place]:
    head, is_in_form = table.header_index(), table.batch is not None
    return [
        Place(
            column.label,
            " ".join(["num"] * column.end() + ["wide-only"] * column.is_wide_only),
            number == head,
            is_in_form,
        )
        for number, column in enumerate(table.columns)
    ]


def install(environment: Environment) -> None:
    """Give an environment what the kit needs; a second time changes nothing."""
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    environment.globals["row_cells"] = row_drawer(environment)
