"""The staff list: units, people, posts, reporting lines and log-ins from one list, in one transaction.

The same list twice changes nothing; a changed row updates the person and dates the change. People whom the list no
longer names are left alone: leaving is said, not guessed.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from qa_service import clock
from qa_service.database import row, rows, scalar, transaction
from qa_service.errors import FieldError, InvalidInput
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people import rules
from qa_service.people.access import Actor, Permission, Role
from qa_service.people.tables import (
    Account,
    AccountHolder,
    AccountRole,
    OneTimeCode,
    Person,
    PlatformAccount,
    Post,
    ReportingLine,
    Unit,
    UnitPlace,
)

BEGINNING = date(2000, 1, 1)  # a unit that the list names without a date has been there before all records


class StaffEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One person as the list has it. unit_path: from the root down; role is a value of access.Role."""

    line: int
    employee_no: str
    name: str
    unit_path: tuple[str, ...]
    position: str
    role: str
    manager_nos: tuple[str, ...] = ()
    platform_accounts: tuple[tuple[str, str], ...] = ()
    hired_on: date | None = None
    left_on: date | None = None
    contract_kind: str | None = None
    contract_from_on: date | None = None
    contract_until_on: date | None = None
    probation_until_on: date | None = None


class PrintedCode(msgspec.Struct, frozen=True):
    """A new log-in and the code to print for its owner; only here is the code readable."""

    employee_no: str
    name: str
    username: str
    code: str


class StaffReport(msgspec.Struct, frozen=True):
    people: int
    created: int
    updated: int
    unchanged: int
    units: int
    codes: list[PrintedCode]


def check_entries(entries: list[StaffEntry]) -> list[FieldError]:
    """Every fault of the list at once: a number twice, an unknown role, a manager whom the list does not name."""
    known = {entry.employee_no for entry in entries}
    seen: set[str] = set()
    faults = []
    for entry in entries:
        place = f"line:{entry.line}"
        if entry.employee_no in seen:
            text = N_("第%(line)s行：工号“%(value)s”重复，请删去一行")
            faults.append(FieldError(place, "twice", text, {"line": entry.line, "value": entry.employee_no}))
        seen.add(entry.employee_no)
        if entry.role not in set(Role):
            text = N_("第%(line)s行：角色“%(value)s”不认识，可用%(known)s")
            facts = {"line": entry.line, "value": entry.role, "known": ", ".join(Role)}
            faults.append(FieldError(place, "role-unknown", text, facts))
        for number in entry.manager_nos:
            if number not in known:
                text = N_("第%(line)s行：直属主管工号“%(value)s”不在名册里，请补上或改正")
                faults.append(FieldError(place, "manager-unknown", text, {"line": entry.line, "value": number}))
        if not entry.unit_path:
            faults.append(FieldError(place, "unit-missing", N_("第%(line)s行：没有部门"), {"line": entry.line}))
    return faults


async def import_staff(actor: Actor, entries: list[StaffEntry], *, with_accounts: bool = True) -> StaffReport:
    """Bring people, posts and log-ins to what the list says; nothing at all when a row of it is wrong."""
    actor.require(Permission.PEOPLE_WRITE)
    if faults := check_entries(entries):
        raise InvalidInput(fields=faults)
    async with transaction():
        units = await _units(entries)
        counts = {"created": 0, "updated": 0, "unchanged": 0}
        people = {}
        for entry in entries:
            people[entry.employee_no], what = await _person(entry)
            counts[what] += 1
        codes = []
        for entry in entries:
            person = people[entry.employee_no]
            await _post(entry, person, units[entry.unit_path])
            await _lines(entry, person, people)
            await _platform_accounts(entry, person, units[entry.unit_path])
            if with_accounts and (code := await _account(entry, person, units[entry.unit_path])):
                codes.append(code)
        await record(actor, "staff:import", "staff", inputs={**counts, "people": len(entries)})
    return StaffReport(len(entries), **counts, units=len(units), codes=codes)


async def _units(entries: list[StaffEntry]) -> dict[tuple[str, ...], int]:
    """Every unit on the paths of the list, parents before children."""
    paths = {entry.unit_path[:depth] for entry in entries for depth in range(1, len(entry.unit_path) + 1)}
    found: dict[tuple[str, ...], int] = {}
    for path in sorted(paths, key=lambda path: (len(path), path)):
        code = "/".join(path)
        known = await scalar("SELECT id FROM unit WHERE code = {}", code)
        if known is None:
            kind = "department" if len(path) == 1 else "group"
            made = Unit(code=code, name=path[-1], name_en=path[-1], kind=kind)
            known = (await Unit.insert(made).returning(Unit.id))[0]["id"]
            parent = found.get(path[:-1])
            await UnitPlace.insert(UnitPlace(unit=known, parent=parent, from_on=BEGINNING, until_on=None))
        found[path] = known
    return found


PERSON_FIELDS = (
    "name",
    "hired_on",
    "left_on",
    "contract_kind",
    "contract_from_on",
    "contract_until_on",
    "probation_until_on",
)


async def _person(entry: StaffEntry) -> tuple[int, str]:
    given: dict[str, Any] = {name: getattr(entry, name) for name in PERSON_FIELDS}
    known = await row(f"SELECT id, {', '.join(PERSON_FIELDS)} FROM person WHERE key = {{}}", entry.employee_no)
    if known is None:
        made = Person(key=entry.employee_no, employee_no=entry.employee_no, created_at=clock.now(), **given)
        return (await Person.insert(made).returning(Person.id))[0]["id"], "created"
    if all(known[name] == value for name, value in given.items()):
        return known["id"], "unchanged"
    places = ", ".join(f"{name} = {{}}" for name in PERSON_FIELDS)
    await rows(f"UPDATE person SET {places}, version = version + 1 WHERE id = {{}}", *given.values(), known["id"])
    return known["id"], "updated"


async def _post(entry: StaffEntry, person: int, unit: int) -> None:
    """The post of the list; a former post of the same person in another place ends the day before."""
    today = clock.today()
    current = await rows("SELECT id, unit, position, kind FROM post WHERE person = {} AND until_on IS NULL", person)
    if any((p["unit"], p["position"], p["kind"]) == (unit, entry.position, entry.role) for p in current):
        return
    for post in current:
        await rows("UPDATE post SET until_on = {} WHERE id = {}", today - timedelta(days=1), post["id"])
    from_on = today if current else entry.hired_on or BEGINNING
    await Post.insert(
        Post(person=person, unit=unit, position=entry.position, kind=entry.role, from_on=from_on, until_on=None)
    )


async def _lines(entry: StaffEntry, person: int, people: dict[str, int]) -> None:
    for number in entry.manager_nos:
        known = await scalar(
            "SELECT id FROM reporting_line WHERE person = {} AND reports_to = {} AND until_on IS NULL",
            person,
            people[number],
        )
        if known is None:
            from_on = entry.hired_on or BEGINNING
            line = ReportingLine(person=person, reports_to=people[number], from_on=from_on, until_on=None)
            await ReportingLine.insert(line)


async def _platform_accounts(entry: StaffEntry, person: int, unit: int) -> None:
    """The list's accounts are the person's own from the hire on; shared ones come with the list of holders."""
    for platform, name in entry.platform_accounts:
        known = await scalar("SELECT id FROM platform_account WHERE platform = {} AND name = {}", platform, name)
        if known is None:
            made = PlatformAccount(platform=platform, name=name, unit=unit, created_at=clock.now())
            known = (await PlatformAccount.insert(made).returning(PlatformAccount.id))[0]["id"]
        if await scalar("SELECT id FROM account_holder WHERE platform_account = {} AND person = {}", known, person):
            continue
        from_at = datetime.combine(entry.hired_on or BEGINNING, time(), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        await AccountHolder.insert(
            AccountHolder(platform_account=known, person=person, from_at=from_at, until_at=None, source="import")
        )


# Agents and supervisors reach their own unit; whoever serves the whole house reaches all of it.
HOUSE_ROLES = {Role.MONITOR, Role.QA_LEAD, Role.MANAGER, Role.HR, Role.AUDITOR, Role.ADMIN}


async def _account(entry: StaffEntry, person: int, unit: int) -> PrintedCode | None:
    """A log-in named by the 工号, waiting for its printed code; none where the person already has one."""
    if await scalar("SELECT id FROM account WHERE person = {}", person) is not None:
        return None
    username, now, code = rules.clean_username(entry.employee_no), clock.now(), rules.new_code()
    made = Account(username=username, person=person, password_hash=None, state="invited", created_at=now)
    account = (await Account.insert(made).returning(Account.id))[0]["id"]
    scope = None if entry.role in HOUSE_ROLES else unit
    await AccountRole.insert(AccountRole(account=account, role=entry.role, unit=scope))
    await OneTimeCode.insert(
        OneTimeCode(
            code_sha256=rules.digest(code),
            purpose="first-login",
            account=account,
            created_at=now,
            expires_at=now + rules.CODE_LIFE,
        )
    )
    return PrintedCode(entry.employee_no, entry.name, username, code)
