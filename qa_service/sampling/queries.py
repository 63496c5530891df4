"""Reads of the sampling room: who is eligible, what is committed, what was drawn, whose queue."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec

from qa_service.database import among, row, rows
from qa_service.people.access import Actor, Permission
from qa_service.sampling.draws import Draw, draw, replace
from qa_service.sampling.frames import Frame, Stratum, frame_from_leaves

CHUNK = 500
PERIOD = (
    "SELECT d.id, d.unit, u.name AS unit_name, d.pay_month, d.from_on, d.until_on, d.state, d.version"
    " FROM draw_period d JOIN unit u ON u.id = d.unit"
)


async def period(period_id: int) -> dict[str, Any] | None:
    return await row(f"{PERIOD} WHERE d.id = {{}}", period_id)


async def visible_period(actor: Actor, period_id: int) -> dict[str, Any] | None:
    """A draw period in the actor's units, or None."""
    found = await period(period_id)
    reach = actor.units(Permission.DRAW_READ)
    if found is None or (reach is not None and found["unit"] not in reach):
        return None
    return found


async def periods(reach: frozenset[int] | None, pay_month: date | None = None) -> list[dict[str, Any]]:
    """Draw periods of these units (None: all) with root and seed: the root is visible before anything is drawn."""
    where = "" if reach is None else f" AND d.unit IN {among(len(reach))}"
    months = "" if pay_month is None else " AND d.pay_month = {}"
    return await rows(
        "SELECT d.id, d.unit, u.name AS unit_name, d.pay_month, d.from_on, d.until_on, d.state, f.id AS frame,"
        " f.sequence, f.root, f.leaf_count, f.named_value, f.public_from, f.value_known, f.deviation,"
        " f.committed_at, w.id AS draw, w.seed, w.drawn_at, v.definition AS plan_definition"
        " FROM draw_period d JOIN unit u ON u.id = d.unit LEFT JOIN frame f ON f.draw_period = d.id"
        " LEFT JOIN rule_version v ON v.id = f.plan"
        f" LEFT JOIN draw w ON w.frame = f.id WHERE d.id > 0{where}{months}"
        " ORDER BY d.pay_month DESC, d.from_on, d.id, f.sequence",
        *(sorted(reach) if reach is not None else []),
        *([pay_month] if pay_month is not None else []),
    )


async def undrawn_periods(unit: int, pay_month: date, before_on: date) -> list[dict[str, Any]]:
    """Earlier periods of the month with a frame that waits for its draw."""
    return await rows(
        f"{PERIOD} WHERE d.unit = {{}} AND d.pay_month = {{}} AND d.from_on < {{}} AND EXISTS (SELECT 1 FROM frame f"
        " WHERE f.draw_period = d.id AND NOT EXISTS (SELECT 1 FROM draw w WHERE w.frame = f.id)) ORDER BY d.from_on",
        unit,
        pay_month,
        before_on,
    )


async def inclusions(parts: list[int]) -> dict[int, Fraction]:
    """The chance with which each part was drawn at random, over all frames of the month in which it had one:
    1 - product of (1 - quota/size).

    Nearly every part has one chance. Where the month's last frame made up a shortfall, all earlier parts of that
    stratum had a second one, also those that were drawn at once and so do not stand in it.
    """
    framed: dict[int, dict[str, Any]] = {}
    for start in range(0, len(parts), CHUNK):
        chunk = parts[start : start + CHUNK]
        for one in await rows(
            "SELECT l.part, l.frame, d.unit, d.pay_month, d.from_on, s.person, s.channel, s.kind, s.size, s.quota"
            " FROM frame_leaf l JOIN draw w ON w.frame = l.frame JOIN frame f ON f.id = l.frame"
            " JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = l.part"
            " JOIN stratum s ON s.draw = w.id AND s.person = p.person AND s.channel = p.channel AND s.kind = p.kind"
            f" WHERE l.part IN {among(len(chunk))} ORDER BY l.frame",
            *chunk,
        ):
            framed.setdefault(one["part"], one)  # its first frame; a second one is counted as having it again
    again = await _strata_again(sorted({one["pay_month"] for one in framed.values()}))
    return {part: 1 - _missed(one, again.get(_stratum(one), [])) for part, one in framed.items()}


def _missed(one: dict[str, Any], again: list[dict[str, Any]]) -> Fraction:
    missed = 1 - Fraction(one["quota"], one["size"])
    for later in again:
        if later["from_on"] > one["from_on"] and later["frame"] > one["frame"]:
            missed *= 1 - Fraction(later["quota"], later["size"])
    return missed


def _stratum(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["unit"], one["pay_month"], one["person"], one["channel"], one["kind"]


async def _strata_again(pay_months: list[date]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Strata of these months' last periods that hold earlier parts again, by unit, month, person, channel, kind."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for one in await rows(
        "SELECT DISTINCT f.id AS frame, d.unit, d.pay_month, d.from_on, s.person, s.channel, s.kind, s.size, s.quota"
        " FROM draw_period d JOIN frame f ON f.draw_period = d.id AND f.sequence = 0 JOIN draw w ON w.frame = f.id"
        " JOIN frame_leaf l ON l.frame = f.id JOIN agent_part p ON p.id = l.part"
        " JOIN stratum s ON s.draw = w.id AND s.person = p.person AND s.channel = p.channel AND s.kind = p.kind"
        f" WHERE d.pay_month IN {among(len(pay_months))} AND d.from_on = (SELECT MAX(e.from_on) FROM draw_period e"
        " WHERE e.unit = d.unit AND e.pay_month = d.pay_month) AND p.local_on < d.from_on"
        " ORDER BY f.id, s.person, s.channel, s.kind",
        *pay_months,
    ):
        found.setdefault(_stratum(one), []).append(one)
    return found


async def parts_in_frames(period_id: int) -> set[int]:
    """Agent parts that an earlier frame of this period already holds."""
    found = await rows(
        "SELECT l.part FROM frame_leaf l JOIN frame f ON f.id = l.frame WHERE f.draw_period = {} ORDER BY l.id",
        period_id,
    )
    return {leaf["part"] for leaf in found}


async def frame_of(frame_id: int) -> dict[str, Any] | None:
    return await row(
        "SELECT f.*, d.unit, d.pay_month, d.from_on, d.until_on, v.definition AS plan_definition,"
        " v.version AS plan_version, v.code AS plan_code"
        " FROM frame f JOIN draw_period d ON d.id = f.draw_period JOIN rule_version v ON v.id = f.plan"
        " WHERE f.id = {}",
        frame_id,
    )


async def load_frame(found: dict[str, Any]) -> Frame:
    """The committed frame from its stored leaves; a root that no longer fits is refused."""
    leaves = await rows("SELECT leaf FROM frame_leaf WHERE frame = {} ORDER BY position", found["id"])
    exclusions = msgspec.json.decode(found["exclusions"])
    return frame_from_leaves([leaf["leaf"] for leaf in leaves], exclusions, root_hex=found["root"])


async def month_before(unit: int, pay_month: date, before_on: date) -> dict[str, tuple[int, int]]:
    """Per agent key: parts framed earlier in this pay month, and parts drawn from them at random or fixed to be."""
    framed = await rows(
        "SELECT n.key AS agent, COUNT(DISTINCT l.part) AS parts FROM frame_leaf l JOIN frame f ON f.id = l.frame"
        " JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = l.part"
        " JOIN person n ON n.id = p.person WHERE d.unit = {} AND d.pay_month = {} AND d.from_on < {}"
        " GROUP BY n.key ORDER BY n.key",
        unit,
        pay_month,
        before_on,
    )
    given = await rows(
        "SELECT f.quotas FROM frame f JOIN draw_period d ON d.id = f.draw_period"
        " WHERE d.unit = {} AND d.pay_month = {} AND d.from_on < {} ORDER BY f.id",
        unit,
        pay_month,
        before_on,
    )
    counts = {found["agent"]: (found["parts"], 0) for found in framed}
    for frame in given:
        for agent, _channel, _kind, quota in msgspec.json.decode(frame["quotas"]):
            parts, drawn = counts.get(agent, (0, 0))
            counts[agent] = (parts, drawn + quota)
    return counts


async def probationers(keys: list[str], on: date, new_agent_days: int = 0) -> set[str]:
    """Which of these people are on probation on a day, or were hired fewer than so many days before."""
    hired_after, found = on - timedelta(days=new_agent_days) if new_agent_days else date.max, set()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found |= {
            person["key"]
            for person in await rows(
                f"SELECT key FROM person WHERE key IN {among(len(chunk))}"
                " AND (probation_until_on >= {} OR hired_on > {}) ORDER BY key",
                *chunk,
                on,
                hired_after,
            )
        }
    return found


async def load_draw(draw_id: int) -> tuple[dict[str, Any], Frame, Draw] | None:
    """A draw computed again from its frame, seed, quotas and replacements: nothing of it is taken on trust."""
    found = await row("SELECT * FROM draw WHERE id = {}", draw_id)
    if found is None:
        return None
    frame_row = await frame_of(found["frame"])
    frame = await load_frame(frame_row)
    quotas = {
        Stratum(one["agent"], one["channel"], one["kind"]): one["quota"]
        for one in await rows(
            "SELECT n.key AS agent, s.channel, s.kind, s.quota FROM stratum s JOIN person n ON n.id = s.person"
            " WHERE s.draw = {} ORDER BY s.id",
            draw_id,
        )
    }
    made = draw(frame, found["seed"], quotas)
    for one in await rows(
        "SELECT p.public_id, i.reason FROM draw_item i JOIN draw_item o ON o.id = i.replaces"
        " JOIN agent_part p ON p.id = o.part WHERE i.draw = {} ORDER BY i.id",
        draw_id,
    ):
        made = replace(made, one["public_id"], one["reason"])
    return frame_row | {"draw": found}, frame, made


async def monitors(unit_ids: frozenset[int] | None, on: date) -> list[dict[str, Any]]:
    """People whose account holds the monitor role and who work on the day, with the units of their posts."""
    found = await rows(
        "SELECT DISTINCT n.id, n.key FROM account_role r JOIN account a ON a.id = r.account"
        " JOIN person n ON n.id = a.person WHERE r.role = 'monitor' AND a.state <> 'closed'"
        " AND (n.left_on IS NULL OR n.left_on >= {}) ORDER BY n.key",
        on,
    )
    posts = await rows(
        "SELECT person, unit FROM post WHERE kind = 'agent' AND from_on <= {} AND (until_on IS NULL OR until_on >= {})"
        " ORDER BY id",
        on,
        on,
    )
    related = await rows(
        "SELECT d.person, a.key AS key, d.other, b.key AS other_key FROM declared_relation d"
        " JOIN person a ON a.id = d.person JOIN person b ON b.id = d.other"
        " WHERE d.from_on <= {} AND (d.until_on IS NULL OR d.until_on >= {}) ORDER BY d.id",
        on,
        on,
    )
    for monitor in found:
        monitor["units"] = frozenset(str(post["unit"]) for post in posts if post["person"] == monitor["id"])
        monitor["relations"] = frozenset(
            [one["other_key"] for one in related if one["person"] == monitor["id"]]
            + [one["key"] for one in related if one["other"] == monitor["id"]]
        )
    return found


async def earlier_pairs(unit: int, pay_month: date) -> dict[tuple[str, str], int]:
    """How many parts of each agent each monitor already has in this pay month."""
    found = await rows(
        "SELECT m.key AS monitor, n.key AS agent, COUNT(*) AS parts FROM assignment a"
        " JOIN draw_item i ON i.id = a.draw_item JOIN draw w ON w.id = i.draw JOIN frame f ON f.id = w.frame"
        " JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = i.part"
        " JOIN person n ON n.id = p.person JOIN person m ON m.id = a.monitor"
        " WHERE d.unit = {} AND d.pay_month = {} AND a.ended_at IS NULL GROUP BY m.key, n.key ORDER BY m.key, n.key",
        unit,
        pay_month,
    )
    return {(one["monitor"], one["agent"]): one["parts"] for one in found}


async def open_items(draw_id: int) -> list[dict[str, Any]]:
    """Drawn items of a draw that nobody has been given yet."""
    return await rows(
        "SELECT i.id, i.ticket, p.public_id, p.unit, n.key AS agent FROM draw_item i JOIN agent_part p ON p.id = i.part"
        " JOIN person n ON n.id = p.person WHERE i.draw = {} AND i.state = 'drawn'"
        " AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.draw_item = i.id AND a.ended_at IS NULL) ORDER BY i.id",
        draw_id,
    )


async def items_of_parts(frame_id: int) -> dict[int, int]:
    """The items of a frame's draw, by agent part."""
    found = await rows(
        "SELECT i.id, i.part FROM draw_item i JOIN draw w ON w.id = i.draw WHERE w.frame = {} ORDER BY i.id", frame_id
    )
    return {one["part"]: one["id"] for one in found}


async def person_key(person_id: int | None) -> str | None:
    """The key by which a person's leaves are named."""
    found = await row("SELECT key FROM person WHERE id = {}", person_id) if person_id is not None else None
    return found["key"] if found else None
