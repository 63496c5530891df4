"""Rows that did not come in: stored with place, value, code and sentence, and given back to be mended.

What is kept of them is masked like everything that comes in: a refused row holds the same phones and addresses.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from qa_service.imports.masking import Masker
from qa_service.imports.mending import HEADS
from qa_service.imports.profiles import Profile, fold
from qa_service.imports.reports import RejectOut
from qa_service.imports.tallies import Reject
from qa_service.imports.values import as_text, said_of
from qa_service.language import clauses, gettext
from qa_service.web.tables import neutral

COLUMNS = ("batch", "line", "column", "value", "code", "sentence", "facts", "row")


class Cover:
    """Masks rejected rows by the rules of the import: ids stay, free texts and unknown columns are covered."""

    def __init__(self, profile: Profile, masker: Masker) -> None:
        self.masker = masker
        self.ids = {fold(a) for column in profile.columns if column.type == "id" for a in column.aliases}
        self.typed = {
            fold(a) for column in profile.columns if column.type not in ("text", "free_text") for a in column.aliases
        }
        self.names = profile.target in ("staff", "wage_record", "account_holder")  # the rows are about our own people

    def covered(self, one: Reject) -> Reject:
        keep = tuple(as_text(value) for head, value in one.row.items() if fold(head) in self.ids)
        row = {head: self._cell(head, value, keep) for head, value in one.row.items()}
        problems = [
            msgspec.structs.replace(
                problem,
                value=self._cell(problem.column, problem.value, keep),
                facts={
                    name: self.masker.mask(fact, keep) if isinstance(fact, str) else fact
                    for name, fact in problem.facts.items()
                },
            )
            for problem in one.problems
        ]
        return Reject(problems, row)

    def _cell(self, head: str, value: Any, keep: Sequence[str]) -> Any:
        if isinstance(value, list):
            return [self._cell(head, one, keep) for one in value]
        if isinstance(value, dict):
            return {name: self._cell(name, one, keep) for name, one in value.items()}
        if fold(head) in self.ids:
            return value
        if self.names or fold(head) in self.typed:
            return self.masker.mask(value, keep)
        return self.masker.mask_field(head, value, keep)


def reject_rows(batch: int, rejects: Sequence[Reject]) -> tuple[str, tuple[str, ...], list[tuple[Any, ...]]]:
    """Table, columns and rows for bulk_insert; a row with several problems is stored once per problem."""
    return (
        "import_reject",
        COLUMNS,
        [
            (
                batch, problem.line, problem.column, problem.value, problem.code, problem.sentence,
                json.dumps(problem.facts, ensure_ascii=False, default=str),
                json.dumps(one.row if place == 0 else {}, ensure_ascii=False),
            )
            for one in rejects
            for place, problem in enumerate(one.problems)
        ],
    )  # fmt: skip


def to_rejects(rejects: Sequence[Reject]) -> list[RejectOut]:
    return [
        RejectOut(p.line, p.column, p.value, p.code, p.text(), one.row if place == 0 else {})
        for one in rejects
        for place, p in enumerate(one.problems)
    ]


def read_reject(found: dict[str, Any]) -> RejectOut:
    """A stored reject in the current language."""
    sentence = said_of(found["sentence"], found["column"], found["value"], json.loads(found["facts"]))
    return RejectOut(
        found["line"], found["column"], found["value"], found["code"], sentence, json.loads(found["row"])
    )  # fmt: skip


def rejects_content(profile: Profile | None, found: Sequence[RejectOut]) -> tuple[bytes, str]:
    """The rejected rows in the shape in which the profile reads them, and its name: csv or json."""
    if profile is not None and profile.is_nested:
        return rejects_json(found), "json"
    return rejects_csv(found), "csv"


def rejects_json(found: Sequence[RejectOut]) -> bytes:
    """The rejected records as they came with the reasons before them: mend, save, bring back."""
    records = [
        {gettext(head): said for head, said in zip(HEADS, _reasons(line, group), strict=True)} | _row_of(group)
        for line, group in _by_line(found)
    ]
    return json.dumps(records, ensure_ascii=False, indent=1).encode()


def _by_line(found: Sequence[RejectOut]) -> list[tuple[int, list[RejectOut]]]:
    by_line: dict[int, list[RejectOut]] = {}
    for one in found:
        by_line.setdefault(one.line, []).append(one)
    return list(by_line.items())


def _row_of(group: Sequence[RejectOut]) -> dict[str, Any]:
    return next((one.row for one in group if one.row), {})


def _reasons(line: int, group: Sequence[RejectOut]) -> list[object]:
    """Line, columns, values, codes and sentences of one row, for the heads of a file of rejected rows."""
    parts = zip(*((one.column, one.value, one.code, one.sentence) for one in group), strict=True)
    return [line, *(clauses(dict.fromkeys(part)) for part in parts)]


def rejects_csv(found: Sequence[RejectOut]) -> bytes:
    """The rejected rows as they came with the reason before them, for a spreadsheet: mend, save, bring back.

    One line per rejected row; its problems stand in one cell. Texts that a spreadsheet would run are made harmless.
    """
    heads = list(dict.fromkeys(head for one in found for head in one.row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*(gettext(head) for head in HEADS), *heads])
    for line, group in _by_line(found):
        row = _row_of(group)
        cells = [*_reasons(line, group), *(as_text(row.get(head, "")) for head in heads)]
        writer.writerow([neutral(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
