"""Which computation stands: one run for pay per person and month, that of the widest unit; all others are a look.

Marks of two monitors are comparable only where their people hang together, so a group's own figures and those of its
department differ. Money, pages, flags and reports read the one run named here.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows
from qa_service.people.queries import units_below

PAYABLE = "r.state IN ('published', 'closed')"
CANDIDATE = (
    "SELECT r.id, r.unit, r.pay_month, c.person, c.closed_at FROM score_run r JOIN scorecard c ON c.run = r.id"
    " WHERE (r.state IN ('published', 'closed') OR c.closed_at IS NOT NULL)"
)


async def units_above(units: Collection[int], on: date) -> frozenset[int]:
    """Some units and all above them on a day."""
    found = await rows(
        f"WITH RECURSIVE above(id) AS (SELECT CAST(id AS BIGINT) FROM unit WHERE id IN {among(len(units))} UNION"
        " SELECT CAST(place.parent AS BIGINT) FROM unit_place place JOIN above ON place.unit = above.id"
        " WHERE place.parent IS NOT NULL AND place.from_on <= {} AND (place.until_on IS NULL OR place.until_on >= {}))"
        " SELECT id FROM above ORDER BY id",
        *sorted(units), on, on,
    )  # fmt: skip
    return frozenset(int(unit["id"]) for unit in found)


async def run_for_unit(unit_id: int, month: date) -> dict[str, Any] | None:
    """The published run that a unit's month is read from: its own, or that of a unit above it."""
    above = sorted(await units_above([unit_id], month_last(month)))
    return await row(
        "SELECT r.id, r.unit, u.name AS unit_name, r.results_digest, r.created_at, v.from_on AS rule_from_on"
        " FROM score_run r JOIN rule_version v ON v.id = r.parameters JOIN unit u ON u.id = r.unit"
        f" WHERE r.pay_month = {{}} AND {PAYABLE} AND r.unit IN {among(len(above))} ORDER BY r.id DESC LIMIT 1",
        month, *above,
    )  # fmt: skip


async def wider_run(unit_id: int, month: date) -> dict[str, Any] | None:
    """A published run of a unit above this one, which covers its people already."""
    above = sorted(await units_above([unit_id], month_last(month)) - {unit_id})
    return await row(
        "SELECT r.id, r.unit, u.name AS unit_name FROM score_run r JOIN unit u ON u.id = r.unit"
        f" WHERE r.pay_month = {{}} AND {PAYABLE} AND r.unit IN {among(len(above))} ORDER BY r.id DESC LIMIT 1",
        month, *above,
    )  # fmt: skip


async def homes(month: date) -> dict[int, int]:
    """The unit whose sheet a person stands on: of the last agent's post of the month, else of the last post."""
    found = await rows(
        "SELECT person, unit FROM post WHERE from_on <= {} AND (until_on IS NULL OR until_on >= {})"
        " ORDER BY CASE WHEN kind = 'agent' THEN 1 ELSE 0 END, from_on, id",
        month_last(month), month,
    )  # fmt: skip
    return {one["person"]: one["unit"] for one in found}


async def members(unit_id: int, month: date) -> tuple[set[int], set[int]]:
    """Who belongs on the sheet of a unit, and who belongs on another's; nobody knows where others belong."""
    below = await units_below(unit_id, month_last(month))
    known = await homes(month)
    here = {person for person, unit in known.items() if unit in below}
    return here, known.keys() - here


async def runs_for_pay(person_id: int) -> dict[date, int]:
    """The run for pay of each month of a person: what a sheet rests on, else the published run over the own unit."""
    found = await rows(f"{CANDIDATE} AND c.person = {{}} ORDER BY r.pay_month DESC, r.id DESC", person_id)
    by_month: dict[date, list[dict[str, Any]]] = {}
    for one in found:
        by_month.setdefault(one["pay_month"], []).append(one)
    return {month: await _chosen(person_id, month, given) for month, given in by_month.items()}


async def run_for_pay(person_id: int, month: date) -> int | None:
    found = await rows(f"{CANDIDATE} AND c.person = {{}} AND r.pay_month = {{}} ORDER BY r.id DESC", person_id, month)
    return await _chosen(person_id, month, found) if found else None


async def _chosen(person_id: int, month: date, given: list[dict[str, Any]]) -> int:
    """Newest first; a helper's marks in another group do not make that group's run theirs."""
    closed = next((one["id"] for one in given if one["closed_at"] is not None), None)
    if closed is not None:
        return closed
    if len({one["unit"] for one in given}) > 1 and (home := (await homes(month)).get(person_id)):
        above = await units_above([home], month_last(month))
        given = [one for one in given if one["unit"] in above] or given
    return given[0]["id"]
