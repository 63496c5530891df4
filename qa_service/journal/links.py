"""Which things of the journal this reader may open, and what they are called.

The journal knows no later room, so what each room's page asks for stands here beside its address: the permission,
the units that it reaches, and the states in which the thing can be read. tests/journal/test_links.py opens them.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.journal.facts import Names
from qa_service.journal.words import parts_of
from qa_service.language import current_language
from qa_service.people.access import PERMISSION_NAMES, Actor, Permission


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A page: its address, who may open it, where its things lie. `within` '' is a thing of the whole house."""

    href: str
    permission: Permission
    source: str
    within: str = ""
    where: str = "1 = 1"
    shown: str = "t.id"
    narrower: Permission | None = None  # without it only what `where` names


P = Permission
DOORS: dict[str, Door] = {
    "account": Door(
        href="/accounts/%s",
        permission=P.ACCOUNT_WRITE,
        source="account t",
        within="EXISTS (SELECT 1 FROM account_role h WHERE h.account = t.id) AND NOT EXISTS"
        " (SELECT 1 FROM account_role h WHERE h.account = t.id AND (h.unit IS NULL OR NOT h.unit IN %s))",
    ),
    "rule": Door(href="/rules/%s", permission=P.RULE_READ, source="rule_version t"),
    "person": Door(
        href="/people/%s",
        permission=P.PEOPLE_READ,
        source="person t",
        within="EXISTS (SELECT 1 FROM post q WHERE q.person = t.id AND q.unit IN %s)",
    ),
    "batch": Door(href="/imports/%s", permission=P.IMPORT_READ, source="import_batch t"),
    "evaluation": Door(
        href="/evaluations/%s",
        permission=P.EVALUATION_READ,
        source="evaluation t",
        within="t.unit IN %s",
        where="t.state NOT IN ('queued', 'draft')",
        narrower=P.EVALUATION_MANAGE,
    ),
    "dispute": Door(
        href="/disputes/%s",
        permission=P.EVALUATION_MANAGE,
        source="dispute t JOIN evaluation e ON e.id = t.evaluation",
        within="e.unit IN %s",
    ),
    "score": Door(
        href="/scores/%s",
        permission=P.SCORE_READ,
        source="score_run t",
        within="t.unit IN %s",
        where="t.state IN ('published', 'closed')",
    ),
    "flag": Door(
        href="/flags/%s",
        permission=P.FLAG_READ,
        within="r.unit IN %s",
        where="t.is_flagged",
        source="flag t JOIN flag_run g ON g.id = t.flag_run JOIN score_run r ON r.id = g.run",
    ),
    "event": Door(href="/rewards/events/%s", permission=P.EVENT_READ, source="reward_event t", within="t.unit IN %s"),
    "sheet": Door(href="/sheets/%s", permission=P.SHEET_READ, source="sheet t", within="t.unit IN %s"),
    "report": Door(
        href="/reports/%s",
        permission=P.REPORT_READ,
        source="report t",
        within="t.unit IN %s",
        where="t.kind = 'training-needs'",
        narrower=P.SHEET_READ,
    ),
    "probation": Door(
        href="/probation/%s", permission=P.PROBATION_READ, source="probation_case t", within="t.unit IN %s"
    ),
    "training_plan": Door(
        href="/training/%s", permission=P.TRAINING_READ, source="training_plan t", within="t.unit IN %s"
    ),
    "follow_up": Door(href="/follow-ups/%s", permission=P.FOLLOW_UP_WRITE, source="follow_up t", within="t.unit IN %s"),
    "frame": Door(href="/draws/%s", permission=P.DRAW_READ, source="frame t", shown="t.draw_period"),
    "draw": Door(
        href="/draws/%s", permission=P.DRAW_READ, source="draw t JOIN frame f ON f.id = t.frame", shown="f.draw_period"
    ),
    "job": Door(href="/jobs/%s", permission=P.JOB_READ, source="job t"),
}


async def openable(actor: Actor, subjects: Iterable[str]) -> dict[str, str]:
    """The addresses of those of these things that this reader may open."""
    wanted: dict[str, set[int]] = {}
    for kind, number in map(parts_of, subjects):
        if number is not None and kind in DOORS:
            wanted.setdefault(kind, set()).add(number)
    found: dict[str, str] = {}
    for kind, numbers in wanted.items():
        for one in await _open(actor, DOORS[kind], sorted(numbers)):
            found[f"{kind}:{one['id']}"] = DOORS[kind].href % one["shown"]
    return found


async def _open(actor: Actor, door: Door, numbers: list[int]) -> list[dict[str, Any]]:
    if not actor.may(door.permission):
        return []
    where, values = f"t.id IN {among(len(numbers))}", list(numbers)
    if door.narrower is None or not actor.may(door.narrower):
        where += f" AND {door.where}"
    reach = actor.units(door.permission) if door.within else None
    if reach is not None:
        where, values = f"{where} AND {door.within % among(len(reach))}", [*values, *sorted(reach)]
    return await rows(f"SELECT t.id, {door.shown} AS shown FROM {door.source} WHERE {where} ORDER BY t.id", *values)


async def names(actor: Actor, numbers: dict[str, set[int]]) -> Names:
    """What these numbers stand for; people only those in the reach of whoever may read the staff list."""
    reach = actor.units(P.PEOPLE_READ)
    within = "" if reach is None else f" AND {DOORS['person'].within % among(len(reach))}"
    title = "COALESCE(NULLIF(t.name_en, ''), t.name)" if current_language() == "en" else "t.name"
    return Names(
        people=await _names("t.name", "person t", numbers["people"], within, sorted(reach or ())),
        units=await _names(title, "unit t", numbers["units"]),
        rules=await _names(title, "rule_version t", numbers["rules"]),
        accounts=await _names("t.username", "account t", numbers["accounts"]),
        permissions={permission.value: name for permission, name in PERMISSION_NAMES.items()},
    )


async def _names(
    shown: str, source: str, numbers: set[int], within: str = "", reach: Iterable[int] = ()
) -> dict[int, str]:
    if not numbers:
        return {}
    asked = sorted(numbers)[:5_000]
    found = await rows(
        f"SELECT t.id, {shown} AS shown FROM {source} WHERE t.id IN {among(len(asked))}{within} ORDER BY t.id",
        *asked, *reach,
    )  # fmt: skip
    return {one["id"]: one["shown"] for one in found}
