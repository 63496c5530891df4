"""The page that undoes a batch: what rests on it, what will happen, and the reason."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.imports import queries, schemas, undoing
from qa_service.interactions.undoing import TARGETS
from qa_service.jobs.commands import start
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Cell, Link, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import count, field_errors
from qa_service.web.guards import needs
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

WRITE = needs(Permission.IMPORT_WRITE)


class UndoBatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/undo.html. `may_undo`: nothing that rests on the batch refuses; uses None: it is not one
    that can be undone at all."""

    batch: schemas.BatchOut
    may_undo: bool
    why_not: str
    facts: list[tuple[str, str | Cell]]
    uses: Table | None
    error: str = ""


class UndoForm(msgspec.Struct):
    reason: str


@get("/imports/{batch_id:int}/undo", opt=WRITE, include_in_schema=False)
async def undo_page(request: Request, batch_id: FromPath[int]) -> Response:
    return await _page(request, batch_id)


async def _page(request: Request, batch_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    found = await queries.batch(actor, batch_id)
    await undoing.check_reach(actor, found)
    is_asked = found.state == "published" and found.target in TARGETS
    uses = await undoing.uses(actor, batch_id) if is_asked else []
    why_not = _why_not(found, uses)
    page = UndoBatchPage(
        batch=found, may_undo=not why_not, why_not=why_not, facts=_facts(found),
        uses=_uses(uses) if is_asked else None, error=_error(refusal),
    )  # fmt: skip
    return render(request, "imports/undo.html", page, status_code=refusal.status if refusal else 200)


def _error(refusal: Refusal | None) -> str:
    return "" if refusal is None else field_errors(refusal.fields).get("reason") or refusal.text()


def _why_not(found: schemas.BatchOut, uses: list[schemas.UseOut]) -> str:
    if found.state != "published":
        return gettext(N_("批次%(batch)s没有生效，或已经撤销：没有可以撤销的内容"), batch=found.id)
    if found.target not in TARGETS:
        sentence = N_("批次%(batch)s改动的是名册、持有人或工资本身，不能整批撤销：请改正文件后再导入一次")
        return gettext(sentence, batch=found.id)
    if any(one.refuses for one in uses):
        return gettext(N_("下面这些还在使用这批数据，逐项处理后才能撤销"))
    return ""


def _facts(found: schemas.BatchOut) -> list[tuple[str, str | Cell]]:
    goes = gettext(N_("%(count)s行不再计入，随后删除"), count=count(found.accepted + found.held))
    back = gettext(N_("被这一批更正的%(count)s行恢复原来的内容"), count=count(found.updated))
    stays = gettext(N_("这一批新建的人员、部门和岗位留下；原文件可以再导入"))
    return [
        (gettext(N_("文件")), found.file_name),
        (gettext(N_("不再计入")), goes),
        (gettext(N_("恢复")), back),
        (gettext(N_("留下")), stays),
    ]


def _uses(found: list[schemas.UseOut]) -> Table:
    rows = [
        TableRow(
            cells=[
                Link(text=one.sentence, href=one.href) if one.href else Text(text=one.sentence),
                Count(value=one.count),
                Text(text=gettext(N_("不能撤销") if one.refuses else N_("请留意"))),
            ]
        )
        for one in found
    ]
    columns = [
        Column(label=gettext(N_("什么在用")), kind="link", is_row_header=True),
        Column(label=gettext(N_("数目")), kind="count"),
        Column(label=gettext(N_("因此"))),
    ]
    empty = Empty(what=gettext(N_("没有什么在用这批数据")))
    return Table(caption=gettext(N_("在用这批数据的")), columns=columns, rows=rows, empty=empty, name="uses")


@post("/imports/{batch_id:int}/undo", opt=WRITE, include_in_schema=False)
async def undo(request: Request, batch_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    try:
        form = await form_of(request, UndoForm)
        await undoing.undo_batch(actor, batch_id, form.reason)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _page(request, batch_id, refusal)
    await start(actor, undoing.UNDO_JOB, {"batch": batch_id})
    return Redirect(f"/imports/{batch_id}", status_code=303)


routes = [undo_page, undo]
