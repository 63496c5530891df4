"""Reads of 奖惩记录, scoped in the query: one's own, and those of the units in reach."""

from datetime import date
from typing import Any

import msgspec

from qa_service.calendar.months import next_month
from qa_service.database import among, rows
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.rewards.gathering import scheme_versions
from qa_service.rewards.schemes import version_on
from rubrics.pack_records import EventRule

# entered_party and second_party: the person behind the account, so that two log-ins of one person stay one.
SELECT = (
    "SELECT e.*, p.name AS person_name, p.employee_no, u.name AS unit_name, COALESCE(ap.name, a.username, '') AS"
    " entered_by_name, COALESCE(a.person, -e.entered_by) AS entered_party,"
    " COALESCE(b.person, -e.second_approver) AS second_party, v.definition FROM reward_event e"
    " JOIN person p ON p.id = e.person JOIN rule_version v ON v.id = e.rule LEFT JOIN unit u ON u.id = e.unit"
    " LEFT JOIN account a ON a.id = e.entered_by LEFT JOIN person ap ON ap.id = a.person"
    " LEFT JOIN account b ON b.id = e.second_approver"
)


def _scope(actor: Actor) -> tuple[str, list[int]]:
    """Own records, and those of the units that the permission reaches."""
    me = actor.person_id if actor.person_id is not None else -1
    reach = actor.units(Permission.EVENT_READ)
    if reach is None:
        return "1 = 1", []
    return f"(e.person = {{}} OR e.unit IN {among(len(reach))})", [me, *sorted(reach)]


async def event(actor: Actor, event_id: int) -> dict[str, Any]:
    """One record with its names; what one may not see is not found."""
    scope, values = _scope(actor)
    found = await rows(f"{SELECT} WHERE e.id = {{}} AND {scope}", event_id, *values)
    if not found:
        raise NotFound(N_("这条奖惩记录"))
    return shown(found[0])


async def events(
    actor: Actor, *, month: date | None = None, person: int = 0, state: str = "", after: int = 0, limit: int = 500
) -> list[dict[str, Any]]:
    """Records in reach, newest day first; `after` pages by id within that order's month."""
    scope, values = _scope(actor)
    where = [scope]
    if month is not None:
        where.append("e.happened_on >= {} AND e.happened_on < {}")
        values += [month, next_month(month)]
    if person:
        where.append("e.person = {}")
        values.append(person)
    if state:
        where.append("e.state = {}")
        values.append(state)
    found = await rows(
        f"{SELECT} WHERE {' AND '.join(where)} AND e.id > {{}} ORDER BY e.happened_on DESC, e.id DESC LIMIT {{}}",
        *values, after, limit,
    )  # fmt: skip
    return [shown(one) for one in found]


async def own_events(actor: Actor, month: date) -> list[dict[str, Any]]:
    """One's own records of a month, whatever one may read of others."""
    me = actor.person_id if actor.person_id is not None else -1
    found = await rows(
        f"{SELECT} WHERE e.person = {{}} AND e.happened_on >= {{}} AND e.happened_on < {{}}"
        " ORDER BY e.happened_on, e.id",
        me, month, next_month(month),
    )  # fmt: skip
    return [shown(one) for one in found]


def shown(event: dict[str, Any]) -> dict[str, Any]:
    """A row with its evidence decoded and its rule's names instead of the whole scheme."""
    rule = msgspec.json.decode(event.pop("definition")).get(f"event.{event['rule_code']}", {})
    event["rule_name"] = rule.get("name", event["rule_code"])
    event["rule_name_en"] = rule.get("name_en", event["rule_code"])
    event["rule_sentence"] = rule.get("sentence", "")
    event["rule_sentence_en"] = rule.get("sentence_en", "")
    event["evidence"] = msgspec.json.decode(event["evidence"])
    return event


async def event_rules(on: date) -> dict[str, EventRule]:
    """The rules by which something that happened on a day can be entered."""
    return dict(version_on(await scheme_versions(on, on), on).scheme.events)


async def people_to_record(actor: Actor) -> list[dict[str, Any]]:
    """Whom one may record: those with a post in the units that the permission to write reaches, oneself excepted."""
    reach = actor.units(Permission.EVENT_WRITE)
    within = "" if reach is None else f" AND q.unit IN {among(len(reach))}"
    return await rows(
        "SELECT p.id, p.name, p.employee_no FROM person p WHERE p.left_on IS NULL AND p.id <> {}"
        " AND p.merged_into IS NULL"
        f" AND EXISTS (SELECT 1 FROM post q WHERE q.person = p.id{within}) ORDER BY p.employee_no, p.id LIMIT 2000",
        actor.person_id if actor.person_id is not None else -1,
        *sorted(reach or ()),
    )


async def newest_month(actor: Actor) -> date | None:
    """The month of the newest record in reach."""
    scope, values = _scope(actor)
    found = await rows(
        f"SELECT e.happened_on FROM reward_event e WHERE {scope} ORDER BY e.happened_on DESC LIMIT 1", *values
    )
    return found[0]["happened_on"].replace(day=1) if found else None
