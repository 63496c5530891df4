"""A sheet against its inputs of this moment: nobody hands in, approves, locks or pays lines that no longer hold."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, rows
from qa_service.errors import Refusal
from qa_service.language import N_, clauses, gettext, listed
from qa_service.rewards import errors, storing
from qa_service.rewards.changes import Cap, Change, changes, only_held, takes_more, with_holds
from qa_service.rewards.drafting import cap, draft_sheet
from qa_service.rewards.gates import SheetState, Step
from qa_service.rewards.gathering import Gathered, gather
from qa_service.rewards.lines import SheetDraft
from qa_service.scores.standing import run_for_unit

SHOWN = 3  # changes named in a refusal; the page and the API list them all
CHECKED = {Step.SUBMIT, Step.APPROVE, Step.LOCK, Step.PAY}
NEXT = {
    Step.SUBMIT: N_("请重新编制，核对后再提交"), Step.APPROVE: N_("请退回，由编制人重新编制"),
    Step.LOCK: N_("请由两人撤回，重新编制"), Step.PAY: N_("请由两人撤回，重新编制"),
}  # fmt: skip


class Looked(msgspec.Struct, frozen=True):
    """What has changed since the sheet was drafted, and the facts of this moment."""

    changes: tuple[Change, ...]
    gathered: Gathered


async def look_again(sheet: dict[str, Any], stored: SheetDraft) -> Looked:
    """Compute the sheet anew from the facts of this moment and compare.

    Before approval the scores that stand now count; an approved sheet has closed those that it rests on.
    """
    run_id = sheet["run"]
    if sheet["state"] in (SheetState.DRAFT, SheetState.SUBMITTED):
        run = await run_for_unit(sheet["unit"], sheet["pay_month"])
        run_id = run["id"] if run else run_id
    gathered = await gather(sheet["unit"], sheet["pay_month"], run_id, sheet_id=sheet["id"])
    fresh = draft_sheet(sheet["pay_month"], gathered.people, versions=gathered.versions)
    return Looked(changes(stored, fresh), gathered)


async def check_inputs(
    sheet: dict[str, Any], stored: SheetDraft, step: Step, *, without_wages: bool = False
) -> SheetDraft:
    """The sheet as the step may take it: refused when its inputs have changed, appealed lines on hold from then on."""
    if step not in CHECKED:
        return stored
    check_month_over(sheet)
    looked = await look_again(sheet, stored)
    if step in (Step.LOCK, Step.PAY) and only_held(looked.changes):
        return with_holds(stored, looked.changes, _caps(looked.gathered))
    if looked.changes:
        raise errors.InputsChanged(
            count=len(looked.changes), what=await in_words(looked.changes[:SHOWN]), next=gettext(NEXT[step])
        )
    if step is Step.SUBMIT and looked.gathered.left_out and not without_wages:
        names = await names_of(looked.gathered.left_out)
        raise errors.PeopleLeftOut(
            count=len(names), names=listed(names[one] for one in sorted(names)), field="without_wages"
        )
    return stored


def _caps(gathered: Gathered) -> dict[int, Cap]:
    """The limits of everybody's month, by person."""
    return {facts.person_id: partial(cap, facts=facts, versions=gathered.versions) for facts in gathered.people}


async def changes_now(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    """For page and API: every line that has changed since, in words; nothing once the sheet is paid."""
    if sheet["state"] == SheetState.PAID:
        return []
    try:
        looked = await look_again(sheet, await storing.read(sheet))
    except Refusal as refusal:  # a rule that was barred since, say: no line can be computed any more
        return [{"kind": "refused", "person": None, "line": None, "before_fen": 0, "after_fen": 0,
                 "text": refusal.text()}]  # fmt: skip
    is_open = sheet["state"] in (SheetState.DRAFT, SheetState.SUBMITTED)
    found = [change for change in looked.changes if is_open or not takes_more(change)]
    names = await names_of(change.person_id for change in found)
    return [
        {"kind": change.kind, "person": change.person_id, "line": change.position, "before_fen": change.before_fen,
         "after_fen": change.after_fen, "text": change.shown(names[change.person_id])}
        for change in found
    ]  # fmt: skip


def check_month_over(sheet: dict[str, Any]) -> None:
    """No money for days that have not been worked yet."""
    last = month_last(sheet["pay_month"])
    if clock.today() <= last:
        raise errors.SheetMonthNotOver(month=f"{sheet['pay_month']:%Y-%m}", last=last.isoformat(), field="month")


async def in_words(found: Iterable[Change]) -> str:
    changes = list(found)
    names = await names_of(change.person_id for change in changes)
    return clauses(change.shown(names[change.person_id]) for change in changes)


async def names_of(people: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(people))
    found = await rows(f"SELECT id, name FROM person WHERE id IN {among(len(wanted))} ORDER BY id", *wanted)
    return {one["id"]: one["name"] for one in found}
