"""What a batch corrected, as a table on its page: each record with the fields that read otherwise than before."""

from litestar import Request

from qa_service.imports import schemas
from qa_service.interactions.differences import PAGE, ChangedRecord, changed_records
from qa_service.interactions.queries import number
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Cell, Link, Nothing, Text
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Pager, Table, TableRow


async def changes_of(request: Request, batch: schemas.BatchOut) -> Table | None:
    """One page of the records that a batch corrected; None for whoever may not read records."""
    actor = actor_of(request)
    if not batch.updated or batch.state != "published" or batch.target != "interaction":
        return None
    if not actor.may(Permission.INTERACTION_READ):
        return None
    after = number(request.query_params.get("after", "")) or 0
    found = await changed_records(actor, batch.id, after=after, limit=PAGE + 1)
    here, has_more = found[:PAGE], len(found) > PAGE
    columns = [
        Column(label=gettext(N_("服务记录")), kind="link", is_row_header=True),
        Column(label=gettext(N_("字段"))),
        Column(label=gettext(N_("原来"))),
        Column(label=gettext(N_("现在"))),
    ]
    path = f"/imports/{batch.id}"
    pager = Pager(
        shown=len(here),
        previous_href=f"{path}#changes" if after else "",
        next_href=f"{path}?after={here[-1].key}#changes" if has_more else "",
    )
    empty = Empty(what=gettext(N_("没有您能看的更正")))
    rows = [row for one in here for row in _rows(one)]
    return Table(
        caption=gettext(N_("更正了什么")), columns=columns, rows=rows, empty=empty, pager=pager, name="changes"
    )  # fmt: skip


def _rows(one: ChangedRecord) -> list[TableRow]:
    link = Link(text=one.external_id, href=f"/interactions/{one.interaction}", clip=True)
    if not one.changes:
        said = gettext(N_("只有不显示的内容不同，如主管或班次"))
        return [TableRow(cells=[link, Text(text=said), Nothing(), Nothing()])]
    return [
        TableRow(cells=[link, Text(text=change.name), _cell(change.before), _cell(change.after)])
        for change in one.changes
    ]


def _cell(text: str | None) -> Cell:
    return Text(text=text) if text else Nothing(reason=gettext(N_("空")))
