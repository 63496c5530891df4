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
from qa_service.imports.values import said_of
from qa_service.language import gettext
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
        keep = tuple(value for head, value in one.row.items() if fold(head) in self.ids)
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

    def _cell(self, head: str, value: str, keep: Sequence[str]) -> str:
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


def rejects_csv(found: Sequence[RejectOut]) -> bytes:
    """The rejected rows as they came with the reason before them, for a spreadsheet: mend, save, bring back.

    One line per rejected row; its problems stand in one cell. Texts that a spreadsheet would run are made harmless.
    """
    by_line: dict[int, list[RejectOut]] = {}
    for one in found:
        by_line.setdefault(one.line, []).append(one)
    heads = list(dict.fromkeys(head for group in by_line.values() for one in group for head in one.row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*(gettext(head) for head in HEADS), *heads])
    for line, group in by_line.items():
        row = next((one.row for one in group if one.row), {})
        parts = [[one.column for one in group], [one.value for one in group], [one.code for one in group],
                 [one.sentence for one in group]]  # fmt: skip
        said = ["；".join(dict.fromkeys(part)) for part in parts]
        writer.writerow([line, *(neutral(cell) for cell in said), *(neutral(row.get(head, "")) for head in heads)])
    return text.getvalue().encode("utf-8-sig")
