"""Pages of probation: the cases by urgency, one case with its evidence and steps, one's own."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.errors import Refusal
from qa_service.journal.links import openable
from qa_service.language import N_, bracketed, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.probation import commands, queries
from qa_service.probation.rules import CONTRACT_KINDS
from qa_service.web.cells import Cell, Date, Link, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Mark, Money, Score
from qa_service.web.formatting import EN_DASH, day, field_errors, moment, month
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Chip, Entry, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

LOOKS = {
    "over": "bad", "overdue": "warn", "due": "wait", "assessed": "wait", "open": "none", "passed": "done",
    "ended": "done",
}  # fmt: skip
NOTICES = {
    "opened": N_("试用期已登记，并已通知本人"),
    "shortened": N_("试用期已提前结束，并已通知本人"),
    "assessed": N_("考核已记录，并已通知本人"),
    "decided": N_("决定已记录，并已通知本人"),
    "answered": N_("您的说明已记录"),
}
FILTERS = {"": N_("全部"), "open": N_("未决定"), "passed": N_("已转正"), "ended": N_("已解除")}


class CasesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/probation/list.html."""

    table: Table
    chips: list[Chip]
    people: list[Option]
    kinds: list[Option]
    conditions: str
    may_open: bool
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/probation/case.html: what this reader may do now decides which forms stand below."""

    id: int
    version: int
    title: str
    state: StateCell
    is_own: bool
    facts: list[tuple[str, str | Cell]]
    history: list[Entry]
    conditions: list[str]
    evidence: Table
    items: list[dict[str, Any]]
    assessments: list[dict[str, Any]]
    may_assess: bool
    may_decide: bool
    may_answer: bool
    condition_options: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class OpenForm(msgspec.Struct):
    person: int
    contract_from_on: date
    ends_on: date
    conditions: str
    contract_kind: str = "fixed"
    contract_until_on: date | None = None
    conditions_told_on: date | None = None


class ShortenForm(msgspec.Struct):
    version: int
    ends_on: date


class AssessForm(msgspec.Struct):
    version: int
    body: commands.Words
    recommendation: str


class DecideForm(msgspec.Struct):
    version: int
    outcome: str
    condition: str = ""
    text: str = ""
    evidence: str = ""
    told_on: date | None = None


class AnswerForm(msgspec.Struct):
    text: commands.Words


@get("/probation", opt=needs(Permission.PROBATION_READ), include_in_schema=False)
async def cases_page(request: Request) -> Response:
    return await _cases(request)


async def _cases(request: Request, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    having = request.query_params.get("state", "")
    having = having if having in FILTERS else ""
    table, file = await browsed(request, _table(await queries.cases(actor, state=having)), "probation")
    if file is not None:
        return file
    may_open = actor.may(Permission.PROBATION_WRITE)
    people = await queries.candidates(actor) if may_open else []
    page = CasesPage(
        table=table,
        chips=[
            Chip(label=gettext(word), href=f"/probation?state={key}" if key else "/probation", is_current=key == having)
            for key, word in FILTERS.items()
        ],
        people=[
            Option(
                value=str(one["id"]),
                label=bracketed(f"{one['name']} {one['employee_no'] or ''}".strip(), day(one["hired_on"], year=True)),
            )
            for one in people
        ],
        kinds=[Option(value=key, label=gettext(word)) for key, word in CONTRACT_KINDS.items()],
        conditions="\n".join(one["condition"] for one in await _default_items()) if may_open else "",
        may_open=may_open,
        values=await _typed(request) if refusal else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "probation/list.html", page, status_code=code, notices=_notices(request))


async def _default_items() -> list[dict[str, Any]]:
    """The pack's items of today; none before a pack is in force."""
    try:
        return await queries.items(clock.today())
    except Refusal:
        return []


def _table(found: list[dict[str, Any]]) -> Table:
    rows = [
        TableRow(
            cells=[
                Person(name=one["person_name"], number=one["employee_no"] or "", href=f"/probation/{one['id']}"),
                Text(text=_named(one, "unit_name")),
                Date(on=one["starts_on"], year=True),
                Date(on=one["ends_on"], year=True),
                Date(on=one["assessment_due_on"], year=True),
                Text(text=_left(one)),
                StateCell(kind=LOOKS[one["stage"]], word=one["stage_name"]),
            ]
        )
        for one in found
    ]
    return Table(
        caption=gettext(N_("试用期，最急的在前")),
        columns=[
            Column(label=gettext(N_("姓名")), kind="person"),
            Column(label=gettext(N_("部门"))),
            Column(label=gettext(N_("开始")), kind="date", is_wide_only=True),
            Column(label=gettext(N_("结束")), kind="date"),
            Column(label=gettext(N_("考核期限")), kind="date"),
            Column(label=gettext(N_("还有"))),
            Column(label=gettext(N_("阶段")), kind="state"),
        ],
        rows=rows,
        name="cases",
        empty=Empty(what=gettext(N_("没有试用期")), why=gettext(N_("新人入职后在下面登记，系统按合同算出最长期限"))),
    )


def _left(one: dict[str, Any]) -> str:
    if one["stage"] in ("passed", "ended", "assessed"):
        return "—"
    days = one["working_days_left"]
    sentence = N_("%(days)s个工作日") if days >= 0 else N_("已过%(days)s个工作日")
    return gettext(sentence, days=abs(days))


def _named(one: dict[str, Any], field: str) -> str:
    return one[f"{field}_en"] if current_language() == "en" and one[f"{field}_en"] else one[field]


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


async def _typed(request: Request) -> dict[str, str]:
    return {name: str(value)[:4000] for name, value in (await request.form()).items() if isinstance(value, str)}


@post("/probation", opt=needs(Permission.PROBATION_WRITE), include_in_schema=False)
async def open_case(request: Request) -> Response:
    try:
        form = await form_of(request, OpenForm)
        given = commands.OpenIn(
            person=form.person, contract_kind=form.contract_kind, contract_from_on=form.contract_from_on,
            contract_until_on=form.contract_until_on, starts_on=form.contract_from_on, ends_on=form.ends_on,
            conditions=[line.strip() for line in form.conditions.splitlines() if line.strip()],
            conditions_told_on=form.conditions_told_on,
        )  # fmt: skip
        case = await commands.open_case(actor_of(request), given)
    except Refusal as refusal:
        return await _cases(request, refusal)
    return Redirect(f"/probation/{case}?notice=opened", status_code=303)


@get("/probation/{case_id:int}", opt=needs(Permission.PROBATION_READ), include_in_schema=False)
async def case_page(request: Request, case_id: FromPath[int]) -> Response:
    return await _case(request, await queries.case(actor_of(request), case_id))


@get("/my/probation", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine(request: Request) -> Response:
    found = await queries.mine(actor_of(request))
    return render(request, "probation/none.html", None) if found is None else await _case(request, found)


async def _case(request: Request, found: dict[str, Any], refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    is_undecided = found["state"] in ("open", "assessed") and not found["is_own"]
    newest = found["assessments"][0] if found["assessments"] else None
    page = CasePage(
        id=found["id"],
        version=found["version"],
        title=found["person_name"] if not found["is_own"] else gettext(N_("我的试用期")),
        state=StateCell(kind=LOOKS[found["stage"]], word=found["stage_name"]),
        is_own=found["is_own"],
        facts=_facts(found),
        history=_history(found),
        conditions=found["conditions_shown"],
        evidence=await _evidence_table(actor, found),
        items=found["items"],
        assessments=[_assessment(one, found["items"]) for one in found["assessments"]],
        may_assess=is_undecided and actor.may(Permission.PROBATION_WRITE),
        may_decide=is_undecided and newest is not None and actor.may(Permission.PROBATION_DECIDE),
        may_answer=found["is_own"] and newest is not None and newest["agent_answer"] is None,
        condition_options=[
            Option(value=text, label=shown)
            for text, shown in zip(found["conditions"], found["conditions_shown"], strict=True)
        ],
        values=await _typed(request) if refusal else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "probation/case.html", page, status_code=code, notices=_notices(request))


def _on(on: date) -> str:
    return day(on, year=True, weekday=False)


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    ends = found["contract_until_on"]
    until = _on(ends) if ends else gettext(N_("无固定期限"))
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("部门")), _named(found, "unit_name")),
        (gettext(N_("合同")), f"{found['contract_name']} {_on(found['contract_from_on'])} {EN_DASH} {until}"),
        (gettext(N_("试用期")), f"{_on(found['starts_on'])} {EN_DASH} {_on(found['ends_on'])}"),
        (gettext(N_("法定最迟（劳动合同法第19条）")), Date(on=found["lawful_until_on"], year=True)),
        (gettext(N_("考核期限")), Date(on=found["assessment_due_on"], year=True)),
    ]
    if found["probation_wage_fen"] is not None:
        facts.append((gettext(N_("试用期工资（元）")), Money(fen=found["probation_wage_fen"])))
    checked = N_("已核对：不低于约定工资的80%，也不低于当地最低工资")
    missing = N_("没有核对：没有填试用期工资和约定工资")
    said = gettext(checked if found["wage_checked"] else missing)
    facts.append((gettext(N_("试用期工资下限（劳动合同法第20条）")), said))
    told = found["conditions_told_on"]
    facts.append((gettext(N_("录用条件告知本人")), _on(told) if told else gettext(N_("还没有告知"))))
    return facts


def _history(found: dict[str, Any]) -> list[Entry]:
    steps = [Entry(title=gettext(N_("开始")), when=_on(found["starts_on"]), state="done")]
    for one in reversed(found["assessments"]):
        steps.append(
            Entry(title=gettext(N_("考核")), text=one["assessor"], when=moment(one["assessed_at"]), state="done")
        )
    if found["state"] in ("passed", "ended"):
        last = found["assessments"][0]
        steps.append(
            Entry(title=found["state_name"], text=last["decider"], when=moment(last["decided_at"]), state="done")
        )
    else:
        steps.append(Entry(title=gettext(N_("考核期限")), when=_on(found["assessment_due_on"]), state="current"))
        steps.append(Entry(title=gettext(N_("结束")), when=_on(found["ends_on"])))
    return steps


def _item_name(item: dict[str, Any]) -> str:
    """协作（10%）: the item with its weight."""
    return bracketed(item["name"], f"{item['weight']}%")


def _assessment(one: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """An assessment as the template shows it: points per item with its weight, the total, the words."""
    names = {item["key"]: item for item in items}
    return {
        "title": f"{one['assessor']} {moment(one['assessed_at'])}",
        "facts": [
            (_item_name(names[key]) if key in names else key, Mark(value_hundredths=value))
            for key, value in one["scores"].items()
        ]
        + [(gettext(N_("合计")), Mark(value_hundredths=one["total_hundredths"], out_of_hundredths=10_000))],
        "body": one["body"],
        "recommendation": gettext(N_("建议转正")) if one["recommendation"] == "pass" else gettext(N_("建议解除")),
        "reasons": one["reasons"],
        "answer": one["agent_answer"] or "",
    }


async def _evidence_table(actor: Actor, case: dict[str, Any]) -> Table:
    """The months of the probation; each leads to its scores for whoever may open them, to one's own month oneself."""
    doors = await openable(actor, [f"score:{one['run']}" for one in case["evidence"]])
    rows = []
    for one in case["evidence"]:
        page = "/my/month" if case["is_own"] else f"/scores/{one['run']}/people/{case['person']}"
        is_open = case["is_own"] or f"score:{one['run']}" in doors
        title = month(one["pay_month"])
        low, high = one["corrected_lower_hundredths"], one["corrected_upper_hundredths"]
        value = one["corrected_hundredths"]
        few = gettext(N_("评分太少"))
        state = "none" if value is None else "thin" if low is None else ""
        score = Score(
            value_hundredths=value, lower_hundredths=low, upper_hundredths=high,
            n=one["n"], use="pay", state=state, missing=few if state else "",
        )  # fmt: skip
        rows.append(TableRow(cells=[Link(text=title, href=page) if is_open else Text(text=title), score]))
    return Table(
        caption=gettext(N_("试用期内公布的月度得分，不排名")),
        columns=[
            Column(label=gettext(N_("月份")), kind="link"),
            Column(label=gettext(N_("本月得分（奖罚用）")), kind="score"),
        ],
        rows=rows,
        name="evidence",
        empty=Empty(what=gettext(N_("试用期内还没有公布的月度得分"))),
    )


async def _act(request: Request, case_id: int, notice: str, command) -> Response:
    """One form of a case: run its command, or show the case again with what is wrong and what was typed."""
    try:
        await command()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _case(request, await queries.case(actor_of(request), case_id), refusal)
    where = "/my/probation" if notice == "answered" else f"/probation/{case_id}"
    return Redirect(f"{where}?notice={notice}", status_code=303)


@post("/probation/{case_id:int}/end", opt=needs(Permission.PROBATION_WRITE), include_in_schema=False)
async def shorten(request: Request, case_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, ShortenForm)
        await commands.change_end(actor_of(request), case_id, form.ends_on, version=form.version)

    return await _act(request, case_id, "shortened", run)


@post("/probation/{case_id:int}/assessments", opt=needs(Permission.PROBATION_WRITE), include_in_schema=False)
async def assess(request: Request, case_id: FromPath[int]) -> Response:
    actor = actor_of(request)

    async def run() -> None:
        form = await form_of(request, AssessForm)
        raw = await request.form()
        found = await queries.case(actor, case_id)
        given = {item["key"]: _points(str(raw.get(f"score_{item['key']}", ""))) for item in found["items"]}
        scores = {key: points for key, points in given.items() if points is not None}
        entry = commands.AssessIn(
            version=form.version, scores=scores, body=form.body, recommendation=form.recommendation
        )
        await commands.assess(actor, case_id, entry)

    return await _act(request, case_id, "assessed", run)


def _points(text: str) -> int | None:
    """Hundredths of whole or half points; what is no number counts as not given, which the command names."""
    whole, _, part = text.strip().partition(".")
    if not whole.isdecimal() or len(whole) > 3 or (part and not (part.isdecimal() and len(part) <= 2)):
        return None
    return int(whole) * 100 + int((part + "00")[:2])


@post("/probation/{case_id:int}/decision", opt=needs(Permission.PROBATION_DECIDE), include_in_schema=False)
async def decide(request: Request, case_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, DecideForm)
        reasons = []
        if form.outcome == "end" and (form.condition or form.text):
            evidence = [line.strip() for line in form.evidence.splitlines() if line.strip()]
            reasons = [commands.ReasonIn(condition=form.condition, text=form.text, evidence=evidence)]
        entry = commands.DecideIn(version=form.version, outcome=form.outcome, reasons=reasons, told_on=form.told_on)
        await commands.decide(actor_of(request), case_id, entry)

    return await _act(request, case_id, "decided", run)


@post("/probation/{case_id:int}/answer", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def answer(request: Request, case_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, AnswerForm)
        await commands.answer(actor_of(request), case_id, form.text)

    return await _act(request, case_id, "answered", run)


routes = [cases_page, open_case, case_page, mine, shorten, assess, decide, answer]
