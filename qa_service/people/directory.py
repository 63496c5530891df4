"""The staff as a list to page through, and one person with posts, managers, platform accounts and contract."""

from typing import Any

from qa_service import clock
from qa_service.database import among, row, rows, scalar
from qa_service.errors import NotFound
from qa_service.language import N_, current_language, gettext, listed
from qa_service.people import errors
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import PeopleFilter, people_where

PAGE = 50
ID_DIGITS = 19  # more do not fit a database's integer
SORTS = {
    "number": "p.key, p.id",
    "name": "p.name, p.id",
    "hired": "p.hired_on IS NULL, p.hired_on DESC, p.id",
}


async def page_of_people(
    actor: Actor, asked: PeopleFilter, *, sort: str = "number", page: int = 1, limit: int = PAGE
) -> tuple[list[dict[str, Any]], int]:
    """One page of staff with the posts of today, and how many answer to the filter."""
    where, values = await people_where(actor, asked)
    found = await rows(
        "SELECT p.id, p.key, p.employee_no, p.name, p.hired_on, p.left_on"
        f" FROM person p WHERE 1 = 1{where} ORDER BY {SORTS.get(sort, SORTS['number'])} LIMIT {{}} OFFSET {{}}",
        *values,
        limit,
        (page - 1) * limit,
    )
    posts = await _posts_today([one["id"] for one in found])
    total = await scalar(f"SELECT COUNT(*) AS n FROM person p WHERE 1 = 1{where}", *values)
    return [{**one, "posts": posts.get(one["id"], [])} for one in found], total


async def _posts_today(people: list[int]) -> dict[int, list[dict[str, Any]]]:
    today = clock.today()
    found = await rows(
        "SELECT q.person, q.position, q.unit, u.name, u.name_en FROM post q JOIN unit u ON u.id = q.unit"
        f" WHERE q.person IN {among(len(people))} AND q.from_on <= {{}} AND (q.until_on IS NULL OR q.until_on >= {{}})"
        " ORDER BY q.person, q.id",
        *people,
        today,
        today,
    )
    posts: dict[int, list[dict[str, Any]]] = {}
    for one in found:
        posts.setdefault(one["person"], []).append({"position": one["position"], "unit_name": _named(one)})
    return posts


def _named(unit: dict[str, Any]) -> str:
    return (unit["name_en"] if current_language() == "en" else "") or unit["name"]


async def units_in_reach(actor: Actor) -> list[dict[str, Any]]:
    """Units by which the actor may filter the staff, each under its parent of today."""
    reach, today = actor.units(Permission.PEOPLE_READ), clock.today()
    where = "" if reach is None else f" WHERE u.id IN {among(len(reach))}"
    return await rows(
        "SELECT u.id, u.code, u.name, u.name_en, u.kind, p.parent FROM unit u"
        " LEFT JOIN unit_place p ON p.unit = u.id AND p.from_on <= {} AND (p.until_on IS NULL OR p.until_on >= {})"
        f"{where} ORDER BY u.code",
        today, today, *sorted(reach or ()),
    )  # fmt: skip


async def person(actor: Actor, person_id: int) -> dict[str, Any]:
    """One person in reach, or oneself. `contract` is None for whoever may not read it, oneself excepted."""
    is_own = actor.person_id == person_id
    where, values = ("", []) if is_own else await people_where(actor, PeopleFilter(with_aliases=True))
    if not is_own and not actor.may(Permission.PEOPLE_READ):
        raise NotFound(N_("这个人"))
    found = await row(f"SELECT p.* FROM person p WHERE p.id = {{}}{where}", person_id, *values)
    if found is None:
        raise NotFound(N_("这个人"))
    may_contract = is_own or await _reaches(actor, Permission.HR_READ, person_id)
    may_probation = is_own or may_contract or actor.may(Permission.PROBATION_READ)
    contract = {name: found[f"contract_{name}"] for name in ("kind", "from_on", "until_on")}
    shown = {name: found[name] for name in ("id", "key", "employee_no", "name", "hired_on", "left_on", "merged_into")}
    return {
        **shown,
        "probation_until_on": found["probation_until_on"] if may_probation else None,
        "posts": await _posts(person_id),
        "managers": await _managers(person_id),
        "holders": await _holders(person_id, is_own_only=not actor.may(Permission.PEOPLE_READ)),
        "contract": contract if may_contract else None,
    }


async def _reaches(actor: Actor, permission: Permission, person_id: int) -> bool:
    reach = actor.units(permission)
    if reach is None:
        return True
    found = await scalar(
        f"SELECT id FROM post WHERE person = {{}} AND unit IN {among(len(reach))} LIMIT 1", person_id, *sorted(reach)
    )
    return found is not None


async def _posts(person_id: int) -> list[dict[str, Any]]:
    found = await rows(
        "SELECT q.unit, q.position, q.kind, q.from_on, q.until_on, u.name, u.name_en FROM post q"
        " JOIN unit u ON u.id = q.unit WHERE q.person = {} ORDER BY q.from_on DESC, q.id DESC",
        person_id,
    )
    return [{**one, "unit_name": _named(one)} for one in found]


async def _managers(person_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT r.reports_to AS person, m.name, m.employee_no, r.from_on, r.until_on FROM reporting_line r"
        " JOIN person m ON m.id = r.reports_to WHERE r.person = {} ORDER BY r.from_on DESC, r.id",
        person_id,
    )


async def _holders(person_id: int, *, is_own_only: bool) -> list[dict[str, Any]]:
    """Every spell in which somebody held one of this person's platform accounts; only the own ones where asked."""
    own = " AND h.person = {}" if is_own_only else ""
    return await rows(
        "SELECT h.platform_account, a.platform, a.name, h.person, n.name AS person_name, n.employee_no, h.from_at,"
        " h.until_at, h.source FROM account_holder h JOIN platform_account a ON a.id = h.platform_account"
        " JOIN person n ON n.id = h.person WHERE h.platform_account IN"
        " (SELECT k.platform_account FROM account_holder k WHERE k.person = {})"
        f"{own} ORDER BY a.platform, a.name, h.platform_account, h.from_at DESC, h.id DESC",
        person_id,
        *([person_id] if is_own_only else []),
    )


async def account_of(person_id: int) -> dict[str, Any] | None:
    """The person's log-in."""
    return await row("SELECT id, username, state FROM account WHERE person = {}", person_id)


async def person_named(words: str) -> int:
    """Whom a 工号, a source's key, an exact name or an id means: for the command line, where people type either.

    A 工号 is one person. A key is often a name, so it counts as one. Raises NobodyNamed, NameShared with everybody
    of that name.
    """
    numbered = "SELECT COALESCE(merged_into, id) AS id FROM person WHERE employee_no = {} ORDER BY id LIMIT 1"
    known = await scalar(numbered, words)
    if known is not None:
        return known
    found = await rows(
        "SELECT id, name, employee_no FROM person WHERE id IN (SELECT COALESCE(merged_into, id) FROM person"
        " WHERE key = {} OR name = {}) ORDER BY id LIMIT 11",
        words,
        words,
    )
    if not found and words.isdecimal() and len(words) < ID_DIGITS:
        found = await rows("SELECT COALESCE(merged_into, id) AS id FROM person WHERE id = {}", int(words))
    if not found:
        raise errors.NobodyNamed(given=words)
    if len(found) > 1:
        shown = listed(_numbered(one) for one in found[:10])
        raise errors.NameShared(given=words, people=shown + ("…" if len(found) > 10 else ""))
    return found[0]["id"]


def _numbered(one: dict[str, Any]) -> str:
    number = one["employee_no"] or "—"
    return gettext(N_("%(name)s（工号%(number)s，编号%(id)s）"), name=one["name"], number=number, id=one["id"])
