"""Reads of totals: months of agents, days of an agent, a unit, a team, absences; each with the notes of its batches."""

import json
from datetime import date
from typing import Any

import msgspec

from qa_service.calendar.months import month_last
from qa_service.database import row, rows, scalar
from qa_service.day_totals import reach, rules, schemas
from qa_service.day_totals.reach import LIVE
from qa_service.errors import shown
from qa_service.interactions.reach import is_own_only, sees_names
from qa_service.language import gettext
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below

MOST = 2_000
NEEDED = {
    "agent_day": Permission.PEOPLE_READ, "unit_day": Permission.INTERACTION_READ,
    "team_day": Permission.INTERACTION_READ, "absence": Permission.HR_READ,
}  # fmt: skip
SUMS = (
    " CAST(SUM(CASE WHEN d.direction = 'in' AND NOT d.is_missed THEN d.call_count ELSE 0 END) AS BIGINT)"
    " AS in_answered,"
    " CAST(SUM(CASE WHEN d.direction = 'in' AND d.is_missed THEN d.call_count ELSE 0 END) AS BIGINT) AS in_missed,"
    " CAST(SUM(CASE WHEN d.direction = 'out' AND NOT d.is_missed THEN d.call_count ELSE 0 END) AS BIGINT)"
    " AS out_answered,"
    " CAST(SUM(CASE WHEN d.direction = 'out' AND d.is_missed THEN d.call_count ELSE 0 END) AS BIGINT) AS out_missed,"
    " CAST(SUM(d.talk_seconds) AS BIGINT) AS talk_seconds"
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A month (its first day), and the unit whose days are asked for with what lies below it; None: all in reach."""

    month: date
    unit: int | None = None


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """One agent of a month: the person, else the label that waits for its person, else nobody."""

    person: int | None = None
    label: str = ""


async def agent_months(actor: Actor, asked: Asked) -> schemas.AgentMonthsOut:
    """One line an agent, nobody first."""
    require(actor, "agent_day")
    where, values = await _where(actor, "agent_day", asked)
    found = await rows(
        "SELECT d.person, n.name AS person_name, n.employee_no, d.agent_label, COUNT(DISTINCT d.local_on) AS day_count"
        f",{SUMS} FROM agent_day d LEFT JOIN person n ON n.id = d.person WHERE {where}"
        " GROUP BY d.person, n.name, n.employee_no, d.agent_label ORDER BY"
        " CASE WHEN d.agent_label IS NULL THEN 0 ELSE 1 END, in_missed DESC, d.agent_label LIMIT {}",
        *values,
        MOST,
    )
    made = [schemas.AgentMonthOut(**one) for one in found]
    return schemas.AgentMonthsOut(agents=made, notes=await _notes("agent_day", where, values))


async def agent_days(actor: Actor, asked: Asked, who: Who) -> schemas.AgentDaysOut:
    """The days of one agent; of nobody where no one is named."""
    require(actor, "agent_day")
    where, values = await _where(actor, "agent_day", asked)
    if who.person is not None or who.label:
        where += " AND d.person = {}" if who.person is not None else " AND d.person IS NULL AND d.agent_label = {}"
        values.append(who.person if who.person is not None else who.label)
    else:
        where += " AND d.person IS NULL AND d.agent_label IS NULL"
    found = await rows(
        f"SELECT d.local_on,{SUMS} FROM agent_day d WHERE {where} GROUP BY d.local_on ORDER BY d.local_on", *values
    )
    days = [schemas.AgentDayOut(**one) for one in found]
    return schemas.AgentDaysOut(days=days, notes=await _notes("agent_day", where, values))


async def unit_days(actor: Actor, asked: Asked) -> schemas.UnitDaysOut:
    require(actor, "unit_day")
    where, values = await _where(actor, "unit_day", asked)
    found = await rows(
        "SELECT d.local_on, d.unit, COALESCE(u.name, d.unit_label) AS unit_name, d.received_count, d.answered_count,"
        " d.abandoned_count, d.given_answered_percent_hundredths, d.given_in_time_percent_hundredths,"
        " d.given_answer_seconds, d.given_talk_seconds, d.given_wait_seconds FROM unit_day d"
        f" LEFT JOIN unit u ON u.id = d.unit WHERE {where} ORDER BY d.local_on, d.id LIMIT {{}}",
        *values,
        MOST,
    )
    days = [
        schemas.UnitDayOut(
            answered_percent_hundredths=rules.share_hundredths(one["answered_count"], one["received_count"]), **one
        )
        for one in found
    ]
    return schemas.UnitDaysOut(days=days, notes=await _notes("unit_day", where, values))


async def team_days(actor: Actor, asked: Asked) -> schemas.TeamDaysOut:
    require(actor, "team_day")
    where, values = await _where(actor, "team_day", asked)
    found = await rows(
        "SELECT d.local_on, d.unit, u.name AS unit_name, d.department, d.team, d.target_percent_hundredths,"
        " d.reached_percent_hundredths, d.head_hundredths, d.overtime_seconds, d.idle_seconds, d.bonus_fen, d.currency"
        f" FROM team_day d LEFT JOIN unit u ON u.id = d.unit WHERE {where} ORDER BY d.local_on, d.id LIMIT {{}}",
        *values,
        MOST,
    )
    for one in found:
        if not reach.sees_bonus(actor, one["unit"]):
            one["bonus_fen"] = None
    days = [schemas.TeamDayOut(**one) for one in found]
    return schemas.TeamDaysOut(days=days, notes=await _notes("team_day", where, values))


async def absences(actor: Actor, *, month_number: int | None = None, person: int | None = None) -> schemas.AbsencesOut:
    """All in reach; `month_number` 1-12 asks for one month of any year, 0 for those whose month is not known."""
    require(actor, "absence")
    condition, values = reach.absences_in_reach(actor)
    where = f"{condition} AND {LIVE}"
    if month_number is not None:
        where += " AND d.month_number IS NULL" if month_number == 0 else " AND d.month_number = {}"
        values = values if month_number == 0 else [*values, month_number]
    if person is not None:
        where, values = f"{where} AND d.person = {{}}", [*values, person]
    found = await rows(
        "SELECT d.absent_on, d.month_number, d.weekday, d.person, n.name AS person_name, n.employee_no, d.agent_label,"
        " d.unit, d.absent_seconds, d.reason, d.work_load, d.target_percent_hundredths FROM absence d"
        f" LEFT JOIN person n ON n.id = d.person WHERE {where}"
        " ORDER BY CASE WHEN d.absent_on IS NULL THEN 1 ELSE 0 END, d.absent_on DESC, d.month_number, d.agent_label,"
        " d.id LIMIT {}",
        *values,
        MOST,
    )
    return schemas.AbsencesOut(
        absences=[_absence(actor, one) for one in found], notes=await _notes("absence", where, values)
    )


def _absence(actor: Actor, one: dict[str, Any]) -> schemas.AbsenceOut:
    is_hidden = one["reason"] is not None and not reach.sees_reason(actor, one["person"], one["unit"])
    return schemas.AbsenceOut(**{**one, "reason": None if is_hidden else one["reason"]}, is_reason_hidden=is_hidden)


async def newest_month(actor: Actor, table: str) -> date | None:
    """The last month with a row in reach."""
    condition, values = _reach(actor, table, None)
    found = await scalar(f"SELECT MAX(d.local_on) AS day FROM {table} d WHERE {condition} AND {LIVE}", *values)
    day = date.fromisoformat(found) if isinstance(found, str) else found
    return day.replace(day=1) if day else None


async def units_with(actor: Actor, table: str) -> list[dict[str, Any]]:
    """The units that have rows here, to choose among."""
    condition, values = _reach(actor, table, None)
    return await rows(
        f"SELECT id, name, name_en FROM unit WHERE id IN (SELECT d.unit FROM {table} d WHERE {condition} AND {LIVE})"
        " ORDER BY id",
        *values,
    )


async def label_of(who: Who) -> str:
    """How an agent is called on a page."""
    if who.person is None:
        return who.label
    found = await row("SELECT name FROM person WHERE id = {}", who.person)
    return found["name"] if found else ""


def may_read(actor: Actor, table: str) -> bool:
    """Whether a list of these can hold anything for the actor; an agent has days of their own, no unit's, and a
    monitor marks without knowing whom."""
    if table == "absence":
        return reach.may_read_absences(actor)
    if table == "agent_day":
        return sees_names(actor) and (actor.person_id is not None or not is_own_only(actor))
    return not is_own_only(actor)


def require(actor: Actor, table: str) -> None:
    """Refused in words where a list is not the actor's to read."""
    if not may_read(actor, table):
        actor.require(NEEDED[table])


def _reach(actor: Actor, table: str, within: frozenset[int] | None) -> tuple[str, list[Any]]:
    if table == "agent_day":
        return reach.agents_in_reach(actor, within)
    return reach.units_in_reach(actor, within)


async def _where(actor: Actor, table: str, asked: Asked) -> tuple[str, list[Any]]:
    within = await units_below(asked.unit) if asked.unit is not None else None
    condition, values = _reach(actor, table, within)
    span = "d.local_on >= {} AND d.local_on <= {}"
    return f"{condition} AND {LIVE} AND {span}", [*values, asked.month, month_last(asked.month)]


async def _notes(table: str, where: str, values: list[Any]) -> list[str]:
    """What the batches of these rows are to be read with, each sentence once, the newest batch first."""
    found = await rows(
        f"SELECT b.id, b.notes FROM import_batch b WHERE b.id IN (SELECT d.batch FROM {table} d WHERE {where})"
        " ORDER BY b.id DESC",
        *values,
    )
    told = [gettext(note["sentence"], **shown(note["facts"])) for one in found for note in json.loads(one["notes"])]
    return list(dict.fromkeys(told))
