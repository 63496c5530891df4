"""What a staff list says of a probation, held against the law before the row comes in."""

from datetime import date
from typing import Protocol

from qa_service.errors import Refusal
from qa_service.probation.commands import law
from qa_service.probation.errors import ProbationTooLong
from qa_service.probation.rules import Contract, Probation, check_probation, lawful_end, longest_months


class Listed(Protocol):
    """A row of a staff list; imports.records.StaffRecord has this shape."""

    hired_on: date | None
    contract_kind: str | None
    contract_from_on: date | None
    contract_until_on: date | None
    probation_until_on: date | None


def lawful_probation(row: Listed) -> Refusal | None:
    """The refusal of an end that the law does not allow. Probation lies in the first contract: of a later one only the
    longest term that any contract allows is known, counted from the hire."""
    start = row.hired_on or row.contract_from_on
    if row.probation_until_on is None or start is None or row.probation_until_on < start:
        return None  # an end before the start is the staff list's own rule
    is_first = row.contract_from_on in (None, start)
    kind = row.contract_kind or ("fixed" if row.contract_until_on else "open")
    contract = Contract(kind, start, row.contract_until_on) if is_first else Contract("open", start)
    wanted = Probation(start, row.probation_until_on)
    try:
        if contract.kind == "fixed" and contract.until_on is None:
            return _beyond_any(Contract("open", start), wanted)
        check_probation(contract, wanted, parameters=law())
    except Refusal as refusal:
        return refusal
    return None


def _beyond_any(longest: Contract, wanted: Probation) -> Refusal | None:
    """A fixed term whose end the list leaves out: no contract allows more than an open one does."""
    lawful_on = lawful_end(longest, law())
    if wanted.ends_on <= lawful_on:
        return None
    return ProbationTooLong(
        months=longest_months(longest, law()), lawful_on=lawful_on.isoformat(), ends_on=wanted.ends_on.isoformat(),
        article=law().at("probation_length", longest.from_on)["article"],
    )  # fmt: skip
