"""A drafted sheet as rows, and rows as the same sheet again: the seal over both is the same to the byte."""

import json
from datetime import date
from typing import Any

import msgspec

from qa_service.database import bulk_insert, rows
from qa_service.rewards.lines import Basis, Kind, Line, Note, PersonSheet, Refused, SheetDraft, State

LINE_COLUMNS = (
    "sheet", "person", "position", "kind", "state", "on_day", "amount_fen", "payable_fen", "claimed_fen", "base_fen",
    "earned_fen", "rule", "rule_code", "sentence", "facts", "chain", "notes", "event",
)  # fmt: skip
PERSON_COLUMNS = ("sheet", "person", "total_fen", "pending_fen", "refused", "notes")


def _text(data: object) -> str:
    return json.dumps(msgspec.to_builtins(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def write(sheet_id: int, draft: SheetDraft, left_out: dict[int, Refused]) -> None:
    """Replace the lines of a draft, inside the open transaction. Whoever is left out stands there with the reason."""
    await rows("DELETE FROM sheet_line WHERE sheet = {}", sheet_id)
    await rows("DELETE FROM sheet_person WHERE sheet = {}", sheet_id)
    lines = [line for person in draft.people for line in person.lines]
    await bulk_insert("sheet_line", LINE_COLUMNS, [_line_row(sheet_id, i, line) for i, line in enumerate(lines, 1)])
    people = [
        (sheet_id, one.person_id, one.total_fen, one.pending_fen, _text(one.refused), _text(one.notes))
        for one in draft.people
    ]
    people += [(sheet_id, person_id, 0, 0, _text([refused]), "[]") for person_id, refused in left_out.items()]
    await bulk_insert("sheet_person", PERSON_COLUMNS, people)


def _line_row(sheet_id: int, position: int, line: Line) -> tuple[Any, ...]:
    chain = [[step.kind, step.id] for step in line.basis]
    return (
        sheet_id, line.person_id, position, line.kind.value, line.state.value, date.fromisoformat(line.on),
        line.amount_fen, line.payable_fen, line.claimed_fen, line.base_fen, line.earned_fen, line.rule_version_id,
        line.rule_key, line.text, _text(line.facts), _text(chain), _text(line.notes), line.event_id,
    )  # fmt: skip


async def change(sheet_id: int, before: SheetDraft, after: SheetDraft) -> list[tuple[int, Line]]:
    """Change lines in place, inside the open transaction: their numbers, which later months name, stay.

    Returns the changed lines with their numbers.
    """
    if before == after:
        return []
    lines = [[line for person in sheet.people for line in person.lines] for sheet in (before, after)]
    changed = [(i, new) for i, (old, new) in enumerate(zip(*lines, strict=True), 1) if old != new]
    for position, line in changed:
        await rows(
            "UPDATE sheet_line SET state = {}, amount_fen = {}, payable_fen = {}, earned_fen = CAST({} AS BIGINT),"
            " facts = {}, notes = {} WHERE sheet = {} AND position = {} RETURNING id",
            line.state.value, line.amount_fen, line.payable_fen, line.earned_fen, _text(line.facts),
            _text(line.notes), sheet_id, position,
        )  # fmt: skip
    for person in after.people:
        await rows(
            "UPDATE sheet_person SET total_fen = {}, pending_fen = {}, notes = {} WHERE sheet = {} AND person = {}"
            " RETURNING id",
            person.total_fen, person.pending_fen, _text(person.notes), sheet_id, person.person_id,
        )  # fmt: skip
    await rows(
        "UPDATE sheet SET total_fen = {}, pending_fen = {} WHERE id = {} RETURNING id",
        after.total_fen, after.pending_fen, sheet_id,
    )  # fmt: skip
    return changed


def line_of(row: dict[str, Any]) -> Line:
    return Line(
        person_id=row["person"], kind=Kind(row["kind"]), rule_key=row["rule_code"], rule_version_id=row["rule"],
        on=row["on_day"].isoformat(), amount_fen=row["amount_fen"], payable_fen=row["payable_fen"],
        claimed_fen=row["claimed_fen"], state=State(row["state"]), text=row["sentence"],
        facts=msgspec.json.decode(row["facts"]), basis=basis_of(row), base_fen=row["base_fen"],
        earned_fen=row["earned_fen"], event_id=row["event"], notes=notes_of(row["notes"]),
    )  # fmt: skip


def basis_of(row: dict[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(kind, id) for kind, id in msgspec.json.decode(row["chain"]))


def notes_of(text: str) -> tuple[Note, ...]:
    return msgspec.json.decode(text, type=tuple[Note, ...])


def refused_of(text: str) -> tuple[Refused, ...]:
    return msgspec.json.decode(text, type=tuple[Refused, ...])


async def read(sheet: dict[str, Any]) -> SheetDraft:
    """The sheet as it stands in the rows; totals are those that were written, so that a check can compare them."""
    lines = await rows("SELECT * FROM sheet_line WHERE sheet = {} ORDER BY position", sheet["id"])
    people = await rows("SELECT * FROM sheet_person WHERE sheet = {} ORDER BY person", sheet["id"])
    by_person: dict[int, list[Line]] = {}
    for row in lines:
        by_person.setdefault(row["person"], []).append(line_of(row))
    sheets = tuple(
        PersonSheet(
            person_id=one["person"], lines=tuple(by_person.pop(one["person"], ())), total_fen=one["total_fen"],
            pending_fen=one["pending_fen"], refused=refused_of(one["refused"]), notes=notes_of(one["notes"]),
        )
        for one in people
    )  # fmt: skip
    # Lines of somebody without totals would vanish from every sum: they count against a total of nothing.
    strays = tuple(
        PersonSheet(person_id=person_id, lines=tuple(found), total_fen=0, pending_fen=0)
        for person_id, found in sorted(by_person.items())
    )
    return SheetDraft(
        month=f"{sheet['pay_month']:%Y-%m}",
        kind=sheet["kind"],
        rule_version_ids=tuple(sorted({line["rule"] for line in lines} | {sheet["scheme"]})),
        people=sheets + strays,
        total_fen=sheet["total_fen"],
        pending_fen=sheet["pending_fen"],
    )
