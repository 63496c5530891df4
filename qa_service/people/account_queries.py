"""Reads of log-ins: the list that an administrator pages through, one account, one's own tokens."""

from typing import Any

import msgspec

from qa_service.database import among, row, rows, scalar
from qa_service.errors import NotFound, Refusal
from qa_service.language import N_, current_language, listed
from qa_service.people import errors
from qa_service.people.access import Actor, Permission
from qa_service.people.rules import clean_username

PAGE = 50
SORTS = {
    "username": "a.username",
    "name": "p.name IS NULL, p.name, a.username",
    "created": "a.created_at DESC, a.id DESC",
}


async def named(username: str) -> dict[str, Any]:
    """The account of this name with its version; NotFound where there is none."""
    found = await row("SELECT id, username, version FROM account WHERE username = {}", clean_username(username))
    if found is None:
        raise errors.AccountUnknown(username=username)
    return found


async def unit_named(name: str) -> int:
    """A unit by its code or name; UnitUnknown, NoUnitYet."""
    found = await scalar("SELECT id FROM unit WHERE code = {} OR name = {} ORDER BY id LIMIT 1", name, name)
    if found is None:
        raise await unit_unknown(name)
    return found


async def unit_unknown(name: str) -> Refusal:
    """UnitUnknown with the names that there are, NoUnitYet before the first staff list."""
    known = await rows("SELECT name FROM unit ORDER BY id LIMIT 20")
    if not known:
        return errors.NoUnitYet(field="unit")
    return errors.UnitUnknown(unit=name, known=listed(one["name"] for one in known))


async def person_numbered(employee_no: str) -> int:
    found = await scalar(
        "SELECT COALESCE(merged_into, id) AS id FROM person WHERE employee_no = {} OR key = {} ORDER BY id",
        employee_no,
        employee_no,
    )
    if found is None:
        raise errors.PersonUnknown(employee_no=employee_no)
    return found


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the list: text in user name, name or 工号; a state; a role; the page from 1."""

    search: str = ""
    state: str = ""
    role: str = ""
    sort: str = "username"
    page: int = 1


def in_reach(actor: Actor, alias: str = "a") -> tuple[str, list[Any]]:
    """The SQL condition of accounts whose every role lies within the units that the actor keeps."""
    reach = actor.units(Permission.ACCOUNT_WRITE)
    if reach is None:
        return "", []
    units = sorted(reach)
    return (
        f" AND EXISTS (SELECT 1 FROM account_role h WHERE h.account = {alias}.id)"
        f" AND NOT EXISTS (SELECT 1 FROM account_role h WHERE h.account = {alias}.id"
        f" AND (h.unit IS NULL OR h.unit NOT IN {among(len(units)) if units else '(0)'}))",
        units,
    )


async def accounts(actor: Actor, asked: AccountFilter, limit: int = PAGE) -> tuple[list[dict[str, Any]], int]:
    """A page of accounts with person and roles, and how many there are."""
    where, values = in_reach(actor)
    if asked.search:
        where += " AND (a.username LIKE {} OR p.name LIKE {} OR p.key LIKE {})"
        literal = asked.search.replace("%", "").replace("_", "")
        values += [f"%{literal.lower()}%", f"%{literal}%", f"{literal}%"]
    if asked.state:
        where, values = where + " AND a.state = {}", [*values, asked.state]
    if asked.role:
        where += " AND EXISTS (SELECT 1 FROM account_role k WHERE k.account = a.id AND k.role = {})"
        values.append(asked.role)
    source = f"FROM account a LEFT JOIN person p ON p.id = a.person WHERE 1 = 1{where}"
    found = await rows(
        "SELECT a.id, a.username, a.state, a.language, a.person, a.created_at, a.version, p.name, p.employee_no"
        f" {source} ORDER BY {SORTS.get(asked.sort, SORTS['username'])} LIMIT {{}} OFFSET {{}}",
        *values,
        limit,
        (asked.page - 1) * limit,
    )
    return await _with_roles(found), await scalar(f"SELECT COUNT(*) AS n {source}", *values)


async def account(actor: Actor, account_id: int) -> dict[str, Any]:
    """One account in reach with its roles, when it was last seen, and whether a printed code still waits."""
    where, values = in_reach(actor)
    found = await row(
        "SELECT a.id, a.username, a.state, a.language, a.person, a.created_at, a.version, p.name, p.employee_no"
        f" FROM account a LEFT JOIN person p ON p.id = a.person WHERE a.id = {{}}{where}",
        account_id,
        *values,
    )
    if found is None:
        raise NotFound(N_("这个账号"))
    found["seen_at"] = await scalar(
        "SELECT seen_at FROM session WHERE account = {} ORDER BY seen_at DESC LIMIT 1", account_id
    )
    found["code_expires_at"] = await scalar(
        "SELECT expires_at FROM one_time_code WHERE account = {} AND used_at IS NULL ORDER BY id DESC LIMIT 1",
        account_id,
    )
    return (await _with_roles([found]))[0]


async def _with_roles(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = await rows(
        "SELECT r.account, r.role, r.unit, u.name, u.name_en FROM account_role r LEFT JOIN unit u ON u.id = r.unit"
        f" WHERE r.account IN {among(len(found))} ORDER BY r.id",
        *(one["id"] for one in found),
    )
    roles: dict[int, list[dict[str, Any]]] = {}
    for one in held:
        name = one["name_en"] if current_language() == "en" and one["name_en"] else one["name"]
        roles.setdefault(one["account"], []).append({"role": one["role"], "unit": one["unit"], "unit_name": name})
    return [{**one, "grants": roles.get(one["id"], [])} for one in found]


async def units(actor: Actor) -> list[dict[str, Any]]:
    """Units that the actor may give a role in."""
    reach = actor.units(Permission.ACCOUNT_WRITE)
    where = "" if reach is None else f" WHERE id IN {among(len(reach))}"
    return await rows(f"SELECT id, code, name, name_en FROM unit{where} ORDER BY code", *sorted(reach or ()))


async def people_without_account(limit: int = 1_000) -> list[dict[str, Any]]:
    """Staff who work here and cannot log in yet."""
    return await rows(
        "SELECT p.id, p.name, p.employee_no, p.key FROM person p WHERE p.left_on IS NULL AND p.merged_into IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id) ORDER BY p.key LIMIT {}",
        limit,
    )


async def own_account(actor: Actor) -> dict[str, Any]:
    """The actor's own log-in as it is stored."""
    found = await row(
        "SELECT id, username, language, created_at FROM account WHERE id = {}",
        actor.account_id if actor.account_id is not None else -1,
    )
    if found is None:
        raise NotFound(N_("这个账号"))
    return found


async def own_tokens(actor: Actor) -> list[dict[str, Any]]:
    """One's own tokens, newest first; the tokens themselves are not kept."""
    return await _tokens(actor.account_id if actor.account_id is not None else -1)


async def tokens_of(actor: Actor, account_id: int) -> list[dict[str, Any]]:
    """The tokens of an account in reach. Raises NotFound."""
    return await _tokens((await account(actor, account_id))["id"])


async def _tokens(account_id: int) -> list[dict[str, Any]]:
    found = await rows(
        "SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_token WHERE account = {}"
        " ORDER BY id DESC",
        account_id,
    )
    return [{**one, "scopes": msgspec.json.decode(one["scopes"])} for one in found]


async def number_of(person_id: int | None) -> str:
    """The 工号 of a person, by which the log-in is named unless somebody chose another name; '' for nobody."""
    if person_id is None:
        return ""
    return await scalar("SELECT COALESCE(employee_no, key) AS number FROM person WHERE id = {}", person_id) or ""
