"""What a month is computed from: rules, people, counts, marks. Reads only."""

from collections.abc import Collection
from datetime import date
from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, rows
from qa_service.interactions.live import live
from qa_service.kpis.facts import needed
from qa_service.kpis.queries import agent_days
from qa_service.rule_versions.definitions import pack_code, records
from qa_service.rule_versions.errors import RuleUnknown
from qa_service.rule_versions.queries import in_force, in_force_or_first
from qa_service.sampling.queries import inclusions
from qa_service.scores.estimates import Mark
from qa_service.scores.rules import Month, Parameters
from rubrics.pack_records import Kpi, ScorecardPlan


async def rule_for(kind: str, on: date) -> dict[str, Any]:
    """The version in force on a day; else the first one of the pack that holds today, for a trial without money.

    Months from before the first version (an old export taken in to look at) can so be computed; `is_trial` of the
    run says it.
    """
    try:
        return await in_force(kind, await pack_code(on), on)
    except RuleUnknown:
        return await in_force_or_first(kind, await pack_code(max(on, clock.today())), on)


def parameters_of(version: dict[str, Any]) -> Parameters:
    return Parameters(version=version["id"], kpis=records(version, Kpi), cards=records(version, ScorecardPlan))


async def read_month(units: Collection[int], month: date, version: dict[str, Any]) -> Month:
    """Everything of these units in one month."""
    last_on = month_last(month)
    parameters = parameters_of(version)
    days = await agent_days(units, month, last_on, wanted=needed(parameters.kpis) | {"survey_answers"})
    marks = await marks_of(units, month)
    at_work = {one["person"] for one in await _posted(units, month, last_on)}
    worked = {int(person) for person in days.person[days.facts["parts"] + days.facts["survey_answers"] > 0]}
    people = sorted(worked | at_work | {mark.person for mark in marks})
    return Month(
        parameters=parameters,
        people=people,
        kinds=await _kinds(units, month, last_on),
        facts=days.by_person(people),
        marks=marks,
        complaints_known=days.complaints_known,
    )


async def _posted(units: Collection[int], from_on: date, until_on: date) -> list[dict[str, Any]]:
    """People who held an agent's post here at any time of the month."""
    return await rows(
        f"SELECT DISTINCT p.person FROM post p WHERE p.kind = 'agent' AND p.unit IN {among(len(units))}"
        " AND p.from_on <= {} AND (p.until_on IS NULL OR p.until_on >= {}) ORDER BY p.person",
        *sorted(units),
        until_on,
        from_on,
    )


async def _kinds(units: Collection[int], from_on: date, until_on: date) -> dict[int, str]:
    """The kind of most parts of each person; of two equally frequent ones the first by name."""
    found = await rows(
        f"SELECT p.person, p.kind, COUNT(*) AS n FROM agent_part p WHERE p.unit IN {among(len(units))}"
        f" AND p.person IS NOT NULL AND p.local_on BETWEEN {{}} AND {{}} AND {live('p')}"
        " GROUP BY p.person, p.kind ORDER BY p.person, n DESC, p.kind",
        *sorted(units),
        from_on,
        until_on,
    )
    kinds: dict[int, str] = {}
    for one in found:
        kinds.setdefault(one["person"], one["kind"])
    return kinds


async def marks_of(units: Collection[int], month: date) -> list[Mark]:
    """Released marks of the random stream about agent parts, with the chance with which each part was drawn."""
    found = await rows(
        "SELECT e.id, e.person, e.monitor, e.final_hundredths, CASE WHEN s.quota > 0 THEN i.part END AS part,"
        " EXISTS (SELECT 1 FROM dispute d WHERE d.evaluation = e.id AND d.state = 'open') AS is_disputed"
        " FROM evaluation e LEFT JOIN draw_item i ON i.id = e.draw_item LEFT JOIN stratum s ON s.id = i.stratum"
        " WHERE e.state = 'released' AND e.origin = 'random' AND e.subject_kind = 'agent_part' AND e.pay_month = {}"
        " AND e.person IS NOT NULL AND e.monitor IS NOT NULL AND e.final_hundredths IS NOT NULL"
        f" AND e.unit IN {among(len(units))} ORDER BY e.id",
        month,
        *sorted(units),
    )
    chances = await inclusions([one["part"] for one in found if one["part"] is not None])
    return [
        Mark(
            evaluation=one["id"],
            person=one["person"],
            monitor=one["monitor"],
            hundredths=one["final_hundredths"],
            inclusion=float(chances[one["part"]]) if one["part"] in chances else None,
            is_disputed=bool(one["is_disputed"]),
        )
        for one in found
    ]
