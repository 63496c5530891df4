"""The month grid as a table to take along: a person a line, a day a column, the shift codes as they stand."""

from qa_service.language import N_, gettext
from qa_service.roster.queries import Grid, PersonRow
from qa_service.web.cells import Person, Text
from qa_service.web.figures import Duration
from qa_service.web.formatting import day
from qa_service.web.tables import Column, Table, TableRow


def grid_table(grid: Grid, *, has_hours: bool) -> Table:
    """has_hours: planned hours are for whoever plans."""
    hours = [Column(label=gettext(N_("计划工时")), kind="duration")] if has_hours else []
    days = [Column(label=day(one.on)) for one in grid.days]
    return Table(
        caption=gettext(N_("排班")),
        columns=[Column(label=gettext(N_("姓名")), kind="person"), *days, *hours],
        rows=[_row(one, has_hours=has_hours) for one in grid.people],
        name="grid",
    )


def _row(one: PersonRow, *, has_hours: bool) -> TableRow:
    rest = gettext(N_("休"))
    codes = [Text(text=rest if square.code == "" else square.code or "") for square in one.squares]
    hours = [Duration(seconds=one.minutes * 60)] if has_hours else []
    return TableRow(cells=[Person(name=one.name, number=one.employee_no or ""), *codes, *hours])
