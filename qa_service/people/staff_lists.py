"""A staff list by itself, before anybody is looked up: rows of one person become one entry, faults are named. Pure.

Somebody may stand on several rows, one a post, or hold several posts on one row. What two rows say of the same person
must agree; a cell that is empty says nothing.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from qa_service.errors import FieldError
from qa_service.language import N_
from qa_service.people import rules
from qa_service.people.access import Role

PERSON_FIELDS = (
    "name", "hired_on", "left_on", "contract_kind", "contract_from_on", "contract_until_on", "probation_until_on",
)  # fmt: skip
LISTS = ("posts", "manager_nos", "platform_accounts")
HOUSE_SCOPE = "*"  # the list's word for 全公司


class PostEntry(msgspec.Struct, frozen=True):
    """A post: units from the root down, title, role, and where the role reaches.

    None is "the list has no such column": what is known stays. `is_group_known` False: the list names departments only.
    """

    unit_path: tuple[str, ...]
    position: str | None = None
    role: str | None = None
    scope: str | None = None  # HOUSE_SCOPE, the code or name of a unit, or None for what the post gives
    is_group_known: bool = True

    @property
    def unit_code(self) -> str:
        return "/".join(self.unit_path)


class StaffEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What one row says of a person; role is a value of access.Role.

    `blanks`: fields whose column is there and whose cell is empty; `clears`: those of them where that means "no value".
    """

    line: int
    employee_no: str
    name: str
    posts: tuple[PostEntry, ...] = ()
    manager_nos: tuple[str, ...] = ()
    platform_accounts: tuple[tuple[str, str], ...] = ()
    hired_on: date | None = None
    left_on: date | None = None
    contract_kind: str | None = None
    contract_from_on: date | None = None
    contract_until_on: date | None = None
    probation_until_on: date | None = None
    blanks: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()


class Merged(msgspec.Struct, frozen=True):
    """One person of the list: all that the rows say together, the rows, and those among them that add nothing."""

    entry: StaffEntry
    lines: tuple[int, ...]
    repeats: tuple[int, ...] = ()


def fault(line: int, code: str, sentence: str, field: str, **facts: object) -> FieldError:
    """A fault of one row; `field` is what it is about, so that its column can be named."""
    return FieldError(f"line:{line}", code, sentence, {"line": line, "field": field, **facts})


def merge(entries: Iterable[StaffEntry]) -> tuple[list[Merged], list[FieldError]]:
    """Rows by person, in the order of the list; a row that contradicts an earlier one is a fault."""
    people: dict[str, Merged] = {}
    faults = []
    for entry in entries:
        before = people.get(entry.employee_no)
        if before is None:
            people[entry.employee_no] = Merged(entry, (entry.line,))
            continue
        if differing := _differing(before.entry, entry):
            sentence = N_("工号“%(value)s”的这一项与第%(other)s行不同，同一个人只能有一种写法")
            facts = {"value": entry.employee_no, "other": before.entry.line}
            faults.append(fault(entry.line, "rows-differ", sentence, differing, **facts))
            continue
        people[entry.employee_no] = _joined(before, entry)
    return list(people.values()), faults


def _differing(one: StaffEntry, other: StaffEntry) -> str | None:
    for name in PERSON_FIELDS:
        values = {getattr(one, name), getattr(other, name)} - {None}
        if len(values) > 1:
            return name
    return None


def _joined(before: Merged, entry: StaffEntry) -> Merged:
    one = before.entry
    fields = {name: getattr(one, name) or getattr(entry, name) for name in PERSON_FIELDS}
    lists = {name: tuple(dict.fromkeys((*getattr(one, name), *getattr(entry, name)))) for name in LISTS}
    made = msgspec.structs.replace(one, **fields, **lists)
    repeats = (*before.repeats, entry.line) if made == one else before.repeats
    made = msgspec.structs.replace(made, blanks=one.blanks & entry.blanks, clears=one.clears & entry.clears)
    return Merged(made, (*before.lines, entry.line), repeats)


def list_faults(people: Sequence[Merged], known: Iterable[str] = ()) -> list[FieldError]:
    """What is wrong with the list whoever brings it: roles, managers, units, dates, one account in two hands."""
    numbers = {one.entry.employee_no for one in people} | set(known)
    faults = []
    for one in people:
        faults += _role_faults(one.entry) + _date_faults(one.entry)
        for number in one.entry.manager_nos:
            if number not in numbers:
                text = N_("直属主管工号“%(value)s”不在名册里，系统里也没有，请补上或改正")
                faults.append(fault(one.entry.line, "manager-unknown", text, "manager_numbers", value=number))
    return faults + _circles(people) + _shared_usernames(people) + _shared_accounts(people)


def _circles(people: Sequence[Merged]) -> list[FieldError]:
    """Whoever is their own superior, directly or through others: nobody would stand above the circle."""
    above = {one.entry.employee_no: one.entry.manager_nos for one in people}
    text = N_("直属主管绕成一圈，“%(value)s”成了自己的上级：%(way)s")
    return [
        fault(one.entry.line, "manager-circle", text, "manager_numbers", value=way[0], way=" → ".join(way))
        for one in people
        if (way := _way_back(one.entry.employee_no, above))
    ]


def _way_back(number: str, above: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way up from a person to that same person; empty where there is none."""
    ways, seen = deque([[number]]), set()
    while ways:
        way = ways.popleft()
        for manager in above.get(way[-1], ()):
            if manager == number:
                return [*way, manager]
            if manager not in seen:
                seen.add(manager)
                ways.append([*way, manager])
    return []


def _shared_usernames(people: Sequence[Merged]) -> list[FieldError]:
    """Numbers that differ in case or width only: a log-in is named by the number, and knows neither."""
    first: dict[str, StaffEntry] = {}
    faults = []
    for one in people:
        other = first.setdefault(rules.clean_username(one.entry.employee_no), one.entry)
        if other is not one.entry:
            text = N_("工号“%(value)s”与第%(other)s行的“%(first)s”只差大小写或全半角，登录名会相同，请改成不同的工号")
            facts = {"value": one.entry.employee_no, "other": other.line, "first": other.employee_no}
            faults.append(fault(one.entry.line, "numbers-alike", text, "employee_no", **facts))
    return faults


def _role_faults(entry: StaffEntry) -> list[FieldError]:
    faults = []
    for post in entry.posts:
        if post.role is not None and post.role not in set(Role):
            text = N_("角色“%(value)s”不认识，可用%(known)s")
            faults.append(fault(entry.line, "role-unknown", text, "role", value=post.role, known=", ".join(Role)))
    if not all(post.unit_path for post in entry.posts) or not entry.posts:
        faults.append(fault(entry.line, "unit-missing", N_("没有部门"), "department"))
    return faults


def _date_faults(entry: StaffEntry) -> list[FieldError]:
    """Ends before their starts; the length of a probation is the probation room's to judge."""
    pairs = (
        ("contract_until_on", "contract_from_on", N_("合同到期%(value)s早于合同开始%(start)s")),
        ("left_on", "hired_on", N_("离职日期%(value)s早于入职日期%(start)s")),
        ("probation_until_on", "hired_on", N_("试用期截止%(value)s早于入职日期%(start)s")),
    )
    faults: dict[str, FieldError] = {}
    for end, start, sentence in pairs:
        until, since = getattr(entry, end), getattr(entry, start)
        if until is not None and since is not None and until < since and end not in faults:
            faults[end] = fault(
                entry.line, "ends-before-start", sentence, end, value=until.isoformat(), start=since.isoformat()
            )
    return list(faults.values())


TWO_HOLDERS = N_("平台账号“%(value)s”同时由%(one)s和%(other)s持有，同一时间只能一人持有")


def who(entry: StaffEntry) -> dict[str, str]:
    return {"text": entry.name, "aside": entry.employee_no}


def _shared_accounts(people: Sequence[Merged]) -> list[FieldError]:
    """One platform account in the hands of two people who are both here."""
    holders: dict[tuple[str, str], StaffEntry] = {}
    faults = []
    for one in people:
        for pair in one.entry.platform_accounts if one.entry.left_on is None else ():
            first = holders.setdefault(pair, one.entry)
            if first is not one.entry:
                facts = {"value": "/".join(pair), "one": who(first), "other": who(one.entry)}
                faults.append(fault(one.entry.line, "two-holders", TWO_HOLDERS, "accounts", **facts))
    return faults
