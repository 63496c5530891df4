"""Which quality notes of imported batches touch which KPI, and what they say of the people whose records came so.

`TOUCHES` is the one place where that is declared: a note's code and the counts that it makes doubtful. A KPI is
touched when its value is made of one of them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qa_service.calendar.months import month_last
from qa_service.database import among, rows
from qa_service.imports.notes import text_of
from qa_service.interactions.live import live
from qa_service.kpis.facts import LEFT_OUT, Ratio, ratio_of
from qa_service.language import N_, clauses, gettext
from rubrics.pack_records import Kpi

TIMED = frozenset(count for count, left in LEFT_OUT.items() if left == "untimed_parts")
ALL_PARTS = TIMED | frozenset(LEFT_OUT) | {"parts", "active_days", "inquiry_parts", "converted_parts"}
TOUCHES: dict[str, frozenset[str]] = {
    "lost-times": TIMED,
    "backwards": TIMED,
    "no-handling": frozenset({"handled_parts"}),
    "blank-first_reply_seconds": frozenset({"first_reply_parts"}),
    "blank-average_reply_seconds": frozenset({"average_reply_parts"}),
    "blank-converted": frozenset({"inquiry_parts", "converted_parts", "priced_parts"}),
    "blank-transferred_out": frozenset({"transfer_known_parts"}),
    "unnamed-agent": ALL_PARTS,
    "held": ALL_PARTS,
    "volume-break": frozenset({"parts", "active_days"}),
    "equal-rows": frozenset({"parts", "active_days"}),
}

# Notes that say why records are not counted; where none of a person's is left out, they say nothing of that person.
LEAVES_OUT = frozenset({"lost-times", "backwards", "no-handling"})


def is_touched(ratio: Ratio, code: str) -> bool:
    """Whether a note of this code makes a value of this kind doubtful."""
    return bool(TOUCHES.get(code, frozenset()) & {ratio.numerator, ratio.denominator})


async def with_notes(found: Sequence[dict[str, Any]], kpis: Mapping[str, Kpi], month: date) -> list[dict[str, Any]]:
    """Rows of KPI results (person, kpi, left_out) with `data_notes`: the notes that touch each, as data."""
    told = await _notes_of(sorted({one["person"] for one in found}), month, month_last(month))
    ratios = {key: ratio_of(key, kpi) for key, kpi in kpis.items()}
    return [one | {"data_notes": _touching(ratios.get(one["kpi"]), told.get(one["person"], ()))} for one in found]


def _touching(ratio: Ratio | None, notes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [note for note in notes if is_touched(ratio, note["code"])] if ratio is not None else []


def sentences(result: Mapping[str, Any]) -> list[str]:
    """What one KPI's value is to be read with, in the current language.

    Why records are left out stands behind how many of this person's there are.
    """
    why = [text_of(note) for note in result["data_notes"] if note["code"] in LEAVES_OUT and result["left_out"]]
    others = [text_of(note) for note in result["data_notes"] if note["code"] not in LEAVES_OUT]
    left = f"{result['left_out']:,}"
    return [*([gettext(N_("未计入%(count)s条：%(why)s"), count=left, why=clauses(why))] if why else []), *others]


async def _notes_of(people: Sequence[int], from_on: date, until_on: date) -> dict[int, list[dict[str, Any]]]:
    """The notes with a code of all batches from which the records of these people in these days came."""
    if not people:
        return {}
    pairs = await rows(
        f"SELECT DISTINCT p.person, p.batch FROM agent_part p WHERE p.person IN {among(len(people))}"
        f" AND p.local_on BETWEEN {{}} AND {{}} AND {live('p')} ORDER BY p.person, p.batch",
        *people,
        from_on,
        until_on,
    )
    batches = sorted({one["batch"] for one in pairs})
    if not batches:
        return {}
    stored = await rows(f"SELECT id, notes FROM import_batch WHERE id IN {among(len(batches))} ORDER BY id", *batches)
    by_batch = {one["id"]: _within(json.loads(one["notes"]), from_on, until_on) for one in stored}
    found: dict[int, list[dict[str, Any]]] = {}
    for one in pairs:
        found.setdefault(one["person"], []).extend(by_batch[one["batch"]])
    return found


def _within(notes: Sequence[dict[str, Any]], from_on: date, until_on: date) -> list[dict[str, Any]]:
    """Notes that touch anything; one about certain days only where one of them lies in the stretch."""
    first, last = from_on.isoformat(), until_on.isoformat()
    return [
        note
        for note in notes
        if note.get("code") in TOUCHES
        and ("days" not in note or any(first <= on <= last for on in note["days"]))
    ]
