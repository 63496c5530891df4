"""JSON routes of the roster: shift types, the month grid, the cleaning rota, one's own days."""

import msgspec
from litestar import Request, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people.access import Permission
from qa_service.roster import cleaning, commands, queries, schemas
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.months import typed_month
from qa_service.web.sessions import actor_of


@get("/rosters", opt=needs(Permission.ROSTER_READ))
async def rosters(request: Request) -> list[schemas.RosterLine]:
    """Rosters in your units, newest month first."""
    return msgspec.convert(await queries.months(actor_of(request)), list[schemas.RosterLine])


@post("/rosters", opt=needs(Permission.ROSTER_WRITE))
async def open_month(request: Request, data: JSONBody[schemas.Opening]) -> schemas.RosterId:
    """Open a unit's month as a draft; where it is open, its id."""
    return schemas.RosterId(await commands.open_month(actor_of(request), data.unit, typed_month(data.month)))


@get("/rosters/grid", opt=needs(Permission.ROSTER_READ))
async def grid(request: Request, unit: FromQuery[int], month: FromQuery[str]) -> queries.Grid:
    """The grid of a unit's month with hours, overtime, headcount and what the draft breaks, article by article."""
    return await queries.grid(actor_of(request), unit, typed_month(month))


@put("/rosters/{roster_id:int}/cells", opt=needs(Permission.ROSTER_WRITE))
async def fill(request: Request, roster_id: FromPath[int], data: JSONBody[schemas.Fill]) -> schemas.Changed:
    """Write squares of the draft, all or none."""
    return schemas.Changed(await commands.fill(actor_of(request), roster_id, data.cells, version=data.version))


@post("/rosters/{roster_id:int}/pattern", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def pattern(request: Request, roster_id: FromPath[int], data: JSONBody[schemas.FillPattern]) -> schemas.Changed:
    """Repeat a pattern over people and days."""
    given = commands.Pattern(
        people=data.people, codes=data.codes, from_on=data.from_on, until_on=data.until_on, step=data.step
    )
    changed = await commands.fill_pattern(actor_of(request), roster_id, given, version=data.version)
    return schemas.Changed(changed)


@post("/rosters/{roster_id:int}/copy", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def copy(request: Request, roster_id: FromPath[int], data: JSONBody[schemas.Version]) -> schemas.Changed:
    """Each day as it was four weeks before."""
    return schemas.Changed(await commands.copy_weeks(actor_of(request), roster_id, version=data.version))


@post("/rosters/{roster_id:int}/publication", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def publish(request: Request, roster_id: FromPath[int], data: JSONBody[schemas.Publish]) -> schemas.Told:
    """Publish through the gate; what the law forbids is refused, square by square, with its article."""
    told = await commands.publish(actor_of(request), roster_id, version=data.version, reason=data.reason)
    return schemas.Told(told)


@get("/shift-types", opt=needs(Permission.ROSTER_READ))
async def shift_types(request: Request, unit: FromQuery[int], month: FromQuery[str]) -> list[schemas.ShiftOut]:
    """Shift types of a unit that hold in a month."""
    found = await queries.shift_types(actor_of(request), unit, typed_month(month))
    return msgspec.convert(found, list[schemas.ShiftOut])


@post("/shift-types", opt=needs(Permission.ROSTER_WRITE))
async def add_shift(request: Request, data: JSONBody[commands.ShiftIn]) -> schemas.RosterId:
    """A shift type of a unit's own."""
    return schemas.RosterId(await commands.add_shift(actor_of(request), data))


@post("/shift-types/adoption", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def adopt(request: Request, data: JSONBody[schemas.Opening]) -> schemas.Adopted:
    """Take the shifts of the pack in force over as the unit's own."""
    return schemas.Adopted(await commands.adopt_shifts(actor_of(request), data.unit, typed_month(data.month)))


@get("/cleaning", opt=needs(Permission.ROSTER_READ))
async def duties(request: Request, unit: FromQuery[int], month: FromQuery[str]) -> list[schemas.DutyOut]:
    """The cleaning rota of a unit's month."""
    return msgspec.convert(await queries.duties(actor_of(request), unit, typed_month(month)), list[schemas.DutyOut])


@post("/cleaning", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def make_rota(request: Request, data: JSONBody[schemas.Opening]) -> list[schemas.DutyOut]:
    """Share the month's areas out over whoever works each day by the published roster."""
    actor, month = actor_of(request), typed_month(data.month)
    await cleaning.make_rota(actor, data.unit, month)
    return msgspec.convert(await queries.duties(actor, data.unit, month), list[schemas.DutyOut])


@post("/cleaning/{duty_id:int}/person", opt=needs(Permission.ROSTER_WRITE), status_code=200)
async def reassign(request: Request, duty_id: FromPath[int], data: JSONBody[schemas.Reassign]) -> schemas.DutyOut:
    """Somebody else cleans instead, with the reason."""
    actor = actor_of(request)
    await cleaning.reassign(actor, duty_id, data.person, data.reason, version=data.version)
    return msgspec.convert(await queries.duty(actor, duty_id), schemas.DutyOut)


@post("/cleaning/{duty_id:int}/done", opt=LOGGED_IN, status_code=204)
async def note_done(request: Request, duty_id: FromPath[int], data: JSONBody[schemas.Version]) -> None:
    """Note that it was done: by the person on duty, or a supervisor."""
    await cleaning.note_done(actor_of(request), duty_id, version=data.version)


@get("/my/roster", opt=needs(Permission.OWN_READ))
async def mine(request: Request, month: FromQuery[str]) -> schemas.OwnMonth:
    """Your own published days and cleaning duties."""
    found = await queries.mine(actor_of(request), typed_month(month))
    days = [
        schemas.OwnDay(
            on=one["on"], kind=one["head"].kind, shift=one["cell"]["code"] if one["cell"] else None,
            start_minute=one["cell"]["start_minute"] if one["cell"] else None,
            end_minute=one["cell"]["end_minute"] if one["cell"] else None,
            overtime_minutes=one["cell"]["overtime_minutes"] if one["cell"] else 0,
        )
        for one in found["days"]
    ]  # fmt: skip
    return schemas.OwnMonth(
        month=found["month"], days=days, duties=msgspec.convert(found["duties"], list[schemas.DutyOut])
    )


routes = Router(
    "/api",
    route_handlers=[
        rosters, open_month, grid, fill, pattern, copy, publish, shift_types, add_shift, adopt, duties, make_rota,
        reassign, note_done, mine,
    ],
    tags=["roster"],
)  # fmt: skip
