"""The page of one quality note: the sentence, and the records that it speaks of."""

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service.imports import queries
from qa_service.imports.noticing import MOST_LISTED
from qa_service.imports.schemas import NotedRecordOut
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Link, Text
from qa_service.web.downloads import download, offered, wanted
from qa_service.web.guards import needs
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Pager, Table, TableRow

PAGE = 50


class NotedPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/noted.html."""

    file_name: str
    batch_href: str
    sentence: str
    table: Table


@get("/imports/{batch_id:int}/notes/{note:str}", opt=needs(Permission.IMPORT_READ), include_in_schema=False)
async def noted_page(request: Request, batch_id: FromPath[int], note: FromPath[str]) -> Response:
    actor = actor_of(request)
    batch = await queries.batch(actor, batch_id)
    after = request.query_params.get("after", "")
    after_id = int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else 0
    limit = MOST_LISTED if wanted(request) else PAGE + 1
    told, found = await queries.noted_records(actor, batch_id, note, after=after_id, limit=limit)
    here = f"/imports/{batch_id}/notes/{note}"
    table = offered(request, _table(found if wanted(request) else found[:PAGE], here, has_more=len(found) > PAGE,
                                    is_first=not after_id))  # fmt: skip
    if file := await download(request, table, f"noted-{batch_id}"):
        return file
    page = NotedPage(
        file_name=batch.file_name or str(batch_id), batch_href=f"/imports/{batch_id}", sentence=told.sentence,
        table=table,
    )  # fmt: skip
    return render(request, "imports/noted.html", page)


def _table(found: list[NotedRecordOut], here: str, *, has_more: bool, is_first: bool) -> Table:
    columns = [
        Column(label=gettext(N_("编号")), kind="link", is_row_header=True),
        Column(label=gettext(N_("那里写的"))),
    ]
    rows = [
        TableRow(
            cells=[
                Link(text=one.external_id, href=f"/interactions/{one.interaction}")
                if one.interaction
                else Text(text=one.external_id),
                Text(text=one.value),
            ]
        )
        for one in found
    ]
    pager = Pager(
        shown=len(found), previous_href="" if is_first else here,
        next_href=f"{here}?after={found[-1].id}" if has_more and found else "",
    )  # fmt: skip
    empty = Empty(what=gettext(N_("没有更多记录")))
    return Table(caption=gettext(N_("说明所指的记录")), columns=columns, rows=rows, pager=pager, empty=empty)


routes = [noted_page]
