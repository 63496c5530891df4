"""What is known before a staff list comes in: units, people with posts, lines, accounts and roles. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import rows
from qa_service.errors import FieldError
from qa_service.language import N_
from qa_service.people.staff_lists import PERSON_FIELDS, Merged, fault


class HeldPost(msgspec.Struct, frozen=True):
    id: int
    unit_code: str
    unit: int
    position: str
    kind: str
    until_on: date | None


class HeldRole(msgspec.Struct, frozen=True):
    id: int
    role: str
    unit: int | None
    post: int | None


class KnownPerson(msgspec.Struct):
    """`posts` and `lines` (number of the manager → id) are those that still hold; `open_accounts` are held now."""

    id: int
    fields: dict[str, Any]
    posts: list[HeldPost] = []
    lines: dict[str, int] = {}
    had_lines: bool = False
    open_accounts: set[tuple[str, str]] = set()
    account: int | None = None
    state: str = ""
    roles: list[HeldRole] = []


class House(msgspec.Struct):
    """`holders`: who holds an account now, as (number, name); `freed`: when a former holder of it left it."""

    today: date
    units: dict[str, int]
    names: dict[str, list[str]]  # unit name → codes
    people: dict[str, KnownPerson]
    usernames: dict[str, int | None]  # → person
    holders: dict[tuple[str, str], list[tuple[str, str]]] = {}
    freed: dict[tuple[str, str], datetime] = {}

    def code_of(self, unit: int | None) -> str | None:
        return next((code for code, known in self.units.items() if known == unit), None)


async def read_house() -> House:
    units = await rows("SELECT id, code, name FROM unit ORDER BY id")
    names: dict[str, list[str]] = {}
    for unit in units:
        names.setdefault(unit["name"], []).append(unit["code"])
    found = await rows(f"SELECT id, key, merged_into, {', '.join(PERSON_FIELDS)} FROM person ORDER BY id")
    known = {one["id"]: KnownPerson(one["id"], {name: one[name] for name in PERSON_FIELDS}) for one in found}
    by_id = {one["id"]: known[one["merged_into"] or one["id"]] for one in found}  # an alias is whom it stands for
    people = {one["key"]: by_id[one["id"]] for one in found}
    usernames = {one["username"]: one["person"] for one in await rows("SELECT username, person FROM account")}
    house = House(clock.today(), {unit["code"]: unit["id"] for unit in units}, names, people, usernames)
    named = {one["id"]: (one["key"], one["name"]) for one in found}
    named = {one["id"]: named[one["merged_into"] or one["id"]] for one in found}
    await _add_posts(by_id, house.today)
    await _add_lines(by_id, {one: key for one, (key, _name) in named.items()}, house.today)
    await _add_accounts(by_id)
    await _add_holders(house, by_id, named)
    return house


async def _add_posts(people: dict[int, KnownPerson], today: date) -> None:
    for one in await rows(
        "SELECT p.id, p.person, u.code, p.unit, p.position, p.kind, p.until_on FROM post p JOIN unit u ON u.id = p.unit"
        " WHERE p.until_on IS NULL OR p.until_on >= {} ORDER BY p.from_on, p.id",
        today,
    ):
        held = HeldPost(one["id"], one["code"], one["unit"], one["position"], one["kind"], one["until_on"])
        people[one["person"]].posts.append(held)


async def _add_lines(people: dict[int, KnownPerson], keys: dict[int, str], today: date) -> None:
    for one in await rows("SELECT id, person, reports_to, until_on FROM reporting_line ORDER BY id"):
        person = people[one["person"]]
        person.had_lines = True
        if one["until_on"] is None or one["until_on"] >= today:
            person.lines[keys[one["reports_to"]]] = one["id"]


async def _add_accounts(people: dict[int, KnownPerson]) -> None:
    by_account: dict[int, KnownPerson] = {}
    for one in await rows("SELECT id, person, state FROM account WHERE person IS NOT NULL ORDER BY id"):
        person = by_account[one["id"]] = people[one["person"]]
        person.account, person.state = one["id"], one["state"]
    for one in await rows("SELECT id, account, role, unit, post FROM account_role ORDER BY id"):
        if one["account"] in by_account:
            by_account[one["account"]].roles.append(HeldRole(one["id"], one["role"], one["unit"], one["post"]))


async def _add_holders(house: House, people: dict[int, KnownPerson], named: dict[int, tuple[str, str]]) -> None:
    now = clock.now()
    for one in await rows(
        "SELECT a.platform, a.name, h.person, h.until_at FROM account_holder h"
        " JOIN platform_account a ON a.id = h.platform_account ORDER BY h.from_at, h.id"
    ):
        pair = (one["platform"], one["name"])
        if one["until_at"] is None or one["until_at"] > now:
            people[one["person"]].open_accounts.add(pair)
        if one["until_at"] is None:
            house.holders.setdefault(pair, []).append(named[one["person"]])
        else:
            house.freed[pair] = max(one["until_at"], house.freed.get(pair, one["until_at"]))


def twice_named(people: Sequence[Merged], house: House) -> list[FieldError]:
    """Somebody on the list under two numbers that were found to be one person's: one of the two rows has to go."""
    first: dict[int, Merged] = {}
    faults = []
    for one in people:
        known = house.people.get(one.entry.employee_no)
        other = first.setdefault(known.id, one) if known else one
        if other is not one:
            text = N_("工号“%(value)s”与第%(other)s行的“%(first)s”已合并为同一个人，请只留一行")
            facts = {"value": one.entry.employee_no, "other": other.entry.line, "first": other.entry.employee_no}
            faults.append(fault(one.entry.line, "one-person-twice", text, "employee_no", **facts))
    return faults
