"""The risk stream: complaints, low satisfaction and flags, marked for their reason and kept out of every estimate."""

from typing import Any

from qa_service.database import row, scalar, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.sampling import errors, parts, queries, rules
from qa_service.sampling.assigning import check_reach
from qa_service.sampling.plans import read_plan
from qa_service.sampling.tables import DrawItem


async def add_risk_reason(actor: Actor, draw_id: int, part_id: int, reason: str) -> int:
    """Have a part of the draw's period marked for a stated reason, beside what was drawn at random; answers the item.

    It never enters the random estimate (its stream says so) and takes nobody's place in the draw.
    """
    actor.require(Permission.DRAW_WRITE)
    draw = await row("SELECT frame FROM draw WHERE id = {}", draw_id)
    frame = await queries.frame_of(draw["frame"]) if draw else None
    if frame is None:
        raise NotFound(N_("这次抽样"))
    check_reach(actor, frame["unit"])
    if not reason.strip() or len(reason) > rules.LONGEST_TEXT:
        raise errors.RiskReasonMissing(field="reason")
    part = await _part_of(frame, part_id)
    if await scalar("SELECT id FROM draw_item WHERE draw = {} AND part = {}", draw_id, part_id):
        raise errors.AlreadyInDraw(part_id=part["public_id"])
    async with transaction():
        last = await scalar("SELECT MAX(position) AS n FROM draw_item WHERE draw = {}", draw_id) or 0
        item = DrawItem(
            draw=draw_id, part=part_id, position=last + 1, ticket="", stream="risk", reason=reason.strip(),
        )  # fmt: skip
        item_id = (await DrawItem.insert(item).returning(DrawItem.id))[0]["id"]
        inputs = {"part": part["public_id"]}
        await record(actor, "draw:add-risk", f"draw-item:{item_id}", reason.strip(), inputs=inputs)
    return item_id


async def _part_of(frame: dict[str, Any], part_id: int) -> dict[str, Any]:
    """A live part of somebody in the draw's period and units."""
    for one in await _candidates(frame):
        if one["id"] == part_id and one["person"] is not None:
            return one
    raise NotFound(N_("这一段服务记录"))


async def _candidates(frame: dict[str, Any]) -> list[dict[str, Any]]:
    units = sorted(await units_below(frame["unit"], frame["until_on"]))
    kinds = read_plan(frame["plan_definition"]).risk_kinds
    return await parts.candidates(units, frame["from_on"], frame["until_on"], kinds)


async def risk_parts(frame_id: int) -> list[dict[str, Any]]:
    """Parts that the plan's rule keeps for the risk stream in the frame's period, each with `why` and its `item` where
    it was put on the list already."""
    frame = await queries.frame_of(frame_id)
    plan = read_plan(frame["plan_definition"])
    framed = await queries.parts_in_frames(frame["draw_period"])
    listed = await queries.items_of_parts(frame_id)
    return [
        {**one, "why": rules.risk_of(one, plan), "item": listed.get(one["id"])}
        for one in await _candidates(frame)
        if one["id"] not in framed and rules.exclusion(one, plan) == rules.RISK
    ]
