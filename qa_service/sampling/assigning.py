"""Share out what was drawn among the monitors, and say of what stays open why and what to do next."""

from collections.abc import Mapping
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.database import transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.sampling import assignment, queries
from qa_service.sampling.plans import SamplingPlan, read_plan
from qa_service.sampling.tables import Assignment


def check_reach(actor: Actor, unit: int) -> None:
    reach = actor.units(Permission.DRAW_WRITE)
    if reach is not None and unit not in reach:
        raise NotFound(N_("这个部门"))


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
    check_reach(actor, found["unit"])
    plan = read_plan(found["plan_definition"])
    made, item_ids, monitor_ids = await _planned(found, draw_id, plan)
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
        inputs = {"assigned": len(made.assigned), "unassigned": len(made.impossible)}
        await record(actor, "draw:assign", f"draw:{draw_id}", inputs=inputs)
    return AssignmentReport(
        len(made.assigned),
        [msgspec.to_builtins(one) for one in made.impossible],
        made.minutes,
        made.is_connected,
        made.can_correct_leniency,
        [*assignment.why_open(made.impossible), *(gettext(note) for note in made.notes)],
    )


async def why_unassigned(period: Mapping[str, Any], frame: Mapping[str, Any]) -> list[str]:
    """Why drawn items of a frame would stay open if they were shared out now, in sentences; nothing is written."""
    if frame["draw"] is None or not frame["unassigned"]:
        return []
    made, _items, _monitors = await _planned(period, frame["draw"], read_plan(frame["plan_definition"]))
    return assignment.why_open(made.impossible)


async def _planned(
    found: Mapping[str, Any], draw_id: int, plan: SamplingPlan
) -> tuple[assignment.AssignmentPlan, dict[str, int], dict[str, int]]:
    """Who would mark what; with the ids of items and monitors by their names."""
    today, calendar = clock.today(), await working_calendar()
    open_items, monitors = await queries.open_items(draw_id), await queries.monitors(None, today)
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
        own_team_allowed=plan.own_team == "exempt",
        cross_team_percent=plan.cross_team_percent,
    )
    item_ids = {one["public_id"]: one["id"] for one in open_items}
    return made, item_ids, {monitor["key"]: monitor["id"] for monitor in monitors}


def _item(one: dict[str, Any], plan: SamplingPlan) -> assignment.Item:
    return assignment.Item(
        part_id=one["public_id"],
        agent=one["agent"],
        ticket=one["ticket"],
        expected_minutes=-(-plan.expected_seconds // 60),
        agent_units=frozenset([str(one["unit"])]) if one["unit"] is not None else frozenset(),
    )
