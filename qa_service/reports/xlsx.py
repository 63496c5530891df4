"""A report as a workbook: one sheet per section, numbers as numbers, the same words as page and paper."""

import io
import re
from typing import Any

import xlsxwriter

from qa_service.language import N_, gettext, speaking
from qa_service.reports.model import SCALES, Cell, Column, Row, Section, Sheet

OPTIONS = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
           "strings_to_numbers": False}  # fmt: skip
FORMATS = {"count": "#,##0", "fen": "#,##0.00;[Red]-#,##0.00", "hundredths": "0.00", "millionths": "0.0%"}
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
MAX_NAME = 31


def xlsx(sheet: Sheet, *, language: str, digest: str, head: str, issued: str) -> bytes:
    """The workbook of one language: a first sheet with the facts, then one per section."""
    target = io.BytesIO()
    with speaking(language), xlsxwriter.Workbook(target, OPTIONS) as book:
        styles = _styles(book)
        proof = [
            (gettext(N_("内容摘要")), digest),
            (gettext(N_("出具时的日志头")), head),
            (gettext(N_("出具时间")), issued),
        ]
        _front(book, sheet, styles, proof)
        taken: set[str] = set()
        for section in sheet.sections:
            _section(book, section, styles, taken)
    return target.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    styles = {"title": book.add_format({"bold": True, "font_size": 14}), "head": book.add_format(head)}
    for is_total in (False, True):
        extra = {"bold": True, "top": 1} if is_total else {}
        styles[f"text{is_total}"] = book.add_format({"text_wrap": True, "valign": "top", **extra})
        for kind, shape in FORMATS.items():
            styles[f"{kind}{is_total}"] = book.add_format({"num_format": shape, "valign": "top", **extra})
    return styles


def _front(book: xlsxwriter.Workbook, sheet: Sheet, styles: dict[str, Any], proof: list[tuple[str, str]]) -> None:
    page = book.add_worksheet(gettext(N_("说明")))
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, sheet.title, styles["title"])
    lines = [("", sheet.warning)] if sheet.warning else []
    lines += [(one.label, one.text) for one in sheet.facts] + [("", note) for note in sheet.notes] + proof
    for place, (label, text) in enumerate(lines, start=2):
        page.write_string(place, 0, label, styles["head"] if label else styles["textFalse"])
        page.write_string(place, 1, text, styles["textFalse"])


def _section(book: xlsxwriter.Workbook, section: Section, styles: dict[str, Any], taken: set[str]) -> None:
    page = book.add_worksheet(_name(section.title, taken))
    _heads(page, section.columns, styles)
    if not section.rows:
        page.write_string(1, 0, section.empty, styles["textFalse"])
    for place, row in enumerate(section.rows, start=1):
        _write_row(page, place, row, section.columns, styles)
    page.freeze_panes(1, 0)


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name as Excel allows it: 31 characters, none of its signs, no two alike."""
    name = FORBIDDEN.sub(" ", title)[:MAX_NAME] or "-"
    while name.lower() in taken:
        name = name[: MAX_NAME - 2] + f" {len(taken)}"
    taken.add(name.lower())
    return name


def _heads(page: Any, columns: list[Column], styles: dict[str, Any]) -> None:
    place = 0
    for column in columns:
        labels = [f"{column.label} {part}".strip() for part in column.parts] or [column.label]
        for label in labels:
            page.set_column(place, place, max(10, min(60, column.share * 7 // len(labels))))
            page.write_string(0, place, label, styles["head"])
            place += 1


def _write_row(page: Any, line: int, row: Row, columns: list[Column], styles: dict[str, Any]) -> None:
    place = 0
    for column, cell in zip(columns, row.cells, strict=True):
        wide = len(column.parts) or 1
        for offset, one in enumerate(_parts(cell, wide)):
            _write(page, line, place + offset, one, is_total=row.is_total, styles=styles)
        place += wide


def _parts(cell: Cell, wide: int) -> list[Cell]:
    if wide == 1:
        return [cell]
    if not cell.parts:
        return [cell, *[Cell("")] * (wide - 1)]
    # The sentence of a missing value stands in the first of its columns.
    first = cell.parts[0] if cell.parts[0].text != "—" else Cell(cell.text)
    return [first, *cell.parts[1:]]


def _write(page: Any, line: int, place: int, cell: Cell, *, is_total: bool, styles: dict[str, Any]) -> None:
    if cell.number is not None and cell.kind in SCALES:
        page.write_number(line, place, cell.number / SCALES[cell.kind], styles[f"{cell.kind}{is_total}"])
        return
    text = f"{cell.text}\n{cell.sub}" if cell.sub else cell.text
    page.write_string(line, place, text, styles[f"text{is_total}"])
