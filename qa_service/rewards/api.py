"""JSON routes of rewards: 奖惩记录, wage records, sheets and their steps. Everything a page does, these do."""

from datetime import date

import msgspec
from litestar import Request, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service import clock
from qa_service.people.access import Permission
from qa_service.rewards import commands, queries, schemas, views
from qa_service.rewards.gates import Step
from qa_service.rewards.page_parts import state_of
from qa_service.rewards.sheet_commands import STEPS
from qa_service.rewards.wage_commands import WageEntry
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.months import month_or_none, typed_month
from qa_service.web.sessions import actor_of

STEP_OF_PATH = {
    "submission": Step.SUBMIT, "return": Step.RETURN, "approval": Step.APPROVE, "lock": Step.LOCK,
    "payment": Step.PAY, "withdrawal-request": Step.ASK_WITHDRAW, "withdrawal": Step.WITHDRAW,
}  # fmt: skip


# 奖惩记录


@get("/rewards/events", opt=LOGGED_IN)
async def events(
    request: Request, month: FromQuery[str] = "", person: FromQuery[int] = 0, having: FromQuery[str] = ""
) -> list[schemas.EventOut]:
    """Reward events that you may see: your own, and those of your units. Newest first; `having` is a state."""
    found = await queries.events(actor_of(request), month=month_or_none(month), person=person, state=state_of(having))
    return msgspec.convert(found, list[schemas.EventOut])


@get("/rewards/event-rules", opt=needs(Permission.RULE_READ))
async def event_rules(on: FromQuery[date | None] = None) -> list[schemas.EventRuleOut]:
    """The rules by which something that happened on a day (today unless told) can be entered."""
    found = await queries.event_rules(on or clock.today())
    return [schemas.EventRuleOut(code=code, **views.rule_facts(rule)) for code, rule in found.items()]


@post("/rewards/events", opt=needs(Permission.EVENT_WRITE))
async def enter(request: Request, data: JSONBody[schemas.EventIn]) -> schemas.Made:
    """Enter what happened; the person is told at once. Late entries wait for a second approver."""
    return schemas.Made(await commands.enter_event(actor_of(request), data))


@get("/rewards/events/{event_id:int}", opt=LOGGED_IN)
async def event(request: Request, event_id: FromPath[int]) -> schemas.EventOut:
    """One reward event."""
    return msgspec.convert(await queries.event(actor_of(request), event_id), schemas.EventOut)


@post("/rewards/events/{event_id:int}/approval", opt=needs(Permission.EVENT_APPROVE), status_code=204)
async def approve_event(request: Request, event_id: FromPath[int], data: JSONBody[schemas.Version]) -> None:
    """The second approval of a late entry."""
    await commands.approve_event(actor_of(request), event_id, version=data.version)


@post("/rewards/events/{event_id:int}/appeal", opt=needs(Permission.OWN_RESPOND), status_code=204)
async def appeal(request: Request, event_id: FromPath[int], data: JSONBody[schemas.AppealIn]) -> None:
    """Appeal against a record about yourself."""
    await commands.appeal_event(actor_of(request), event_id, data.reason, version=data.version)


@post("/rewards/events/{event_id:int}/decision", opt=needs(Permission.EVENT_APPROVE), status_code=204)
async def decide(request: Request, event_id: FromPath[int], data: JSONBody[schemas.DecisionIn]) -> None:
    """Decide an appeal."""
    await commands.decide_event(actor_of(request), event_id, data.verdict, data.answer, version=data.version)


@post("/rewards/events/{event_id:int}/void", opt=needs(Permission.EVENT_APPROVE), status_code=204)
async def void(request: Request, event_id: FromPath[int], data: JSONBody[schemas.AppealIn]) -> None:
    """Void a record that was entered by mistake."""
    await commands.drop_event(actor_of(request), event_id, data.reason, version=data.version)


@get("/rewards/mine", opt=needs(Permission.OWN_READ))
async def mine(request: Request, month: FromQuery[str] = "") -> schemas.Own:
    """Your own lines of a month, once the sheet is locked, and your own records at any time."""
    actor, on = actor_of(request), month_or_none(month) or clock.today().replace(day=1)
    return schemas.Own(
        month=on,
        lines=msgspec.convert(await queries.own_lines(actor, on), list[schemas.LineOut]),
        events=msgspec.convert(await queries.own_events(actor, on), list[schemas.EventOut]),
    )


@post("/rewards/scheme/notices", opt=needs(Permission.SHEET_WRITE))
async def tell(request: Request, data: JSONBody[schemas.TellIn]) -> schemas.Told:
    """Tell people of the scheme in force, with a dated notice; whoever was not told has deductions held."""
    return schemas.Told(await commands.tell_scheme(actor_of(request), data.people))


# 工资记录


@get("/rewards/wages", opt=needs(Permission.WAGE_READ))
async def wages(request: Request, month: FromQuery[str] = "") -> list[schemas.WageOut]:
    """Wage records of a month in your units."""
    on = month_or_none(month) or clock.today().replace(day=1)
    return msgspec.convert(await queries.wages(actor_of(request), on), list[schemas.WageOut])


@put("/rewards/wages", opt=needs(Permission.WAGE_WRITE), status_code=204)
async def set_wage(request: Request, data: JSONBody[schemas.WageIn]) -> None:
    """Write one person's record of one month."""
    given = msgspec.structs.asdict(data) | {"month": typed_month(data.month)}
    await commands.set_wage(actor_of(request), WageEntry(**given))


# 奖罚评分表


@get("/sheets", opt=needs(Permission.SHEET_READ))
async def sheets(request: Request, month: FromQuery[str] = "", unit: FromQuery[int] = 0) -> list[schemas.SheetOut]:
    """Sheets of your units, newest month first."""
    found = await queries.sheets(actor_of(request), month_or_none(month), unit)
    return msgspec.convert(found, list[schemas.SheetOut])


@post("/sheets", opt=needs(Permission.SHEET_WRITE))
async def draft(request: Request, data: JSONBody[schemas.SheetIn]) -> schemas.Made:
    """Draft the month's sheet from the newest published scores, or draft it anew."""
    return schemas.Made(await commands.draft_sheet(actor_of(request), data.unit_id, typed_month(data.month)))


@get("/sheets/{sheet_id:int}", opt=needs(Permission.SHEET_READ))
async def sheet(request: Request, sheet_id: FromPath[int]) -> schemas.SheetWhole:
    """One sheet with everything on it, and the steps that you may take now."""
    actor = actor_of(request)
    found = await queries.sheet(actor, sheet_id)
    steps = await views.steps_now(actor, found)
    return msgspec.convert(found | {"steps_now": [step.value for step in steps]}, schemas.SheetWhole)


@get("/sheets/{sheet_id:int}/lines/{line_id:int}/trace", opt=LOGGED_IN)
async def trace(request: Request, sheet_id: FromPath[int], line_id: FromPath[int]) -> list[schemas.TraceStep]:
    """Why a line says what it says, from the rule version down to the quoted sentence."""
    return await queries.trace(actor_of(request), sheet_id, line_id)


@post("/sheets/{sheet_id:int}/edits", opt=needs(Permission.SHEET_WRITE))
async def add(request: Request, sheet_id: FromPath[int], data: JSONBody[schemas.AddIn]) -> schemas.Made:
    """Put a line on a draft by hand, with the reason."""
    return schemas.Made(await commands.add_line(actor_of(request), sheet_id, data))


@post("/sheets/{sheet_id:int}/lines/{line_id:int}/strike", opt=needs(Permission.SHEET_WRITE))
async def strike(
    request: Request, sheet_id: FromPath[int], line_id: FromPath[int], data: JSONBody[schemas.StrikeIn]
) -> schemas.Made:
    """Strike a drafted line, with the reason."""
    actor = actor_of(request)
    return schemas.Made(await commands.strike_line(actor, sheet_id, line_id, data.reason, version=data.version))


@post("/sheets/{sheet_id:int}/edits/{edit_id:int}/undo", opt=needs(Permission.SHEET_WRITE), status_code=204)
async def undo(
    request: Request, sheet_id: FromPath[int], edit_id: FromPath[int], data: JSONBody[schemas.Version]
) -> None:
    """Take back what was added or struck by hand."""
    await commands.undo_edit(actor_of(request), sheet_id, edit_id, version=data.version)


ADDED_UP = (Step.SUBMIT, Step.APPROVE, Step.LOCK, Step.PAY)  # steps at which somebody may have added up by hand


def step_route(path: str, step: Step):
    """One route per step of the gate: its permissions are asked by the command, since some steps have several."""

    async def take(request: Request, sheet_id: FromPath[int], data: JSONBody[schemas.StepIn]) -> None:
        control = {"total_fen": data.total_fen} if step in ADDED_UP else {}
        if step is Step.SUBMIT:
            control["without_wages"] = data.without_wages
        await STEPS[step](actor_of(request), sheet_id, version=data.version, note=data.note, **control)

    take.__doc__ = STEPS[step].__doc__
    take.__name__ = f"sheet_{step.value}"
    return post(f"/sheets/{{sheet_id:int}}/{path}", opt=LOGGED_IN, status_code=204)(take)


routes = Router(
    "/api",
    route_handlers=[
        events, event_rules, enter, event, approve_event, appeal, decide, void, mine, tell, wages, set_wage, sheets,
        draft, sheet, trace, add, strike, undo, *(step_route(path, step) for path, step in STEP_OF_PATH.items()),
    ],
    tags=["rewards"],
)  # fmt: skip
