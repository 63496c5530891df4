"""Flags of a published run, with their reasons in words, in the actor's reach."""

import json
from typing import Any

from qa_service.database import row, rows
from qa_service.errors import NotFound
from qa_service.flags.words import method_text, rarity_text, reason_texts
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.rule_versions.definitions import records
from qa_service.scores import queries as scores
from rubrics.pack_records import Kpi

STATE_NAMES = {"open": N_("待处理"), "followed_up": N_("已跟进"), "dismissed": N_("不成立")}
FLAG = (
    "SELECT f.*, n.name AS person_name, n.employee_no, g.run, g.is_calibrated, g.people AS judged_people, r.unit,"
    " r.pay_month, d.username AS disposed_by_name, (SELECT COUNT(*) FROM flag o WHERE o.flag_run = f.flag_run"
    " AND o.score_hundredths > f.score_hundredths) + 1 AS rank"
    " FROM flag f JOIN person n ON n.id = f.person JOIN flag_run g ON g.id = f.flag_run"
    " JOIN score_run r ON r.id = g.run LEFT JOIN account d ON d.id = f.disposed_by"
)


async def flag_run(actor: Actor, run_id: int) -> dict[str, Any] | None:
    """How a run was judged: expected false alarms, calibration, the method in words; None before it was flagged."""
    await scores.run(actor, run_id)
    found = await row("SELECT * FROM flag_run WHERE run = {}", run_id)
    if found is None:
        return None
    note = json.loads(found["note"])
    return {**found, "note": note, "method": method_text(note)}


async def judged_runs(actor: Actor) -> list[dict[str, Any]]:
    """Readable runs in reach that were judged (a group's own run need not be); all of them where none was."""
    found = await scores.runs(actor)
    judged = {one["run"] for one in await rows("SELECT run FROM flag_run ORDER BY run")}
    return [run for run in found if run["id"] in judged] or found


async def flags(actor: Actor, run_id: int, *, only_flagged: bool = True) -> list[dict[str, Any]]:
    """Flagged people (or all who were judged), the most unusual first, reasons decoded and in words."""
    actor.require(Permission.FLAG_READ)
    within, values = scores.people_of(await scores.run(actor, run_id), "f.person")
    which = " AND f.is_flagged" if only_flagged else ""
    found = await rows(
        f"{FLAG} WHERE g.run = {{}}{which}{within} ORDER BY f.score_hundredths DESC, n.key", run_id, *values
    )
    kpis = await _kpis(run_id) if found else {}
    return [_decoded(one, kpis) for one in found]


async def _kpis(run_id: int) -> dict[str, Kpi]:
    return records(await scores.rule_texts(run_id), Kpi)


def _decoded(found: dict[str, Any], kpis: dict[str, Kpi]) -> dict[str, Any]:
    reasons = json.loads(found["reasons"])
    return {
        **found,
        "is_flagged": bool(found["is_flagged"]),
        "is_calibrated": bool(found["is_calibrated"]),
        "reasons": reasons,
        "sentences": reason_texts(reasons, kpis),
        "rarity": rarity_text(found),
        "state_name": gettext(STATE_NAMES[found["state"]]),
    }


async def flag_in_reach(actor: Actor, flag_id: int, permission: Permission) -> dict[str, Any]:
    found = await row(f"{FLAG} WHERE f.id = {{}} AND f.is_flagged", flag_id)
    if found is None or not await _reaches(actor.units(permission), found):
        raise NotFound(N_("这条异常提示"))
    return found


async def _reaches(reach: frozenset[int] | None, found: dict[str, Any]) -> bool:
    """The whole unit that was judged, or the part of it where the person works."""
    units = await scores.units_read(found, reach)
    within, values = scores.people_of({"pay_month": found["pay_month"], "units": units}, "f.person")
    return await row(f"SELECT f.id FROM flag f WHERE f.id = {{}}{within}", found["id"], *values) is not None


async def flag(actor: Actor, flag_id: int) -> dict[str, Any]:
    """One flag: for who may read flags of its unit, and, once followed up or dismissed, for the person it is about."""
    own = await row(f"{FLAG} WHERE f.id = {{}} AND f.is_flagged AND f.state <> 'open'", flag_id)
    if own is not None and actor.person_id is not None and own["person"] == actor.person_id:
        found = own
    else:
        found = await flag_in_reach(actor, flag_id, Permission.FLAG_READ)
    return _decoded(found, await _kpis(found["run"]))


async def my_flags(actor: Actor) -> list[dict[str, Any]]:
    """Flags about oneself that somebody has looked into, newest first."""
    found = await rows(
        f"{FLAG} WHERE f.person = {{}} AND f.is_flagged AND f.state <> 'open' ORDER BY f.id DESC LIMIT 50",
        actor.person_id if actor.person_id is not None else -1,
    )
    return [_decoded(one, await _kpis(one["run"])) for one in found]
