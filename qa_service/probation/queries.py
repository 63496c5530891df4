"""Reads of probation: cases in reach by urgency, one with all that is known, one's own. Wages only for HR."""

import json
from datetime import date
from typing import Any

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import working_days_between
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.probation import rules
from qa_service.probation.commands import STATE_NAMES, plan_on
from qa_service.probation.rules import Probation
from qa_service.scores.standing import runs_for_pay

CASE = (
    "SELECT c.*, n.name AS person_name, n.employee_no, u.name AS unit_name, u.name_en AS unit_name_en"
    " FROM probation_case c JOIN person n ON n.id = c.person JOIN unit u ON u.id = c.unit"
)
URGENCY = ("over", "overdue", "due", "assessed", "open", "passed", "ended")
STAGE_NAMES = {
    "over": N_("已过期未决定"),
    "overdue": N_("考核逾期"),
    "due": N_("一周内要考核"),
    "assessed": N_("等待决定"),
    "open": N_("试用中"),
    "passed": N_("已转正"),
    "ended": N_("已解除"),
}
WAGES = ("probation_wage_fen", "agreed_wage_fen")


async def cases(actor: Actor, *, state: str = "", unit_id: int | None = None) -> list[dict[str, Any]]:
    """Cases in reach, the most urgent first; `state` narrows to undecided ('open') or a stored state."""
    actor.require(Permission.PROBATION_READ)
    reach = actor.units(Permission.PROBATION_READ)
    where, values = ["1 = 1"], []
    if reach is not None:
        where.append(f"c.unit IN {among(len(reach))}")
        values += sorted(reach)
    if state == "open":
        where.append("c.state IN ('open', 'assessed')")
    elif state:
        where.append("c.state = {}")
        values.append(state)
    if unit_id is not None:
        where.append("c.unit = {}")
        values.append(unit_id)
    found = await rows(f"{CASE} WHERE {' AND '.join(where)} ORDER BY c.assessment_due_on, c.id LIMIT 500", *values)
    calendar = await working_calendar()
    told = [_told(one, calendar) for one in found if actor.person_id is None or one["person"] != actor.person_id]
    return [_without_wages(actor, one) for one in sorted(told, key=lambda one: URGENCY.index(one["stage"]))]


def _told(case: dict[str, Any], calendar: Any) -> dict[str, Any]:
    """Stage of today, working days left until the assessment is due, conditions as a list."""
    today = clock.today()
    agreed = Probation(case["starts_on"], case["ends_on"])
    decided = {"passed": "pass", "ended": "end"}.get(case["state"])
    stage = rules.state_on(
        agreed, today, due_on=case["assessment_due_on"], assessed=case["state"] == "assessed", decided=decided
    )
    return case | {
        "stage": stage,
        "stage_name": gettext(STAGE_NAMES[stage]),
        "state_name": gettext(STATE_NAMES[case["state"]]),
        "working_days_left": working_days_between(calendar, today, case["assessment_due_on"]),
        "wage_checked": case["probation_wage_fen"] is not None and case["agreed_wage_fen"] is not None,
        "conditions": json.loads(case["conditions"]),
        "contract_name": gettext(rules.CONTRACT_KINDS[case["contract_kind"]]),
    }


def _without_wages(actor: Actor, case: dict[str, Any]) -> dict[str, Any]:
    return case if actor.may(Permission.HR_READ) else case | dict.fromkeys(WAGES)


async def due_count(actor: Actor) -> int:
    """Undecided cases whose assessment is due within a week, late, or undecided past the end: for the home page."""
    if not actor.may(Permission.PROBATION_READ):
        return 0
    return sum(one["stage"] in ("over", "overdue", "due", "assessed") for one in await cases(actor, state="open"))


async def case(actor: Actor, case_id: int) -> dict[str, Any]:
    """One case with its assessments and the evidence of its months; for who reads its unit, and the person."""
    found = await row(f"{CASE} WHERE c.id = {{}}", case_id)
    is_own = found is not None and actor.person_id is not None and found["person"] == actor.person_id
    reach = actor.units(Permission.PROBATION_READ)
    if found is None or not (is_own or reach is None or found["unit"] in reach):
        raise NotFound(N_("这个试用期"))
    told = _told(found, await working_calendar())
    told = told if is_own else _without_wages(actor, told)
    return told | {
        "is_own": is_own,
        "items": await items(found["starts_on"]),
        "conditions_shown": await _conditions(told["conditions"], found["starts_on"]),
        "assessments": [await _assessment(one) for one in await _assessments(case_id)],
        "evidence": await evidence(found["person"], found["starts_on"], found["ends_on"]),
    }


async def mine(actor: Actor) -> dict[str, Any] | None:
    """One's own case, the newest; None where there is none."""
    actor.require(Permission.OWN_READ)
    found = await row(
        "SELECT id FROM probation_case WHERE person = {} ORDER BY id DESC LIMIT 1",
        actor.person_id if actor.person_id is not None else -1,
    )
    return None if found is None else await case(actor, found["id"])


async def items(on: date) -> list[dict[str, Any]]:
    """What is assessed: key, name, weight, evidence and hiring condition in the reader's language."""
    _, found = await plan_on(on)
    end = "_en" if current_language() == "en" else ""
    return [
        {"key": key, "weight": item.weight}
        | {name: getattr(item, name + end) for name in ("name", "evidence", "condition")}
        for key, item in found.items()
    ]


async def _conditions(told: list[str], on: date) -> list[str]:
    """The written conditions; what was taken from the pack reads in the reader's language, the rest as written."""
    if current_language() != "en":
        return told
    _, found = await plan_on(on)
    english = {item.condition: item.condition_en for item in found.values()}
    return [english.get(text, text) for text in told]


async def _assessments(case_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT a.*, COALESCE(p.name, b.username, '') AS assessor, COALESCE(q.name, d.username, '') AS decider"
        " FROM probation_assessment a LEFT JOIN account b ON b.id = a.assessed_by LEFT JOIN person p ON p.id = b.person"
        " LEFT JOIN account d ON d.id = a.decided_by LEFT JOIN person q ON q.id = d.person"
        ' WHERE a."case" = {} ORDER BY a.id DESC',
        case_id,
    )


async def _assessment(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"scores": json.loads(found["scores"]), "reasons": json.loads(found["reasons"])}


async def evidence(person: int, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """Month by month what the scores for pay say: total, month score with interval and n; one run of each month."""
    standing = await runs_for_pay(person)
    found = await rows(
        "SELECT r.id AS run, r.pay_month, c.total_hundredths, e.n, e.corrected_hundredths,"
        " e.corrected_lower_hundredths, e.corrected_upper_hundredths FROM score_run r"
        " JOIN scorecard c ON c.run = r.id AND c.person = {} JOIN qa_estimate e ON e.run = r.id AND e.person = {}"
        " WHERE r.pay_month BETWEEN {} AND {} ORDER BY r.pay_month, r.id DESC",
        person,
        person,
        from_on.replace(day=1),
        until_on,
    )
    return [one for one in found if standing.get(one["pay_month"]) == one["run"]]


async def candidates(actor: Actor) -> list[dict[str, Any]]:
    """People in reach without a case who were hired within the last seven months, the newest first."""
    reach = actor.units(Permission.PROBATION_WRITE)
    scope = "" if reach is None else f" AND p.unit IN {among(len(reach))}"
    return await rows(
        "SELECT DISTINCT n.id, n.name, n.employee_no, n.hired_on, n.contract_kind, n.probation_until_on FROM person n"
        " JOIN post p ON p.person = n.id WHERE n.left_on IS NULL AND n.hired_on >= {}"
        f" AND NOT EXISTS (SELECT 1 FROM probation_case c WHERE c.person = n.id){scope} ORDER BY n.hired_on DESC, n.id",
        date.fromordinal(clock.today().toordinal() - 215),
        *(sorted(reach) if reach is not None else []),
    )
