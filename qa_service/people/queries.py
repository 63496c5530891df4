"""Reads of the people room: actors by token, units in reach, accounts, staff."""

from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, row, rows, scalar
from qa_service.language import gettext
from qa_service.people.access import ROLE_NAMES, Actor, Grant, Permission, Role
from qa_service.people.rules import digest as token_digest

__all__ = ["token_digest"]


async def actor_of_session(digest: str) -> Actor | None:
    """The actor behind a session digest that has not expired; notes at most once a minute that it was seen."""
    now = clock.now()
    found = await row(
        "SELECT s.id, s.seen_at, a.id AS account, a.person, a.username, a.language, p.name, p.probation_until_on"
        " FROM session s"
        " JOIN account a ON a.id = s.account LEFT JOIN person p ON p.id = a.person"
        " WHERE s.token_sha256 = {} AND s.expires_at > {} AND a.state = 'active'"
        " AND (p.left_on IS NULL OR p.left_on >= {})",
        digest,
        now,
        clock.today(),
    )
    if found is None:
        return None
    if (now - found["seen_at"]).total_seconds() > 60:
        await rows("UPDATE session SET seen_at = {} WHERE id = {}", now, found["id"])
    return await _actor(found)


async def actor_of_api_token(digest: str) -> Actor | None:
    found = await row(
        "SELECT t.scopes, a.id AS account, a.person, a.username, a.language, p.name, p.probation_until_on"
        " FROM api_token t"
        " JOIN account a ON a.id = t.account LEFT JOIN person p ON p.id = a.person"
        " WHERE t.token_sha256 = {} AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > {})"
        " AND a.state = 'active' AND (p.left_on IS NULL OR p.left_on >= {})",
        digest,
        clock.now(),
        clock.today(),
    )
    if found is None:
        return None
    scopes = frozenset(Permission(scope) for scope in msgspec.json.decode(found["scopes"]))
    return await _actor(found, scopes)


async def actor_of_account(account_id: int) -> Actor | None:
    found = await row(
        "SELECT a.id AS account, a.person, a.username, a.language, p.name, p.probation_until_on FROM account a"
        " LEFT JOIN person p ON p.id = a.person WHERE a.id = {}",
        account_id,
    )
    return await _actor(found) if found else None


async def _actor(found: dict, scopes: frozenset[Permission] | None = None) -> Actor:
    held = await rows("SELECT role, unit FROM account_role WHERE account = {} ORDER BY id", found["account"])
    grants = [Grant(Role(h["role"]), None if h["unit"] is None else await units_below(h["unit"])) for h in held]
    return Actor(
        account_id=found["account"],
        person_id=found["person"],
        name=found["name"] or found["username"],
        language=found["language"],
        grants=tuple(grants),
        scopes=scopes,
        probation_until_on=found["probation_until_on"],
    )


async def units_below(unit_id: int, on: date | None = None) -> frozenset[int]:
    """A unit and all that hang under it on a day (today unless told)."""
    found = await rows(
        "WITH RECURSIVE below(id) AS (SELECT CAST({} AS BIGINT) UNION"
        " SELECT CAST(place.unit AS BIGINT) FROM unit_place place JOIN below ON place.parent = below.id"
        " WHERE place.from_on <= {} AND (place.until_on IS NULL OR place.until_on >= {}))"
        " SELECT id FROM below ORDER BY id",
        unit_id,
        on or clock.today(),
        on or clock.today(),
    )
    return frozenset(int(unit["id"]) for unit in found)


async def has_accounts() -> bool:
    return bool(await scalar("SELECT EXISTS (SELECT 1 FROM account) AS found"))


async def has_administrator() -> bool:
    """Whether somebody keeps the accounts; until then the set-up page stays open, whoever else has a log-in."""
    return bool(
        await scalar(
            "SELECT EXISTS (SELECT 1 FROM account a JOIN account_role r ON r.account = a.id"
            " WHERE r.role = 'admin' AND a.state <> 'closed') AS found"
        )
    )


async def account_for_login(username: str) -> dict | None:
    """The log-in of a name; `has_left` once its person's last day is over."""
    return await row(
        "SELECT a.id, a.password_hash, a.state, p.left_on IS NOT NULL AND p.left_on < {} AS has_left"
        " FROM account a LEFT JOIN person p ON p.id = a.person WHERE a.username = {}",
        clock.today(),
        username,
    )


async def failed_attempts(username: str, address: str, since) -> tuple[int, int]:
    """Failures by this name since its last success, and from this address, within the window."""
    by_name = await scalar(
        "SELECT COUNT(*) AS n FROM login_attempt WHERE username = {} AND at > {} AND NOT succeeded", username, since
    )
    by_address = await scalar(
        "SELECT COUNT(*) AS n FROM login_attempt WHERE address = {} AND at > {} AND NOT succeeded", address, since
    )
    return by_name, by_address


async def accounts() -> list[dict]:
    """Every account with its roles, in order of name."""
    found = await rows(
        "SELECT a.id, a.username, a.state, a.language, p.name, p.employee_no FROM account a"
        " LEFT JOIN person p ON p.id = a.person ORDER BY a.username"
    )
    held = await rows(
        "SELECT r.account, r.role, u.name AS unit FROM account_role r LEFT JOIN unit u ON u.id = r.unit ORDER BY r.id"
    )
    for account in found:
        account["roles"] = [h["role"] for h in held if h["account"] == account["id"]]
    return found


class PeopleFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the staff: text in the name or first letters of the 工号; a unit and all below; here or left."""

    search: str = ""
    unit: int | None = None
    state: str = ""
    with_aliases: bool = False  # entries that are somebody else by now, too


async def people_where(actor: Actor, asked: PeopleFilter) -> tuple[str, list[Any]]:
    """The SQL condition of staff (alias p) in the actor's reach that answer to the filter, and its values."""
    where, values = " AND (CAST({} AS TEXT) = '' OR p.name LIKE {} OR p.key LIKE {})", _likes(asked.search)
    if not asked.with_aliases:
        where += " AND p.merged_into IS NULL"
    reach = actor.units(Permission.PEOPLE_READ)
    if reach is not None:
        where += f" AND EXISTS (SELECT 1 FROM post q WHERE q.person = p.id AND q.unit IN {among(len(reach))})"
        values += sorted(reach)
    today = clock.today()
    if asked.unit is not None:
        below = sorted(await units_below(asked.unit))
        where += (
            f" AND EXISTS (SELECT 1 FROM post w WHERE w.person = p.id AND w.unit IN {among(len(below))}"
            " AND w.from_on <= {} AND (w.until_on IS NULL OR w.until_on >= {} OR p.left_on < {}))"
        )
        values += [*below, today, today, today]
    if asked.state == "here":
        where, values = where + " AND (p.left_on IS NULL OR p.left_on >= {})", [*values, today]
    elif asked.state == "left":
        where, values = where + " AND p.left_on < {}", [*values, today]
    return where, values


def _likes(search: str) -> list[Any]:
    literal = search.replace("%", "").replace("_", "")
    return [literal, f"%{literal}%", f"{literal}%"]


async def people(
    actor: Actor, search: str = "", after: int = 0, limit: int = 50, *, unit: int | None = None, state: str = ""
) -> list[dict]:
    """Staff that the actor may see, paged by id; contract and probation only for who may read them."""
    where, values = await people_where(actor, PeopleFilter(search=search, unit=unit, state=state))
    found = await rows(
        "SELECT p.id, p.key, p.employee_no, p.name, p.hired_on, p.left_on, p.contract_kind, p.probation_until_on"
        f" FROM person p WHERE p.id > {{}}{where} ORDER BY p.id LIMIT {{}}",
        after,
        *values,
        limit,
    )
    hidden = {
        name: None
        for name, permission in (
            ("contract_kind", Permission.HR_READ),
            ("probation_until_on", Permission.PROBATION_READ),
        )
        if not actor.may(permission)
    }
    return [{**one, **hidden} for one in found]


class DemoAccount(msgspec.Struct, frozen=True):
    role: str
    username: str
    name: str


async def demo_accounts() -> list[DemoAccount]:
    """One usable account per role, for the log-in page of a demo."""
    found = await rows(
        "SELECT r.role, a.username, p.name FROM account_role r JOIN account a ON a.id = r.account"
        " JOIN person p ON p.id = a.person WHERE a.state = 'active' ORDER BY a.id"
    )
    first: dict[str, DemoAccount] = {}
    for one in found:
        first.setdefault(one["role"], DemoAccount(gettext(ROLE_NAMES[Role(one["role"])]), one["username"], one["name"]))
    return list(first.values())
