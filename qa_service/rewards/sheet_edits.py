"""What a person puts on a draft or strikes from it, always with a reason; the draft is computed anew around it."""

from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.rewards import errors, sheet_queries
from qa_service.rewards.correcting import correction_fits
from qa_service.rewards.corrections import closed_line, corrected
from qa_service.rewards.gates import SheetState, Step
from qa_service.rewards.lines import yuan
from qa_service.rewards.schemas import AddIn
from qa_service.rewards.sheet_commands import leave_step, redraft, sheet_to_step
from qa_service.rewards.tables import SheetEdit

EDITING = N_("修改")


async def add_line(actor: Actor, sheet_id: int, entry: AddIn) -> int:
    """A reward outside the scheme, or a correction of a closed month. Deductions are events, never typed in here."""
    sheet = await _draft(actor, sheet_id)
    _check_kind(entry)
    if not entry.reason.strip():
        raise errors.ReasonMissing(field="reason")
    if actor.person_id == entry.person_id:
        raise errors.EventOnOneself()
    await _check_person(sheet, entry)
    async with transaction():
        edit_id = await _insert(
            actor, sheet, person=entry.person_id, kind=entry.kind, amount_fen=entry.amount_fen,
            of_line=entry.of_line if entry.kind == "correction" else None, reason=entry.reason.strip(),
            on_day=min(clock.today(), month_last(sheet["pay_month"])),
        )  # fmt: skip
        await _finish(actor, sheet, entry.version, "add", edit_id, entry.reason)
    return edit_id


def _check_kind(entry: AddIn) -> None:
    if entry.kind == "fine":
        raise errors.FineRefused(field="kind")
    if entry.kind not in ("reward", "correction"):
        raise errors.EditNeedsEvent(field="kind")
    if entry.amount_fen == 0:
        raise errors.AmountIsZero(field="amount_fen")
    if entry.kind == "reward" and entry.amount_fen < 0:
        raise errors.WrongSign(amount=yuan(entry.amount_fen), field="amount_fen")


async def _check_person(sheet: dict[str, Any], entry: AddIn) -> None:
    """The person is on this sheet; a correction names one of their lines of an earlier, closed month."""
    on_it = await row("SELECT id FROM sheet_person WHERE sheet = {} AND person = {}", sheet["id"], entry.person_id)
    if on_it is None:
        raise NotFound(N_("这位员工"))
    if entry.kind != "correction":
        return
    line = await closed_line(entry.of_line or 0, entry.person_id, sheet["pay_month"])
    try:
        correction_fits(entry.amount_fen, await corrected(line))
    except errors.MoneyRefused as refusal:
        raise type(refusal)(field="amount_fen", **refusal.facts) from None


async def strike_line(actor: Actor, sheet_id: int, line_id: int, reason: str, *, version: int) -> int:
    """Leave a drafted line out, with the reason; what was added by hand is undone instead."""
    sheet = await _draft(actor, sheet_id)
    line = await row("SELECT * FROM sheet_line WHERE id = {} AND sheet = {}", line_id, sheet_id)
    if line is None:
        raise NotFound(N_("这条明细"))
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    if actor.person_id == line["person"]:
        raise errors.EventOnOneself()
    if line["rule_code"] in ("addition", "correction"):
        raise errors.StrikeOfEdit()
    async with transaction():
        edit_id = await _insert(
            actor, sheet, person=line["person"], kind="strike", on_day=line["on_day"], rule_code=line["rule_code"],
            event=line["event"], amount_fen=line["amount_fen"], reason=reason.strip(),
        )  # fmt: skip
        await _finish(actor, sheet, version, "strike", edit_id, reason)
    return edit_id


async def undo_edit(actor: Actor, sheet_id: int, edit_id: int, *, version: int) -> None:
    """Take back what was added or struck by hand."""
    sheet = await _draft(actor, sheet_id)
    async with transaction():
        done = await rows(
            "UPDATE sheet_edit SET undone_at = {}, undone_by = {} WHERE id = {} AND sheet = {} AND undone_at IS NULL"
            " RETURNING id",
            clock.now(), actor.account_id or 0, edit_id, sheet_id,
        )  # fmt: skip
        if not done:
            raise NotFound(N_("这次修改"))
        await _finish(actor, sheet, version, "undo", edit_id, "")


async def _draft(actor: Actor, sheet_id: int) -> dict[str, Any]:
    actor.require(Permission.SHEET_WRITE)
    sheet = await sheet_to_step(actor, sheet_id, Step.SUBMIT)
    if sheet["state"] == SheetState.PAID:
        raise errors.PaidIsFinal()
    if sheet["state"] != SheetState.DRAFT:
        raise await sheet_queries.moved_on(sheet, EDITING)
    return sheet


async def _insert(actor: Actor, sheet: dict[str, Any], **values: object) -> int:
    made = SheetEdit(sheet=sheet["id"], account=actor.account_id or 0, at=clock.now(), **values)
    return (await SheetEdit.insert(made).returning(SheetEdit.id))[0]["id"]


async def _finish(actor: Actor, sheet: dict[str, Any], version: int, verb: str, edit_id: int, reason: str) -> None:
    """Compute the draft anew, leave the step and the journal line."""
    made = await redraft(sheet, version=version)
    await leave_step(actor, sheet["id"], "edit", total_fen=made.total_fen, note=reason.strip())
    await record(actor, f"sheet:{verb}", f"sheet:{sheet['id']}", reason, inputs={"edit": edit_id})
