"""待认领, read: accounts of which nobody knows who sat behind them, their parts, and the claims that were made.

Sources that name no agents at all do not appear: there is nobody to know.
"""

from datetime import date
from typing import Any

import msgspec

from qa_service.database import among, row, rows, scalar
from qa_service.errors import NotFound
from qa_service.interactions.live import live_in_passing
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

MOST_ACCOUNTS = 2_000
MOST_CLAIMS = 500
PAGE = 50
KNOWN_AS = "(p.platform_account IS NOT NULL OR p.agent_label IS NOT NULL)"
WAITING = f"p.person IS NULL AND {live_in_passing('p')} AND {KNOWN_AS}"


class Account(msgspec.Struct, frozen=True):
    """A platform account, or what an export wrote where it is not known as one."""

    id: int | None
    label: str = ""


def _reach(actor: Actor) -> tuple[str, list[Any]]:
    """Parts of a unit in reach; those of no unit yet by the account's unit or the posts of those who ever held it."""
    reach = actor.units(Permission.IDENTITY_RESOLVE)
    if reach is None:
        return "1 = 1", []
    units, places = sorted(reach), among(len(reach))
    sql = (
        f"(p.unit IN {places} OR (p.unit IS NULL AND p.platform_account IN (SELECT a.id FROM platform_account a"
        f" WHERE a.unit IN {places} UNION SELECT h.platform_account FROM account_holder h"
        f" JOIN post o ON o.person = h.person WHERE o.unit IN {places})))"
    )
    return sql, [*units, *units, *units]


def _of(account: Account) -> tuple[str, list[Any]]:
    if account.id is not None:
        return "p.platform_account = {}", [account.id]
    return "(p.platform_account IS NULL AND p.agent_label = {})", [account.label]


async def accounts(actor: Actor) -> list[dict[str, Any]]:
    """Accounts with parts that wait, the most first: count, first and last day."""
    actor.require(Permission.IDENTITY_RESOLVE)
    reach, values = _reach(actor)
    found = await rows(
        "SELECT p.platform_account AS account, COALESCE(p.agent_label, '') AS label, a.platform, a.name,"
        " COUNT(*) AS parts, MIN(p.local_on) AS first_on, MAX(p.local_on) AS last_on FROM agent_part p"
        f" LEFT JOIN platform_account a ON a.id = p.platform_account WHERE {WAITING} AND {reach}"
        " GROUP BY p.platform_account, p.agent_label, a.platform, a.name"
        " ORDER BY COUNT(*) DESC, label, p.platform_account LIMIT {}",
        *values,
        MOST_ACCOUNTS,
    )
    return [{**one, "first_on": _day(one["first_on"]), "last_on": _day(one["last_on"])} for one in found]


def _day(value: date | str | None) -> date | None:
    """The least and the greatest of a column of days come back as text on SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value


async def account_name(account: Account) -> str:
    found = await row("SELECT platform, name FROM platform_account WHERE id = {}", account.id or -1)
    return f"{found['platform']}/{found['name']}" if found else account.label


async def waiting_parts(
    actor: Actor,
    account: Account,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Parts of an account that wait, in order of time; without days those of sources without days too."""
    actor.require(Permission.IDENTITY_RESOLVE)
    reach, values = _reach(actor)
    of, named = _of(account)
    span = "" if from_on is None or until_on is None else " AND p.local_on >= {} AND p.local_on <= {}"
    return await rows(
        "SELECT p.id, p.interaction, p.public_id, p.person, p.unit, p.local_on, p.started_at, p.ended_at, p.channel,"
        f" p.kind, p.message_count FROM agent_part p WHERE {WAITING} AND {reach} AND {of}{span}"
        " ORDER BY p.local_on IS NULL, p.local_on, p.started_at IS NULL, p.started_at, p.id LIMIT {} OFFSET {}",
        *values,
        *named,
        *([from_on, until_on] if span else []),
        limit,
        offset,
    )


async def days(actor: Actor, account: Account) -> list[dict[str, Any]]:
    """How much waits under an account on each day, the earliest first; without a day last."""
    actor.require(Permission.IDENTITY_RESOLVE)
    reach, values = _reach(actor)
    of, named = _of(account)
    found = await rows(
        "SELECT p.local_on, COUNT(*) AS parts FROM agent_part p"
        f" WHERE {WAITING} AND {reach} AND {of} GROUP BY p.local_on ORDER BY p.local_on IS NULL, p.local_on",
        *values,
        *named,
    )
    return [{**one, "local_on": _day(one["local_on"])} for one in found]


async def holders(account: Account, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who is entered as holder of the account around these parts: a hint for a person, never a naming."""
    times = [part["started_at"] for part in parts if part["started_at"]]
    if account.id is None or not times:
        return []
    return await rows(
        "SELECT n.name, n.employee_no, h.from_at, h.until_at FROM account_holder h JOIN person n ON n.id = h.person"
        " WHERE h.platform_account = {} AND h.from_at <= {} AND (h.until_at IS NULL OR h.until_at >= {})"
        " ORDER BY h.from_at, h.id LIMIT 1000",
        account.id,
        max(times),
        min(times).replace(hour=0, minute=0, second=0, microsecond=0),
    )


async def is_in_reach(actor: Actor, part_id: int) -> bool:
    reach, values = _reach(actor)
    sql = f"SELECT p.id FROM agent_part p WHERE {reach} AND p.id = {{}}"
    return await scalar(sql, *values, part_id) is not None


CLAIMS = (
    "SELECT MIN(r.id) AS claim, r.at, r.person, n.name AS person_name, n.employee_no, c.username AS by_name,"
    " MIN(r.reason) AS reason, MIN(r.day_on) AS first_on, MAX(r.day_on) AS last_on, COUNT(*) AS parts,"
    " MIN(p.agent_label) AS label,"
    " SUM(CASE WHEN EXISTS (SELECT 1 FROM part_resolution s WHERE s.part = r.part AND s.id > r.id)"
    " THEN 0 ELSE 1 END) AS standing FROM part_resolution r JOIN agent_part p ON p.id = r.part"
    " JOIN person n ON n.id = r.person LEFT JOIN account c ON c.id = r.account WHERE r.person IS NOT NULL"
)
EACH_CLAIM = " GROUP BY r.at, r.account, r.person, n.name, n.employee_no, c.username"


async def claims(actor: Actor) -> list[dict[str, Any]]:
    """Claims in reach, newest first: who was named by whom for what, and how many parts still stand so."""
    actor.require(Permission.IDENTITY_RESOLVE)
    reach, values = _reach(actor)
    found = await rows(
        f"{CLAIMS} AND {reach}{EACH_CLAIM} ORDER BY r.at DESC, r.person LIMIT {{}}", *values, MOST_CLAIMS
    )
    return [_told(one) for one in found]


async def claim(actor: Actor, claim_id: int) -> dict[str, Any]:
    """One claim, however long ago it was made; NotFound out of reach."""
    actor.require(Permission.IDENTITY_RESOLVE)
    reach, values = _reach(actor)
    found = await row(
        f"{CLAIMS} AND EXISTS (SELECT 1 FROM part_resolution f WHERE f.id = {{}} AND f.at = r.at"
        f" AND f.account = r.account AND f.person = r.person) AND {reach}{EACH_CLAIM}",
        claim_id,
        *values,
    )
    if found is None or found["claim"] != claim_id:
        raise NotFound(N_("这次认领"))
    return _told(found)


def _told(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one, "first_on": _day(one["first_on"]), "last_on": _day(one["last_on"]), "standing": int(one["standing"])
    }  # fmt: skip


async def claim_parts(actor: Actor, claim_id: int) -> list[dict[str, Any]]:
    """The parts of a claim, each with whether it still stands so; NotFound when one lies out of reach."""
    reach, values = _reach(actor)
    found = await rows(
        "SELECT p.id, p.person, p.local_on, p.unit, CASE WHEN EXISTS (SELECT 1 FROM part_resolution s"
        f" WHERE s.part = r.part AND s.id > r.id) THEN 0 ELSE 1 END AS is_standing, CASE WHEN {reach} THEN 1 ELSE 0 END"
        " AS is_in_reach FROM part_resolution first JOIN part_resolution r ON r.at = first.at"
        " AND r.account = first.account AND r.person = first.person JOIN agent_part p ON p.id = r.part"
        " WHERE first.id = {} AND first.person IS NOT NULL ORDER BY p.id",
        *values,
        claim_id,
    )
    if not found or not all(part["is_in_reach"] for part in found):
        raise NotFound(N_("这次认领"))
    return found


async def person_typed(text: str) -> int | None:
    """The one person of a 工号, a key or a name as typed; None where there is none, or more than one."""
    wanted = text.strip()
    who = "SELECT DISTINCT COALESCE(merged_into, id) AS id FROM person"  # an alias means whom it stands for
    found = await rows(f"{who} WHERE employee_no = {{}} OR key = {{}} ORDER BY id", wanted, wanted)
    if not found:
        found = await rows(f"{who} WHERE name = {{}} ORDER BY id LIMIT 2", wanted)
    return found[0]["id"] if len(found) == 1 else None
