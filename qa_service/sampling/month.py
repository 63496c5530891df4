"""A whole month's draws in one go, for the command line: open its periods, commit, draw, assign."""

from datetime import date

import msgspec

from qa_service.database import row
from qa_service.people.access import Actor
from qa_service.sampling import commands


class PeriodDrawn(msgspec.Struct, frozen=True):
    """One draw period: what was committed and drawn. root is what anyone can check the draw against."""

    period: int
    from_on: date
    until_on: date
    frame: int
    root: str
    leaves: int
    exclusions: dict[str, int]
    drawn: int
    assigned: int
    impossible: int
    notes: list[str]


async def draw_month(
    actor: Actor, unit: int, month: date, *, plan_code: str, named_value: str, value: str
) -> list[PeriodDrawn]:
    """Draw each period of a month that is not drawn yet; `value` is the published value that was named in advance.

    The roots are committed before the value enters, period by period. Periods already drawn are left alone.
    """
    drawn = []
    for period in await commands.open_month(actor, unit, month, plan_code=plan_code):
        found = await row("SELECT * FROM draw_period WHERE id = {}", period)
        if found["state"] == "drawn":
            continue
        committed = await commands.commit_frame(actor, period, plan_code=plan_code, named_value=named_value)
        draw = await commands.draw_frame(actor, committed.frame, [value])
        counted = await row("SELECT COUNT(*) AS n FROM draw_item WHERE draw = {}", draw)
        report = await commands.assign_draw(actor, draw)
        drawn.append(
            PeriodDrawn(
                period, found["from_on"], found["until_on"], committed.frame, committed.root, committed.leaves,
                committed.exclusions, counted["n"], report.assigned, len(report.impossible), list(report.notes),
            )
        )  # fmt: skip
    return drawn
