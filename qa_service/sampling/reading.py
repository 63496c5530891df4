"""What may be read of draws: the root, the plan and the seed by everybody whom a draw concerns, names by few.

An agent, a supervisor and a monitor see the roots of their unit and of the units above it, and their own tickets. Who
runs or audits draws (`sees_whole`) also sees whose parts were drawn and who marks them: told earlier, a draw could be
prepared for.
"""

from datetime import date
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.errors import NotFound
from qa_service.interactions import beside
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.sampling import draws, queries
from qa_service.sampling.frames import Frame, Stratum, parse_leaf
from qa_service.sampling.plans import read_plan

DRAWN = "(SELECT COUNT(*) FROM draw_item i WHERE i.draw = w.id AND i.state = 'drawn'"
WHOLE = (frozenset({Permission.EVALUATION_MANAGE}), frozenset({Permission.EVALUATION_READ, Permission.JOURNAL_READ}))


async def _units_with_those_above(units: frozenset[int]) -> frozenset[int]:
    """These units and every unit that they ever hung under."""
    above: dict[int, set[int]] = {}
    for place in await rows("SELECT unit, parent FROM unit_place WHERE parent IS NOT NULL ORDER BY id"):
        above.setdefault(place["unit"], set()).add(place["parent"])
    found, fresh = set(units), set(units)
    while fresh:
        fresh = set().union(*(above.get(unit, set()) for unit in fresh)) - found
        found |= fresh
    return frozenset(found)


async def readable_units(actor: Actor) -> frozenset[int] | None:
    """Units whose draws concern the actor: those in reach and those above, None for all."""
    reach = actor.units(Permission.DRAW_READ)
    return None if reach is None else await _units_with_those_above(reach)


def sees_whole(actor: Actor, unit: int) -> bool:
    """Whether the actor may see everybody's tickets in a draw of this unit."""
    for needed in WHOLE:
        reaches = [actor.units(permission) for permission in needed]
        if all(reach is None or unit in reach for reach in reaches):
            return True
    return False


async def periods(actor: Actor, pay_month: date | None = None) -> list[dict[str, Any]]:
    """Draw periods with root and seed, one row per frame, the newest month first."""
    return await queries.periods(await readable_units(actor), pay_month)


async def pay_months(actor: Actor) -> list[date]:
    """Months with draw periods, the newest first."""
    reach = await readable_units(actor)
    where = "" if reach is None else f" WHERE unit IN {among(len(reach))}"
    found = await rows(
        f"SELECT DISTINCT pay_month FROM draw_period{where} ORDER BY pay_month DESC", *sorted(reach or ())
    )
    return [one["pay_month"] for one in found]


async def period(actor: Actor, period_id: int) -> dict[str, Any]:
    """One draw period with `is_whole`, or NotFound."""
    found = await queries.period(period_id)
    reach = await readable_units(actor)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这个抽样期"))
    return {**found, "is_whole": sees_whole(actor, found["unit"])}


async def frames(period_id: int) -> list[dict[str, Any]]:
    """The frames of a period, main frame first, each with its plan and its draw where there is one."""
    found = await rows(
        "SELECT f.id, f.draw_period, f.sequence, f.root, f.leaf_count, f.exclusions, f.quotas, f.named_value,"
        " f.public_from, f.value_known, f.deviation, f.committed_at, f.journal_position, f.plan, v.code AS plan_code,"
        " v.name AS plan_name,"
        " v.name_en AS plan_name_en, v.version AS plan_version, v.definition AS plan_definition, w.id AS draw, w.seed,"
        " w.seed_values, w.drawn_at, w.exemption,"
        f" {DRAWN} AND i.stream = 'random') AS drawn, {DRAWN} AND i.stream = 'risk') AS risk,"
        " (SELECT COUNT(*) FROM frame_leaf l JOIN agent_part p ON p.id = l.part WHERE l.frame = f.id"
        " AND p.local_on < d.from_on) AS made_up,"
        f" {DRAWN} AND NOT EXISTS"
        " (SELECT 1 FROM assignment a WHERE a.draw_item = i.id AND a.ended_at IS NULL)) AS unassigned"
        " FROM frame f JOIN draw_period d ON d.id = f.draw_period JOIN rule_version v ON v.id = f.plan"
        " LEFT JOIN draw w ON w.frame = f.id WHERE f.draw_period = {} ORDER BY f.sequence",
        period_id,
    )
    for one in found:
        one["value_known"] = bool(one["value_known"])
        one["exclusions"] = msgspec.json.decode(one["exclusions"])
        one["seed_values"] = msgspec.json.decode(one["seed_values"]) if one["draw"] else []
    return found


async def frame(actor: Actor, frame_id: int, *, whole: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """The period and one of its frames; with `whole`, NotFound for whoever may not see everybody's lines."""
    known = await queries.frame_of(frame_id)
    if known is None:
        raise NotFound(N_("这个抽样框"))
    found = await period(actor, known["draw_period"])
    if whole and not found["is_whole"]:
        raise NotFound(N_("这个抽样框"))
    return found, next(one for one in await frames(found["id"]) if one["id"] == frame_id)


async def leaves(frame_id: int) -> list[str]:
    found = await rows("SELECT leaf FROM frame_leaf WHERE frame = {} ORDER BY position", frame_id)
    return [one["leaf"] for one in found]


async def quotas(found: dict[str, Any], frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Each stratum: size, quota, the chance to be drawn; per agent the month's floor and what the month brought before.

    A floor is what the plan promises in a whole pay month; `drawn_before` counts earlier periods of the same month.
    """
    plan = read_plan(frame["plan_definition"])
    sizes = await rows(
        "SELECT n.id AS person, n.key AS agent, n.name, n.employee_no, p.channel, p.kind, COUNT(*) AS size,"
        " SUM(CASE WHEN p.local_on < {} THEN 1 ELSE 0 END) AS again FROM frame_leaf l"
        " JOIN agent_part p ON p.id = l.part JOIN person n ON n.id = p.person WHERE l.frame = {}"
        " GROUP BY n.id, n.key, n.name, n.employee_no, p.channel, p.kind ORDER BY n.key, p.channel, p.kind",
        found["from_on"],
        frame["id"],
    )
    given = {(agent, channel, kind): quota for agent, channel, kind, quota in msgspec.json.decode(frame["quotas"])}
    named = sorted({one["agent"] for one in sizes})
    fresh = await queries.probationers(named, found["from_on"], plan.new_agent_days)
    before = await queries.month_before(found["unit"], found["pay_month"], found["from_on"])
    return [
        {
            **one,
            "again": int(one["again"]),
            "quota": given.get((one["agent"], one["channel"], one["kind"]), 0),
            "is_on_probation": one["agent"] in fresh,
            "floor": plan.probation_floor if one["agent"] in fresh else plan.floor,
            "drawn_before": before.get(one["agent"], (0, 0))[1],
        }
        for one in sizes
    ]


async def items(draw_id: int) -> list[dict[str, Any]]:
    """What was drawn, in the order of the tickets, replaced ones too, with who marks it by when and its state."""
    found = await rows(
        "SELECT i.id, i.position, i.ticket, i.stream, i.reason, i.state, i.part, p.public_id, p.interaction,"
        " p.local_on, p.channel, p.kind, n.key AS agent, n.name AS agent_name, n.employee_no,"
        f" {beside.current().state_sql} AS quality,"
        " o.public_id AS instead_of, m.name AS monitor_name, m.employee_no AS monitor_no, a.due_on FROM draw_item i"
        " JOIN agent_part p ON p.id = i.part JOIN person n ON n.id = p.person"
        " LEFT JOIN draw_item r ON r.id = i.replaces LEFT JOIN agent_part o ON o.id = r.part"
        " LEFT JOIN assignment a ON a.draw_item = i.id AND a.ended_at IS NULL LEFT JOIN person m ON m.id = a.monitor"
        " WHERE i.draw = {} ORDER BY i.position",
        draw_id,
    )
    places = await _places(draw_id)
    nowhere = {"place": None, "size": None, "quota": None}  # a risk item is chosen by its reason, not by a ticket
    return [{**one, **places.get(one["id"], nowhere)} for one in found]


async def _places(draw_id: int) -> dict[int, dict[str, int]]:
    """Each item's rank among the tickets of its stratum, with the stratum's size and quota.

    What was drawn are the smallest tickets, so that the rank among the drawn ones is the rank in the stratum.
    """
    found = await rows(
        "SELECT i.id, i.ticket, s.id AS stratum, s.size, s.quota FROM draw_item i JOIN stratum s ON s.id = i.stratum"
        " WHERE i.draw = {} ORDER BY i.id",
        draw_id,
    )
    ranked: dict[int, list[tuple[str, int]]] = {}
    for one in found:
        ranked.setdefault(one["stratum"], []).append((one["ticket"], one["id"]))
    place = {item: rank for members in ranked.values() for rank, (_, item) in enumerate(sorted(members), 1)}
    return {one["id"]: {"place": place[one["id"]], "size": one["size"], "quota": one["quota"]} for one in found}


async def own_tickets(actor: Actor, frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The actor's own lines of a frame; once drawn, each with its ticket, its place and why it was drawn or not."""
    key = await queries.person_key(actor.person_id)
    found = await rows(
        "SELECT l.leaf, p.interaction FROM frame_leaf l JOIN agent_part p ON p.id = l.part"
        " WHERE l.frame = {} AND p.person = {} ORDER BY l.position",
        frame["id"],
        actor.person_id if actor.person_id is not None else -1,
    )
    lines = [(parse_leaf(one["leaf"]), one["interaction"]) for one in found]
    own = [
        {"part": part.id, "interaction": interaction, "local_on": part.local_on, "channel": part.channel,
         "kind": part.kind, "explanation": None}
        for part, interaction in lines if part.agent == key
    ]  # fmt: skip
    if not own or frame["draw"] is None:
        return own
    made = await _own_draw(key, frame, tuple(one["leaf"] for one in found))
    for one in own:
        one["explanation"] = draws.explain(made, one["part"])
    return sorted(own, key=lambda one: (one["channel"], one["kind"], one["explanation"].place))


async def _own_draw(key: str, frame: dict[str, Any], own_leaves: tuple[str, ...]) -> draws.Draw:
    """One person's strata come out exactly as in the whole draw, from their own lines alone."""
    given = {
        Stratum(agent, channel, kind): quota
        for agent, channel, kind, quota in msgspec.json.decode(frame["quotas"])
        if agent == key
    }
    bare = Frame(leaves=own_leaves, root_hex=frame["root"], exclusions={})
    made = draws.draw(bare, frame["seed"], given, agent=key)
    mine = {parse_leaf(text).id for text in own_leaves}
    for one in await replacements(frame["draw"]):
        if one["public_id"] in mine:
            made = draws.replace(made, one["public_id"], one["reason"])
    return made


async def replacements(draw_id: int) -> list[dict[str, Any]]:
    """Parts that were given up, in the order of their replacement, each with the reason."""
    return await rows(
        "SELECT p.public_id, i.reason, b.public_id AS by_id FROM draw_item i JOIN draw_item o ON o.id = i.replaces"
        " JOIN agent_part p ON p.id = o.part JOIN agent_part b ON b.id = i.part WHERE i.draw = {} ORDER BY i.id",
        draw_id,
    )


async def plans() -> list[dict[str, Any]]:
    """Published sampling plans in their newest version: code, names, and what each names as the public value."""
    found = await rows(
        "SELECT code, name, name_en, definition FROM rule_version WHERE kind = 'sampling' AND state = 'published'"
        " ORDER BY code, version"
    )
    newest = {one["code"]: one for one in found}
    return [{**one, "plan": read_plan(one["definition"])} for one in newest.values()]


async def units_to_draw(actor: Actor) -> list[dict[str, Any]]:
    reach = actor.units(Permission.DRAW_WRITE)
    where = "" if reach is None else f" WHERE id IN {among(len(reach))}"
    return await rows(f"SELECT id, name, name_en FROM unit{where} ORDER BY id", *sorted(reach or ()))


async def item(actor: Actor, period_id: int, item_id: int) -> dict[str, Any]:
    """One drawn item of this period for who may draw there, or NotFound."""
    found = await period(actor, period_id)
    known = await rows(
        "SELECT i.id, i.ticket, i.state, w.frame, p.public_id, n.name AS agent_name, n.employee_no FROM draw_item i"
        " JOIN draw w ON w.id = i.draw JOIN frame f ON f.id = w.frame JOIN agent_part p ON p.id = i.part"
        " JOIN person n ON n.id = p.person WHERE i.id = {} AND f.draw_period = {}",
        item_id,
        period_id,
    )
    if not known or not found["is_whole"]:
        raise NotFound(N_("这条抽样"))
    return known[0]


async def own_leaf(actor: Actor, frame_id: int) -> str | None:
    """A line of one's own as an example of what lines look like."""
    found = await rows(
        "SELECT l.leaf FROM frame_leaf l JOIN agent_part p ON p.id = l.part WHERE l.frame = {} AND p.person = {}"
        " ORDER BY l.position LIMIT 1",
        frame_id,
        actor.person_id if actor.person_id is not None else -1,
    )
    return found[0]["leaf"] if found else None
