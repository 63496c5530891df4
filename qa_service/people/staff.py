"""The staff list: units, people, posts, reporting lines, roles and log-ins from one list, in one transaction.

The same list twice changes nothing; a changed row updates the person and dates the change. People whom the list does
not name are left alone: leaving is said, not guessed. New log-ins have no code yet: whoever brought the list prints
them in a step of its own (imports.codes), so that no code is ever stored.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import msgspec

from qa_service import clock
from qa_service.database import row, rows, scalar, transaction
from qa_service.errors import FieldError, InvalidInput
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people import rules
from qa_service.people.access import Actor, Permission, Role
from qa_service.people.staff_house import House, read_house, twice_named
from qa_service.people.staff_leaving import HOME, gives_back_at, release
from qa_service.people.staff_lists import PostEntry, StaffEntry, list_faults, merge, who
from qa_service.people.staff_plans import NewRole, Note, Plan, plan_faults, plan_person
from qa_service.people.tables import (
    Account,
    AccountHolder,
    AccountRole,
    Person,
    PlatformAccount,
    Post,
    ReportingLine,
    Unit,
    UnitPlace,
)

__all__ = ["PostEntry", "StaffEntry", "StaffReport", "import_staff", "staff_faults"]
BEGINNING = date(2000, 1, 1)  # a unit that the list names without a date has been there before all records


class StaffReport(msgspec.Struct, frozen=True):
    """`fates`: line → created, updated, unchanged or duplicate; `accounts`: new log-ins, which wait for their codes."""

    people: int
    created: int
    updated: int
    unchanged: int
    units: int
    accounts: list[int]
    fates: dict[int, str]
    notes: list[Note]


async def staff_faults(actor: Actor, entries: Sequence[StaffEntry], *, with_accounts: bool = True) -> list[FieldError]:
    """Every fault of the list at once: in itself, against what is known, and against the bringer's rights."""
    return _faults(actor, entries, await read_house(), with_accounts=with_accounts)[0]


def _faults(
    actor: Actor, entries: Sequence[StaffEntry], house: House, *, with_accounts: bool
) -> tuple[list[FieldError], list[Plan]]:
    people, faults = merge(entries)
    faults += list_faults(people, house.people)
    if faults:
        return faults, []
    if faults := twice_named(people, house):
        return faults, []
    plans = [plan_person(one, house, with_accounts=with_accounts) for one in people]
    release(plans, house)
    return [found for plan in plans for found in plan_faults(actor, plan, house)], plans


async def import_staff(
    actor: Actor, entries: Sequence[StaffEntry], *, with_accounts: bool = True, dry_run: bool = False
) -> StaffReport:
    """Bring people, posts, roles and log-ins to what the list says; nothing at all when a row of it is wrong.

    A dry run plans the same and writes nothing.
    """
    actor.require(Permission.PEOPLE_WRITE)
    if with_accounts:
        actor.require(Permission.ACCOUNT_WRITE)
    if dry_run:
        return _report(_planned(actor, entries, await read_house(), with_accounts=with_accounts), [])
    async with transaction():
        house = await read_house()
        plans = _planned(actor, entries, house, with_accounts=with_accounts)
        await _make_units(plans, house)
        people = {number: one.id for number, one in house.people.items()}
        for plan in plans:
            people[plan.merged.entry.employee_no] = await _person(plan)
        accounts = [account for plan in plans if (account := await _apply(plan, people, house))]
        report = _report(plans, accounts)
        await record(actor, "staff:import", "staff", inputs=_inputs(plans, report))
    return report


def _planned(actor: Actor, entries: Sequence[StaffEntry], house: House, *, with_accounts: bool) -> list[Plan]:
    faults, plans = _faults(actor, entries, house, with_accounts=with_accounts)
    if faults:
        raise InvalidInput(fields=faults)
    return plans


def _report(plans: list[Plan], accounts: list[int]) -> StaffReport:
    fates: dict[int, str] = {}
    for plan in plans:
        fates |= dict.fromkeys(plan.merged.lines, plan.fate) | dict.fromkeys(plan.merged.repeats, "duplicate")
    count = {fate: sum(plan.fate == fate for plan in plans) for fate in ("created", "updated", "unchanged")}
    units = {post.unit_code for plan in plans for post in plan.merged.entry.posts}
    notes = [note for plan in plans for note in plan.notes]
    narrow = [who(plan.merged.entry) for plan in plans if any(_is_narrow(role) for role in plan.roles_on)]
    if narrow:
        notes.append({"sentence": NARROW, "facts": {"who": narrow}})
    if blanks := sum(plan.kept_blank for plan in plans):
        notes.append({"sentence": N_("%(count)s个空单元格没有改动原有的值"), "facts": {"count": blanks}})
    return StaffReport(len(plans), **count, units=len(units), accounts=accounts, fates=fates, notes=notes)


NARROW = N_("%(who)s：质检岗位只看得到所在部门；要看别的部门，请在“范围”列写部门名称或“全公司”")


def _is_narrow(role: NewRole) -> bool:
    return role.role in (Role.MONITOR, Role.QA_LEAD) and role.scope is not None


def _inputs(plans: list[Plan], report: StaffReport) -> dict[str, object]:
    """What the journal keeps: counts, and each change of rights."""
    gone = [[plan.merged.entry.employee_no, role.role, role.unit] for plan in plans for role in plan.roles_off]
    new = [
        [plan.merged.entry.employee_no, role.role, role.scope]
        for plan in plans if plan.known for role in plan.roles_on
    ]  # fmt: skip
    closed = [plan.merged.entry.employee_no for plan in plans if plan.closes]
    counts = {name: getattr(report, name) for name in ("people", "created", "updated", "unchanged")}
    return {**counts, "accounts": report.accounts, "revoked": gone, "granted": new, "closed": closed}


async def _make_units(plans: list[Plan], house: House) -> None:
    """Every unit on the paths of new posts, parents before children."""
    paths = {
        post.unit_path[:depth] for plan in plans for post in plan.begins for depth in range(1, len(post.unit_path) + 1)
    }
    for path in sorted(paths, key=lambda path: (len(path), path)):
        code = "/".join(path)
        if code not in house.units:
            made = Unit(code=code, name=path[-1], name_en=path[-1], kind="department" if len(path) == 1 else "group")
            unit = house.units[code] = (await Unit.insert(made).returning(Unit.id))[0]["id"]
            parent = house.units.get("/".join(path[:-1]))
            await UnitPlace.insert(UnitPlace(unit=unit, parent=parent, from_on=BEGINNING, until_on=None))


async def _person(plan: Plan) -> int:
    entry = plan.merged.entry
    if plan.known is None:
        made = Person(
            key=entry.employee_no, employee_no=entry.employee_no, name=entry.name, created_at=clock.now(),
            hired_on=entry.hired_on, left_on=entry.left_on, contract_kind=entry.contract_kind,
            contract_from_on=entry.contract_from_on, contract_until_on=entry.contract_until_on,
            probation_until_on=entry.probation_until_on,
        )  # fmt: skip
        return (await Person.insert(made).returning(Person.id))[0]["id"]
    if plan.fields:
        places = ", ".join(f"{name} = {{}}" for name in plan.fields)
        values = (*plan.fields.values(), plan.known.id)
        await rows(f"UPDATE person SET {places}, version = version + 1 WHERE id = {{}}", *values)
    return plan.known.id


async def _apply(plan: Plan, people: dict[str, int], house: House) -> int | None:
    """Write one person's plan; answers the account that it made."""
    person = people[plan.merged.entry.employee_no]
    for post, until in plan.until.items():
        await rows("UPDATE post SET until_on = {} WHERE id = {}", until, post)
    from_on = house.today if plan.known and plan.known.posts else plan.merged.entry.hired_on or BEGINNING
    made = [
        await _begin_post(person, house.units[post.unit_code], post.position, post.role, from_on, plan.left_on)
        for post in plan.begins
    ]
    await _lines(plan, person, people, house.today)
    for pair in plan.accounts:
        await _hold(plan, person, pair, house)
    account = plan.known.account if plan.known else None
    if plan.makes_account:
        account = await _account(plan, person)
    await _roles(plan, account, made, house)
    if plan.left_on is not None and plan.known:
        await _leave(plan, person)
    return account if plan.makes_account else None


async def _begin_post(person: int, unit: int, position: str, kind: str, from_on: date, until_on: date | None) -> int:
    """A post from its first day on; the same post begun twice on one day is the same row."""
    same = await scalar(
        "SELECT id FROM post WHERE person = {} AND unit = {} AND position = {} AND from_on = {}",
        person, unit, position, from_on,
    )  # fmt: skip
    if same is not None:
        await rows("UPDATE post SET kind = {}, until_on = {} WHERE id = {}", kind, until_on, same)
        return same
    post = Post(person=person, unit=unit, position=position, kind=kind, from_on=from_on, until_on=until_on)
    return (await Post.insert(post).returning(Post.id))[0]["id"]


async def _lines(plan: Plan, person: int, people: dict[str, int], today: date) -> None:
    """The first line begins with the hire, a later one on the day of the change."""
    for line, until in plan.line_ends.items():
        await rows("UPDATE reporting_line SET until_on = {} WHERE id = {}", until, line)
    is_first = plan.known is None or not plan.known.had_lines
    from_on = (plan.merged.entry.hired_on or BEGINNING) if is_first else today
    for number in plan.line_begins:
        same = await scalar(
            "SELECT id FROM reporting_line WHERE person = {} AND reports_to = {} AND from_on = {}",
            person, people[number], from_on,
        )  # fmt: skip
        if same is not None:
            await rows("UPDATE reporting_line SET until_on = NULL WHERE id = {}", same)
            continue
        line = ReportingLine(person=person, reports_to=people[number], from_on=from_on, until_on=None)
        await ReportingLine.insert(line)


async def _hold(plan: Plan, person: int, pair: tuple[str, str], house: House) -> None:
    """The list's accounts are the person's own from the hire on, or from when somebody else gave them back."""
    platform, name = pair
    known = await scalar("SELECT id FROM platform_account WHERE platform = {} AND name = {}", platform, name)
    if known is None:
        unit = next((house.units.get(post.unit_code) for post in plan.merged.entry.posts), None)
        made = PlatformAccount(platform=platform, name=name, unit=unit, created_at=clock.now())
        known = (await PlatformAccount.insert(made).returning(PlatformAccount.id))[0]["id"]
    from_at = datetime.combine(plan.merged.entry.hired_on or BEGINNING, time(), HOME).astimezone(UTC)
    freed = house.freed.get(pair)
    from_at = max(from_at, freed) if freed else from_at
    if await row(
        "SELECT id FROM account_holder WHERE platform_account = {} AND person = {} AND from_at = {}",
        known, person, from_at,
    ):  # fmt: skip
        return
    await AccountHolder.insert(
        AccountHolder(platform_account=known, person=person, from_at=from_at, until_at=None, source="import")
    )


async def _account(plan: Plan, person: int) -> int:
    """A log-in named by the 工号; it opens with a code that is printed later."""
    username = rules.clean_username(plan.merged.entry.employee_no)
    made = Account(username=username, person=person, password_hash=None, state="invited", created_at=clock.now())
    return (await Account.insert(made).returning(Account.id))[0]["id"]


async def _roles(plan: Plan, account: int | None, made: list[int], house: House) -> None:
    for role in plan.roles_off:
        await rows("DELETE FROM account_role WHERE id = {}", role.id)
    for role, new in plan.relinked.items():
        await rows("UPDATE account_role SET post = {} WHERE id = {}", _post_of(new, made), role)
    for new in plan.roles_on:
        unit = None if new.scope is None else house.units[new.scope]
        await AccountRole.insert(AccountRole(account=account, role=new.role, unit=unit, post=_post_of(new, made)))
    if account and plan.known and (plan.roles_off or plan.roles_on):
        await rows("UPDATE account SET version = version + 1 WHERE id = {}", account)


def _post_of(new: NewRole, made: list[int]) -> int | None:
    return new.post if new.new_post is None else made[new.new_post]


async def _leave(plan: Plan, person: int) -> None:
    """Shop accounts are given back with the last day; the log-in closes (people.commands checks the day too)."""
    ends_at = gives_back_at(plan.left_on)
    await rows(
        "UPDATE account_holder SET until_at = {} WHERE person = {} AND (until_at IS NULL OR until_at > {})"
        " AND from_at < {}",
        ends_at, person, ends_at, ends_at,
    )  # fmt: skip
    if not plan.closes:
        return
    account = plan.known.account
    await rows("UPDATE account SET state = 'closed', version = version + 1 WHERE id = {}", account)
    await rows("DELETE FROM session WHERE account = {}", account)
    await rows(
        "UPDATE one_time_code SET used_at = {} WHERE account = {} AND used_at IS NULL", clock.now(), account
    )  # fmt: skip
