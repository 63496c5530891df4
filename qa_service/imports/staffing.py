"""The staff list by a profile: rows that cannot stand are rejected with their reason, the others come in together."""

from collections.abc import Callable, Sequence
from typing import Any

from qa_service.errors import FieldError, Refusal
from qa_service.imports.loading import Mapped
from qa_service.imports.records import StaffRecord
from qa_service.imports.tallies import Tally
from qa_service.imports.values import Problem
from qa_service.language import N_
from qa_service.people.access import Actor
from qa_service.people.staff import PostEntry, StaffEntry, import_staff, staff_faults

Check = Callable[[StaffRecord], Refusal | None]
_checks: list[Check] = []
FATES = {"created": "accepted"}


def register_check(check: Check) -> None:
    """Name who judges what a later room knows of a row, such as how long a probation may last."""
    if check not in _checks:
        _checks.append(check)


async def take_staff(
    actor: Actor, good: Sequence[Mapped], tally: Tally, *, dry_run: bool = False
) -> list[dict[str, Any]]:
    """Bring people in; answers the notes on what changed."""
    standing = {one.line: one for one in good}
    _reject(standing, _checked(good), tally)
    while faults := await staff_faults(actor, [_entry(one) for one in standing.values()]):
        _reject(standing, faults, tally)
    if not standing:
        return []
    report = await import_staff(actor, [_entry(one) for one in standing.values()], dry_run=dry_run)
    for fate in report.fates.values():
        tally.add(FATES.get(fate, fate))
    notes = list(report.notes)
    if report.accounts:
        sentence = N_("新开账号%(count)s个；一次性代码由人事或管理员在本页打印，交给本人")
        notes.append({"sentence": sentence, "facts": {"count": len(report.accounts), "accounts": report.accounts}})
    return notes


def _checked(good: Sequence[Mapped]) -> list[FieldError]:
    return [
        FieldError(f"line:{one.line}", refusal.code, refusal.sentence, {"field": "probation_until_on", **refusal.facts})
        for one in good
        for check in _checks
        if (refusal := check(one.record)) is not None
    ]


def _reject(standing: dict[int, Mapped], faults: list[FieldError], tally: Tally) -> None:
    """Every row that a fault names goes; where a person stands on several rows, only the named one does."""
    by_line: dict[int, list[FieldError]] = {}
    for fault in faults:
        by_line.setdefault(int(fault.field.removeprefix("line:")), []).append(fault)
    for line, mine in by_line.items():
        one = standing.pop(line)
        tally.reject([_problem(one, fault) for fault in mine], one.row)


def _problem(one: Mapped, fault: FieldError) -> Problem:
    facts = dict(fault.facts)
    head = one.head_of(str(facts.pop("field", "")))
    value = str(facts.get("value") or one.row.get(head, ""))
    return Problem(line=one.line, column=head, value=value, code=fault.code, facts=facts, said=fault.sentence)


def _entry(one: Mapped) -> StaffEntry:
    record: StaffRecord = one.record
    return StaffEntry(
        line=one.line, employee_no=record.employee_no, name=record.name,
        posts=tuple(
            PostEntry(post.unit_path, post.position, post.role, post.scope, post.is_group_known)
            for post in record.posts
        ),
        manager_nos=record.manager_numbers, platform_accounts=record.accounts, hired_on=record.hired_on,
        left_on=record.left_on, contract_kind=record.contract_kind, contract_from_on=record.contract_from_on,
        contract_until_on=record.contract_until_on, probation_until_on=record.probation_until_on,
        blanks=record.blanks, clears=record.clears,
    )  # fmt: skip
