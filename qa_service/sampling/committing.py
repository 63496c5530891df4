"""What goes into a commitment: the frame with its quotas, and the public value that will seed the draw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.language import N_, gettext
from qa_service.people.queries import units_below
from qa_service.sampling import errors, frames, parts, periods, queries, rules
from qa_service.sampling.plans import SamplingPlan
from qa_service.sampling.quotas import AgentMonth, plan_quotas, shortfall

NO_PARTS = N_("这个部门在这几天没有服务记录")
ALL_EXCLUDED = N_("这几天的服务记录都按方案未列入：%(exclusions)s")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A frame before it is committed; `part_ids` by public id, `quotas` as canonical text whose digest goes into the
    journal, `made_up` counts leaves that earlier frames of the month hold too."""

    frame: frames.Frame
    part_ids: dict[str, int]
    quotas: str
    made_up: int
    is_supplement: bool


async def name_value(
    plan: SamplingPlan, period: str, *, given: str | None, public_from: datetime | None, value_known: bool,
    reason: str | None,
) -> rules.Naming:  # fmt: skip
    """The value that a commitment made now names, and when it comes out."""
    return rules.name_value(
        plan, period, planned_from=await planned_from(plan), now=clock.now(), zone=clock.HOUSE_ZONE, given=given,
        public_from=public_from, value_known=value_known, reason=reason,
    )  # fmt: skip


async def planned_from(plan: SamplingPlan) -> datetime:
    """When the plan's value comes out that a commitment made now would name."""
    calendar = await working_calendar()
    return rules.first_public(
        plan, clock.now(), clock.HOUSE_ZONE, is_working_day=lambda day: is_working_day(calendar, day)
    )


def check_value(frame: Mapping[str, Any], plan: SamplingPlan, values: list[str]) -> None:
    """Exactly the one value that was named, once it is out, in the plan's spelling."""
    is_planned = bool(plan.named_value) and frame["deviation"] is None
    rules.check_values(values, named=frame["named_value"], decimals=plan.value_decimals if is_planned else None)
    if not frame["value_known"] and frame["public_from"] is not None and clock.now() < frame["public_from"]:
        moment = frame["public_from"].astimezone(clock.HOUSE_ZONE).strftime("%Y-%m-%d %H:%M")
        raise errors.ValueNotPublicYet(field="value", named=frame["named_value"], moment=moment)


def why_empty(exclusions: Mapping[str, int]) -> str:
    if not exclusions:
        return gettext(NO_PARTS)
    return gettext(ALL_EXCLUDED, exclusions=rules.said(exclusions))


async def content(period: dict[str, Any], plan: SamplingPlan) -> Content:
    """Everything eligible that no earlier frame of the period holds, and in the month's last period what makes up
    the shortfall of whoever was away."""
    units = sorted(await units_below(period["unit"], period["until_on"]))
    earlier = await queries.parts_in_frames(period["id"])
    found = await parts.candidates(units, period["from_on"], period["until_on"], plan.risk_kinds)
    eligible, exclusions = _eligible([one for one in found if one["id"] not in earlier], plan)
    whole = periods.split_month(period["pay_month"].replace(day=plan.month_begins_on_day), plan.period)
    elapsed = periods.elapsed(whole, periods.period_of(period["from_on"], whole))
    months = await _months(period, plan, {one["agent"] for one in eligible})
    again = await _made_up(period, plan, eligible, months) if elapsed == 1 and not earlier else []
    months = _with_again(months, again)
    frame = frames.make_frame([_part(one) for one in (*eligible, *again)], exclusions)
    quotas = plan_quotas(frame, plan.quota_rule(), months, elapsed=elapsed)
    listed = sorted([one.agent, one.channel, one.kind, quota] for one, quota in quotas.items())
    return Content(
        frame=frame, part_ids={one["public_id"]: one["id"] for one in (*eligible, *again)},
        quotas=msgspec.json.encode(listed).decode(), made_up=len(again), is_supplement=bool(earlier),
    )  # fmt: skip


def _part(found: dict[str, Any]) -> frames.Part:
    return frames.Part(found["public_id"], found["agent"], found["channel"], found["kind"], found["local_on"])


def _eligible(found: list[dict[str, Any]], plan: SamplingPlan) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Split by the plan's declared rules; every exclusion is counted under its reason."""
    eligible: list[dict[str, Any]] = []
    exclusions: dict[str, int] = {}
    for part in found:
        reason = rules.exclusion(part, plan)
        if reason is None:
            eligible.append(part)
        else:
            exclusions[reason] = exclusions.get(reason, 0) + 1
    return eligible, exclusions


async def _months(period: dict[str, Any], plan: SamplingPlan, agents: set[str]) -> dict[str, AgentMonth]:
    """What the month brought so far to everybody with parts in it."""
    before = await queries.month_before(period["unit"], period["pay_month"], period["from_on"])
    named = sorted({*before, *agents})
    fresh = await queries.probationers(named, period["from_on"], plan.new_agent_days)
    return {
        agent: AgentMonth(
            parts_before=before.get(agent, (0, 0))[0],
            drawn_before=before.get(agent, (0, 0))[1],
            is_on_probation=agent in fresh,
        )
        for agent in named
    }


async def _made_up(
    period: dict[str, Any], plan: SamplingPlan, eligible: list[dict[str, Any]], months: dict[str, AgentMonth]
) -> list[dict[str, Any]]:
    """Undrawn earlier parts of whoever the last period leaves below the month's quota. Which parts are undrawn is known
    only when the earlier periods are drawn, so these come first."""
    counts: dict[str, int] = {}
    for one in eligible:
        counts[one["agent"]] = counts.get(one["agent"], 0) + 1
    rule = plan.quota_rule()
    short = {agent for agent, month in months.items() if shortfall(rule, month, counts.get(agent, 0))}
    if not short:
        return []
    where = period["unit"], period["pay_month"], period["from_on"]
    if waiting := await queries.undrawn_periods(*where):
        text = periods.DrawPeriod(period["from_on"], period["until_on"]).text
        earlier = "、".join(periods.DrawPeriod(one["from_on"], one["until_on"]).text for one in waiting)
        raise errors.EarlierPeriodOpen(period=text, agents=len(short), earlier=earlier)
    taken = {one["public_id"] for one in eligible}
    return [one for one in await parts.undrawn(*where, short) if one["public_id"] not in taken]


def _with_again(months: dict[str, AgentMonth], again: list[dict[str, Any]]) -> dict[str, AgentMonth]:
    counts: dict[str, int] = {}
    for one in again:
        counts[one["agent"]] = counts.get(one["agent"], 0) + 1
    return {agent: msgspec.structs.replace(month, parts_again=counts.get(agent, 0)) for agent, month in months.items()}
