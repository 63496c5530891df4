"""The revisions of one record as a table: by whose import each came, when, and what it says otherwise."""

from qa_service.interactions.differences import Change, Revision
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.cells import Cell, Lines, Link, Moment, Text
from qa_service.web.tables import Column, Table, TableRow


def history_table(actor: Actor, found: list[Revision]) -> Table:
    columns = [
        Column(label=gettext(N_("第几版")), kind="link", is_row_header=True),
        Column(label=gettext(N_("导入时间")), kind="moment"),
        Column(label=gettext(N_("导入人"))),
        Column(label=gettext(N_("导入批次"))),
        Column(label=gettext(N_("与上一版不同"))),
    ]
    rows = [TableRow(cells=_cells(actor, one)) for one in found]
    return Table(caption=gettext(N_("更正历史")), columns=columns, rows=rows, name="history")


def _cells(actor: Actor, one: Revision) -> list[Cell]:
    name = gettext(N_("第%(number)s版"), number=one.revision)
    may_open = actor.may(Permission.IMPORT_READ)
    batch = Link(text=one.file_name, href=f"/imports/{one.batch}", clip=True) if may_open else Text(text=one.file_name)
    return [
        Link(text=name, href=f"/interactions/{one.interaction}"),
        Moment(at=one.published_at, year=True),
        Text(text=one.by or gettext(N_("系统"))),
        batch,
        Lines(lines=[_line(change) for change in one.changes]),
    ]


def _line(change: Change) -> str:
    empty = gettext(N_("空"))
    facts = {"name": change.name, "before": change.before or empty, "after": change.after or empty}
    return gettext(N_("%(name)s：%(before)s → %(after)s"), **facts)
