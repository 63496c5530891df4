"""What is drawn once and remembered: macros whose arguments decide their markup and nothing else.

Pages repeat themselves (the same days, people, states, ways to go), and a list of 25 rows would spend three quarters
of its time in macros. An environment speaks one language, and form tokens are never among what is remembered.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from qa_service.web.cells import Cell
from qa_service.web.tables import Column, Table, TableRow, header_index

MACROS = 256
PLACES = 256
CELLS_OF_A_PLACE = 256
ROWS = 1024


def remembering(environment: Environment, template: str, macro: str, *, most: int = MACROS) -> Callable[..., Markup]:
    """The macro, drawn once for the same arguments: frozen structs and plain values decide its markup and nothing else.

    The environment speaks one language, and form tokens are never among the arguments. A list counts as a tuple; what
    cannot be a key (a struct that holds a list) is drawn anew.
    """

    def draw(*arguments: object) -> Markup:
        return getattr(environment.get_template(template).module, macro)(*arguments)

    remembered = lru_cache(maxsize=most)(draw)

    def drawn(*arguments: object) -> Markup:
        try:
            return remembered(*[tuple(one) if type(one) is list else one for one in arguments])
        except TypeError:
            return draw(*arguments)

    return drawn


class Place(NamedTuple):
    """Where a cell stands: what of its column shows in its own markup."""

    label: str
    classes: str
    is_head: bool
    is_in_form: bool


def _places(columns: tuple[Column, ...], is_in_form: bool) -> list[Place]:
    head = header_index(columns)
    return [
        Place(
            column.label,
            " ".join(["num"] * column.end() + ["wide-only"] * column.is_wide_only),
            number == head,
            is_in_form,
        )
        for number, column in enumerate(columns)
    ]


class Drawers(list[tuple[Callable[[Cell], Markup], Place]]):
    """For each column what draws its cells, and where they stand. Two are the same only if they are one."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


class Rows:
    """Draws the rows of tables with the macros of _table.html: each cell once for the place where it stands, and each
    row that a page keeps from visit to visit once for its columns.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.start = remembering(environment, "_table.html", "row_start")
        self.column = lru_cache(maxsize=PLACES)(self._column)
        self.columns = lru_cache(maxsize=PLACES)(self._columns)
        self.plain = lru_cache(maxsize=ROWS)(self._plain)

    def cells(self, table: Table, row: TableRow, shift: int, csrf_token: str) -> Markup:
        """The cells of one row, the first `shift` columns left out."""
        drawers = self._drawers(table)[shift:]
        return Markup(self._without_forms(row, drawers) or self._with_forms(row, drawers, csrf_token))

    def all(self, table: Table, csrf_token: str) -> Markup:
        """Every row of a table without groups."""
        drawers, tick, drawn = self._drawers(table), self._macros().tick, []
        for row in table.rows:
            if table.batch is None and (plain := self.plain(row, drawers)):
                drawn.append(plain)
                continue
            drawn += (
                self.start(row.id, row.state),
                tick(table.batch, row) if table.batch else "",
                self._without_forms(row, drawers) or self._with_forms(row, drawers, csrf_token),
                "</tr>",
            )
        return Markup("".join(drawn))

    def _macros(self):
        return self.environment.get_template("_table.html").module

    def _drawers(self, table: Table) -> Drawers:
        return self.columns(tuple(table.columns), table.batch is not None)

    def _columns(self, columns: tuple[Column, ...], is_in_form: bool) -> Drawers:
        return Drawers((self.column(place), place) for place in _places(columns, is_in_form))

    def _column(self, place: Place) -> Callable[[Cell], Markup]:
        return lru_cache(maxsize=CELLS_OF_A_PLACE)(lambda it: self._draw(it, place))

    def _draw(self, it: Cell, place: Place, csrf_token: str = "") -> Markup:
        return self._macros().cell_of(it, place, csrf_token)

    def _plain(self, row: TableRow, drawers: Drawers) -> str:
        """A whole row of nothing but plain cells, else nothing: a form's token is of one visit."""
        cells = self._without_forms(row, drawers)
        return f"{self.start(row.id, row.state)}{cells}</tr>" if cells else ""

    def _without_forms(self, row: TableRow, drawers: list[tuple[Callable[[Cell], Markup], Place]]) -> str:
        """The cells, remembered. Empty where one holds a list, as actions do: that is no key, and their forms hold a
        token."""
        try:
            return "".join([remembered(it) for it, (remembered, _) in zip(row.cells, drawers, strict=False)])
        except TypeError:
            return ""

    def _with_forms(self, row: TableRow, drawers: list[tuple[Callable[[Cell], Markup], Place]], csrf_token: str) -> str:
        return "".join([self._draw(it, place, csrf_token) for it, (_, place) in zip(row.cells, drawers, strict=False)])
