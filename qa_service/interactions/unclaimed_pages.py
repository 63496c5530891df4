"""Pages of 待认领: accounts that wait, one account with the form that names its person, taking a claim back."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import NotFound, Refusal
from qa_service.interactions import claims, errors, queries, unclaimed
from qa_service.interactions.unclaimed_days import HERE, account_href, day_table
from qa_service.interactions.words import both_words
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.people.page_parts import asked_page, numbered_pager
from qa_service.people.queries import people
from qa_service.web.cells import Actions, Cell, Date, Link, Moment, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import clock, day, field_errors
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Action, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Pager, Table, TableRow

RESOLVE = needs(Permission.IDENTITY_RESOLVE)
NOTICES = {"claimed": N_("已认领，并已通知本人"), "undone": N_("认领已撤销，并已通知本人")}
MOST_PEOPLE = 500


class WaitingPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/interactions/unclaimed.html."""

    accounts: Table
    claims: Table


class AccountPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/interactions/account.html: what waits under one account, who is near it, and the form."""

    name: str
    account: str
    label: str
    days: Table
    parts: Table
    holders: Table
    people: list[Option]
    values: dict[str, str]
    errors: dict[str, str] = {}


class UndoPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/interactions/undo.html: what taking a claim back will do."""

    claim: int
    facts: list[tuple[str, str | Cell]]
    error: str = ""


class ClaimForm(msgspec.Struct):
    person: str
    from_on: date
    until_on: date
    reason: str
    account: int | None = None
    label: str = ""


class UndoForm(msgspec.Struct):
    reason: str


@get(HERE, opt=RESOLVE, include_in_schema=False)
async def waiting_page(request: Request) -> Response:
    actor = actor_of(request)
    accounts, waiting = await browsed(request, _accounts(await unclaimed.accounts(actor)), "unclaimed")
    claims, made = await browsed(request, _claims(await unclaimed.claims(actor)), "claims", of="claims")
    if (file := waiting or made) is not None:
        return file
    page = WaitingPage(accounts=accounts, claims=claims)
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    notices = [("done", gettext(sentence))] if sentence else None
    return render(request, "interactions/unclaimed.html", page, notices=notices)


def _accounts(found: list[dict[str, Any]]) -> Table:
    columns = [
        Column(label=gettext(N_("账号")), kind="link", is_row_header=True),
        Column(label=gettext(N_("待认领（段）")), kind="count"),
        Column(label=gettext(N_("最早")), kind="date"),
        Column(label=gettext(N_("最晚")), kind="date"),
    ]
    rows = [
        TableRow(
            cells=[
                Link(text=one["label"] or f"{one['platform']}/{one['name']}", href=_href(one["account"], one["label"])),
                Count(value=one["parts"]),
                Date(on=one["first_on"], year=True),
                Date(on=one["last_on"], year=True),
            ]
        )
        for one in found
    ]
    empty = Empty(what=gettext(N_("没有待认领的账号")), why=gettext(N_("每一段服务记录都知道是谁接待的")))
    return Table(caption=gettext(N_("不知道谁在用的账号")), columns=columns, rows=rows, name="accounts", empty=empty)


def _href(account: int | None, label: str) -> str:
    return account_href(unclaimed.Account(account, label))


def _pager(account: unclaimed.Account, page: int, shown: int, total: int) -> Pager:
    named = {"account": account.id, "label": account.label if account.id is None else ""}
    return numbered_pager(f"{HERE}/account", named, page=page, shown=shown, total=total, size=unclaimed.PAGE)


def _claims(found: list[dict[str, Any]]) -> Table:
    heads = (N_("认领给"), N_("账号"), N_("日期"), N_("依据"), N_("认领人"))
    kinds = ("person", "text", "text", "text", "text")
    columns = [
        *(Column(label=gettext(head), kind=kind) for head, kind in zip(heads, kinds, strict=True)),
        Column(label=gettext(N_("段数")), kind="count"),
        Column(label=gettext(N_("时间")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
        Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True),
    ]
    rows = [_claim_row(one) for one in found]
    empty = Empty(what=gettext(N_("还没有认领过")))
    return Table(caption=gettext(N_("做过的认领")), columns=columns, rows=rows, name="claims", empty=empty)


def _claim_row(one: dict[str, Any]) -> TableRow:
    stands = one["standing"] > 0
    undo = Action(label=gettext(N_("撤销")), href=f"{HERE}/claims/{one['claim']}/undo", kind="quiet")
    return TableRow(
        cells=[
            Person(name=one["person_name"], number=one["employee_no"] or ""),
            Text(text=one["label"] or ""),
            Text(text=_span(one["first_on"], one["last_on"])),
            Text(text=one["reason"]),
            Text(text=one["by_name"] or gettext(N_("系统"))),
            Count(value=one["parts"]),
            Moment(at=one["at"]),
            StateCell(kind="done" if stands else "none", word=gettext(N_("有效") if stands else N_("已撤销"))),
            Actions(actions=[undo] if stands else []),
        ]
    )


def _span(first_on: date | None, last_on: date | None) -> str:
    if first_on is None or first_on == date.min:
        return gettext(N_("来源没有日期"))
    return day(first_on) if first_on == last_on else f"{day(first_on)}–{day(last_on)}"


@get(f"{HERE}/account", opt=RESOLVE, include_in_schema=False)
async def account_page(request: Request) -> Response:
    given = request.query_params
    account = unclaimed.Account(queries.number(given.get("account", "")), given.get("label", "")[:200])
    span = {name: given.get(name, "")[:10] for name in ("from_on", "until_on")}
    return await _account(request, account, values=span if all(span.values()) else None)


async def _account(
    request: Request,
    account: unclaimed.Account,
    *,
    values: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    actor = actor_of(request)
    days = await unclaimed.days(actor, account)
    if not days:
        raise NotFound(N_("这个账号待认领的服务记录"))
    known = [one["local_on"] for one in days if one["local_on"]]
    first = {"from_on": known[0].isoformat(), "until_on": known[-1].isoformat()} if known else {}
    number, total = asked_page(request), sum(one["parts"] for one in days)
    parts = await unclaimed.waiting_parts(
        actor, account, limit=unclaimed.PAGE, offset=(number - 1) * unclaimed.PAGE
    )  # fmt: skip
    page = AccountPage(
        name=await unclaimed.account_name(account),
        account="" if account.id is None else str(account.id),
        label=account.label,
        days=(await browsed(request, day_table(account, days), "unclaimed-days", of="days"))[0],
        parts=msgspec.structs.replace(_parts(parts), pager=_pager(account, number, len(parts), total)),
        holders=_holders(await unclaimed.holders(account, parts)),
        people=await _people(actor),
        values=values or first,
        errors={} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()},
    )
    return render(request, "interactions/account.html", page, status_code=refusal.status if refusal else 200)


async def _people(actor: Actor) -> list[Option]:
    found = await people(actor, "", 0, MOST_PEOPLE) if actor.may(Permission.PEOPLE_READ) else []
    return [Option(value=one["employee_no"] or one["key"], label=one["name"]) for one in found]


def _parts(found: list[dict[str, Any]]) -> Table:
    columns = [
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("起止"))),
        Column(label=gettext(N_("服务记录")), kind="link", is_row_header=True),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("消息")), kind="count"),
    ]
    rows = [
        TableRow(
            cells=[
                Date(on=one["local_on"], year=True, reason=gettext(N_("来源没有日期"))),
                Text(text=_times(one["started_at"], one["ended_at"])),
                Link(text=one["public_id"], href=f"/interactions/{one['interaction']}"),
                Text(text=both_words(one["channel"], one["kind"])),
                Count(value=one["message_count"]),
            ]
        )
        for one in found
    ]
    return Table(caption=gettext(N_("待认领的客服段")), columns=columns, rows=rows, name="parts")


def _times(first: Any, last: Any) -> str:
    return "–".join(clock(at) for at in (first, last) if at is not None)


def _holders(found: list[dict[str, Any]]) -> Table:
    columns = [
        Column(label=gettext(N_("登记的持有人")), kind="person", is_row_header=True),
        Column(label=gettext(N_("从")), kind="moment"),
        Column(label=gettext(N_("到")), kind="moment"),
    ]
    rows = [
        TableRow(
            cells=[
                Person(name=one["name"], number=one["employee_no"] or ""),
                Moment(at=one["from_at"]),
                Moment(at=one["until_at"], reason=gettext(N_("至今"))),
            ]
        )
        for one in found[-MOST_PEOPLE:]
    ]
    empty = Empty(what=gettext(N_("这段时间没有登记持有人")), why=gettext(N_("账号的持有人从员工名册或账号表导入")))
    return Table(caption=gettext(N_("登记的持有人")), columns=columns, rows=rows, name="holders", empty=empty)


@post(f"{HERE}/claim", opt=RESOLVE, include_in_schema=False)
async def claim(request: Request) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:2_000] for name in ("person", "from_on", "until_on", "reason")}
    account = unclaimed.Account(queries.number(str(raw.get("account", ""))), str(raw.get("label", ""))[:200])
    try:
        form = await form_of(request, ClaimForm)
        person = await unclaimed.person_typed(form.person)
        if person is None:
            raise errors.PersonUnknown(field="person", name=form.person)
        wanted = claims.Claim(
            account=account.id, label=account.label, person=person, from_on=form.from_on, until_on=form.until_on,
            reason=form.reason,
        )  # fmt: skip
        await claims.claim(actor_of(request), wanted)
    except Refusal as refusal:
        return await _account(request, account, values=values, refusal=refusal)
    return Redirect(f"{HERE}?notice=claimed", status_code=303)


@get(f"{HERE}/claims/{{claim_id:int}}/undo", opt=RESOLVE, include_in_schema=False)
async def undo_page(request: Request, claim_id: FromPath[int]) -> Response:
    return await _undo(request, claim_id)


async def _undo(request: Request, claim_id: int, refusal: Refusal | None = None) -> Response:
    found = await unclaimed.claim(actor_of(request), claim_id)
    will = gettext(N_("%(count)s段回到待认领，不再计入本人，并通知本人"), count=found["standing"])
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("账号")), found["label"] or ""),
        (gettext(N_("认领给")), Person(name=found["person_name"], number=found["employee_no"] or "")),
        (gettext(N_("日期")), _span(found["first_on"], found["last_on"])),
        (gettext(N_("会怎样")), will),
    ]
    page = UndoPage(claim=claim_id, facts=facts, error=refusal.text() if refusal else "")
    return render(request, "interactions/undo.html", page, status_code=refusal.status if refusal else 200)


@post(f"{HERE}/claims/{{claim_id:int}}/undo", opt=RESOLVE, include_in_schema=False)
async def undo(request: Request, claim_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, UndoForm)
        await claims.undo(actor_of(request), claim_id, form.reason)
    except Refusal as refusal:
        return await _undo(request, claim_id, refusal)
    return Redirect(f"{HERE}?notice=undone", status_code=303)


routes = [waiting_page, account_page, claim, undo_page, undo]
