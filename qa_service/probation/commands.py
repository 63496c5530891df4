"""试用期考核: open a case within the law, shorten it, assess it with evidence, decide it. Nothing ranks anybody."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

import rubrics
from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_, gettext
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.probation import errors, rules
from qa_service.probation.decisions import Ending, Reason, check_decision
from qa_service.probation.rules import Contract, Probation
from qa_service.probation.tables import ProbationAssessment, ProbationCase
from qa_service.rule_versions.definitions import one, pack_code, records
from qa_service.rule_versions.queries import in_force_or_first
from rubrics.pack_records import AssessmentItem, AssessmentPlan
from rubrics.parameters import Parameters, load

OPEN, ASSESSED, PASSED, ENDED = "open", "assessed", "passed", "ended"
STATE_NAMES = {OPEN: N_("试用中"), ASSESSED: N_("已考核"), PASSED: N_("已转正"), ENDED: N_("已解除")}
LAW = Path(rubrics.__file__).parent / "library" / "law"
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]


class OpenIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probation as agreed. conditions: the written hiring conditions, told to the person on conditions_told_on.

    The wage, where given (fen a month), is checked against the agreed wage and the minimum wage of `region`.
    """

    person: Id
    contract_kind: str = "fixed"
    contract_from_on: date
    contract_until_on: date | None = None
    starts_on: date
    ends_on: date
    conditions: list[Words]
    conditions_told_on: date | None = None
    probation_wage_fen: Fen | None = None
    agreed_wage_fen: Fen | None = None
    region: str | None = None


class AssessIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment: points 0-100 (hundredths) per item of the plan, what was seen, and what is recommended."""

    version: int
    scores: dict[str, int]
    body: Words
    recommendation: str


class ReasonIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which written condition is not met, how, and the evidence (records, quotes)."""

    condition: Words
    text: Words
    evidence: list[str] = []


class DecideIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """pass, or end with reasons and the day on which they were told to the person."""

    version: int
    outcome: str
    reasons: list[ReasonIn] = []
    told_on: date | None = None


@cache
def law() -> Parameters:
    """The numbers and articles of law/probation.toml."""
    return load(LAW / "probation.toml")


@cache
def _wages() -> Parameters:
    return load(LAW / "wages.toml")


async def plan_on(on: date) -> tuple[AssessmentPlan, dict[str, AssessmentItem]]:
    """The pack's assessment plan and its items, as in force on a day."""
    version = await in_force_or_first("probation", await pack_code(max(on, clock.today())), on)
    return one(version, AssessmentPlan), records(version, AssessmentItem)


async def open_case(actor: Actor, given: OpenIn) -> int:
    """Open a person's probation. Refused with the article where it is too long, a second one, outside the contract,
    not allowed for this contract, or paid too little; NotFound outside the actor's reach."""
    actor.require(Permission.PROBATION_WRITE)
    person, unit = await _person(actor, given)
    contract = Contract(given.contract_kind, given.contract_from_on, given.contract_until_on)
    earlier = await rows("SELECT starts_on, ends_on FROM probation_case WHERE person = {} ORDER BY id", given.person)
    agreed = rules.check_probation(
        contract,
        Probation(given.starts_on, given.ends_on),
        earlier=[Probation(one["starts_on"], one["ends_on"]) for one in earlier],
        parameters=law(),
    )
    _check_wage(given)
    due_on = rules.assessment_due_on(agreed, calendar=await working_calendar(), parameters=law())
    case = ProbationCase(
        person=given.person, unit=unit, contract_kind=given.contract_kind, contract_from_on=given.contract_from_on,
        contract_until_on=given.contract_until_on, starts_on=agreed.starts_on, ends_on=agreed.ends_on,
        lawful_until_on=rules.lawful_end(contract, law()), assessment_due_on=due_on,
        conditions=json.dumps([text.strip() for text in given.conditions], ensure_ascii=False),
        conditions_told_on=given.conditions_told_on, probation_wage_fen=given.probation_wage_fen,
        agreed_wage_fen=given.agreed_wage_fen, opened_by=actor.account_id or 0, created_at=clock.now(),
    )  # fmt: skip
    async with transaction():
        case_id = (await ProbationCase.insert(case).returning(ProbationCase.id))[0]["id"]
        await tell(
            given.person,
            N_("试用期"),
            N_("您的试用期自%(from)s至%(until)s，%(due)s前考核"),
            {"from": agreed.starts_on.isoformat(), "until": agreed.ends_on.isoformat(), "due": due_on.isoformat()},
            "/my/probation",
        )
        inputs = {"person": person["key"], "starts_on": str(agreed.starts_on), "ends_on": str(agreed.ends_on)}
        await record(actor, "probation:open", f"probation:{case_id}", inputs=inputs)
    return case_id


async def _person(actor: Actor, given: OpenIn) -> tuple[dict[str, Any], int]:
    """The person and the unit of their first post on the first day, in the actor's reach."""
    person = await row("SELECT id, key, name FROM person WHERE id = {}", given.person)
    if person is None:
        raise NotFound(N_("这个人"))
    post = await row(
        "SELECT unit FROM post WHERE person = {} AND from_on <= {} AND (until_on IS NULL OR until_on >= {})"
        " ORDER BY id LIMIT 1",
        given.person,
        max(given.starts_on, clock.today()),
        given.starts_on,
    )
    if post is None:
        raise errors.NoPost(name=person["name"], on=given.starts_on.isoformat(), field="person")
    reach = actor.units(Permission.PROBATION_WRITE)
    if reach is not None and post["unit"] not in reach:
        raise NotFound(N_("这个人"))
    return person, post["unit"]


def _check_wage(given: OpenIn) -> None:
    if given.probation_wage_fen is None:
        return
    minimum = None
    if given.region and given.region in _wages().under("minimum_wage"):
        minimum = _wages().value_at(f"minimum_wage.{given.region}", given.starts_on).data["amount_fen"]
    rules.check_wage(
        given.probation_wage_fen,
        lowest_grade_fen=None,
        agreed_wage_fen=given.agreed_wage_fen,
        minimum_wage_fen=minimum,
        on=given.starts_on,
        parameters=law(),
    )


async def change_end(actor: Actor, case_id: int, ends_on: date, *, version: int) -> None:
    """End the probation earlier, which favours the person; a later end is refused with the article."""
    case = await _writable(actor, case_id, Permission.PROBATION_WRITE)
    agreed = rules.check_change(Probation(case["starts_on"], case["ends_on"]), ends_on, parameters=law())
    due_on = rules.assessment_due_on(agreed, calendar=await working_calendar(), parameters=law())
    async with transaction():
        await _update(case_id, version, {"ends_on": agreed.ends_on, "assessment_due_on": due_on})
        await tell(
            case["person"],
            N_("试用期"),
            N_("您的试用期提前到%(until)s结束，%(due)s前考核"),
            {"until": agreed.ends_on.isoformat(), "due": due_on.isoformat()},
            "/my/probation",
        )
        inputs = {"from": str(case["ends_on"]), "to": str(agreed.ends_on)}
        await record(actor, "probation:shorten", f"probation:{case_id}", inputs=inputs)


async def assess(actor: Actor, case_id: int, given: AssessIn) -> int:
    """Assess a case by the items of the plan in force at its start; the weighted total, hundredths, half-up.

    Raises OwnCase, CaseClosed, ScoreInvalid, DecisionUnknown (recommendation), StaleEdit.
    """
    case = await _writable(actor, case_id, Permission.PROBATION_WRITE)
    if given.recommendation not in ("pass", "end"):
        raise errors.DecisionUnknown(outcome=given.recommendation, field="recommendation")
    _, items = await plan_on(case["starts_on"])
    total = weighted_total(given.scores, items)
    assessment = ProbationAssessment(
        case=case_id, assessed_by=actor.account_id or 0, assessed_at=clock.now(),
        scores=json.dumps(given.scores, sort_keys=True), total_hundredths=total, body=given.body,
        recommendation=given.recommendation,
    )  # fmt: skip
    async with transaction():
        await _update(case_id, given.version, {"state": ASSESSED})
        assessment_id = (await ProbationAssessment.insert(assessment).returning(ProbationAssessment.id))[0]["id"]
        await tell(case["person"], N_("试用期"), N_("您的试用期考核已完成，可以查看"), {}, "/my/probation")
        inputs = {"scores": given.scores, "total": total, "recommendation": given.recommendation}
        await record(actor, "probation:assess", f"probation:{case_id}", inputs=inputs)
    return assessment_id


def weighted_total(scores: dict[str, int], items: dict[str, AssessmentItem]) -> int:
    """Weighted mean of the items' points, hundredths, rounded half-up once. ScoreInvalid for an item without points."""
    for key in (*items, *scores):
        given = scores.get(key)
        if key not in items or given is None or not 0 <= given <= 10_000:
            name = items[key].name if key in items else key
            raise errors.ScoreInvalid(item=name, field=f"score_{key}")
    weight = sum(item.weight for item in items.values())
    return (2 * sum(scores[key] * item.weight for key, item in items.items()) + weight) // (2 * weight)


async def decide(actor: Actor, case_id: int, given: DecideIn) -> None:
    """Pass, or end employment against the written conditions with proof, reasons told before the last day.

    Refused with the article as probation.decisions has it; a rank is never a reason.
    """
    case = await _writable(actor, case_id, Permission.PROBATION_DECIDE)
    if case["state"] != ASSESSED:
        raise errors.NotAssessed()
    reasons = [Reason(condition=one.condition, text=one.text, evidence=tuple(one.evidence)) for one in given.reasons]
    check_decision(
        Probation(case["starts_on"], case["ends_on"]),
        Ending(
            outcome=given.outcome, decided_on=clock.today(), told_on=given.told_on, reasons=tuple(reasons),
            conditions=tuple(json.loads(case["conditions"])), conditions_told_on=case["conditions_told_on"],
        ),
        parameters=law(),
    )  # fmt: skip
    state = PASSED if given.outcome == "pass" else ENDED
    told = N_("您已通过试用期，即日转正") if state == PASSED else N_("试用期的决定和理由可以查看")
    async with transaction():
        await _update(case_id, given.version, {"state": state})
        await rows(
            "UPDATE probation_assessment SET reasons = {}, told_at = {}, decided_by = {}, decided_at = {} WHERE id ="
            ' (SELECT MAX(id) FROM probation_assessment WHERE "case" = {}) RETURNING id',
            json.dumps(msgspec.to_builtins(given.reasons), ensure_ascii=False),
            clock.now() if given.told_on else None,
            actor.account_id,
            clock.now(),
            case_id,
        )
        await tell(case["person"], N_("试用期"), told, {}, "/my/probation")
        inputs = {"outcome": given.outcome, "reasons": len(reasons), "told_on": str(given.told_on or "")}
        await record(actor, "probation:decide", f"probation:{case_id}", inputs=inputs)


async def answer(actor: Actor, case_id: int, text: Words) -> None:
    """The person's own words to an assessment, once per assessment."""
    actor.require(Permission.OWN_RESPOND)
    found = await row(
        'SELECT a.id, a.agent_answer FROM probation_assessment a JOIN probation_case c ON c.id = a."case"'
        " WHERE c.id = {} AND c.person = {} ORDER BY a.id DESC LIMIT 1",
        case_id,
        actor.person_id if actor.person_id is not None else -1,
    )
    if found is None:
        raise NotFound(N_("这份考核"))
    if found["agent_answer"] is not None:
        raise StaleEdit()
    async with transaction():
        await rows(
            "UPDATE probation_assessment SET agent_answer = {} WHERE id = {} RETURNING id", text.strip(), found["id"]
        )
        await record(actor, "probation:answer", f"probation:{case_id}")


async def _writable(actor: Actor, case_id: int, permission: Permission) -> dict[str, Any]:
    """An undecided case in reach that is not one's own."""
    actor.require(permission)
    reach = actor.units(permission)
    case = await row("SELECT * FROM probation_case WHERE id = {}", case_id)
    if case is None or (reach is not None and case["unit"] not in reach):
        raise NotFound(N_("这个试用期"))
    if actor.person_id is not None and case["person"] == actor.person_id:
        raise errors.OwnCase()
    if case["state"] in (PASSED, ENDED):
        raise errors.CaseClosed(state=gettext(STATE_NAMES[case["state"]]))
    return case


async def _update(case_id: int, version: int, values: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = {{}}" for name in values)
    moved = await rows(
        f"UPDATE probation_case SET {names}, version = version + 1 WHERE id = {{}} AND version = {{}} RETURNING id",
        *values.values(),
        case_id,
        version,
    )
    if not moved:
        raise StaleEdit()
