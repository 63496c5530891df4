"""qa demo: the department of the generator in a fresh database, with an account for each role."""

from pathlib import Path

import msgspec

from qa_service.demo.generator import MONTHS, SEED, generate
from qa_service.demo.shapes import DemoData, Person
from qa_service.people.access import Role, house_actor
from qa_service.people.commands import choose_password
from qa_service.people.staff import StaffEntry, StaffReport, import_staff

PASSWORD = "demo-demo-2026"  # printed on the log-in page of a demo, and only there
ROLES = {
    "客服": Role.AGENT,
    "质检员": Role.MONITOR,
    "质检主管": Role.QA_LEAD,
    "主管": Role.SUPERVISOR,
    "经理": Role.MANAGER,
    "人事": Role.HR,
    "审计": Role.AUDITOR,
    "管理员": Role.ADMIN,
}
CONTRACTS = {"固定期限": "fixed", "无固定期限": "open", "非全日制": "part_time", "以完成一定工作任务为期限": "task"}


class DemoAccount(msgspec.Struct, frozen=True):
    role: str
    username: str
    name: str


class DemoReport(msgspec.Struct, frozen=True):
    folder: str
    files: list[str]
    staff: StaffReport
    accounts: list[DemoAccount]
    password: str


def staff_entries(people: tuple[Person, ...]) -> list[StaffEntry]:
    return [
        StaffEntry(
            line=line,
            employee_no=person.staff_no,
            name=person.name,
            unit_path=("客服部", person.group),
            position=person.post,
            role=ROLES[person.role],
            manager_nos=(person.manager_no,) if person.manager_no else (),
            platform_accounts=person.accounts,
            hired_on=person.hired_on,
            contract_kind=CONTRACTS[person.contract_kind],
            contract_from_on=person.contract_from,
            contract_until_on=person.contract_until,
            probation_until_on=person.probation_until,
        )
        for line, person in enumerate(people, 2)
    ]


async def run(folder: Path, *, seed: int = SEED) -> DemoReport:
    """Generate the files, take in the staff list, open one account per role (the database is open and empty)."""
    data = generate(folder, seed=seed, months=MONTHS)
    staff = await import_staff(house_actor("qa demo"), staff_entries(data.people))
    accounts = await _open_accounts(data, staff)
    hidden = msgspec.structs.replace(staff, codes=[])  # the demo's codes are used up; none is worth printing
    return DemoReport(str(folder), sorted(p.name for p in folder.iterdir() if p.is_file()), hidden, accounts, PASSWORD)


async def _open_accounts(data: DemoData, staff: StaffReport) -> list[DemoAccount]:
    codes = {code.employee_no: code for code in staff.codes}
    opened: dict[str, DemoAccount] = {}
    for person in data.people:
        if person.role in opened or person.staff_no not in codes:
            continue
        code = codes[person.staff_no]
        await choose_password(code.code, PASSWORD)
        opened[person.role] = DemoAccount(person.role, code.username, person.name)
    return list(opened.values())
