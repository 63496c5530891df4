"""Pages of 工资记录: what the contracts say of a month, with the form for HR to enter one."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.people.words import CONTRACTS
from qa_service.rewards import commands, queries, wage_queries
from qa_service.rewards.lines import typed_fen
from qa_service.rewards.page_parts import done, errors_in, neighbours, notices_in, typed
from qa_service.rewards.schemas import Short
from qa_service.rewards.wage_commands import WageEntry
from qa_service.web.cells import Person, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Money
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.months import asked_month, typed_month
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

WAGES = "/rewards/wages"


class WagesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/rewards/wages.html. floor_notes: each region's minimum wage, 未经核对 where nobody compared it."""

    month: date
    previous_href: str
    next_href: str
    table: Table
    floor_notes: list[str]
    may_write: bool
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class WageForm(msgspec.Struct):
    employee_no: str
    month: str
    base: str
    variable_base: str = ""
    normal_wage: str = ""
    region: Short | None = None
    contract_kind: Short | None = None
    variable_source: Short | None = None


@get(WAGES, opt=needs(Permission.WAGE_READ), include_in_schema=False)
async def wages_page(request: Request) -> Response:
    return await _wages(request)


async def _wages(request: Request, *, values: dict[str, str] | None = None, refusal: Refusal | None = None):
    actor = actor_of(request)
    month = asked_month(request, await wage_queries.newest_month(actor))
    previous_href, next_href = neighbours(WAGES, month)
    found = await queries.wages(actor, month)
    shown = wages_table(found, may_import=actor.may(Permission.IMPORT_WRITE))
    table, file = await browsed(request, shown, f"wages-{month:%Y-%m}")
    if file is not None:
        return file
    page = WagesPage(
        month=month, previous_href=previous_href, next_href=next_href, table=table,
        floor_notes=wage_queries.floor_notes({one["region"] for one in found}, month),
        may_write=actor.may(Permission.WAGE_WRITE), values=values or {}, errors=errors_in(refusal) if refusal else {},
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "rewards/wages.html", page, status_code=code, notices=notices_in(request))


def wages_table(found: list[dict[str, Any]], *, may_import: bool = False) -> Table:
    columns = [
        Column(label=gettext(N_("姓名")), kind="person"), Column(label=gettext(N_("基本工资（元）")), kind="money"),
        Column(label=gettext(N_("绩效基数（元）")), kind="money"),
        Column(label=gettext(N_("计入最低工资（元）")), kind="money"), Column(label=gettext(N_("地区"))),
        Column(label=gettext(N_("合同类型"))), Column(label=gettext(N_("绩效基数的依据"))),
    ]  # fmt: skip
    none, as_base = gettext(N_("没有约定")), gettext(N_("按基本工资"))
    rows = [
        TableRow(
            cells=[
                Person(name=one["person_name"], number=one["employee_no"] or ""), Money(fen=one["base_fen"]),
                Money(fen=one["variable_base_fen"], reason="" if one["variable_base_fen"] is not None else none),
                Money(fen=one["normal_wage_fen"], reason="" if one["normal_wage_fen"] is not None else as_base),
                Text(text=one["region"]),
                Text(text=contract_word(one["contract_kind"])), Text(text=one["variable_source"] or "", clip=True),
            ]
        )
        for one in found
    ]  # fmt: skip
    empty = Empty(
        what=gettext(N_("这个月没有工资记录")), why=gettext(N_("没有工资记录就不能编制奖罚评分表")),
        next_label=gettext(N_("导入工资记录")), next_href="/imports/new" if may_import else "",
    )  # fmt: skip
    return Table(caption=gettext(N_("工资记录")), columns=columns, rows=rows, empty=empty, name="wages")


def contract_word(kind: str) -> str:
    """fixed, open ... in words; what a list says in its own words stays."""
    return gettext(CONTRACTS[kind]) if kind in CONTRACTS else kind


@post(WAGES, opt=needs(Permission.WAGE_WRITE), include_in_schema=False)
async def set_wage(request: Request) -> Response:
    try:
        form = await form_of(request, WageForm)
        entry = wage_of(form)
        await commands.set_wage(actor_of(request), entry)
    except Refusal as refusal:
        return await _wages(request, values=await typed(request), refusal=refusal)
    return done(WAGES, "wage", month=f"{entry.month:%Y-%m}")


def wage_of(form: WageForm) -> WageEntry:
    return WageEntry(
        employee_no=form.employee_no.strip(), month=typed_month(form.month), base_fen=typed_fen(form.base, "base"),
        variable_base_fen=typed_fen(form.variable_base, "variable_base") if form.variable_base else None,
        normal_wage_fen=typed_fen(form.normal_wage, "normal_wage") if form.normal_wage else None,
        region=form.region, contract_kind=form.contract_kind, variable_source=form.variable_source,
    )  # fmt: skip


routes = [wages_page, set_wage]
