"""Published results only: a run that is still computing, or was swept, is read by nobody."""

import json
from datetime import date
from typing import Any

from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

READABLE = "r.state IN ('published', 'closed')"
PERSON = "n.name AS person_name, n.employee_no"
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
        f"{RUN} WHERE r.unit = {{}} AND r.pay_month = {{}} AND {READABLE} ORDER BY r.id DESC LIMIT 1", unit_id, month
    )
    return _with_trial(found)


async def run(actor: Actor, run_id: int) -> dict[str, Any]:
    """One readable run of a unit in reach, else NotFound."""
    found = await row(f"{RUN} WHERE r.id = {{}} AND {READABLE}", run_id)
    reach = actor.units(Permission.SCORE_READ)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这次计算"))
    return _with_trial(found)


def _with_trial(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """`is_trial`: the rules were not yet in force in that month, so the result drives no money."""
    if found is not None:
        found["is_trial"] = found["rule_from_on"] > month_last(found["pay_month"])
    return found


async def runs(actor: Actor, *, month: date | None = None, unit_id: int | None = None) -> list[dict[str, Any]]:
    """Readable runs in reach, the newest of each unit and month, latest month first."""
    reach = actor.units(Permission.SCORE_READ)
    where, values = [READABLE], []
    if reach is not None:
        where.append(f"r.unit IN {among(len(reach))}")
        values += sorted(reach)
    if month is not None:
        where.append("r.pay_month = {}")
        values.append(month)
    if unit_id is not None:
        where.append("r.unit = {}")
        values.append(unit_id)
    newer = "NOT EXISTS (SELECT 1 FROM score_run w WHERE w.unit = r.unit AND w.pay_month = r.pay_month AND w.id > r.id"
    newer += " AND w.state IN ('published', 'closed'))"
    found = await rows(f"{RUN} WHERE {' AND '.join([*where, newer])} ORDER BY r.pay_month DESC, r.id DESC", *values)
    return [_with_trial(one) for one in found]


async def kpi_results(actor: Actor, run_id: int, person_id: int | None = None) -> list[dict[str, Any]]:
    await run(actor, run_id)
    return await kpis_of(run_id, person_id)


async def kpis_of(run_id: int, person_id: int | None = None) -> list[dict[str, Any]]:
    """KPI values of a run (no scope), in order of 工号 and KPI."""
    one, value = ("", []) if person_id is None else (" AND k.person = {}", [person_id])
    return await rows(
        f"SELECT k.*, {PERSON} FROM kpi_result k JOIN person n ON n.id = k.person WHERE k.run = {{}}{one}"
        " ORDER BY n.key, k.id",
        run_id,
        *value,
    )


async def scorecards(actor: Actor, run_id: int) -> list[dict[str, Any]]:
    await run(actor, run_id)
    return await cards_of(run_id)


async def cards_of(run_id: int) -> list[dict[str, Any]]:
    """Scorecards of a run (no scope), explanations decoded, in order of 工号."""
    found = await rows(
        f"SELECT c.*, {PERSON} FROM scorecard c JOIN person n ON n.id = c.person WHERE c.run = {{}} ORDER BY n.key",
        run_id,
    )
    return [_decoded(one) for one in found]


def _decoded(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "explanation": json.loads(found["explanation"])}


async def qa_estimates(actor: Actor, run_id: int) -> list[dict[str, Any]]:
    await run(actor, run_id)
    return await rows(
        f"SELECT e.*, {PERSON} FROM qa_estimate e JOIN person n ON n.id = e.person WHERE e.run = {{}} ORDER BY n.key",
        run_id,
    )


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
    return await _person_result(await run(actor, run_id), person_id)


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
        "run": found,
        "scorecard": _decoded(card),
        "qa": estimate,
        "kpis": await kpis_of(found["id"], person_id),
        "levels": await rows(
            "SELECT person, shrunk_hundredths FROM qa_estimate WHERE run = {} ORDER BY person", found["id"]
        ),
    }


async def my_months(actor: Actor) -> list[dict[str, Any]]:
    """Months with a result about oneself, newest first: one run each, the newest."""
    found = await rows(
        f"SELECT r.pay_month, r.id FROM score_run r JOIN scorecard c ON c.run = r.id WHERE c.person = {{}}"
        f" AND {READABLE} ORDER BY r.pay_month DESC, r.id DESC",
        actor.person_id if actor.person_id is not None else -1,
    )
    newest: dict[object, dict[str, Any]] = {}
    for one in found:
        newest.setdefault(one["pay_month"], one)
    return list(newest.values())


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
