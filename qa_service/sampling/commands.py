"""Commit a frame, draw from it, replace: each one transaction with one journal line. Sharing out is in assigning."""

import hashlib
from datetime import date, datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import bulk_insert, row, rows, scalar, transaction
from qa_service.errors import NotFound
from qa_service.interactions import beside
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.rule_versions.queries import in_force_or_first
from qa_service.sampling import committing, draws, errors, frames, periods, queries, tickets
from qa_service.sampling.assigning import AssignmentReport, assign_draw, check_reach
from qa_service.sampling.plans import SamplingPlan, read_plan
from qa_service.sampling.risk_items import add_risk_reason
from qa_service.sampling.rules import Naming
from qa_service.sampling.tables import Draw, DrawItem, DrawPeriod, Frame, Stratum

__all__ = [
    "AssignmentReport", "Committed", "add_risk_reason", "assign_draw", "commit_frame", "draw_frame", "open_month",
    "replace_item",
]  # fmt: skip
LEAF_COLUMNS = ("frame", "position", "part", "leaf")


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """made_up: leaves of earlier periods that stand in this last frame too, so that nobody stays below the floor."""

    frame: int
    root: str
    leaves: int
    made_up: int
    exclusions: dict[str, int]
    named_value: str
    public_from: datetime
    value_known: bool
    deviation: str | None
    journal_head: str


async def open_month(actor: Actor, unit: int, pay_month: date, *, plan_code: str) -> list[int]:
    """The draw periods of a unit's pay month, by the plan in force on its first day; the same call twice changes
    nothing."""
    actor.require(Permission.DRAW_WRITE)
    check_reach(actor, unit)
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


async def commit_frame(
    actor: Actor,
    period_id: int,
    *,
    plan_code: str,
    named_value: str | None = None,
    reason: str | None = None,
    public_from: datetime | None = None,
    value_known: bool = False,
) -> Committed:
    """List every eligible part, commit the root, and name in advance the public value that will seed the draw.

    The value is the plan's unless a reason says why another one; a value that is known already must be called so.
    Rows that arrived after an earlier commitment go into a supplementary frame with its own root.
    """
    actor.require(Permission.DRAW_WRITE)
    period = await queries.visible_period(actor, period_id)
    if period is None:
        raise NotFound(N_("这个抽样期"))
    check_reach(actor, period["unit"])
    text = _period(period).text
    periods.check_closed(_period(period), clock.today())
    plan_row = await in_force_or_first("sampling", plan_code, period["from_on"])
    plan = read_plan(plan_row["definition"])
    naming = await committing.name_value(
        plan, text, given=named_value, public_from=public_from, value_known=value_known, reason=reason
    )
    content = await committing.content(period, plan)
    if not content.frame.leaves:
        if content.is_supplement or period["state"] != "open":
            raise errors.FrameAlreadyCommitted(period=text)
        raise errors.EmptyFrame(period=text, why=committing.why_empty(content.frame.exclusions))
    async with transaction():
        frame_id = await _insert_frame(content, period_id, plan_row["id"], naming)
        await rows(
            "UPDATE draw_period SET state = 'committed', version = version + 1 WHERE id = {} AND state = 'open'",
            period_id,
        )
        inputs = {
            "root": content.frame.root_hex,
            "plan": plan_row["digest"],
            "leaves": content.frame.count,
            "exclusions": content.frame.exclusions,
            "quotas": hashlib.sha256(content.quotas.encode()).hexdigest(),
            "public_from": naming.public_from.isoformat(),
            "value_known": naming.value_known,
            "deviation": naming.deviation,
        }
        head = await record(actor, "draw:commit", f"frame:{frame_id}", naming.value, inputs=inputs)
    return Committed(
        frame=frame_id, root=content.frame.root_hex, leaves=content.frame.count, made_up=content.made_up,
        exclusions=content.frame.exclusions, named_value=naming.value, public_from=naming.public_from,
        value_known=naming.value_known, deviation=naming.deviation, journal_head=head,
    )  # fmt: skip


async def _insert_frame(content: committing.Content, period_id: int, plan: int, naming: Naming) -> int:
    last = await scalar("SELECT MAX(position) AS n FROM journal_line") or 0
    made = Frame(
        draw_period=period_id,
        sequence=await scalar("SELECT COUNT(*) AS n FROM frame WHERE draw_period = {}", period_id),
        plan=plan,
        root=content.frame.root_hex,
        leaf_count=content.frame.count,
        exclusions=msgspec.json.encode(content.frame.exclusions, order="sorted").decode(),
        quotas=content.quotas,
        named_value=naming.value,
        public_from=naming.public_from,
        value_known=naming.value_known,
        deviation=naming.deviation,
        committed_at=clock.now(),
        journal_position=last + 1,
    )
    frame_id = (await Frame.insert(made).returning(Frame.id))[0]["id"]
    leaves = [
        (frame_id, i, content.part_ids[frames.parse_leaf(text).id], text) for i, text in enumerate(content.frame.leaves)
    ]
    await bulk_insert("frame_leaf", LEAF_COLUMNS, leaves)
    return frame_id


def _read(quotas: str) -> dict[frames.Stratum, int]:
    return {frames.Stratum(agent, channel, kind): quota for agent, channel, kind, quota in msgspec.json.decode(quotas)}


def _period(found: dict[str, Any]) -> periods.DrawPeriod:
    return periods.DrawPeriod(found["from_on"], found["until_on"])


async def draw_frame(actor: Actor, frame_id: int, values: list[str]) -> int:
    """Draw with the value that was named at the commitment; answers the draw."""
    actor.require(Permission.DRAW_WRITE)
    found = await queries.frame_of(frame_id)
    if found is None:
        raise NotFound(N_("这个抽样框"))
    check_reach(actor, found["unit"])
    if await scalar("SELECT id FROM draw WHERE frame = {}", frame_id):
        raise errors.AlreadyDrawn(period=_period(found).text)
    plan = read_plan(found["plan_definition"])
    committing.check_value(found, plan, values)
    frame = await queries.load_frame(found)
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
        f"SELECT i.*, p.public_id, {beside.current().state_sql} AS quality FROM draw_item i"
        " JOIN agent_part p ON p.id = i.part WHERE i.id = {}",
        item_id,
    )
    if item is None:
        raise NotFound(N_("这条抽样"))
    loaded, _frame, before = await queries.load_draw(item["draw"])
    check_reach(actor, loaded["unit"])
    if item["quality"] == "marked":
        raise errors.AlreadyMarked(part_id=item["public_id"])
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
