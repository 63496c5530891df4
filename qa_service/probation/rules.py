"""Probation (试用期): how long, once, at what wage, and assessed when. 劳动合同法 19, 20, 70.

How days are counted: the first day of work is the first day of probation. n months that begin on day d of a month end
on the day before day d, n months later (1 March and one month: 31 March); where that month has no day d, on its last
day (31 January and one month: 28 February), as 民法典 202 has it for months without the day. A contract lasts "n months
or more" when its own last day is not earlier than that: 1 March 2026 to 28 February 2027 is one year.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

import msgspec

from qa_service.calendar.rules import WorkCalendar, add_months, working_day_on_or_before
from qa_service.language import N_
from qa_service.probation.errors import (
    ContractInvalid,
    ProbationExtended,
    ProbationNotAllowed,
    ProbationOutsideContract,
    ProbationTooLong,
    ProbationWageTooLow,
    ProbationWageUnknown,
    SecondProbation,
)

CONTRACT_KINDS = {
    "fixed": N_("固定期限"),
    "open": N_("无固定期限"),
    "task": N_("以完成一定工作任务为期限"),
    "part_time": N_("非全日制"),
}


class DatedValues(Protocol):
    """Values by name and day: rubrics.parameters.Parameters."""

    def at(self, name: str, on: date) -> dict[str, object]: ...


class Contract(msgspec.Struct, frozen=True):
    """A labour contract: kind (fixed, open, task, part_time), its first day, its last day (fixed only)."""

    kind: str
    from_on: date
    until_on: date | None = None


class Probation(msgspec.Struct, frozen=True):
    """An agreed probation, both days included."""

    starts_on: date
    ends_on: date


def period_end(from_on: date, months: int) -> date:
    """Last day of a period of calendar months; see the convention at the head of this file.

    >>> period_end(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    same_day = add_months(from_on, months)
    return same_day - timedelta(days=1) if same_day.day == from_on.day else same_day


def check_contract(contract: Contract) -> Contract:
    """The contract itself, or ContractInvalid: a known kind, and an end after the start where there must be one."""
    if contract.kind not in CONTRACT_KINDS:
        raise ContractInvalid(reason=N_("合同种类不认识"), field="contract_kind")
    if contract.kind == "fixed" and contract.until_on is None:
        raise ContractInvalid(reason=N_("固定期限合同应有结束日期"), field="contract_until_on")
    if contract.until_on is not None and contract.until_on < contract.from_on:
        raise ContractInvalid(reason=N_("结束日期早于开始日期"), field="contract_until_on")
    return contract


def longest_months(contract: Contract, parameters: DatedValues) -> int:
    """Months of probation the law allows for a contract; 0 when it allows none."""
    check_contract(contract)
    law = parameters.at("probation_length", contract.from_on)
    if contract.kind in law["kinds_without"]:
        return 0
    if contract.kind == "open":
        return int(law["open_ended"])
    lasting = [
        months for term, months in law["by_term_months"] if contract.until_on >= period_end(contract.from_on, term)
    ]
    return max(lasting, default=0)


def lawful_end(contract: Contract, parameters: DatedValues) -> date | None:
    """The last day probation may have under a contract; None when no probation is allowed."""
    months = longest_months(contract, parameters)
    return period_end(contract.from_on, months) if months else None


def check_probation(
    contract: Contract, wanted: Probation, *, earlier: Iterable[Probation] = (), parameters: DatedValues
) -> Probation:
    """The probation itself when the law allows it; `earlier`: the person's probations with this employer.

    Raises ContractInvalid, ProbationNotAllowed, SecondProbation, ProbationOutsideContract or ProbationTooLong.
    """
    check_contract(contract)
    law = parameters.at("probation_length", contract.from_on)
    lawful_on = lawful_end(contract, parameters)
    if lawful_on is None:
        raise _not_allowed(contract, law)
    first = min((each.starts_on for each in earlier), default=None)
    if first is not None:
        raise SecondProbation(first_on=first.isoformat(), article=law["article_once"])
    if contract.kind == "fixed" and wanted.starts_on == contract.from_on and wanted.ends_on == contract.until_on:
        raise ProbationNotAllowed(
            reason=N_("合同仅约定试用期的，试用期不成立，该期限为合同期限"), article=law["article_only"]
        )
    if wanted.starts_on != contract.from_on or wanted.ends_on < wanted.starts_on:
        raise ProbationOutsideContract(
            from_on=contract.from_on.isoformat(),
            starts_on=wanted.starts_on.isoformat(),
            ends_on=wanted.ends_on.isoformat(),
            field="starts_on",
            article=law["article_only"],
        )
    if wanted.ends_on > lawful_on:
        raise ProbationTooLong(
            months=longest_months(contract, parameters),
            lawful_on=lawful_on.isoformat(),
            ends_on=wanted.ends_on.isoformat(),
            field="ends_on",
            article=law["article"],
        )
    return wanted


def _not_allowed(contract: Contract, law: dict[str, object]) -> ProbationNotAllowed:
    if contract.kind == "part_time":
        return ProbationNotAllowed(reason=CONTRACT_KINDS["part_time"], article=law["article_part_time"])
    short = N_("期限不满三个月")
    reason = CONTRACT_KINDS["task"] if contract.kind == "task" else short
    return ProbationNotAllowed(reason=reason, article=law["article_none"])


def check_change(agreed: Probation, ends_on: date, *, parameters: DatedValues) -> Probation:
    """The probation with an earlier end (shortening favours the person); refuses a later one, even a lawful one."""
    if ends_on > agreed.ends_on:
        law = parameters.at("probation_length", agreed.starts_on)
        raise ProbationExtended(
            ends_on=agreed.ends_on.isoformat(),
            wanted_on=ends_on.isoformat(),
            field="ends_on",
            article=law["article_once"],
        )
    return Probation(agreed.starts_on, max(ends_on, agreed.starts_on))


def least_wage_fen(
    *,
    lowest_grade_fen: int | None,
    agreed_wage_fen: int | None,
    minimum_wage_fen: int | None,
    on: date,
    parameters: DatedValues,
) -> int:
    """The least lawful probation wage, fen a month.

    80 % of the post's lowest grade OR of the agreed wage (either suffices, 实施条例 15), rounded up, and never less
    than the local minimum wage. Raises ProbationWageUnknown when what must be compared is not known.
    """
    law = parameters.at("probation_wage", on)
    bases = [base for base in (lowest_grade_fen, agreed_wage_fen) if base is not None]
    if not bases:
        raise ProbationWageUnknown(what=N_("相同岗位最低档工资或约定工资"), article=law["article"])
    if minimum_wage_fen is None:
        raise ProbationWageUnknown(what=N_("当地最低工资"), article=law["article"])
    return max(-(-min(bases) * int(law["percent"]) // 100), minimum_wage_fen)


def check_wage(
    wage_fen: int,
    *,
    lowest_grade_fen: int | None,
    agreed_wage_fen: int | None,
    minimum_wage_fen: int | None,
    on: date,
    parameters: DatedValues,
) -> int:
    """The wage itself, fen a month; ProbationWageTooLow names the least lawful one."""
    least = least_wage_fen(
        lowest_grade_fen=lowest_grade_fen,
        agreed_wage_fen=agreed_wage_fen,
        minimum_wage_fen=minimum_wage_fen,
        on=on,
        parameters=parameters,
    )
    if wage_fen < least:
        law = parameters.at("probation_wage", on)
        raise ProbationWageTooLow(
            wage=yuan(wage_fen),
            least=yuan(least),
            percent=law["percent"],
            field="probation_wage",
            article=law["article"],
        )
    return wage_fen


def yuan(fen: int) -> str:
    """Fen as yuan for a sentence: 1234.50."""
    return f"{fen // 100}.{fen % 100:02d}"


def assessment_due_on(probation: Probation, *, calendar: WorkCalendar, parameters: DatedValues) -> date:
    """When the assessment must be done: a week before the end, on a rest day the nearest earlier working day.

    Seven days: an end on Tuesday the 31st is assessed by Tuesday the 24th. A probation too short for that is assessed
    on its first day at the earliest.
    """
    days = int(parameters.at("probation_assessment", probation.starts_on)["days_before"])
    due_on = working_day_on_or_before(calendar, probation.ends_on - timedelta(days=days))
    return max(due_on, probation.starts_on)


def state_on(probation: Probation, on: date, *, due_on: date, assessed: bool, decided: str | None) -> str:
    """State of a case on a date: passed, ended, over (undecided past its end: the person is regular), overdue, due,
    assessed or open. `due` begins a week before the due date.
    """
    if decided is not None:
        return {"pass": "passed", "end": "ended"}[decided]
    if on > probation.ends_on:
        return "over"
    if assessed:
        return "assessed"
    if on > due_on:
        return "overdue"
    return "due" if on >= due_on - timedelta(days=7) else "open"
