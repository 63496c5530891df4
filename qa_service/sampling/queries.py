"""Reads of the sampling room: who is eligible, what is committed, what was drawn, whose queue."""

from datetime import date
from typing import Any

import msgspec

from qa_service.database import among, row, rows
from qa_service.interactions.live import live
from qa_service.people.access import Actor, Permission
from qa_service.sampling.draws import Draw, draw, replace
from qa_service.sampling.frames import Frame, Stratum, frame_from_leaves

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
        " f.sequence, f.root, f.leaf_count, f.named_value, f.committed_at, w.id AS draw, w.seed, w.drawn_at"
        " FROM draw_period d JOIN unit u ON u.id = d.unit LEFT JOIN frame f ON f.draw_period = d.id"
        f" LEFT JOIN draw w ON w.frame = f.id WHERE d.id > 0{where}{months}"
        " ORDER BY d.pay_month DESC, d.from_on, d.id, f.sequence",
        *(sorted(reach) if reach is not None else []),
        *([pay_month] if pay_month is not None else []),
    )


async def candidates(units: list[int], from_on: date, until_on: date) -> list[dict[str, Any]]:
    """Every live agent part of the period in these units, or of nobody yet; the plan decides who is eligible."""
    return await rows(
        "SELECT p.id, p.public_id, p.person, n.key AS agent, p.channel, p.kind, p.local_on, p.message_count"
        " FROM agent_part p LEFT JOIN person n ON n.id = p.person"
        f" WHERE p.local_on >= {{}} AND p.local_on <= {{}} AND p.unit IN {among(len(units))} AND {live('p')}"
        " ORDER BY p.id",
        from_on,
        until_on,
        *units,
    )


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
    """Per agent key: parts framed and parts drawn at random earlier in this pay month."""
    framed = await rows(
        "SELECT n.key AS agent, COUNT(*) AS parts FROM frame_leaf l JOIN frame f ON f.id = l.frame"
        " JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = l.part"
        " JOIN person n ON n.id = p.person WHERE d.unit = {} AND d.pay_month = {} AND d.from_on < {}"
        " GROUP BY n.key ORDER BY n.key",
        unit,
        pay_month,
        before_on,
    )
    drawn = await rows(
        "SELECT n.key AS agent, COUNT(*) AS parts FROM draw_item i JOIN draw w ON w.id = i.draw"
        " JOIN frame f ON f.id = w.frame JOIN draw_period d ON d.id = f.draw_period"
        " JOIN agent_part p ON p.id = i.part JOIN person n ON n.id = p.person"
        " WHERE d.unit = {} AND d.pay_month = {} AND d.from_on < {} AND i.state = 'drawn' AND i.stream = 'random'"
        " GROUP BY n.key ORDER BY n.key",
        unit,
        pay_month,
        before_on,
    )
    counts = {found["agent"]: (found["parts"], 0) for found in framed}
    for found in drawn:
        counts[found["agent"]] = (counts.get(found["agent"], (0, 0))[0], found["parts"])
    return counts


async def probationers(keys: list[str], on: date) -> set[str]:
    """Which of these people are on probation on a day."""
    if not keys:
        return set()
    found = await rows(
        f"SELECT key FROM person WHERE key IN {among(len(keys))} AND probation_until_on >= {{}} ORDER BY key", *keys, on
    )
    return {person["key"] for person in found}


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


async def person_key(person_id: int | None) -> str | None:
    """The key by which a person's leaves are named."""
    found = await row("SELECT key FROM person WHERE id = {}", person_id) if person_id is not None else None
    return found["key"] if found else None
