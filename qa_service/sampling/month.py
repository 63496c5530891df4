"""A whole month's draws from the command line, in the two acts that make a draw provable: commit now, draw when the
named value is out; then share out.

A month that is long past can be drawn in one go with a value that everybody knows; every page and proof of such a draw
says that it proves nothing.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from qa_service.database import rows, scalar
from qa_service.language import gettext
from qa_service.people.access import Actor
from qa_service.sampling import commands, errors, rules

PASSED_OVER = (errors.EmptyFrame, errors.PeriodNotClosed, errors.EarlierPeriodOpen)


class PeriodDone(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one draw period. root is what anyone can check the draw against; `refused` says why nothing was
    committed; notes say of whatever stays open why, and what to do."""

    period: int
    from_on: date
    until_on: date
    frame: int | None = None
    root: str | None = None
    leaves: int = 0
    exclusions: dict[str, int] = {}
    named_value: str | None = None
    public_from: datetime | None = None
    value_known: bool = False
    drawn: int = 0
    assigned: int = 0
    unassigned: int = 0
    notes: list[str] = []
    refused: str | None = None


async def commit_month(actor: Actor, unit: int, month: date, *, plan_code: str) -> list[PeriodDone]:
    """Commit each period of the month that is over and not committed yet; the plan's value is named for each."""
    done = []
    for period in await _open_periods(actor, unit, month, plan_code):
        try:
            committed = await commands.commit_frame(actor, period["id"], plan_code=plan_code)
        except PASSED_OVER as refusal:
            done.append(_done(period, refused=refusal.text()))
        else:
            done.append(_committed(period, committed))
    return done


async def draw_month(
    actor: Actor, unit: int, month: date, *, value: str, from_on: date | None = None
) -> list[PeriodDone]:
    """Draw what was committed before, and share it out. One value draws the frames that name the same one; with
    several named, `from_on` says which period."""
    waiting = [one for one in await _waiting(unit, month) if from_on in (None, one["from_on"])]
    if not waiting:
        raise errors.NothingToDraw()
    if len({one["named_value"] for one in waiting}) > 1:
        named = "；".join(f"{one['from_on']}（{one['named_value']}）" for one in waiting)
        raise errors.PeriodsToChoose(periods=named)
    return [await _draw(actor, one, value) for one in waiting]


async def draw_known_month(
    actor: Actor, unit: int, month: date, *, plan_code: str, named_value: str, value: str, reason: str
) -> list[PeriodDone]:
    """Commit and draw every period with a value that is known already; each frame says so for ever."""
    done = []
    for period in await _open_periods(actor, unit, month, plan_code):
        try:
            made = await commands.commit_frame(
                actor, period["id"], plan_code=plan_code, named_value=named_value, reason=reason, value_known=True
            )
        except PASSED_OVER as refusal:
            done.append(_done(period, refused=refusal.text()))
            continue
        waiting = next(one for one in await _waiting(unit, month) if one["frame"] == made.frame)
        done.append(await _draw(actor, waiting, value))
    return done


async def assign_month(actor: Actor, unit: int, month: date) -> list[PeriodDone]:
    """Share out what is drawn and still open, e.g. once there are monitors."""
    found = await _frames(unit, month, "w.id IS NOT NULL")
    return [await _share(actor, one, one["draw"]) for one in found]


async def _open_periods(actor: Actor, unit: int, month: date, plan_code: str) -> list[dict[str, Any]]:
    await commands.open_month(actor, unit, month, plan_code=plan_code)
    return await rows(
        "SELECT * FROM draw_period WHERE unit = {} AND pay_month = {} AND state = 'open' ORDER BY from_on", unit, month
    )


async def _waiting(unit: int, month: date) -> list[dict[str, Any]]:
    return await _frames(unit, month, "w.id IS NULL")


async def _frames(unit: int, month: date, condition: str) -> list[dict[str, Any]]:
    return await rows(
        "SELECT d.id, d.from_on, d.until_on, f.id AS frame, f.root, f.leaf_count, f.exclusions, f.named_value,"
        " f.public_from, f.value_known, w.id AS draw FROM frame f JOIN draw_period d ON d.id = f.draw_period"
        f" LEFT JOIN draw w ON w.frame = f.id WHERE d.unit = {{}} AND d.pay_month = {{}} AND {condition}"
        " ORDER BY d.from_on, f.sequence",
        unit,
        month,
    )


async def _draw(actor: Actor, frame: dict[str, Any], value: str) -> PeriodDone:
    return await _share(actor, frame, await commands.draw_frame(actor, frame["frame"], [value]))


async def _share(actor: Actor, frame: dict[str, Any], draw: int) -> PeriodDone:
    report = await commands.assign_draw(actor, draw)
    notes = [gettext(rules.VALUE_KNOWN)] if frame["value_known"] else []
    return _done(
        frame, frame=frame["frame"], root=frame["root"], leaves=frame["leaf_count"],
        exclusions=msgspec.json.decode(frame["exclusions"]), named_value=frame["named_value"],
        public_from=frame["public_from"], value_known=bool(frame["value_known"]),
        drawn=await scalar("SELECT COUNT(*) AS n FROM draw_item WHERE draw = {} AND state = 'drawn'", draw),
        assigned=report.assigned, unassigned=len(report.impossible), notes=[*notes, *report.notes],
    )  # fmt: skip


def _committed(period: dict[str, Any], made: commands.Committed) -> PeriodDone:
    return _done(
        period, frame=made.frame, root=made.root, leaves=made.leaves, exclusions=made.exclusions,
        named_value=made.named_value, public_from=made.public_from, value_known=made.value_known,
    )  # fmt: skip


def _done(period: dict[str, Any], **facts: Any) -> PeriodDone:
    return PeriodDone(period=period["id"], from_on=period["from_on"], until_on=period["until_on"], **facts)
