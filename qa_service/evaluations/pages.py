"""Pages of monitors and agents: the queue, marking one item, a released mark, one's own marks."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.evaluations import commands, queries, schemas
from qa_service.evaluations.typed import read_typed
from qa_service.evaluations.workspace import WorkPage, work_page
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Actions, Date, Link, Moment, StateCell, Text
from qa_service.web.figures import Duration, Mark
from qa_service.web.formatting import field_errors
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import listed
from qa_service.web.parts import Action
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

CHANNELS = {"chat": N_("在线"), "call_in": N_("呼入"), "call_out": N_("呼出"), "email": N_("邮件")}
KINDS = {"presale": N_("售前"), "aftersale": N_("售后"), "helpdesk": N_("帮助台"), "contact": N_("工单")}
NOTICES = {
    "submitted": N_("已提交，客服已能看到这次评分"),
    "seen": N_("已记录：已阅"),
    "agreed": N_("已记录：同意"),
}


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/queue.html."""

    lead: str
    table: Table


class MinePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/mine.html."""

    table: Table


@get("/queue", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def queue_page(request: Request) -> Response:
    waiting = await queries.queue(actor_of(request), limit=500)
    lead = gettext(N_("%(count)s件待评，先到期的在前；评之前看不到是谁"), count=len(waiting)) if waiting else ""
    rows = [_queue_row(one) for one in waiting]
    columns = [
        Column(label=gettext(N_("到期")), kind="date"),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("种类"))),
        Column(label=gettext(N_("服务日期")), kind="date"),
        Column(label=gettext(N_("预计用时")), kind="duration"),
        Column(label=gettext(N_("状态")), kind="state"),
        Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True),
    ]
    empty = Empty(what=gettext(N_("没有待评")), why=gettext(N_("抽样后分给您的件会出现在这里")))
    whole = Table(caption=gettext(N_("分给我的待评")), columns=columns, rows=rows, empty=empty)
    table, file = await listed(request, whole, "queue")
    if file is not None:
        return file
    return render(request, "evaluations/queue.html", QueuePage(lead=lead, table=table), notices=_notices(request))


def _queue_row(one: dict[str, Any]) -> TableRow:
    is_begun = one["evaluation"] is not None
    label = gettext(N_("继续评") if is_begun else N_("开始评"))
    href = f"/queue/{one['assignment']}/open"
    return TableRow(
        key=str(one["assignment"]),
        cells=[
            Date(on=one["due_on"]),
            Text(text=gettext(CHANNELS.get(one["channel"], one["channel"]))),
            Text(text=gettext(KINDS.get(one["kind"], one["kind"]))),
            Date(on=one["local_on"]),
            Duration(seconds=one["expected_seconds"]),
            StateCell(kind="wait", word=gettext(N_("已开始") if is_begun else N_("未开始"))),
            Actions(actions=[Action(label=label, href=href, method="post", kind="primary" if is_begun else "")]),
        ],
    )


@post("/queue/{assignment_id:int}/open", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def open_page(request: Request, assignment_id: FromPath[int]) -> Response:
    evaluation = await commands.open_assignment(actor_of(request), assignment_id)
    return Redirect(f"/evaluations/{evaluation}", status_code=303)


@get("/evaluations/{evaluation_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def evaluation_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    whole = await commands.whole(actor_of(request), evaluation_id)
    return _render(request, await work_page(actor_of(request), whole))


def _render(request: Request, page: WorkPage, *, status_code: int = 200) -> Response:
    template = "evaluations/marking.html" if page.is_marking else "evaluations/result.html"
    return render(request, template, page, status_code=status_code, notices=_notices(request))


@post("/evaluations/{evaluation_id:int}/submit", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def submit_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    """Submit what was typed; a refusal shows it again with every missing point at its item."""
    actor, typed = actor_of(request), await _typed(request)
    try:
        await commands.submit_evaluation(actor, evaluation_id, await _marking(actor, evaluation_id, typed))
    except Refusal as refusal:
        whole = await commands.whole(actor, evaluation_id)
        errors = {_place(name): text for name, text in field_errors(refusal.fields).items()} or {"": refusal.text()}
        return _render(request, await work_page(actor, whole, typed=typed, errors=errors), status_code=refusal.status)
    return Redirect("/queue?notice=submitted", status_code=303)


@post(
    "/evaluations/{evaluation_id:int}/draft", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False,
    status_code=200,
)  # fmt: skip
async def draft_page(request: Request, evaluation_id: FromPath[int]) -> schemas.Saved:
    """Autosave of the marking page."""
    actor = actor_of(request)
    marking = await _marking(actor, evaluation_id, await _typed(request))
    return await commands.save_marking(actor, evaluation_id, marking)


async def _marking(actor: Any, evaluation_id: int, typed: Mapping[str, list[str]]) -> schemas.Marking:
    found, form = await commands.own_draft(actor, evaluation_id)
    version = (typed.get("version") or [""])[-1]
    messages = await queries.messages(found["part"])
    return read_typed(form, typed, messages, version=int(version) if version.isdecimal() and len(version) < 10 else 0)


async def _typed(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [str(value)[:5000] for value in form.getall(name)] for name in form}


def _place(name: str) -> str:
    """Where the error of a pure rule stands on the page: an item's answer field."""
    return name if "." in name else f"a.{name}"


@post("/evaluations/{evaluation_id:int}/respond", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def respond_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    kind = (await _typed(request)).get("kind", ["seen"])[-1]
    kind = kind if kind in ("seen", "agree") else "seen"
    await commands.respond(actor_of(request), evaluation_id, kind, item=None, body=None)
    notice = "agreed" if kind == "agree" else "seen"
    return Redirect(f"/evaluations/{evaluation_id}?notice={notice}", status_code=303)


@get("/my/results", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine_page(request: Request) -> Response:
    columns = [
        Column(label=gettext(N_("质检表")), kind="link"),
        Column(label=gettext(N_("得分")), kind="mark"),
        Column(label=gettext(N_("服务日期")), kind="date"),
        Column(label=gettext(N_("回应期限")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    rows = [_mine_row(one) for one in await queries.mine(actor_of(request))]
    empty = Empty(what=gettext(N_("还没有质检评分")), why=gettext(N_("抽到并评完的服务会出现在这里，连同每一句原话")))
    whole = Table(caption=gettext(N_("关于我的质检评分")), columns=columns, rows=rows, empty=empty)
    table, file = await listed(request, whole, "my-results")
    if file is not None:
        return file
    return render(request, "evaluations/mine.html", MinePage(table=table), notices=_notices(request))


def _mine_row(one: dict[str, Any]) -> TableRow:
    word = N_("已同意") if one["agreed"] else N_("已阅") if one["seen"] else N_("待回应")
    if one["state"] == "superseded":
        word = N_("已被更正")
    kind = "done" if one["seen"] or one["agreed"] else "wait"
    return TableRow(
        key=str(one["id"]),
        cells=[
            Link(text=one["form_name"], href=f"/evaluations/{one['id']}"),
            Mark(value_hundredths=one["final_hundredths"], href=f"/evaluations/{one['id']}"),
            Date(on=one["local_on"]),
            Moment(at=one["respond_by_at"]),
            StateCell(kind=kind, word=gettext(word)),
        ],
    )


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


routes = [queue_page, open_page, evaluation_page, submit_page, draft_page, respond_page, mine_page]
