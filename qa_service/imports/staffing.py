"""The staff list by a profile: rows that cannot stand are rejected with their reason, the others come in together."""

from collections.abc import Sequence

import msgspec

from qa_service.imports.loading import Mapped
from qa_service.imports.records import StaffRecord
from qa_service.imports.tallies import Tally
from qa_service.imports.values import Problem
from qa_service.people.access import Actor
from qa_service.people.staff import StaffEntry, check_entries, import_staff


async def take_staff(actor: Actor, good: Sequence[Mapped], tally: Tally) -> list[dict[str, str]]:
    """Bring people in; answers the printable one-time codes of new log-ins."""
    standing = {one.line: one for one in good}
    while faults := check_entries([_entry(one) for one in standing.values()]):
        for line in {int(fault.field.removeprefix("line:")) for fault in faults}:
            one = standing.pop(line)
            mine = [fault for fault in faults if fault.field == f"line:{line}"]
            problems = [
                Problem(line=line, column="", value=one.record.employee_no, code=fault.code, facts=fault.facts,
                        said=fault.sentence)
                for fault in mine
            ]  # fmt: skip
            tally.reject(problems, {name: str(v) for name, v in msgspec.structs.asdict(one.record).items() if v})
    if not standing:
        return []
    report = await import_staff(actor, [_entry(one) for one in standing.values()])
    tally.fates["accepted"] += report.created
    tally.fates["updated"] += report.updated
    tally.fates["unchanged"] += report.unchanged
    return [msgspec.structs.asdict(code) for code in report.codes]


def _entry(one: Mapped) -> StaffEntry:
    record: StaffRecord = one.record
    post = record.posts[0]
    return StaffEntry(
        line=one.line, employee_no=record.employee_no, name=record.name, unit_path=post.unit_path,
        position=post.position or "", role=post.role, manager_nos=record.manager_numbers,
        platform_accounts=record.accounts, hired_on=record.hired_on, left_on=record.left_on,
        contract_kind=record.contract_kind, contract_from_on=record.contract_from_on,
        contract_until_on=record.contract_until_on, probation_until_on=record.probation_until_on,
    )  # fmt: skip
