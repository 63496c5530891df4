"""What waits for this person, role by role: each a count, its nearest deadline and the page that settles it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import local_day_bounds, next_month
from qa_service.database import among, row, rows
from qa_service.disputes import queries as disputes
from qa_service.evaluations import queries as evaluations
from qa_service.follow_ups import queries as follow_ups
from qa_service.interactions import unclaimed
from qa_service.language import N_, gettext
from qa_service.notices import queries as notices
from qa_service.notices.schemas import NoticeOut
from qa_service.people.access import Actor, Permission
from qa_service.probation import queries as probation
from qa_service.roster import queries as rosters

P = Permission
NOTICES = 8


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do: how many, what, where; `due_at` or `due_on` the nearest deadline, is_late when it has passed."""

    key: str
    label: str
    count: int
    href: str
    due_on: date | None = None
    due_at: datetime | None = None
    is_late: bool = False


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """waiting: what there is to do now, late and soonest first. shift and duties: one's own today."""

    waiting: list[Waiting]
    notices: list[NoticeOut]
    shift: dict[str, Any] | None
    duties: list[dict[str, Any]]


async def home(actor: Actor) -> Home:
    """Everything that this actor's roles have to do, without what is nothing."""
    found = [one for ask in ASKED for one in [await ask(actor)] if one is not None and one.count]
    today = clock.today()
    own = await rosters.mine(actor, today) if actor.person_id is not None and actor.may(P.OWN_READ) else None
    return Home(
        waiting=sorted(found, key=_urgency),
        notices=await notices.mine(actor, unread=True, limit=NOTICES),
        shift=next((one for one in own["days"] if one["on"] == today), None) if own else None,
        duties=[one for one in own["duties"] if one["on"] == today and one["done_at"] is None] if own else [],
    )


def _urgency(one: Waiting) -> tuple[bool, datetime]:
    day = one.due_at or (local_day_bounds(one.due_on)[1] if one.due_on else None)
    return not one.is_late, day or clock.now() + timedelta(days=3650)


async def _staff_list(actor: Actor) -> Waiting | None:
    """The first step of an empty house, for whoever may take it: nothing else can begin before there are people."""
    if not (actor.may(P.PEOPLE_WRITE) and actor.may(P.IMPORT_WRITE)):
        return None
    if await row("SELECT id FROM person ORDER BY id LIMIT 1") is not None:
        return None
    return Waiting(key="staff-list", label=gettext(N_("导入员工名册")), count=1, href="/imports/new")


async def _queue(actor: Actor) -> Waiting | None:
    """Items assigned to a monitor."""
    if not actor.may(P.EVALUATION_WRITE):
        return None
    found = await evaluations.queue(actor, limit=1000)
    due = found[0]["due_on"] if found else None
    late = due is not None and due < clock.today()
    return Waiting(key="queue", label=gettext(N_("待评")), count=len(found), href="/queue", due_on=due, is_late=late)


async def _results(actor: Actor) -> Waiting | None:
    """Released marks about oneself that one has not looked at."""
    if not actor.may(P.OWN_READ) or actor.person_id is None:
        return None
    found = await row(
        "SELECT COUNT(*) AS n FROM evaluation e WHERE e.person = {} AND e.state = 'released'"
        " AND NOT EXISTS (SELECT 1 FROM agent_response r WHERE r.evaluation = e.id) AND e.respond_by_at > {}",
        actor.person_id,
        clock.now(),
    )
    first = await row(
        "SELECT e.respond_by_at FROM evaluation e WHERE e.person = {} AND e.state = 'released'"
        " AND NOT EXISTS (SELECT 1 FROM agent_response r WHERE r.evaluation = e.id) AND e.respond_by_at > {}"
        " ORDER BY e.respond_by_at LIMIT 1",
        actor.person_id,
        clock.now(),
    )
    due = first["respond_by_at"] if first else None
    label = gettext(N_("新公布的质检，还没有看"))
    return Waiting(key="results", label=label, count=found["n"], href="/my/results", due_at=due)


async def _disputes(actor: Actor) -> Waiting | None:
    count = await disputes.waiting_count(actor)
    if not count:
        return None
    first = (await disputes.waiting(actor))[0]
    return Waiting(
        key="disputes", label=gettext(N_("申诉待裁决")), count=count, href="/disputes", due_at=first["decide_by_at"],
        is_late=first["is_late"],
    )  # fmt: skip


async def _flags(actor: Actor) -> Waiting | None:
    """Flags nobody has looked into."""
    reach = actor.units(P.FLAG_DISPOSE)
    where, values = _units("q.unit", reach)
    held = "" if reach is None else f" AND EXISTS (SELECT 1 FROM post q WHERE q.person = f.person AND {where})"
    found = await row(
        "SELECT COUNT(*) AS n FROM flag f JOIN flag_run g ON g.id = f.flag_run JOIN score_run r ON r.id = g.run"
        f" WHERE f.is_flagged AND f.state = 'open' AND r.state <> 'superseded'{held}",
        *(values if held else ()),
    )
    return Waiting(key="flags", label=gettext(N_("异常提示待处理")), count=found["n"], href="/flags")


def _units(column: str, reach: frozenset[int] | None) -> tuple[str, list[int]]:
    return ("1 = 1", []) if reach is None else (f"{column} IN {among(len(reach))}", sorted(reach))


async def _sheets_to_submit(actor: Actor) -> Waiting | None:
    return await _sheets(actor, P.SHEET_WRITE, "draft", "submit_by_at", gettext(N_("奖罚评分表待提交")))


async def _sheets_to_approve(actor: Actor) -> Waiting | None:
    return await _sheets(actor, P.SHEET_APPROVE, "submitted", "approve_by_at", gettext(N_("奖罚评分表待批准")))


async def _sheets_to_lock(actor: Actor) -> Waiting | None:
    return await _sheets(actor, P.SHEET_APPROVE, "approved", "approve_by_at", gettext(N_("奖罚评分表待锁定")))


async def _sheets(actor: Actor, permission: Permission, state: str, due: str, label: str) -> Waiting | None:
    where, values = _units("unit", actor.units(permission))
    found = await rows(
        f"SELECT id, {due} AS due_at FROM sheet WHERE state = {{}} AND {where} ORDER BY {due}, id", state, *values
    )
    if not found:
        return None
    first = found[0]["due_at"]
    href = f"/sheets/{found[0]['id']}" if len(found) == 1 else "/sheets"
    is_late = first < clock.now()
    return Waiting(key=f"sheets-{state}", label=label, count=len(found), href=href, due_at=first, is_late=is_late)


async def _events(actor: Actor) -> Waiting | None:
    """Late entries that wait for a second approver."""
    where, values = _units("unit", actor.units(P.EVENT_APPROVE))
    found = await row(f"SELECT COUNT(*) AS n FROM reward_event WHERE state = 'waiting_second' AND {where}", *values)
    href = "/rewards/events?having=waiting_second"
    return Waiting(key="events", label=gettext(N_("奖惩记录待第二人批准")), count=found["n"], href=href)


async def _probation(actor: Actor) -> Waiting | None:
    if not actor.may(P.PROBATION_WRITE):
        return None
    due = [one for one in await probation.cases(actor, state="open") if one["stage"] != "open"]
    if not due:
        return None
    first = due[0]
    return Waiting(
        key="probation", label=gettext(N_("试用期待考核或决定")), count=len(due), href="/probation?state=open",
        due_on=first["assessment_due_on"], is_late=first["stage"] in ("over", "overdue"),
    )  # fmt: skip


async def _follow_ups(actor: Actor) -> Waiting | None:
    count = await follow_ups.due_count(actor)
    if not count:
        return None
    first = (await follow_ups.follow_ups(actor, state="open", limit=1))[0]
    return Waiting(
        key="follow-ups", label=gettext(N_("跟进到期")), count=count, href="/follow-ups", due_at=first["due_at"],
        is_late=first["state"] == "overdue",
    )  # fmt: skip


async def _unclaimed(actor: Actor) -> Waiting | None:
    """Parts whose agent nobody knows."""
    reach = actor.units(P.IDENTITY_RESOLVE)
    if not (reach is None or reach):
        return None
    count = sum(one["parts"] for one in await unclaimed.accounts(actor))
    label = gettext(N_("服务记录待认领"))
    return Waiting(key="unclaimed", label=label, count=count, href="/interactions/unclaimed")


async def _rosters(actor: Actor) -> Waiting | None:
    """Units of one's own whose next month is not published in the last ten days of this one."""
    reach = actor.units(P.ROSTER_WRITE)
    today = clock.today()
    if not reach or next_month(today) - today > timedelta(days=10):
        return None
    published = await rows(
        f"SELECT unit FROM roster WHERE pay_month = {{}} AND state = 'published' AND unit IN {among(len(reach))}"
        " ORDER BY unit",
        next_month(today),
        *sorted(reach),
    )
    kept = await rows(
        f"SELECT DISTINCT unit FROM roster WHERE unit IN {among(len(reach))} ORDER BY unit", *sorted(reach)
    )
    missing = {one["unit"] for one in kept} - {one["unit"] for one in published}
    if not missing:
        return None
    href = f"/roster?unit={min(missing)}&month={next_month(today):%Y-%m}"
    due = next_month(today) - timedelta(days=1)
    return Waiting(key="roster", label=gettext(N_("下月排班还没有公布")), count=len(missing), href=href, due_on=due)


ASKED: tuple[Callable[[Actor], Awaitable[Waiting | None]], ...] = (
    _staff_list, _queue, _results, _disputes, _flags, _sheets_to_submit, _sheets_to_approve, _sheets_to_lock, _events,
    _probation, _follow_ups, _unclaimed, _rosters,
)  # fmt: skip
