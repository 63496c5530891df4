"""Pages of training: needs of a unit's month, trainings arranged and held, one's own."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.calendar.months import previous_month
from qa_service.errors import Refusal
from qa_service.language import N_, current_language, gettext, listed
from qa_service.people.access import Permission
from qa_service.scores.queries import units_in_reach
from qa_service.training_plans import commands, queries
from qa_service.training_plans.errors import ResultInvalid
from qa_service.training_plans.rules import MINIMUM_N
from qa_service.web.cells import Cell, Date, Link, Nothing, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count, Mark, Measure
from qa_service.web.formatting import field_errors
from qa_service.web.formatting import month as month_text
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.months import asked_month, typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

NEED_LOOKS = {"need": "warn", "watch": "wait", "clear": "done", "insufficient": "thin"}
PLAN_LOOKS = {"planned": "wait", "held": "done", "cancelled": "none"}
NOTICES = {
    "computed": N_("培训需要已更新"),
    "planned": N_("培训已安排，并已通知参加的人"),
    "held": N_("结果已登记"),
    "cancelled": N_("培训已取消，并已通知参加的人"),
}


class TrainingPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/training/list.html. unit and month are what is shown; may_write opens the forms."""

    months: list[Chip]
    units: list[Option]
    unit: str
    unit_name: str
    month: str
    month_label: str
    needs: Table
    of_people: Table
    plans: Table
    may_write: bool
    people: list[Option] = []
    courses: list[Option] = []
    values: dict[str, str] = {}
    chosen: list[str] = []
    errors: dict[str, str] = {}


class PlanPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/training/plan.html: may_hold and may_cancel are what this reader can do now."""

    id: int
    version: int
    title: str
    body: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    participants: list[dict[str, Any]]
    table: Table
    may_hold: bool
    may_cancel: bool
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class MyTrainingPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/training/mine.html."""

    plans: Table
    needs: Table


class ComputeForm(msgspec.Struct):
    unit: int
    month: str


class PlanForm(msgspec.Struct):
    unit: int
    month: str
    title: str
    held_on: date
    people: list[int] = []
    course: str = ""
    body: str = ""


class CancelForm(msgspec.Struct):
    version: int
    reason: commands.Words


class HoldForm(msgspec.Struct):
    version: int


@get("/training", opt=needs(Permission.TRAINING_READ), include_in_schema=False)
async def training_page(request: Request) -> Response:
    return await _training(request)


async def _training(
    request: Request, *, values: dict[str, str] | None = None, chosen: list[str] | None = None,
    refusal: Refusal | None = None,
) -> Response:  # fmt: skip
    actor = actor_of(request)
    units = await units_in_reach(actor, Permission.TRAINING_READ)
    known = await queries.months(actor)
    unit, month = _asked(request, known, units)
    whole = await queries.needs(actor, unit, month) if unit else []
    people = await queries.needs(actor, unit, month, of_people=True) if unit else []
    table, file = await browsed(request, _needs_table(whole), f"training-needs-{month:%Y-%m}")
    plans, plans_file = await browsed(
        request, _plans_table(await queries.plans(actor, unit_id=unit)), "training-plans", of="plans"
    )
    single = _needs_table([one for one in people if one["state"] in ("need", "watch")], of_people=True)
    of_people, people_file = await browsed(request, single, f"training-needs-of-people-{month:%Y-%m}", of="people")
    if (file := file or plans_file or people_file) is not None:
        return file
    reach = actor.units(Permission.TRAINING_WRITE)
    may_write = actor.may(Permission.TRAINING_WRITE) and (reach is None or unit in reach)
    names = {one["id"]: _named(one) for one in units}
    page = TrainingPage(
        months=[
            Chip(
                label=f"{month_text(one['pay_month'])} {_named(one, 'unit_name')}",
                href=f"/training?unit={one['unit']}&month={one['pay_month']:%Y-%m}",
                is_current=one["unit"] == unit and one["pay_month"] == month,
            )
            for one in known[:24]
        ],
        units=[Option(value=str(key), label=name) for key, name in names.items()],
        unit=str(unit or ""),
        unit_name=names.get(unit, ""),
        month=f"{month:%Y-%m}",
        month_label=month_text(month),
        needs=table,
        of_people=of_people,
        plans=plans,
        may_write=may_write,
        people=await _people_options(unit) if may_write and unit else [],
        courses=await _course_options(month) if may_write and unit else [],
        values=values or {},
        chosen=chosen or [],
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "training/list.html", page, status_code=code, notices=_notices(request))


def _asked(request: Request, known: list[dict[str, Any]], units: list[dict[str, Any]]) -> tuple[int | None, date]:
    """Unit and month of the address, else the newest with needs, else the first unit's last month."""
    default_unit = known[0]["unit"] if known else units[0]["id"] if units else None
    default_month = known[0]["pay_month"] if known else previous_month(clock.today()).replace(day=1)
    text = request.query_params.get("unit", "")
    unit = int(text) if text.isdecimal() and len(text) < 19 else default_unit
    month = asked_month(request, default_month)
    return (unit if any(one["id"] == unit for one in units) else default_unit), month


async def _people_options(unit: int) -> list[Option]:
    return [
        Option(value=str(one["id"]), label=f"{one['name']} {one['employee_no'] or ''}".strip())
        for one in await queries.people_of(unit)
    ]


async def _course_options(month: date) -> list[Option]:
    is_chinese = current_language() == "zh"
    found = await commands.courses(month)
    return [
        Option(
            value=key,
            label=gettext(
                N_("%(name)s（%(minutes)s分钟）"), name=one.name if is_chinese else one.name_en, minutes=one.minutes
            ),
        )
        for key, one in found.items()
    ]


def _share(one: dict[str, Any]) -> Measure:
    """Failed of evaluated; below the minimum it says how many are missing."""
    is_thin = one["state"] == "insufficient"
    return Measure(
        value=one["share_millionths"] / 1_000_000, lower=one["lower_hundredths"] / 10_000,
        upper=one["upper_hundredths"] / 10_000, n=one["evaluated"], unit="share", state="thin" if is_thin else "",
        missing=gettext(N_("还差%(n)s次"), n=MINIMUM_N - one["evaluated"]) if is_thin else "",
    )  # fmt: skip


def _needs_table(found: list[dict[str, Any]], *, of_people: bool = False, is_own: bool = False) -> Table:
    """Needs of a unit, of its people, or one's own, where nobody else is named."""
    is_whole = not of_people and not is_own
    rows = []
    for one in found:
        who: Cell = Person(name=one["person_name"], number=one["employee_no"] or "") if of_people else Nothing()
        names = listed(course["name"] for course in one["courses"])
        cells: list[Cell] = [
            Text(text=one["item_name"], sub=f"{one['form_name']} · {one['section_name']}"),
            _share(one),
            Mark(value_hundredths=one["lost_hundredths"]),
            StateCell(kind=NEED_LOOKS[one["state"]], word=one["state_name"]),
            Text(text=names) if names else Nothing(reason=gettext(N_("目录里没有对应的课程"))),
        ]
        who_else = listed(one["people"])
        others: Cell = Text(text=who_else) if who_else else Nothing(reason=gettext(N_("没有单独需要的人")))
        rows.append(TableRow(cells=([who] if of_people else []) + cells + ([others] if is_whole else [])))
    head = [Column(label=gettext(N_("姓名")), kind="person")] if of_people else []
    tail = [Column(label=gettext(N_("单独需要的人")))] if is_whole else []
    return Table(
        caption=gettext(N_("每个人的培训需要")) if of_people else gettext(N_("评分项失分的比例，要培训的在前")),
        columns=[
            *head,
            Column(label=gettext(N_("评分项"))),
            Column(label=gettext(N_("没做到的比例")), kind="measure", hint=gettext(N_("95%区间；n是评到这一项的次数"))),
            Column(label=gettext(N_("共失分（分）")), kind="mark"),
            Column(label=gettext(N_("判断")), kind="state"),
            Column(label=gettext(N_("对应课程"))),
            *tail,
        ],
        rows=rows,
        name="people-needs" if of_people else "needs",
        empty=Empty(
            what=gettext(N_("没有人单独需要培训")) if of_people else gettext(N_("这个月还没有算过培训需要")),
            why=gettext(N_("区间整个高于一成才算需要；评不到5次是证据不足"))
            if of_people
            else gettext(N_("从公布的随机抽样评分里算，要有公布的评分")),
        ),
    )


def _plans_table(found: list[dict[str, Any]], *, is_own: bool = False) -> Table:
    rows = [
        TableRow(
            cells=[
                Date(on=one["held_on"], year=True),
                Text(text=one["title"], sub=one["body"][:80])
                if is_own
                else Link(text=one["title"], sub=_named(one, "unit_name"), href=f"/training/{one['id']}"),
                StateCell(kind=PLAN_LOOKS[one["state"]], word=one["state_name"]),
                _own_result(one) if is_own else Count(value=one["people"]),
                *([] if is_own else [Count(value=one["attended"])]),
            ]
        )
        for one in found
    ]
    tail = (
        [Column(label=gettext(N_("我的结果")))]
        if is_own
        else [Column(label=gettext(N_("人数")), kind="count"), Column(label=gettext(N_("到场")), kind="count")]
    )
    return Table(
        caption=gettext(N_("培训安排，新的在前")),
        columns=[
            Column(label=gettext(N_("日期")), kind="date"),
            Column(label=gettext(N_("培训")), kind="text" if is_own else "link", is_row_header=True),
            Column(label=gettext(N_("状态")), kind="state"),
            *tail,
        ],
        rows=rows,
        name="plans",
        empty=Empty(what=gettext(N_("还没有安排培训"))),
    )


def _own_result(one: dict[str, Any]) -> Cell:
    if one["state"] != "held":
        return Nothing(reason=one["state_name"])
    if one["attended_at"] is None:
        return Text(text=gettext(N_("没有到场")), sub=one["result_note"] or "")
    if one["result_hundredths"] is None:
        return Text(text=gettext(N_("已到场")), sub=one["result_note"] or "")
    points = gettext(N_("%(points)s分"), points=f"{one['result_hundredths'] / 100:.1f}")
    return Text(text=points, sub=one["result_note"] or "")


def _named(one: dict[str, Any], field: str = "name") -> str:
    english = one.get(f"{field}_en")
    return english if current_language() == "en" and english else one[field]


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


@post("/training/needs", opt=needs(Permission.TRAINING_WRITE), include_in_schema=False)
async def compute(request: Request) -> Response:
    try:
        form = await form_of(request, ComputeForm)
        month = typed_month(form.month)
        await commands.compute_needs(actor_of(request), form.unit, month)
    except Refusal as refusal:
        return await _training(request, values=await _typed(request), refusal=refusal)
    return Redirect(f"/training?unit={form.unit}&month={month:%Y-%m}&notice=computed", status_code=303)


@post("/training", opt=needs(Permission.TRAINING_WRITE), include_in_schema=False)
async def make(request: Request) -> Response:
    try:
        form = await form_of(request, PlanForm)
        given = commands.PlanIn(
            unit=form.unit, month=typed_month(form.month), title=form.title, body=form.body, held_on=form.held_on,
            people=form.people, course=form.course or None,
        )  # fmt: skip
        plan = await commands.make_plan(actor_of(request), given)
    except Refusal as refusal:
        people = [str(one) for one in (await request.form()).getall("people", [])]
        return await _training(request, values=await _typed(request), chosen=people, refusal=refusal)
    return Redirect(f"/training/{plan}?notice=planned", status_code=303)


async def _typed(request: Request) -> dict[str, str]:
    return {name: str(value)[:4000] for name, value in (await request.form()).items() if isinstance(value, str)}


@get("/training/{plan_id:int}", opt=needs(Permission.TRAINING_READ), include_in_schema=False)
async def plan_page(request: Request, plan_id: FromPath[int]) -> Response:
    return await _plan(request, plan_id)


async def _plan(request: Request, plan_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    found = await queries.plan(actor, plan_id)
    reach = actor.units(Permission.TRAINING_WRITE)
    may_write = reach is None or found["unit"] in reach
    is_open = found["state"] == "planned" and may_write
    table, file = await browsed(request, _participants_table(found), f"training-{plan_id}")
    if file is not None:
        return file
    page = PlanPage(
        id=plan_id,
        version=found["version"],
        title=found["title"],
        body=found["body"],
        state=StateCell(kind=PLAN_LOOKS[found["state"]], word=found["state_name"]),
        facts=[
            (gettext(N_("部门")), _named(found, "unit_name")),
            (gettext(N_("日期")), Date(on=found["held_on"], year=True)),
            (gettext(N_("针对的月份")), month_text(found["pay_month"])),
            (gettext(N_("人数")), Count(value=found["people"])),
        ],
        participants=found["participants"],
        table=table,
        may_hold=is_open and found["held_on"] <= clock.today(),
        may_cancel=is_open,
        values=await _typed(request) if refusal else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "training/plan.html", page, status_code=code, notices=_notices(request))


def _participants_table(found: dict[str, Any]) -> Table:
    rows = [
        TableRow(
            cells=[
                Person(name=one["person_name"], number=one["employee_no"] or ""),
                _own_result(one | {"state": found["state"], "state_name": found["state_name"]}),
            ]
        )
        for one in found["participants"]
    ]
    return Table(
        caption=gettext(N_("参加的人")),
        columns=[Column(label=gettext(N_("姓名")), kind="person"), Column(label=gettext(N_("结果")))],
        rows=rows,
        name="participants",
    )


@post("/training/{plan_id:int}/results", opt=needs(Permission.TRAINING_WRITE), include_in_schema=False)
async def hold(request: Request, plan_id: FromPath[int]) -> Response:
    """One row of fields per participant: attended_ID, result_ID, note_ID."""
    actor = actor_of(request)
    try:
        form = await form_of(request, HoldForm)
        raw = await request.form()
        found = await queries.plan(actor, plan_id)
        results = [
            commands.Result(
                participant=one["id"],
                attended=raw.get(f"attended_{one['id']}") == "true",
                result_hundredths=_points(str(raw.get(f"result_{one['id']}", ""))),
                note=str(raw.get(f"note_{one['id']}", ""))[:2000],
            )
            for one in found["participants"]
        ]
        await commands.hold(actor, plan_id, results, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _plan(request, plan_id, refusal)
    return Redirect(f"/training/{plan_id}?notice=held", status_code=303)


def _points(text: str) -> int | None:
    """Hundredths of '86.5'; None for nothing typed."""
    if not text.strip():
        return None
    try:
        exact = Decimal(text.strip()) * 100
    except InvalidOperation:
        raise ResultInvalid(field="result") from None
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise ResultInvalid(field="result")
    return int(exact)


@post("/training/{plan_id:int}/cancellation", opt=needs(Permission.TRAINING_WRITE), include_in_schema=False)
async def cancel(request: Request, plan_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, CancelForm)
        await commands.cancel(actor_of(request), plan_id, form.reason, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _plan(request, plan_id, refusal)
    return Redirect(f"/training/{plan_id}?notice=cancelled", status_code=303)


@get("/my/training", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine(request: Request) -> Response:
    actor = actor_of(request)
    found = await queries.my_needs(actor)
    own = _needs_table(found, is_own=True) if found else msgspec.structs.replace(_needs_table([]), empty=Empty(
        what=gettext(N_("还没有算过您的培训需要")), why=gettext(N_("主管按月从公布的质检评分里算"))
    ))  # fmt: skip
    plans, file = await browsed(request, _plans_table(await queries.mine(actor), is_own=True), "my-training-plans")
    needs_, needs_file = await browsed(request, own, "my-training-needs", of="needs")
    if (file := file or needs_file) is not None:
        return file
    return render(request, "training/mine.html", MyTrainingPage(plans=plans, needs=needs_))


routes = [training_page, compute, make, plan_page, hold, cancel, mine]
