"""Flag a published month, and write down what a person found; a flag touches no money."""

import asyncio
from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import add_months, month_last
from qa_service.database import bulk_insert, row, rows, scalar, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.flags import errors, queries
from qa_service.flags.rules import MonthValues, Verdict, judge
from qa_service.flags.tables import FlagRun
from qa_service.journal.commands import record
from qa_service.kpis.queries import agent_days
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.rule_versions.definitions import one
from qa_service.scores import queries as scores
from qa_service.scores.inputs import rule_for
from rubrics.pack_records import FlagPlan

OPEN, FOLLOWED_UP, DISMISSED = "open", "followed_up", "dismissed"
FLAG = ("flag_run", "person", "score_hundredths", "p_value_millionths", "is_flagged", "reasons", "state", "version")
TEXT_LIMIT = 2_000


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """How the month was judged; shown in words above the flags."""

    state: str
    past_months: int
    calibration: int
    not_judged: int
    kpis: list[str]
    minimum_parts: int
    held_back: int = 0


async def flag_month(actor: Actor, run_id: int) -> int:
    """Judge everybody of a published run; the same run again answers the same flags.

    Raises NotFound for a run out of reach.
    """
    actor.require(Permission.SCORE_RUN)
    run = await scores.run(actor, run_id)
    known = await scalar("SELECT id FROM flag_run WHERE run = {}", run_id)
    if known is not None:
        return known
    version = await rule_for("flags", run["pay_month"])
    plan = one(version, FlagPlan)
    month = await _values(run, plan)
    past = [await _values(former, plan) for former in await _former(run, plan.past_months)]
    verdict = await asyncio.to_thread(
        judge, month, past, kpis=plan.kpis, minimum_parts=plan.minimum_parts, alarms=plan.alarms_per_month,
        seed=run["random_seed"],
    )  # fmt: skip
    async with transaction():
        flag_run = await _store(run, version["id"], verdict, plan=plan)
        flagged = [found.person for found in verdict.people if found.is_flagged]
        digests = {"run": run_id, "results": run["results_digest"], "flagged": len(flagged)}
        await record(actor, "flag:run", f"flag-run:{flag_run}", inputs=digests)
    return flag_run


async def _values(run: dict[str, Any], plan: FlagPlan) -> MonthValues:
    """KPI values with enough records behind them, each person's work, and how many parts they had."""
    found = await rows(
        "SELECT person, kpi, value_hundredths, n FROM kpi_result WHERE run = {} AND state = 'ok' ORDER BY id", run["id"]
    )
    cards = await scores.cards_of(run["id"])
    units = await units_below(run["unit"], run["pay_month"])
    days = await agent_days(units, run["pay_month"], month_last(run["pay_month"]), wanted={"parts"})
    people = [card["person"] for card in cards]
    parts = days.by_person(sorted(people))["parts"]
    return MonthValues(
        values={(k["person"], k["kpi"]): k["value_hundredths"] for k in found if k["kpi"] in plan.kpis},
        groups={card["person"]: card["explanation"]["position"] or "" for card in cards},
        parts=dict(zip(sorted(people), parts.tolist(), strict=True)),
        counts={(k["person"], k["kpi"]): k["n"] for k in found if k["n"] is not None},
    )


async def _former(run: dict[str, Any], months: int) -> list[dict[str, Any]]:
    """Newest published runs of the months before, oldest first; a month without one is skipped."""
    found = []
    for back in range(months, 0, -1):
        month: date = add_months(run["pay_month"], -back)
        former = await scores.newest_run(run["unit"], month)
        if former is not None:
            found.append(former)
    return found


async def _store(run: dict[str, Any], settings: int, verdict: Verdict, *, plan: FlagPlan) -> int:
    note = Note(
        state=verdict.state, past_months=verdict.past_months, calibration=verdict.calibration,
        not_judged=verdict.not_judged, kpis=verdict.kpis, minimum_parts=plan.minimum_parts,
        held_back=verdict.held_back,
    )  # fmt: skip
    made = FlagRun(
        run=run["id"], settings=settings, random_seed=run["random_seed"], people=len(verdict.people),
        is_calibrated=verdict.state == "calibrated",
        expected_false_alarms_hundredths=round(verdict.expected_false_alarms * 100),
        note=msgspec.json.encode(note).decode(), created_at=clock.now(),
    )  # fmt: skip
    flag_run = (await FlagRun.insert(made).returning(FlagRun.id))[0]["id"]
    lines = [
        (flag_run, found.person, round(found.score * 100),
         None if found.p_value is None else round(found.p_value * 1_000_000), found.is_flagged,
         msgspec.json.encode(found.reasons).decode(), OPEN, 1)
        for found in verdict.people
    ]  # fmt: skip
    await bulk_insert("flag", FLAG, lines)
    return flag_run


async def dispose_flag(actor: Actor, flag_id: int, state: str, reason: str, *, version: int) -> None:
    """Followed up or dismissed, with what was looked at; never by the person it is about."""
    actor.require(Permission.FLAG_DISPOSE)
    found = await queries.flag_in_reach(actor, flag_id, Permission.FLAG_DISPOSE)
    if found["person"] == actor.person_id:
        raise errors.FlagAboutYou()
    if state not in (FOLLOWED_UP, DISMISSED):
        raise errors.FlagStateUnknown(state=state, field="state")
    if not reason.strip():
        raise errors.FlagReasonMissing(field="reason")
    if found["state"] != OPEN:
        raise errors.FlagClosed(state=queries.STATE_NAMES[found["state"]])
    async with transaction():
        done = await rows(
            "UPDATE flag SET state = {}, disposition = {}, disposed_by = {}, disposed_at = {}, version = version + 1"
            " WHERE id = {} AND version = {} AND state = 'open' RETURNING id",
            state,
            reason.strip()[:TEXT_LIMIT],
            actor.account_id,
            clock.now(),
            flag_id,
            version,
        )
        if not done:
            raise StaleEdit(N_("这条异常提示"))
        await record(actor, f"flag:{state.replace('_', '-')}", f"flag:{flag_id}", reason.strip()[:TEXT_LIMIT])


async def answer_flag(actor: Actor, flag_id: int, text: str) -> None:
    """The person's own explanation, once, after somebody has followed up."""
    actor.require(Permission.OWN_RESPOND)
    found = await row("SELECT id, person, state, agent_answer FROM flag WHERE id = {} AND is_flagged", flag_id)
    if found is None or actor.person_id is None or found["person"] != actor.person_id or found["state"] == OPEN:
        raise NotFound(N_("这条异常提示"))
    if found["state"] != FOLLOWED_UP or found["agent_answer"] is not None:
        raise errors.FlagNotOpenToAnswer()
    if not text.strip():
        raise errors.FlagReasonMissing(field="answer")
    async with transaction():
        done = await rows(
            "UPDATE flag SET agent_answer = {}, answered_at = {}, version = version + 1"
            " WHERE id = {} AND agent_answer IS NULL RETURNING id",
            text.strip()[:TEXT_LIMIT],
            clock.now(),
            flag_id,
        )
        if not done:
            raise StaleEdit(N_("这条异常提示"))
        await record(actor, "flag:answer", f"flag:{flag_id}")
