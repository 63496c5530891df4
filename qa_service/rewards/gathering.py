"""What drafting needs, read from the database in a few statements for a whole unit: schemes, wages, results, events.

Reads only; everything is shaped into the frozen structs of facts.py, so that the drafting itself stays pure.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_last, next_month
from qa_service.database import row, rows
from qa_service.people.queries import units_below
from qa_service.rewards import corrections
from qa_service.rewards.corrections import law_parameters, wage_from
from qa_service.rewards.errors import MoneyRefused, NoWageRecord
from qa_service.rewards.facts import Event, PersonFacts
from qa_service.rewards.lines import Basis, Kind, Note, Refused
from qa_service.rewards.rules import LossProof, RuleState, Wage, WageLaw, wage_law
from qa_service.rewards.schemes import Result, Scheme, SchemeVersion, scheme_from
from qa_service.rule_versions.definitions import pack_code
from qa_service.scores.standing import members


class Gathered(msgspec.Struct, frozen=True):
    """The facts of everybody with a wage record, and why there are none for the others."""

    people: tuple[PersonFacts, ...]
    left_out: dict[int, Refused]
    versions: tuple[SchemeVersion, ...]


# The scheme


async def scheme_versions(from_on: date, until_on: date) -> tuple[SchemeVersion, ...]:
    """The published reward schemes that are in force on any day of a span, oldest first."""
    found = await rows(
        "SELECT * FROM rule_version WHERE kind = 'rewards' AND code = {} AND state = 'published' AND from_on <= {}"
        " ORDER BY from_on, version",
        await pack_code(until_on), until_on,
    )  # fmt: skip
    newest = {one["from_on"]: one for one in found}  # of two that begin on one day the higher version holds
    days = sorted(newest)
    ends = {day: later - timedelta(days=1) for day, later in zip(days, days[1:], strict=False)}
    return tuple(_version(newest[day], ends.get(day)) for day in days if ends.get(day, from_on) >= from_on)


def _version(found: dict[str, Any], until_on: date | None) -> SchemeVersion:
    state = RuleState(
        version_id=found["id"], from_on=found["from_on"], until_on=until_on, approver=found["approver_label"],
        consulted_on=found["consulted_on"], published_on=found["published_on"], barred=found["barred_from_money"],
    )  # fmt: skip
    return SchemeVersion(_scheme(found["definition"]), state)


@lru_cache(maxsize=32)
def _scheme(definition: str) -> Scheme:
    return scheme_from(msgspec.json.decode(definition))


# Everybody's month


async def gather(unit_id: int, month: date, run_id: int, *, sheet_id: int = 0) -> Gathered:
    """Facts of everybody whom the month concerns: scored in the run, with a record in the unit, or edited by hand.

    The run may be that of a unit above; whoever belongs to another unit's sheet stands on that one alone.
    """
    versions = await scheme_versions(month, month_last(month))
    here, elsewhere = await members(unit_id, month)
    run = await row("SELECT unit, created_at FROM score_run WHERE id = {}", run_id)
    own = run["unit"] == unit_id
    results = {
        person: found
        for person, found in (await _results(run_id, month, since=run["created_at"])).items()
        if person in here or (own and person not in elsewhere)
    }
    events = await _events(unit_id, month, here=here, elsewhere=elsewhere)
    edits = await corrections.edits_of(sheet_id)
    wages = await _wages(month)
    concerned = sorted(results.keys() | events.keys() | edits.keys())
    people = await _people(concerned)
    told = await _told(versions, people)
    made, left_out = [], {}
    for person_id in concerned:
        try:
            wage, law = _wage_and_law(wages.get(person_id), month)
        except MoneyRefused as refusal:
            left_out[person_id] = Refused(None, "wage", refusal.code, _note(refusal))
            continue
        started_on, left_on = people[person_id]
        made.append(
            PersonFacts(
                wage=wage, law=law, period_from=max(month, started_on or month), results=results.get(person_id, {}),
                events=tuple(events.get(person_id, ())), told=told.get(person_id, {}),
                leaver=left_on is not None and month <= left_on <= month_last(month), **edits.get(person_id, {}),
            )
        )  # fmt: skip
    return Gathered(tuple(made), left_out, versions)


def _note(refusal: MoneyRefused) -> Note:
    return Note(refusal.sentence, {k: v if isinstance(v, int) else str(v) for k, v in refusal.facts.items()})


def _wage_and_law(kept: dict[str, Any] | None, month: date) -> tuple[Wage, WageLaw]:
    if kept is None:
        raise NoWageRecord(month=f"{month:%Y-%m}")
    return wage_from(kept), wage_law(law_parameters(), kept["region"], month)


async def _wages(month: date) -> dict[int, dict[str, Any]]:
    found = await rows("SELECT * FROM wage_record WHERE pay_month = {} ORDER BY id", month)
    return {one["person"]: one for one in found}


async def _people(ids: Iterable[int]) -> dict[int, tuple[date | None, date | None]]:
    """First day at work (hired, else the first post; None where neither is known) and last day, by person."""
    wanted = set(ids)
    posts: dict[int, date] = {}
    for post in await rows("SELECT person, from_on FROM post ORDER BY from_on, id"):
        posts.setdefault(post["person"], post["from_on"])
    found = await rows("SELECT id, hired_on, left_on FROM person ORDER BY id")
    return {
        one["id"]: (one["hired_on"] or posts.get(one["id"]), one["left_on"]) for one in found if one["id"] in wanted
    }


async def _told(
    versions: tuple[SchemeVersion, ...], people: dict[int, tuple[date | None, date | None]]
) -> dict[int, dict[int, date]]:
    """When each person learned of each version: its publication for those already here, a notice for the others.

    劳动合同法 4: published *or* told to the worker. Whoever came after the publication needs the notice.
    """
    told: dict[int, dict[int, date]] = defaultdict(dict)
    for version in versions:
        rule = version.rule
        for person_id, (started_on, _) in people.items():
            if rule.published_on and started_on and started_on <= rule.published_on:
                told[person_id][rule.version_id] = rule.published_on
        found = await rows(
            "SELECT person, created_at FROM notice WHERE subject = {} ORDER BY created_at, id",
            f"rule:{rule.version_id}",
        )
        for one in found:
            told[one["person"]].setdefault(rule.version_id, clock.local_day(one["created_at"]))
    return told


# Results


async def _results(run_id: int, month: date, *, since: datetime) -> dict[int, dict[str, Result]]:
    """Scorecard and month score for pay of each person, with the chain behind each."""
    disputed = await _disputed(month, since)
    marks = await _grouped("evaluation", "pay_month = {} AND state = 'released' AND origin = 'random'", month)
    kpis = await _grouped("kpi_result", "run = {}", run_id)
    results: dict[int, dict[str, Result]] = defaultdict(dict)
    for one in await rows("SELECT * FROM scorecard WHERE run = {} ORDER BY person", run_id):
        basis = (("scorecard", one["id"]), *(("kpi", id) for id in kpis.get(one["person"], ())))
        results[one["person"]]["scorecard"] = Result(
            mark_hundredths=one["total_hundredths"], low_hundredths=one["lower_hundredths"],
            high_hundredths=one["upper_hundredths"], n=_least_n(one["explanation"]),
            disputed=one["person"] in disputed, basis=_basis(basis),
        )  # fmt: skip
    for one in await rows("SELECT * FROM qa_estimate WHERE run = {} ORDER BY person", run_id):
        basis = (("qa", one["id"]), *(("evaluation", id) for id in marks.get(one["person"], ())))
        results[one["person"]]["qa"] = Result(
            mark_hundredths=one["corrected_hundredths"], low_hundredths=one["corrected_lower_hundredths"],
            high_hundredths=one["corrected_upper_hundredths"], n=one["n"], disputed=one["person"] in disputed,
            basis=_basis(basis),
        )  # fmt: skip
    return results


def _basis(steps: Iterable[tuple[str, int]]) -> tuple[Basis, ...]:
    return tuple(Basis(kind, str(id)) for kind, id in steps)


def _least_n(explanation: str) -> int:
    """What stands behind a scorecard at least: the smallest n of its scored KPIs."""
    kpis = msgspec.json.decode(explanation).get("kpis", [])
    return min((kpi.get("n") or 0 for kpi in kpis if kpi.get("points") is not None), default=0)


async def _grouped(table: str, where: str, value: object) -> dict[int, list[int]]:
    """Ids of a table's rows by person."""
    found = defaultdict(list)
    for one in await rows(f"SELECT id, person FROM {table} WHERE person IS NOT NULL AND {where} ORDER BY id", value):
        found[one["person"]].append(one["id"])
    return found


async def _disputed(month: date, since: datetime) -> set[int]:
    """Who has an open dispute about a mark of the month: the money that hangs on it stays 待定.

    So it does after the verdict or the withdrawal, until the scores are computed with it: where a verdict changed the
    mark, and where the scores had left the mark out because it was disputed.
    """
    found = await rows(
        "SELECT DISTINCT e.person FROM dispute d JOIN evaluation e ON e.id = d.evaluation WHERE e.pay_month = {}"
        " AND e.person IS NOT NULL AND (d.state = 'open' OR (d.closed_at > {} AND (d.new_evaluation IS NOT NULL"
        " OR d.filed_at <= {}))) ORDER BY e.person",
        month, since, since,
    )  # fmt: skip
    return {one["person"] for one in found}


# Events and edits


async def _events(unit_id: int, month: date, *, here: set[int], elsewhere: set[int]) -> dict[int, list[Event]]:
    """Records of the month's people, wherever they were entered: one person, one sheet, one set of limits."""
    units = await units_below(unit_id, month_last(month))
    found = await rows(
        "SELECT e.*, COALESCE(a.person, -e.entered_by) AS entered_party,"
        " COALESCE(b.person, -e.second_approver) AS second_party FROM reward_event e"
        " LEFT JOIN account a ON a.id = e.entered_by LEFT JOIN account b ON b.id = e.second_approver"
        " WHERE e.happened_on >= {} AND e.happened_on < {} AND e.state <> 'dropped' ORDER BY e.id",
        month, next_month(month),
    )  # fmt: skip
    events = defaultdict(list)
    for one in found:
        if one["person"] in here or (one["unit"] in units and one["person"] not in elsewhere):
            events[one["person"]].append(_event(one))
    return events


def _event(kept: dict[str, Any]) -> Event:
    return Event(
        id=kept["id"], person_id=kept["person"], on=kept["happened_on"], entered_on=clock.local_day(kept["entered_at"]),
        rule_key=kept["rule_code"], kind=Kind(kept["kind"]), entered_by=kept["entered_party"],
        second_approver=kept["second_party"], loss=loss_proof(kept) if kept["loss_fen"] else None,
        disputed=kept["state"] == "appealed",
    )  # fmt: skip


def loss_proof(event: dict[str, Any]) -> LossProof:
    """The papers of a loss, from an entry or a row; the pieces of evidence become one text."""
    evidence = event["evidence"]
    pieces = msgspec.json.decode(evidence) if isinstance(evidence, str) else msgspec.to_builtins(evidence)
    return LossProof(
        clause=event["contract_clause"] or "",
        own_cause=event["own_cause"] or "",
        evidence="；".join(filter(None, (piece["reference"] or piece["quote"] for piece in pieces))),
        loss_fen=event["loss_fen"] or 0,
    )
