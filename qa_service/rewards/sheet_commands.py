"""The 奖罚评分表: drafted from published scores, edited with reasons, submitted, approved, locked, paid.

A draft says at any time what its inputs say: drafting again, adding and striking all compute it anew and keep what
people decided by hand. Each step is one transaction and one journal line.
"""

from datetime import date, datetime
from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.database import row, rows, scalar, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.journal.queries import head
from qa_service.language import N_, bracketed, gettext
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.rewards import errors, gates, sheet_queries, storing
from qa_service.rewards.dates import PayDates, pay_dates
from qa_service.rewards.drafting import draft_sheet as draft
from qa_service.rewards.event_commands import party
from qa_service.rewards.gates import STEP_NAMES, SheetState, Step
from qa_service.rewards.gathering import Gathered, gather
from qa_service.rewards.lines import Line, SheetDraft, State, check_sum, seal, yuan
from qa_service.rewards.schemes import SchemeVersion, version_on
from qa_service.rewards.sheet_inputs import NEXT, check_inputs, check_month_over, names_of
from qa_service.rewards.tables import Sheet, SheetStep
from qa_service.scores.commands import close_results
from qa_service.scores.standing import run_for_unit

THIS_SHEET = N_("这张奖罚评分表")
DRAFTING = N_("编制")
P = Permission
# Who may take a step; any of them, with the sheet's unit in its reach.
STEP_PERMISSIONS: dict[Step, tuple[Permission, ...]] = {
    Step.SUBMIT: (P.SHEET_WRITE,),
    Step.RETURN: (P.SHEET_APPROVE,),
    Step.APPROVE: (P.SHEET_APPROVE,),
    Step.LOCK: (P.SHEET_APPROVE,),
    Step.PAY: (P.WAGE_WRITE, P.SHEET_APPROVE),
    Step.ASK_WITHDRAW: (P.SHEET_WRITE, P.SHEET_APPROVE),
    Step.WITHDRAW: (P.SHEET_WRITE, P.SHEET_APPROVE),
}

# The step whose seal a sheet still bears when the next one is taken.
STEP_BEFORE = {Step.APPROVE: Step.SUBMIT, Step.LOCK: Step.APPROVE, Step.PAY: Step.LOCK}


async def draft_sheet(actor: Actor, unit_id: int, month: date) -> int:
    """The month's sheet of a unit from its newest published scores; a draft that exists is drafted anew."""
    actor.require(P.SHEET_WRITE)
    month = month.replace(day=1)
    unit = await sheet_queries.unit_in_reach(actor, unit_id, P.SHEET_WRITE)
    check_month_over({"pay_month": month})
    run = await run_for_unit(unit_id, month)
    if run is None:
        raise errors.NoPublishedRun(unit=unit["name"], month=f"{month:%Y-%m}", field="month")
    if run["rule_from_on"] > month_last(month):  # no rule works backwards, and no money hangs on a trial
        raise errors.TrialRun(unit=unit["name"], month=f"{month:%Y-%m}", field="month")
    known = await row("SELECT * FROM sheet WHERE unit = {} AND pay_month = {} AND kind = 'monthly'", unit_id, month)
    if known and known["state"] != SheetState.DRAFT:
        raise await sheet_queries.moved_on(known, DRAFTING)
    gathered = await gather(unit_id, month, run["id"], sheet_id=known["id"] if known else 0)
    made = draft(month, gathered.people, versions=gathered.versions)
    await sheet_queries.check_one_sheet_each(known["id"] if known else 0, month, made)
    scheme = version_on(gathered.versions, month)
    dates = await dates_of(month, scheme)
    async with transaction():
        sheet_id = known["id"] if known else await _insert(actor, unit_id, month, dates=dates, scheme=scheme)
        await _write(sheet_id, made, gathered, version=known["version"] if known else 1, run=run["id"])
        await leave_step(actor, sheet_id, "draft", total_fen=made.total_fen)
        inputs = {"run": run["id"], "results": run["results_digest"]}
        await record(actor, "sheet:draft", f"sheet:{sheet_id}", inputs=inputs)
    return sheet_id


async def dates_of(month: date, scheme: SchemeVersion) -> PayDates:
    """Payday and both deadlines of a month, counted on the house's calendar."""
    calendar = await working_calendar()
    return pay_dates(month, scheme.scheme.payday, lambda on: is_working_day(calendar, on))


async def _insert(actor: Actor, unit_id: int, month: date, *, dates: PayDates, scheme: SchemeVersion) -> int:
    if await scalar("SELECT id FROM sheet WHERE unit = {} AND pay_month = {} AND kind = 'monthly'", unit_id, month):
        raise StaleEdit(THIS_SHEET)  # somebody drafted it while this one was being computed
    made = Sheet(
        unit=unit_id,
        pay_month=month,
        scheme=scheme.rule.version_id,
        author=actor.account_id or 0,
        payday_on=dates.payday_on,
        submit_by_on=dates.submit_by.date(),
        submit_by_at=house_instant(dates.submit_by),
        approve_by_on=dates.approve_by.date(),
        approve_by_at=house_instant(dates.approve_by),
        created_at=clock.now(),
    )
    return (await Sheet.insert(made).returning(Sheet.id))[0]["id"]


def house_instant(local: datetime) -> datetime:
    """A deadline on the house's clock as an instant."""
    return local.replace(tzinfo=clock.HOUSE_ZONE)


async def _write(sheet_id: int, made: SheetDraft, gathered: Gathered, *, version: int, run: int) -> None:
    done = await rows(
        "UPDATE sheet SET total_fen = {}, pending_fen = {}, run = {}, version = version + 1"
        " WHERE id = {} AND version = {} AND state = 'draft' RETURNING id",
        made.total_fen, made.pending_fen, run, sheet_id, version,
    )  # fmt: skip
    if not done:
        raise StaleEdit(THIS_SHEET)
    await storing.write(sheet_id, made, gathered.left_out)


async def redraft(sheet: dict[str, Any], *, version: int) -> SheetDraft:
    """Compute a draft anew inside the open transaction, from the scores that it already rests on."""
    gathered = await gather(sheet["unit"], sheet["pay_month"], sheet["run"], sheet_id=sheet["id"])
    made = draft(sheet["pay_month"], gathered.people, versions=gathered.versions)
    await _write(sheet["id"], made, gathered, version=version, run=sheet["run"])
    return made


async def leave_step(
    actor: Actor, sheet_id: int, step: str, *, total_fen: int, note: str = "", digest: str | None = None,
    is_late: bool = False,
) -> None:  # fmt: skip
    await SheetStep.insert(
        SheetStep(
            sheet=sheet_id, step=step, account=actor.account_id or 0, at=clock.now(), note=note or None,
            total_fen=total_fen, digest=digest, is_late=is_late,
        )
    )  # fmt: skip


# Steps of the gate


async def submit_sheet(
    actor: Actor, sheet_id: int, *, version: int, note: str | None = None, total_fen: int | None = None,
    without_wages: bool = False,
) -> None:  # fmt: skip
    """Hand in a draft that adds up and says what its inputs say now.

    `total_fen`, when given, is the sum that was checked by hand; `without_wages` confirms that the people without a
    usable wage record are not waited for.
    """
    await _step(
        actor, sheet_id, Step.SUBMIT, version=version, note=note, control_fen=total_fen, without_wages=without_wages
    )


async def return_sheet(actor: Actor, sheet_id: int, *, version: int, note: str | None = None) -> None:
    """Back to the author, with the reason."""
    await _step(actor, sheet_id, Step.RETURN, version=version, note=note)


async def approve_sheet(
    actor: Actor, sheet_id: int, *, version: int, note: str | None = None, total_fen: int | None = None
) -> None:
    """Approved as submitted, to the byte, by somebody who is neither author nor subject."""
    await _step(actor, sheet_id, Step.APPROVE, version=version, note=note, control_fen=total_fen)


async def lock_sheet(
    actor: Actor, sheet_id: int, *, version: int, note: str | None = None, total_fen: int | None = None
) -> None:
    """Frozen under its digest and the journal's head, and shown to everybody on it; what was appealed is on hold."""
    await _step(actor, sheet_id, Step.LOCK, version=version, note=note, control_fen=total_fen)


async def pay_sheet(
    actor: Actor, sheet_id: int, *, version: int, note: str | None = None, total_fen: int | None = None
) -> None:
    """Paid, except what was appealed before: final. Whatever comes to light later is a correction of the next month."""
    await _step(actor, sheet_id, Step.PAY, version=version, note=note, control_fen=total_fen)


async def ask_withdraw(actor: Actor, sheet_id: int, *, version: int, note: str | None = None) -> None:
    """Ask for a locked sheet to be withdrawn, with the reason; a second person confirms it."""
    await _step(actor, sheet_id, Step.ASK_WITHDRAW, version=version, note=note)


async def withdraw_sheet(actor: Actor, sheet_id: int, *, version: int, note: str | None = None) -> None:
    """Back to draft before payment, confirmed by a second person."""
    await _step(actor, sheet_id, Step.WITHDRAW, version=version, note=note)


STEPS = {
    Step.SUBMIT: submit_sheet, Step.RETURN: return_sheet, Step.APPROVE: approve_sheet, Step.LOCK: lock_sheet,
    Step.PAY: pay_sheet, Step.ASK_WITHDRAW: ask_withdraw, Step.WITHDRAW: withdraw_sheet,
}  # fmt: skip


async def _step(
    actor: Actor, sheet_id: int, step: Step, *, version: int, note: str | None, control_fen: int | None = None,
    without_wages: bool = False,
) -> None:  # fmt: skip
    sheet = await sheet_to_step(actor, sheet_id, step)
    gate = await sheet_queries.gate(sheet)
    try:
        after = gates.take(gate, step, party(actor), reason=note or "")
    except errors.WrongState:
        raise await sheet_queries.moved_on(sheet, STEP_NAMES[step]) from None
    stored = await storing.read(sheet)
    await check_sheet(stored, step, control_fen=control_fen)
    await _check_untouched(sheet_id, stored, step)
    made = await check_inputs(sheet, stored, step, without_wages=without_wages)
    digest = seal(made)
    asked = _asked_by(sheet, actor, step, after)
    async with transaction():
        await _move(sheet_id, version, after.state, digest=digest, asked=asked)
        changed = await storing.change(sheet_id, stored, made)
        await _close_or_open(sheet, step, stored)
        is_late = _is_late(sheet, step)
        await leave_step(
            actor, sheet_id, step.value, total_fen=made.total_fen, note=(note or "").strip(), digest=digest,
            is_late=is_late,
        )  # fmt: skip
        if step is Step.LOCK:
            await _tell_everybody(sheet, made)
        inputs = {"digest": digest, "total_fen": made.total_fen} | ({"late": True} if is_late else {})
        inputs |= _lines_changed(changed) | ({"without_wages": True} if without_wages else {})
        await record(actor, f"sheet:{step.value}", f"sheet:{sheet_id}", (note or "").strip(), inputs=inputs)


def _lines_changed(changed: list[tuple[int, Line]]) -> dict[str, list[int]]:
    """For the journal: the numbers of the lines that went on hold, and of those that a limit made smaller for it."""
    on_hold = [position for position, line in changed if line.state is State.DISPUTED]
    cut = [position for position, line in changed if line.state is not State.DISPUTED]
    return {name: found for name, found in (("lines_on_hold", on_hold), ("lines_cut", cut)) if found}


async def _close_or_open(sheet: dict[str, Any], step: Step, made: SheetDraft) -> None:
    """From its approval on, the scores that a sheet rests on are those of its people, whatever is computed later."""
    people = [person.person_id for person in made.people]
    if step is Step.APPROVE and sheet["run"] is not None:
        await close_results(sheet["run"], people, clock.now())
    elif step is Step.WITHDRAW and sheet["run"] is not None:
        await close_results(sheet["run"], people, None)


async def sheet_to_step(actor: Actor, sheet_id: int, step: Step) -> dict[str, Any]:
    """The sheet, for somebody who holds one of the step's permissions over its unit."""
    allowed = STEP_PERMISSIONS[step]
    sheet = await sheet_queries.readable(actor, sheet_id, (*allowed, P.SHEET_READ))
    held = [permission for permission in allowed if actor.may(permission)]
    if not held:
        actor.require(allowed[0])
    reach = [actor.units(permission) for permission in held]
    if not any(units is None or sheet["unit"] in units for units in reach):
        raise NotFound(THIS_SHEET)
    return sheet


async def check_sheet(made: SheetDraft, step: Step, *, control_fen: int | None) -> None:
    """Whatever is handed in or approved adds up, to the fen, and to the sum that was checked by hand."""
    if step is Step.SUBMIT and not made.people:
        raise errors.SheetEmpty()
    try:
        check_sum(made)
    except errors.SheetDoesNotAddUp as refusal:
        raise await _naming(refusal) from None
    if control_fen is not None and control_fen != made.total_fen:
        raise errors.SheetDoesNotAddUp(
            where=N_("全表"), lines=yuan(made.total_fen), total=yuan(control_fen), field="total_fen"
        )


async def _naming(refusal: errors.SheetDoesNotAddUp) -> errors.SheetDoesNotAddUp:
    """The refusal with the name of the person whose lines do not add up."""
    person_id = refusal.facts.get("person_id")
    if person_id is None:
        return refusal
    name = (await names_of([person_id])).get(person_id, str(person_id))
    return errors.SheetDoesNotAddUp(**refusal.facts | {"where": bracketed(gettext(refusal.facts["where"]), name)})


async def _check_untouched(sheet_id: int, stored: SheetDraft, step: Step) -> None:
    """Between two steps of the gate nothing writes to a sheet: its seal is that of the step before."""
    before = STEP_BEFORE.get(step)
    if before is None:
        return
    sealed = await scalar(
        "SELECT digest FROM sheet_step WHERE sheet = {} AND step = {} ORDER BY id DESC LIMIT 1", sheet_id, before.value
    )
    if seal(stored) != sealed:
        raise errors.SheetChanged(before=STEP_NAMES[before], step=STEP_NAMES[step], next=gettext(NEXT[step]))


def _asked_by(sheet: dict[str, Any], actor: Actor, step: Step, after: gates.SheetGate) -> int | None:
    """The account whose wish to withdraw waits for a second person; the first one stays."""
    if after.withdraw_asked_by is None:
        return None
    if step is Step.ASK_WITHDRAW and sheet["withdraw_asked_by"] is None:
        return actor.account_id or 0
    return sheet["withdraw_asked_by"]


async def _move(sheet_id: int, version: int, state: SheetState, *, digest: str, asked: int | None) -> None:
    """The digest stands on the sheet from locking on; a sheet that goes back to draft loses it."""
    sealed = state in (SheetState.LOCKED, SheetState.PAID)
    done = await rows(
        "UPDATE sheet SET state = {}, digest = CAST({} AS TEXT), journal_head = CASE WHEN {} THEN"
        " COALESCE(journal_head, CAST({} AS TEXT)) ELSE NULL END, withdraw_asked_by = CAST({} AS BIGINT),"
        " version = version + 1 WHERE id = {} AND version = {} RETURNING id",
        state.value, digest if sealed else None, sealed, await head(), asked, sheet_id, version,
    )  # fmt: skip
    if not done:
        raise StaleEdit(THIS_SHEET)


def _is_late(sheet: dict[str, Any], step: Step) -> bool:
    deadline = {Step.SUBMIT: "submit_by_at", Step.APPROVE: "approve_by_at"}.get(step)
    return deadline is not None and clock.now() > sheet[deadline]


async def _tell_everybody(sheet: dict[str, Any], made: SheetDraft) -> None:
    month = f"{sheet['pay_month']:%Y-%m}"
    for person in made.people:
        if person.lines:
            await tell(
                person.person_id, f"sheet:{sheet['id']}", N_("%(month)s的奖罚明细已经批准，请核对"), {"month": month},
                f"/my/month?month={month}",
            )  # fmt: skip
