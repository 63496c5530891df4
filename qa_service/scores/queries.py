"""Published results only: a run that is still computing, or was swept, is read by nobody.

Whoever reaches only a part of a run's unit reads of it the people of that part.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows, scalar
from qa_service.errors import NotFound
from qa_service.kpis.notes import with_notes
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.rule_versions.definitions import records
from qa_service.scores.standing import run_for_pay, runs_for_pay, units_above
from rubrics.pack_records import Kpi

READABLE = "r.state IN ('published', 'closed', 'superseded', 'preliminary')"
PAYABLE = "r.state IN ('published', 'closed')"
PERSON = "n.name AS person_name, n.employee_no"
# A look at a month stands only until there is something better.
STANDING = (
    "r.state IN ('published', 'closed', 'preliminary') AND NOT EXISTS (SELECT 1 FROM score_run w WHERE w.unit = r.unit"
    " AND w.pay_month = r.pay_month AND ((w.state IN ('published', 'closed') AND (w.id > r.id OR r.state ="
    " 'preliminary')) OR (w.state = 'preliminary' AND r.state = 'preliminary' AND w.id > r.id)))"
)
RUN = (
    "SELECT r.id, r.unit, u.name AS unit_name, r.pay_month, r.state, r.parameters,"
    " v.name AS rule_name, v.name_en AS rule_name_en, v.version AS"
    " rule_version, v.from_on AS rule_from_on, r.inputs_digest, r.results_digest, r.journal_head, r.random_seed,"
    " r.created_at, r.published_at FROM score_run r JOIN unit u ON u.id = r.unit"
    " JOIN rule_version v ON v.id = r.parameters"
)


async def newest_run(unit_id: int, month: date) -> dict[str, Any] | None:
    """The run that a unit's month is read from (no scope: for commands of later rooms)."""
    found = await row(
        f"{RUN} WHERE r.unit = {{}} AND r.pay_month = {{}} AND {PAYABLE} ORDER BY r.id DESC LIMIT 1", unit_id, month
    )
    return _with_trial(found)


async def run(actor: Actor, run_id: int) -> dict[str, Any]:
    """One readable run of a unit in reach, else NotFound."""
    found = await row(f"{RUN} WHERE r.id = {{}} AND {READABLE}", run_id)
    reach = actor.units(Permission.SCORE_READ)
    if found is None:
        raise NotFound(N_("这次计算"))
    units = await units_read(found, reach)
    if units is not None and not units:
        raise NotFound(N_("这次计算"))
    return _with_trial(found | {"units": units})


async def units_read(run: dict[str, Any], reach: frozenset[int] | None) -> frozenset[int] | None:
    """Which units of a run somebody reads: None all of it, empty nothing."""
    if reach is None or run["unit"] in reach:
        return None
    return reach & await units_below(run["unit"], month_last(run["pay_month"]))


def people_of(run: dict[str, Any], column: str) -> tuple[str, list[Any]]:
    """A condition on a person's column: those of the units that are read of this run."""
    units = run["units"]
    if units is None:
        return "", []
    held = (
        f" AND EXISTS (SELECT 1 FROM post q WHERE q.person = {column} AND q.unit IN {among(len(units))}"
        " AND q.from_on <= {} AND (q.until_on IS NULL OR q.until_on >= {}))"
    )
    return held, [*sorted(units), month_last(run["pay_month"]), run["pay_month"]]


def _with_trial(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """`is_trial`: the month was not over, or its rules not yet in force, so the result drives no money."""
    if found is not None:
        is_early = found["state"] == "preliminary"
        found["is_trial"] = is_early or found["rule_from_on"] > month_last(found["pay_month"])
    return found


async def runs(actor: Actor, *, month: date | None = None, unit_id: int | None = None) -> list[dict[str, Any]]:
    """Runs that stand, in reach or above it: the newest of each unit and month, latest month first."""
    reach = actor.units(Permission.SCORE_READ)
    where, values = [STANDING], []
    if reach is not None:
        covering = await _covering(reach)
        where.append(f"r.unit IN {among(len(covering))}")
        values += covering
    if month is not None:
        where.append("r.pay_month = {}")
        values.append(month)
    if unit_id is not None:
        where.append("r.unit = {}")
        values.append(unit_id)
    found = await rows(f"{RUN} WHERE {' AND '.join(where)} ORDER BY r.pay_month DESC, r.id DESC", *values)
    return [_with_trial(one) for one in found]


async def _covering(reach: frozenset[int]) -> list[int]:
    """The units of a reach, and those above them, whose runs cover its people."""
    return sorted(await units_above(reach, clock.today()))


Condition = tuple[str, list[Any]]
ALL: Condition = ("", [])


async def kpi_results(
    actor: Actor, run_id: int, person_id: int | None = None, *, people: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """KPI values of a run in reach: of everybody, of one person, or of these people."""
    within = people_of(await run(actor, run_id), "k.person")
    return await kpis_of(run_id, person_id, people=people, within=within)


async def noted_kpis(
    actor: Actor, run_id: int, person_id: int | None = None, *, people: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """The same with the quality notes of the batches from which the values come (`data_notes`)."""
    found = await kpi_results(actor, run_id, person_id, people=people)
    return await _noted(await run(actor, run_id), found)


async def _noted(run_found: dict[str, Any], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kpis = records(await rule_texts(run_found["id"]), Kpi)
    return await with_notes(found, kpis, run_found["pay_month"])


async def kpis_of(
    run_id: int, person_id: int | None = None, *, people: Sequence[int] | None = None, within: Condition = ALL
) -> list[dict[str, Any]]:
    """KPI values of a run (no scope unless given), in order of 工号 and KPI."""
    one, value = _of_people("k", [person_id] if person_id is not None else people)
    return await rows(
        f"SELECT k.*, {PERSON} FROM kpi_result k JOIN person n ON n.id = k.person WHERE k.run = {{}}{one}{within[0]}"
        " ORDER BY n.key, k.id",
        run_id, *value, *within[1],
    )  # fmt: skip


def _of_people(alias: str, people: Sequence[int] | None) -> tuple[str, Sequence[int]]:
    if people is None:
        return "", []
    return f" AND {alias}.person IN {among(len(people))}", people


async def scorecards(actor: Actor, run_id: int) -> list[dict[str, Any]]:
    return await cards_of(run_id, within=people_of(await run(actor, run_id), "c.person"))


async def cards_of(run_id: int, *, within: Condition = ALL) -> list[dict[str, Any]]:
    """Scorecards of a run (no scope unless given), explanations decoded, in order of 工号."""
    found = await rows(
        f"SELECT c.*, {PERSON} FROM scorecard c JOIN person n ON n.id = c.person WHERE c.run = {{}}{within[0]}"
        " ORDER BY n.key",
        run_id, *within[1],
    )  # fmt: skip
    return [decoded(one) for one in found]


async def count_people(run: dict[str, Any]) -> int:
    """How many people of a run its reader may read."""
    where, values = people_of(run, "c.person")
    return await scalar(f"SELECT COUNT(*) AS n FROM scorecard c WHERE c.run = {{}}{where}", run["id"], *values)


def decoded(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "explanation": json.loads(found["explanation"])}


async def qa_estimates(actor: Actor, run_id: int, *, people: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """QA estimates of a run in reach: of everybody, or of these people."""
    where, reached = people_of(await run(actor, run_id), "e.person")
    some, values = _of_people("e", people)
    return await rows(
        f"SELECT e.*, {PERSON} FROM qa_estimate e JOIN person n ON n.id = e.person WHERE e.run = {{}}{some}{where}"
        " ORDER BY n.key",
        run_id, *values, *reached,
    )  # fmt: skip


async def levels_of(run_id: int, *, within: Condition = ALL) -> list[dict[str, Any]]:
    """Everybody's level estimate in a run (no scope unless given)."""
    return await rows(
        f"SELECT e.person, e.shrunk_hundredths FROM qa_estimate e WHERE e.run = {{}}{within[0]} ORDER BY e.person",
        run_id, *within[1],
    )  # fmt: skip


async def monitor_severities(actor: Actor, run_id: int) -> list[dict[str, Any]]:
    """Leniency in points: positive marks higher than the mean monitor, negative is strict."""
    await run(actor, run_id)
    return await rows(
        f"SELECT m.*, {PERSON} FROM monitor_severity m JOIN person n ON n.id = m.monitor WHERE m.run = {{}}"
        " ORDER BY n.key",
        run_id,
    )


async def person_result(actor: Actor, run_id: int, person_id: int) -> dict[str, Any]:
    """Everything of one person in one run: scorecard, both estimates, KPIs. NotFound where they are not in it."""
    found = await run(actor, run_id)
    where, values = people_of(found, "c.person")
    if not await row(f"SELECT c.id FROM scorecard c WHERE c.run = {{}} AND c.person = {{}}{where}",
                     run_id, person_id, *values):  # fmt: skip
        raise NotFound(N_("这个人的当月结果"))
    return await _person_result(found, person_id)


async def result_of(run_id: int, person_id: int) -> dict[str, Any]:
    """The same without scope, for rooms that have checked it themselves."""
    return await _person_result(_with_trial(await row(f"{RUN} WHERE r.id = {{}}", run_id)), person_id)


async def _person_result(found: dict[str, Any], person_id: int) -> dict[str, Any]:
    card = await row(
        f"SELECT c.*, {PERSON} FROM scorecard c JOIN person n ON n.id = c.person"
        " WHERE c.run = {} AND c.person = {}",
        found["id"],
        person_id,
    )
    if card is None:
        raise NotFound(N_("这个人的当月结果"))
    estimate = await row("SELECT * FROM qa_estimate WHERE run = {} AND person = {}", found["id"], person_id)
    return {
        "run": found | {"stands": found["is_trial"] or await run_for_pay(person_id, found["pay_month"]) == found["id"]},
        "scorecard": decoded(card),
        "qa": estimate,
        "kpis": await _noted(found, await kpis_of(found["id"], person_id)),
        "levels": await levels_of(found["id"]),
    }


async def my_months(actor: Actor) -> list[dict[str, Any]]:
    """Months with a result about oneself, newest first: the run for pay, or the newest look at a month not over."""
    me = actor.person_id if actor.person_id is not None else -1
    looks = await rows(
        "SELECT r.pay_month, MAX(r.id) AS id FROM score_run r JOIN scorecard c ON c.run = r.id WHERE c.person = {}"
        " AND r.state = 'preliminary' GROUP BY r.pay_month",
        me,
    )
    found = {one["pay_month"]: one["id"] for one in looks} | await runs_for_pay(me)
    return [{"pay_month": month, "id": found[month]} for month in sorted(found, reverse=True)]


async def my_month(actor: Actor, month: date | None = None) -> dict[str, Any]:
    """One's own result of a month (the newest with a result unless told); NotFound where there is none."""
    actor.require(Permission.OWN_READ)
    chosen = next((one for one in await my_months(actor) if month in (None, one["pay_month"])), None)
    if chosen is None:
        raise NotFound(N_("这个月的结果"))
    return await result_of(chosen["id"], actor.person_id)


async def units_in_reach(actor: Actor, permission: Permission) -> list[dict[str, Any]]:
    """Units of the actor's reach, parents first (by id), for pickers."""
    reach = actor.units(permission)
    where = "" if reach is None else f" WHERE id IN {among(len(reach))}"
    return await rows(f"SELECT id, name, name_en FROM unit{where} ORDER BY id", *(sorted(reach) if reach else []))


async def rule_texts(run_id: int) -> dict[str, Any]:
    """The rule version that a run was computed by."""
    return await row("SELECT v.* FROM rule_version v JOIN score_run r ON r.parameters = v.id WHERE r.id = {}", run_id)
