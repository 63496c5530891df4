"""Commit a frame, draw from it, replace, assign: each one transaction with one journal line."""

import hashlib
from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.database import bulk_insert, row, rows, scalar, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.rule_versions.queries import in_force_or_first
from qa_service.sampling import assignment, draws, errors, frames, periods, queries, tickets
from qa_service.sampling.plans import SamplingPlan, read_plan
from qa_service.sampling.quotas import AgentMonth, plan_quotas
from qa_service.sampling.tables import Assignment, Draw, DrawItem, DrawPeriod, Frame, Stratum

LEAF_COLUMNS = ("frame", "position", "part", "leaf")


class Committed(msgspec.Struct, frozen=True):
    frame: int
    root: str
    leaves: int
    exclusions: dict[str, int]
    journal_head: str


async def open_month(actor: Actor, unit: int, pay_month: date, *, plan_code: str) -> list[int]:
    """The draw periods of a unit's pay month, by the plan in force on its first day; the same call twice changes
    nothing."""
    actor.require(Permission.DRAW_WRITE)
    _check_reach(actor, unit)
    plan = read_plan((await in_force_or_first("sampling", plan_code, pay_month))["definition"])
    first_on = pay_month.replace(day=plan.month_begins_on_day)
    found = []
    async with transaction():
        for period in periods.split_month(first_on, plan.period):
            known = await scalar(
                "SELECT id FROM draw_period WHERE unit = {} AND from_on = {} AND until_on = {}",
                unit,
                period.from_on,
                period.until_on,
            )
            found.append(known or await _insert_period(unit, pay_month, period))
        await record(actor, "draw:open-month", f"unit:{unit}", inputs={"month": pay_month.isoformat()})
    return found


async def _insert_period(unit: int, pay_month: date, period: periods.DrawPeriod) -> int:
    made = DrawPeriod(unit=unit, pay_month=pay_month, from_on=period.from_on, until_on=period.until_on, state="open")
    return (await DrawPeriod.insert(made).returning(DrawPeriod.id))[0]["id"]


def _check_reach(actor: Actor, unit: int) -> None:
    reach = actor.units(Permission.DRAW_WRITE)
    if reach is not None and unit not in reach:
        raise NotFound(N_("这个部门"))


async def commit_frame(actor: Actor, period_id: int, *, plan_code: str, named_value: str) -> Committed:
    """List every eligible part, commit the root, and name in advance the public value that will seed the draw.

    Rows that arrived after an earlier commitment go into a supplementary frame with its own root.
    """
    actor.require(Permission.DRAW_WRITE)
    period = await queries.visible_period(actor, period_id)
    if period is None:
        raise NotFound(N_("这个抽样期"))
    _check_reach(actor, period["unit"])
    if not named_value.strip():
        raise errors.ValueNotNamed(period=_period(period).text, field="named_value")
    periods.check_closed(_period(period), clock.today())
    plan_row = await in_force_or_first("sampling", plan_code, period["from_on"])
    units = sorted(await units_below(period["unit"], period["until_on"]))
    earlier = await queries.parts_in_frames(period_id)
    found = await queries.candidates(units, period["from_on"], period["until_on"])
    plan = read_plan(plan_row["definition"])
    eligible, exclusions = _eligible([p for p in found if p["id"] not in earlier], plan)
    if not eligible and (earlier or period["state"] != "open"):
        raise errors.FrameAlreadyCommitted(period=_period(period).text)
    by_id = {part["public_id"]: part["id"] for part in eligible}
    frame = frames.make_frame([_part(part) for part in eligible], exclusions)
    quotas = _written(await _quotas(period, frame, plan))
    async with transaction():
        sequence = await scalar("SELECT COUNT(*) AS n FROM frame WHERE draw_period = {}", period_id)
        frame_id = await _insert_frame(
            frame, period_id, sequence, plan_row["id"], named_value=named_value, quotas=quotas
        )
        leaves = [(frame_id, i, by_id[frames.parse_leaf(text).id], text) for i, text in enumerate(frame.leaves)]
        await bulk_insert("frame_leaf", LEAF_COLUMNS, leaves)
        await rows(
            "UPDATE draw_period SET state = 'committed', version = version + 1 WHERE id = {} AND state = 'open'",
            period_id,
        )
        head = await record(
            actor,
            "draw:commit",
            f"frame:{frame_id}",
            named_value,
            inputs={
                "root": frame.root_hex,
                "plan": plan_row["digest"],
                "leaves": len(frame.leaves),
                "quotas": hashlib.sha256(quotas.encode()).hexdigest(),
            },
        )
    return Committed(frame_id, frame.root_hex, len(frame.leaves), frame.exclusions, head)


def _written(quotas: dict[frames.Stratum, int]) -> str:
    """Quotas as canonical text, so that their digest in the journal names them."""
    listed = sorted([one.agent, one.channel, one.kind, quota] for one, quota in quotas.items())
    return msgspec.json.encode(listed).decode()


def _read(quotas: str) -> dict[frames.Stratum, int]:
    return {frames.Stratum(agent, channel, kind): quota for agent, channel, kind, quota in msgspec.json.decode(quotas)}


async def _insert_frame(
    frame: frames.Frame, period_id: int, sequence: int, plan: int, *, named_value: str, quotas: str
) -> int:
    last = await scalar("SELECT MAX(position) AS n FROM journal_line") or 0
    made = Frame(
        draw_period=period_id,
        sequence=sequence,
        plan=plan,
        root=frame.root_hex,
        leaf_count=len(frame.leaves),
        exclusions=msgspec.json.encode(frame.exclusions, order="sorted").decode(),
        quotas=quotas,
        named_value=named_value.strip(),
        committed_at=clock.now(),
        journal_position=last + 1,
    )
    return (await Frame.insert(made).returning(Frame.id))[0]["id"]


def _period(found: dict[str, Any]) -> periods.DrawPeriod:
    return periods.DrawPeriod(found["from_on"], found["until_on"])


def _part(found: dict[str, Any]) -> frames.Part:
    return frames.Part(found["public_id"], found["agent"], found["channel"], found["kind"], found["local_on"])


def _eligible(found: list[dict[str, Any]], plan: SamplingPlan) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Split by the plan's declared rules; every exclusion is counted under its reason."""
    eligible, exclusions = [], {}
    for part in found:
        reason = _exclusion(part, plan)
        if reason is None:
            eligible.append(part)
        else:
            exclusions[reason] = exclusions.get(reason, 0) + 1
    return eligible, exclusions


def _exclusion(part: dict[str, Any], plan: SamplingPlan) -> str | None:
    if part["person"] is None:
        return "unresolved-account"
    if plan.channels is not None and part["channel"] not in plan.channels:
        return "channel"
    if plan.kinds is not None and part["kind"] not in plan.kinds:
        return "kind"
    # Only a chat has messages to count; a call or a ticket without a transcript is not short.
    is_short = part["channel"] == "chat" and part["message_count"] < plan.least_messages
    return "too-few-messages" if is_short else None


async def draw_frame(actor: Actor, frame_id: int, values: list[str]) -> int:
    """Draw with the value that was named at the commitment; answers the draw."""
    actor.require(Permission.DRAW_WRITE)
    found = await queries.frame_of(frame_id)
    if found is None:
        raise NotFound(N_("这个抽样框"))
    _check_reach(actor, found["unit"])
    if await scalar("SELECT id FROM draw WHERE frame = {}", frame_id):
        raise errors.AlreadyDrawn(period=_period(found).text)
    frame = await queries.load_frame(found)
    plan = read_plan(found["plan_definition"])
    seed = tickets.make_seed(frame.root_hex, _period(found).text, values)
    made = draws.draw(frame, seed, _read(found["quotas"]))
    people = await _ids("person", "key", {one.stratum.agent for one in made.strata})
    parts = await _ids("agent_part", "public_id", {one.part_id for one in draws.drawn_parts(made)}, frame_id)
    async with transaction():
        draw_id = await _insert_draw(frame_id, seed, values, found["named_value"], plan)
        strata = await _insert_strata(draw_id, made, people)
        for place, one in enumerate(draws.drawn_parts(made), 1):
            item = DrawItem(
                draw=draw_id, stratum=strata[one.stratum], part=parts[one.part_id], position=place, ticket=one.ticket
            )
            await DrawItem.insert(item)
        await rows("UPDATE draw_period SET state = 'drawn', version = version + 1 WHERE id = {}", found["draw_period"])
        await record(actor, "draw:draw", f"draw:{draw_id}", inputs={"root": frame.root_hex, "seed": seed})
    return draw_id


async def _quotas(found: dict[str, Any], frame: frames.Frame, plan: SamplingPlan) -> dict[frames.Stratum, int]:
    """Quotas of this period, so that the month's quota comes out over its periods."""
    whole = periods.split_month(found["pay_month"].replace(day=plan.month_begins_on_day), plan.period)
    index = periods.period_of(found["from_on"], whole)
    before = await queries.month_before(found["unit"], found["pay_month"], found["from_on"])
    agents = sorted({frames.parse_leaf(text).agent for text in frame.leaves})
    fresh = await queries.probationers(agents, found["from_on"])
    months = {
        agent: AgentMonth(
            parts_before=before.get(agent, (0, 0))[0],
            drawn_before=before.get(agent, (0, 0))[1],
            is_on_probation=agent in fresh,
        )
        for agent in agents
    }
    return plan_quotas(frame, plan.quota_rule(), months, elapsed=periods.elapsed(whole, index))


async def _ids(table: str, column: str, names: set[str], frame_id: int | None = None) -> dict[str, int]:
    if table == "agent_part":
        found = await rows(
            "SELECT p.id, p.public_id AS name FROM frame_leaf l JOIN agent_part p ON p.id = l.part"
            " WHERE l.frame = {} ORDER BY l.position",
            frame_id,
        )
    else:
        found = await rows(f"SELECT id, {column} AS name FROM {table} ORDER BY id")
    return {one["name"]: one["id"] for one in found if one["name"] in names}


async def _insert_draw(frame_id: int, seed: str, values: list[str], source: str, plan: SamplingPlan) -> int:
    made = Draw(
        frame=frame_id,
        seed=seed,
        seed_values=msgspec.json.encode(values).decode(),
        seed_source=source,
        drawn_at=clock.now(),
        exemption=plan.one_monitor_exemption,
    )
    return (await Draw.insert(made).returning(Draw.id))[0]["id"]


async def _insert_strata(draw_id: int, made: draws.Draw, people: dict[str, int]) -> dict[frames.Stratum, int]:
    strata = {}
    for one in made.strata:
        kept = Stratum(
            draw=draw_id,
            person=people[one.stratum.agent],
            channel=one.stratum.channel,
            kind=one.stratum.kind,
            size=one.size,
            quota=one.quota,
        )
        strata[one.stratum] = (await Stratum.insert(kept).returning(Stratum.id))[0]["id"]
    return strata


async def replace_item(actor: Actor, item_id: int, reason: str) -> int:
    """The next ticket of the stratum takes the place of a drawn part; there is no other way to swap."""
    actor.require(Permission.DRAW_WRITE)
    item = await row(
        "SELECT i.*, p.public_id FROM draw_item i JOIN agent_part p ON p.id = i.part WHERE i.id = {}", item_id
    )
    if item is None:
        raise NotFound(N_("这条抽样"))
    loaded, _frame, before = await queries.load_draw(item["draw"])
    _check_reach(actor, loaded["unit"])
    after = draws.replace(before, item["public_id"], reason)
    named = after.replacements[-1].by_id
    parts = await _ids("agent_part", "public_id", {named}, loaded["id"])
    async with transaction():
        await rows("UPDATE draw_item SET state = 'replaced' WHERE id = {}", item_id)
        await rows(
            "UPDATE assignment SET ended_at = {}, version = version + 1 WHERE draw_item = {} AND ended_at IS NULL",
            clock.now(),
            item_id,
        )
        last = await scalar("SELECT MAX(position) AS n FROM draw_item WHERE draw = {}", item["draw"])
        fresh = DrawItem(
            draw=item["draw"],
            stratum=item["stratum"],
            part=parts[named],
            position=last + 1,
            ticket=tickets.ticket(named, after.seed),
            reason=reason,
            replaces=item_id,
        )
        fresh_id = (await DrawItem.insert(fresh).returning(DrawItem.id))[0]["id"]
        await record(actor, "draw:replace", f"draw-item:{item_id}", reason, inputs={"by": named})
    return fresh_id


class AssignmentReport(msgspec.Struct, frozen=True):
    """impossible: parts that nobody may mark, each with its reasons; never silently given to somebody."""

    assigned: int
    impossible: list[dict[str, Any]]
    minutes: dict[str, int]
    is_connected: bool
    can_correct_leniency: bool
    notes: list[str]


async def assign_draw(actor: Actor, draw_id: int) -> AssignmentReport:
    """Share what was drawn among the monitors, evenly by expected minutes."""
    actor.require(Permission.DRAW_WRITE)
    loaded = await queries.load_draw(draw_id)
    if loaded is None:
        raise NotFound(N_("这次抽样"))
    found, _frame, _draw = loaded
    _check_reach(actor, found["unit"])
    plan, today = read_plan(found["plan_definition"]), clock.today()
    calendar, open_items = await working_calendar(), await queries.open_items(draw_id)
    monitors = await queries.monitors(None, today)
    due_on = assignment.working_days_later(
        today, plan.due_working_days, is_working_day=lambda day: is_working_day(calendar, day)
    )
    made = assignment.assign(
        [_item(one, plan) for one in open_items],
        [assignment.Monitor(id=m["key"], units=m["units"], relations=m["relations"]) for m in monitors],
        due_on=due_on,
        pair_cap=plan.pair_cap,
        earlier_pairs=await queries.earlier_pairs(found["unit"], found["pay_month"]),
        is_exempt=plan.one_monitor_exemption is not None,
    )
    item_ids = {one["public_id"]: one["id"] for one in open_items}
    monitor_ids = {monitor["key"]: monitor["id"] for monitor in monitors}
    async with transaction():
        for one in made.assigned:
            await Assignment.insert(
                Assignment(
                    draw_item=item_ids[one.part_id],
                    monitor=monitor_ids[one.monitor],
                    expected_seconds=plan.expected_seconds,
                    due_on=one.due_on,
                    assigned_at=clock.now(),
                )
            )
        await record(actor, "draw:assign", f"draw:{draw_id}", inputs={"assigned": len(made.assigned)})
    return AssignmentReport(
        len(made.assigned),
        [msgspec.to_builtins(one) for one in made.impossible],
        made.minutes,
        made.is_connected,
        made.can_correct_leniency,
        list(made.notes),
    )


def _item(one: dict[str, Any], plan: SamplingPlan) -> assignment.Item:
    return assignment.Item(
        part_id=one["public_id"],
        agent=one["agent"],
        ticket=one["ticket"],
        expected_minutes=-(-plan.expected_seconds // 60),
        agent_units=frozenset([str(one["unit"])]) if one["unit"] is not None else frozenset(),
    )
