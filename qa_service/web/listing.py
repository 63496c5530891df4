"""A list that is loaded whole becomes a table one can search, sort, turn over and take along: one call per page.

For small lists only (people of a unit, versions, cases). What has thousands of rows is searched and paged in SQL.
The parameters are q, sort (number of a column from 1, - before it for downwards) and page; of several tables on one
page each but the first gives its name, which then stands before them (plans-q).
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response

from qa_service.language import N_, gettext
from qa_service.web.addresses import page_behind
from qa_service.web.cells import Cell, Month, Nothing
from qa_service.web.downloads import WRITERS, written
from qa_service.web.tables import NUMERIC, Column, Empty, Pager, Search, Table, TableRow

PAGE = 25
SEARCHED = 6  # fewer rows are seen at a glance
MOST = 2_000  # rows that a list of one's own history loads; what is older is left out, and the page says so
TYPED = (NUMERIC | {"date", "moment"}) - {"actions", "delta"}
PASSING = ("lang", "notice", "format", "of")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks of one table; `given` are all its parameters, `path` where the page is."""

    path: str
    given: tuple[tuple[str, str], ...]
    prefix: str = ""

    def value(self, name: str) -> str:
        return next((value for key, value in self.given if key == self.prefix + name), "")

    def text(self) -> str:
        return self.value("q").strip()[:60]

    def column(self, columns: Sequence[Column]) -> int | None:
        """Index of the column to sort by, None for the list's own order."""
        number = self.value("sort").removeprefix("-")
        place = int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < 4 else -1
        return place if 0 <= place < len(columns) and _sortable(columns[place]) else None

    def is_down(self) -> bool:
        return self.value("sort").startswith("-")

    def page(self) -> int:
        number = self.value("page")
        return max(int(number), 1) if number.isascii() and number.isdecimal() and len(number) < 6 else 1

    def href(self, **changes: object) -> str:
        """The same page asked otherwise; what is empty is left out."""
        changed = {self.prefix + name: value for name, value in changes.items()}
        kept = [(name, value) for name, value in self.given if name not in changed]
        kept += [(name, str(value)) for name, value in changed.items() if value not in ("", None)]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


def asked_of(request: Request, prefix: str = "") -> Asked:
    given = request.query_params.items() if request.method in ("GET", "HEAD") else []
    return Asked(
        path=page_behind(request).partition("?")[0],
        given=tuple((name, value) for name, value in given if name not in PASSING),
        prefix=prefix,
    )


async def browsed(
    request: Request, table: Table, name: str, *, of: str = "", size: int = PAGE
) -> tuple[Table, Response | None]:
    """The table as the address asks for it, and the file where it asks for one (`name` and its ending).

    `of` names the table where a page has several; the first has none.
    """
    asked = asked_of(request, f"{of}-" if of else "")
    if len(table.rows) >= MOST and not table.note:
        table = msgspec.structs.replace(table, note=gettext(N_("只列前%(most)s条"), most=MOST))
    found = arranged(table, asked)
    params = request.query_params
    if (kind := params.get("format", "")) in WRITERS and params.get("of", "") == of:
        return found, await written(found, name, kind)
    return _offered(_turned(_headed(found, asked), asked, len(table.rows), size=size), asked, of), None


def arranged(table: Table, asked: Asked) -> Table:
    """The rows that hold what is looked for, in the order that is asked for; a total of all rows then goes."""
    rows = table.rows
    if words := asked.text().casefold().split():
        rows = [row for row in rows if all(word in _text(row) for word in words)]
    if (place := asked.column(table.columns)) is not None:
        rows = _sorted(rows, place, is_down=asked.is_down())
    total = table.total if len(rows) == len(table.rows) else []
    return msgspec.structs.replace(table, rows=rows, total=total)


def _text(row: TableRow) -> str:
    values = [str(value) for cell in row.cells for value in (*cell.values(), cell.more()) if value not in (None, "")]
    return " ".join([*values, row.name]).casefold()


def _sorted(rows: Sequence[TableRow], place: int, *, is_down: bool) -> list[TableRow]:
    """By the typed values of a column; rows without a value come last, upwards and downwards."""
    keyed = [(_key(row.cells[place]), row) for row in rows]
    known = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=is_down)
    return [row for _, row in known] + [row for key, row in keyed if key is None]


def _key(cell: Cell) -> tuple[int, object] | None:
    if isinstance(cell, Month):
        return (1, cell.on.isoformat()) if cell.on else None
    value = None if isinstance(cell, Nothing) else next(iter(cell.values()), None)
    if value in (None, "") or (cell.shape in TYPED and isinstance(value, str)):
        return None
    if isinstance(value, date):
        return (1, value.isoformat())
    return (0, value) if isinstance(value, int | float | Decimal) else (2, _natural(str(value)))


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Numbers within a text count as numbers: 第2版 stands before 第10版."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def _sortable(column: Column) -> bool:
    """Estimates do not sort: a list of people in their order would be a league table without rank intervals."""
    return column.kind not in ("actions", "none", "score", "measure") and not column.is_label_hidden


def _headed(table: Table, asked: Asked) -> Table:
    """Column heads as links; a number or a day begins with the greatest, a text with A."""
    if len(table.rows) < 2 and asked.column(table.columns) is None:
        return table
    chosen, columns = asked.column(table.columns), []
    for place, column in enumerate(table.columns):
        is_chosen = place == chosen
        down = not asked.is_down() if is_chosen else column.kind in TYPED
        sorted_ = ("descending" if asked.is_down() else "ascending") if is_chosen else ""
        href = asked.href(sort=f"{'-' if down else ''}{place + 1}", page="") if _sortable(column) else ""
        columns.append(msgspec.structs.replace(column, sort_href=href, sorted=sorted_))
    return msgspec.structs.replace(table, columns=columns)


def _turned(table: Table, asked: Asked, every: int, *, size: int) -> Table:
    """One page of it, with the search box, the pager and, where nothing was found, the way back."""
    total, changes = len(table.rows), {}
    last = max((total - 1) // size, 0) + 1
    page = min(asked.page(), last)
    if table.search is None and (every >= SEARCHED or asked.text()):
        changes["search"] = _search(asked)
    if table.pager is None and (total > size or asked.text()):
        changes["pager"] = Pager(
            shown=min(size, total - (page - 1) * size),
            total=total,
            previous_href=asked.href(page=page - 1 if page > 2 else "") if page > 1 else "",
            next_href=asked.href(page=page + 1) if page < last else "",
        )
        changes["rows"] = table.rows[(page - 1) * size : page * size]
    if asked.text() and not total:
        what = gettext(N_("没有包含“%(text)s”的内容"), text=asked.text())
        changes["empty"] = Empty(what=what, next_label=gettext(N_("看全部")), next_href=asked.href(q="", page=""))
    return msgspec.structs.replace(table, **changes)


def _search(asked: Asked) -> Search:
    out = (asked.prefix + "q", asked.prefix + "page")
    keep = {name: value for name, value in asked.given if name not in out}
    return Search(action=asked.path, value=asked.text(), name=asked.prefix + "q", keep=keep)


def _offered(table: Table, asked: Asked, of: str) -> Table:
    """With links to its files; an empty table offers none."""
    if not table.rows and not table.groups:
        return table
    given = [(name, value) for name, value in asked.given if name != asked.prefix + "page"]
    base = urlencode([*given, *([("of", of)] if of else []), ("format", "")])
    return msgspec.structs.replace(table, **{f"{kind}_href": f"{asked.path}?{base}{kind}" for kind in WRITERS})
