"""Which agent parts a frame may hold: those of the period, those of nobody yet, those that make up a shortfall."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from qa_service.database import among, rows
from qa_service.interactions.live import PUBLISHED, live

PARTS = (
    "SELECT p.id, p.public_id, p.person, n.key AS agent, n.name AS agent_name, p.channel, p.kind, p.local_on,"
    " p.message_count, p.interaction, i.category, i.subcategory, i.order_no FROM agent_part p"
    " JOIN interaction i ON i.id = p.interaction LEFT JOIN person n ON n.id = p.person"
)


async def candidates(
    units: list[int], from_on: date, until_on: date, risk_kinds: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Every live agent part of the period in these units, or of nobody yet; the plan decides who is eligible.

    A part in 待认领 has no unit. It is counted here where its platform account belongs to one of the units or was ever
    held by somebody with a post in them (the rule by which 待认领 is shown to supervisors); an account that nobody ever
    held is counted where its source also brought parts of these units in the period. Each part comes with what tells
    the risk stream: the customer's first answer and whether a complaint was recorded for its order.
    """
    places = among(len(units))
    held = (
        f"p.platform_account IN (SELECT a.id FROM platform_account a WHERE a.unit IN {places} UNION"
        f" SELECT h.platform_account FROM account_holder h JOIN post o ON o.person = h.person WHERE o.unit IN {places})"
    )
    unheld = (
        "((p.platform_account IS NULL AND p.agent_label IS NOT NULL) OR p.platform_account IN"
        " (SELECT a.id FROM platform_account a WHERE a.unit IS NULL AND a.id NOT IN"
        " (SELECT h.platform_account FROM account_holder h)))"
        " AND i.source IN (SELECT DISTINCT j.source FROM agent_part q JOIN interaction j ON j.id = q.interaction"
        f" WHERE q.local_on >= {{}} AND q.local_on <= {{}} AND q.unit IN {places})"
    )
    span = f"p.local_on >= {{}} AND p.local_on <= {{}} AND {live('p')}"
    found = await rows(f"{PARTS} WHERE {span} AND p.unit IN {places} ORDER BY p.id", from_on, until_on, *units)
    found += await rows(
        f"{PARTS} WHERE {span} AND p.unit IS NULL AND p.person IS NULL AND ({held} OR ({unheld})) ORDER BY p.id",
        from_on, until_on, *units, *units, from_on, until_on, *units,
    )  # fmt: skip
    return await _with_risks(found, from_on, until_on, risk_kinds)


async def _with_risks(
    found: list[dict[str, Any]], from_on: date, until_on: date, risk_kinds: Sequence[str]
) -> list[dict[str, Any]]:
    answers = await rows(
        "SELECT s.interaction, s.score, s.scale_max FROM survey_answer s WHERE s.interaction IN"
        f" (SELECT p.interaction FROM agent_part p WHERE p.local_on >= {{}} AND p.local_on <= {{}}) AND {live('s')}"
        " ORDER BY s.id DESC",
        from_on,
        until_on,
    )
    scores = {one["interaction"]: (one["score"], one["scale_max"]) for one in answers}  # the first answer comes last
    complaints = await rows(
        f"SELECT DISTINCT b.order_no FROM business_record b WHERE b.kind IN {among(len(risk_kinds))}"
        f" AND b.order_no IS NOT NULL AND b.batch IN {PUBLISHED} ORDER BY b.order_no",
        *risk_kinds,
    ) if risk_kinds else []  # fmt: skip
    orders = {one["order_no"] for one in complaints}
    for part in found:
        part["score"], part["scale_max"] = scores.get(part["interaction"], (None, None))
        part["has_complaint"] = part["order_no"] in orders
    return found


async def undrawn(unit: int, pay_month: date, before_on: date, agents: set[str]) -> list[dict[str, Any]]:
    """Parts of these people that earlier frames of the month hold and that were never drawn: what a shortfall is made
    up from."""
    found = await rows(
        f"{PARTS} WHERE p.id IN (SELECT l.part FROM frame_leaf l JOIN frame f ON f.id = l.frame"
        " JOIN draw_period d ON d.id = f.draw_period WHERE d.unit = {} AND d.pay_month = {} AND d.from_on < {})"
        " AND NOT EXISTS (SELECT 1 FROM draw_item t WHERE t.part = p.id)"
        f" AND {live('p')} ORDER BY p.id",
        unit,
        pay_month,
        before_on,
    )
    return [part for part in found if part["agent"] in agents]
