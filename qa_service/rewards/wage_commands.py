"""工资记录: what each person's contract says for a month, from HR's list or typed; closed months no longer change."""

import contextlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import msgspec

from qa_service import clock
from qa_service.database import rows, transaction
from qa_service.errors import Refusal
from qa_service.imports.sinks import SinkFault, SinkResult
from qa_service.journal.commands import record
from qa_service.people.access import Actor, Permission
from qa_service.rewards import errors
from qa_service.rewards.lines import yuan
from qa_service.rewards.tables import WageRecord

FIELDS = ("base_fen", "variable_base_fen", "normal_wage_fen", "region", "contract_kind", "variable_source")
AMOUNTS = ("base_fen", "variable_base_fen", "normal_wage_fen")


class WageRow(Protocol):
    """A row of a wage list; imports.records.WageRecordRecord has this shape."""

    employee_no: str
    month: date
    base_fen: int
    variable_base_fen: int | None
    normal_wage_fen: int | None
    region: str | None
    contract_kind: str | None


class WageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One wage record typed by hand. `variable_source`: the clause or scheme that names the variable base."""

    employee_no: str
    month: date
    base_fen: int
    variable_base_fen: int | None = None
    normal_wage_fen: int | None = None
    region: str | None = None
    contract_kind: str | None = None
    variable_source: str | None = None


class _TriedOut(Exception):
    """Ends the transaction of a trial, so that nothing of it stays."""


async def take_wages(
    actor: Actor, batch_id: int | None, rows: Sequence[WageRow], *, dry_run: bool = False
) -> SinkResult:
    """Insert or update the records of a list by person and month; wrong rows are named, the others go in.

    Without a column for it, the list itself is the source of the variable base: HR states what the contracts say.
    A dry run does the same and takes it back.
    """
    actor.require(Permission.WAGE_WRITE)
    if dry_run:
        with contextlib.suppress(_TriedOut):
            async with transaction():
                result = await _take(rows, batch_id)
                raise _TriedOut
        return result
    async with transaction():
        result = await _take(rows, batch_id)
        inputs = {"batch": batch_id, "accepted": result.accepted, "faults": len(result.faults)}
        await record(actor, "wage:take", f"batch:{batch_id}" if batch_id else "wage", inputs=inputs)
    return result


async def set_wage(actor: Actor, entry: WageEntry) -> None:
    """One record typed by HR; the first thing that is wrong with it is refused at its field."""
    actor.require(Permission.WAGE_WRITE)
    async with transaction():
        result = await _take([entry], None)
        if result.faults:
            fault = result.faults[0]
            raise REFUSALS[fault.code](field=fault.field, **fault.facts)
        await record(actor, "wage:set", f"employee:{entry.employee_no}", inputs={"month": f"{entry.month:%Y-%m}"})


REFUSALS: dict[str, type[Refusal]] = {
    kind.code: kind for kind in (errors.WagePersonUnknown, errors.WageAmountWrong, errors.WageMonthClosed)
}


async def _take(given: Sequence[WageRow], batch_id: int | None) -> SinkResult:
    numbered = await rows("SELECT COALESCE(merged_into, id) AS id, employee_no FROM person ORDER BY id")
    people = {p["employee_no"]: p["id"] for p in numbered}
    known = await _known({row.month.replace(day=1) for row in given})
    closed = await _closed({row.month.replace(day=1) for row in given})
    updated = unchanged = inserted = 0
    faults = []
    for index, row in enumerate(given):
        month, person = row.month.replace(day=1), people.get(row.employee_no)
        new = _values(row, batch_id)
        old = known.get((person, month))
        if old is not None and all(old[name] == new[name] for name in FIELDS if name != "variable_source"):
            unchanged += 1
            continue
        if fault := _fault(index, row, person, is_closed=(person, month) in closed):
            faults.append(fault)
        elif old is None:
            made = WageRecord(person=person, pay_month=month, batch=batch_id, created_at=clock.now(), **new)
            made_id = (await WageRecord.insert(made).returning(WageRecord.id))[0]["id"]
            known[person, month] = new | {"id": made_id}
            inserted += 1
        else:
            await _update(old["id"], new, batch_id)
            known[person, month] = new | {"id": old["id"]}
            updated += 1
    return SinkResult(accepted=inserted + updated, updated=updated, unchanged=unchanged, faults=faults)


def _values(row: WageRow, batch_id: int | None) -> dict[str, Any]:
    source = getattr(row, "variable_source", None)
    if source is None and row.variable_base_fen and batch_id:
        source = f"人事导入的工资记录（批次{batch_id}）"
    given = {name: getattr(row, name) for name in FIELDS if name != "variable_source"}
    return given | {"region": row.region or "", "contract_kind": row.contract_kind or "", "variable_source": source}


def _fault(index: int, row: WageRow, person: int | None, *, is_closed: bool) -> SinkFault | None:
    if person is None:
        return _named(index, "employee_no", errors.WagePersonUnknown, employee_no=row.employee_no)
    for name in AMOUNTS:
        if (getattr(row, name) or 0) < 0:
            return _named(index, name, errors.WageAmountWrong, amount=yuan(getattr(row, name)))
    if is_closed:
        return _named(index, "month", errors.WageMonthClosed, month=f"{row.month:%Y-%m}")
    return None


def _named(index: int, field: str, kind: type[Refusal], **facts: object) -> SinkFault:
    return SinkFault(index, field, kind.code, kind.sentence, facts)


async def _known(months: set[date]) -> dict[tuple[int, date], dict[str, Any]]:
    found: dict[tuple[int, date], dict[str, Any]] = {}
    for month in sorted(months):
        for one in await rows("SELECT * FROM wage_record WHERE pay_month = {} ORDER BY id", month):
            found[one["person"], month] = one
    return found


async def _closed(months: set[date]) -> set[tuple[int, date]]:
    """Persons and months whose sheet is approved: their wage record stands as it was used."""
    found: set[tuple[int, date]] = set()
    for month in sorted(months):
        for one in await rows(
            "SELECT p.person FROM sheet_person p JOIN sheet s ON s.id = p.sheet WHERE s.pay_month = {}"
            " AND s.state IN ('approved', 'locked', 'paid') ORDER BY p.person",
            month,
        ):
            found.add((one["person"], month))
    return found


async def _update(record_id: int, new: dict[str, Any], batch_id: int | None) -> None:
    await rows(
        "UPDATE wage_record SET base_fen = {}, variable_base_fen = {}, normal_wage_fen = {}, region = {},"
        " contract_kind = {}, variable_source = {}, batch = {}, version = version + 1 WHERE id = {}",
        *(new[name] for name in FIELDS), batch_id, record_id,
    )  # fmt: skip
