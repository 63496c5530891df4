"""Pages of reports: those issued, the form that issues one, and one report with its paper and workbook."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.calendar.months import previous_month
from qa_service.errors import Refusal
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.reports import api, commands, queries
from qa_service.reports.commands import KINDS
from qa_service.reports.model import Sheet, report_of
from qa_service.rewards.page_parts import named, notices_in
from qa_service.scores.queries import units_in_reach
from qa_service.web.cells import Link, Moment, Month, Text
from qa_service.web.decoding import form_of
from qa_service.web.formatting import field_errors, moment
from qa_service.web.guards import LOGGED_IN
from qa_service.web.listing import MOST, browsed
from qa_service.web.months import month_or_none
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

PAGE = 50


class ReportsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/reports/list.html. may_issue: only one's own month (own), or a unit's as well (unit)."""

    table: Table
    chips: list[Chip]
    month: str
    may_issue_own: bool
    units: list[Option]
    sheets: list[Option]
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/reports/report.html: the same lines that the paper shows."""

    id: int
    kind_name: str
    sheet: Sheet
    digest: str
    head: str
    issued: str


class IssueForm(msgspec.Struct):
    kind: str
    month: str = ""
    unit: int | None = None
    person: int | None = None
    sheet: int | None = None


@get("/reports", opt=LOGGED_IN, include_in_schema=False)
async def reports_page(request: Request) -> Response:
    return await _list(request)


async def _list(request: Request, *, values: dict[str, str] | None = None, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    kind = request.query_params.get("kind", "")
    kind = kind if kind in KINDS else ""
    table, file = await browsed(request, _table(await queries.reports(actor, kind=kind, limit=MOST)), "reports")
    if file is not None:
        return file
    may_read = actor.may(Permission.REPORT_READ)
    units = await units_in_reach(actor, Permission.TRAINING_READ) if may_read else []
    page = ReportsPage(
        table=table,
        chips=[
            Chip(label=gettext(word), href=f"/reports?kind={key}" if key else "/reports", is_current=key == kind)
            for key, word in {"": N_("全部"), **KINDS}.items()
        ],
        month=f"{previous_month(clock.today()):%Y-%m}",
        may_issue_own=actor.may(Permission.OWN_READ) and actor.person_id is not None,
        units=[Option(value=str(one["id"]), label=named(one)) for one in units],
        sheets=await _sheet_options(actor) if may_read else [],
        values=values or {},
        errors={} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()},
    )
    code = refusal.status if refusal else 200
    return render(request, "reports/list.html", page, status_code=code, notices=notices_in(request))


async def _sheet_options(actor: Actor) -> list[Option]:
    from qa_service.rewards.queries import sheets
    from qa_service.rewards.sheet_models import title_of

    if not actor.may(Permission.SHEET_READ):
        return []
    return [Option(value=str(one["id"]), label=title_of(one)) for one in await sheets(actor, limit=24)]


def _table(found: list[dict[str, Any]]) -> Table:
    rows = [
        TableRow(
            cells=[
                Link(text=one["kind_name"], href=f"/reports/{one['id']}"),
                Month(on=one["pay_month"]),
                Text(text=one["person_name"] or named(one, "unit_name") or "", sub=one["employee_no"] or ""),
                Moment(at=one["created_at"]),
                Text(text=one["digest"][:16], tone="code"),
            ]
        )
        for one in found
    ]
    return Table(
        caption=gettext(N_("已出具的报告，新的在前")),
        columns=[
            Column(label=gettext(N_("报告名称")), kind="link"),
            Column(label=gettext(N_("月份")), kind="month"),
            Column(label=gettext(N_("对象")), more_label=gettext(N_("工号"))),
            Column(label=gettext(N_("出具时间")), kind="moment"),
            Column(label=gettext(N_("内容摘要")), is_wide_only=True),
        ],
        rows=rows,
        name="reports",
        empty=Empty(
            what=gettext(N_("还没有出具过报告")),
            why=gettext(N_("报告出具以后内容就固定，之后的改动会成为新的报告")),
        ),
    )


@post("/reports", opt=LOGGED_IN, include_in_schema=False)
async def issue(request: Request) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:40] for name in ("kind", "month", "unit", "person", "sheet")}
    try:
        form = await form_of(request, IssueForm)
        month: date | None = month_or_none(form.month)
        made = await commands.issue(
            actor_of(request), form.kind, month=month, unit_id=form.unit, person_id=form.person, sheet_id=form.sheet
        )
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        return await _list(request, values=values, refusal=refusal)
    return Redirect(f"/reports/{made}", status_code=303)


@get("/reports/{report_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def report_page(request: Request, report_id: FromPath[int]) -> Response:
    found = await queries.report(actor_of(request), report_id)
    page = ReportPage(
        id=report_id,
        kind_name=found["kind_name"],
        sheet=report_of(found["model"]).of(current_language()),
        digest=found["digest"],
        head=found["journal_head"] or "",
        issued=moment(found["created_at"], year=True),
    )
    return render(request, "reports/report.html", page)


@get("/reports/{report_id:int}/pdf", opt=LOGGED_IN, include_in_schema=False)
async def paper(request: Request, report_id: FromPath[int]) -> Response[bytes]:
    return await api.send(request, report_id, "pdf")


@get("/reports/{report_id:int}/xlsx", opt=LOGGED_IN, include_in_schema=False)
async def workbook(request: Request, report_id: FromPath[int]) -> Response[bytes]:
    return await api.send(request, report_id, "xlsx")


routes = [reports_page, issue, report_page, paper, workbook]
