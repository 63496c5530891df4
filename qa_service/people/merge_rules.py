"""When two entries cannot be one person: rules of the people room itself, each on facts that were read. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from qa_service.language import N_
from qa_service.people.merge_rooms import Obstacle


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: who it is in the books, and from when until when it stands there."""

    id: int
    key: str
    name: str
    employee_no: str | None
    hired_on: date | None
    left_on: date | None
    merged_into: int | None
    has_account: bool
    posts: Sequence[dict[str, Any]] = ()  # unit, unit_name, kind, from_on, until_on
    first_work_on: date | None = None
    last_work_on: date | None = None


def obstacles(former: Entry, person: Entry, *, relations: int) -> list[Obstacle]:
    """Everything that stands against it, in the order in which a person would ask."""
    if former.id == person.id:
        return [Obstacle(code="same-entry", sentence=N_("这是同一个人的同一条记录"))]
    merged = [one for one in (former, person) if one.merged_into is not None]
    if merged:
        text = N_("“%(name)s”（%(key)s）已经是别人的别名，请选现在的那一位")
        return [Obstacle(code="already-merged", sentence=text, facts=_named(one)) for one in merged]
    checks = (_numbers, _accounts, _posts, _employment)
    found = [one for check in checks for one in check(former, person)]
    if relations:
        text = N_("两人之间有汇报关系或申报的回避关系（%(count)s条），不可能是同一个人")
        found.append(Obstacle(code="related", sentence=text, facts={"count": relations}))
    return found


def _named(one: Entry) -> dict[str, str]:
    return {"name": one.name, "key": one.employee_no or one.key}


def _numbers(former: Entry, person: Entry) -> list[Obstacle]:
    """The number stays with the entry that has it, so that the staff list finds the person."""
    if former.employee_no is None or person.employee_no is not None:
        return []
    text = N_("只有“%(name)s”（%(key)s）有工号：请反过来，把没有工号的那一位合并进来")
    return [Obstacle(code="other-way-round", sentence=text, facts=_named(former))]


def _accounts(former: Entry, person: Entry) -> list[Obstacle]:
    if not (former.has_account and person.has_account):
        return []
    return [Obstacle(code="two-log-ins", sentence=N_("两人各有登录账号；一人只有一个账号，请先确认是不是同一个人"))]


def _posts(former: Entry, person: Entry) -> list[Obstacle]:
    """Several posts at a time are usual; to be an agent and whoever leads them in one unit at once is not."""
    text = N_("%(unit)s在%(on)s同时有两种职责，互相矛盾")
    for one in former.posts:
        for other in person.posts:
            if one["unit"] == other["unit"] and one["kind"] != other["kind"] and (on := _overlap(one, other)):
                facts = {"unit": one["unit_name"], "on": on.isoformat()}
                return [Obstacle(code="posts-contradict", sentence=text, facts=facts)]
    return []


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> date | None:
    """The first day that both hold."""
    start = max(one["from_on"], other["from_on"])
    ends = [until for until in (one["until_on"], other["until_on"]) if until is not None]
    return start if not ends or start <= min(ends) else None


def _employment(former: Entry, person: Entry) -> list[Obstacle]:
    """Work on a day on which the other was not here is somebody else's."""
    found = []
    if former.first_work_on and person.hired_on and former.first_work_on < person.hired_on:
        text = N_("“%(name)s”在%(on)s已有服务记录，那时“%(other)s”还没有入职（%(day)s）")
        found.append(_worked(text, former, person, former.first_work_on, person.hired_on))
    if former.last_work_on and person.left_on and former.last_work_on > person.left_on:
        text = N_("“%(name)s”在%(on)s还有服务记录，那时“%(other)s”已经离职（%(day)s）")
        found.append(_worked(text, former, person, former.last_work_on, person.left_on))
    return found


def _worked(text: str, former: Entry, person: Entry, on: date, day: date) -> Obstacle:
    facts = {"name": former.name, "other": person.name, "on": on.isoformat(), "day": day.isoformat()}
    return Obstacle(code="not-there-then", sentence=text, facts=facts)
