"""Rows that did not come in: stored with place, value, code and sentence, and given back to be mended."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from qa_service.imports.reports import RejectOut
from qa_service.imports.tallies import Reject
from qa_service.language import N_, gettext
from qa_service.web.tables import neutral

COLUMNS = ("batch", "line", "column", "value", "code", "sentence", "facts", "row")
HEADS = (N_("行"), N_("列"), N_("值"), N_("代码"), N_("原因"))


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
    facts = {"column": found["column"], "value": found["value"][:60], **json.loads(found["facts"])}
    return RejectOut(
        found["line"], found["column"], found["value"], found["code"], gettext(found["sentence"], **facts),
        json.loads(found["row"]),
    )  # fmt: skip


def rejects_csv(found: Sequence[dict[str, Any]]) -> bytes:
    """The rejected rows as they came with the reason before them, for a spreadsheet: mend, save, bring back.

    One line per rejected row; its problems stand in one cell. Texts that a spreadsheet would run are made harmless.
    """
    by_line: dict[int, list[RejectOut]] = {}
    for one in found:
        by_line.setdefault(one["line"], []).append(read_reject(one))
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
