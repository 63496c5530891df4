"""Workbooks: XLSX as a stream (sheets.py); the old XLS and the binary XLSB by calamine, which holds a sheet whole."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from qa_service.imports.errors import UnpacksTooLarge, WorkbookDamaged, WorkbookEncrypted
from qa_service.imports.readers import Row
from qa_service.imports.sheets import FAULTS, StreamedWorkbook
from qa_service.imports.sniffing import Source, Survey

Workbook = StreamedWorkbook | CalamineWorkbook


def open_workbook(source: Source, found: Survey) -> Workbook:
    """The workbook, refused with the reason when it is locked, damaged or unpacks to too much."""
    if not source.start().startswith(b"PK") and not found.compressed:
        return _old(b"".join(source.chunks(compressed=False)))
    is_file = not found.compressed and not isinstance(source.given, bytes)
    given = source.given if is_file else b"".join(source.chunks(compressed=found.compressed))
    if isinstance(given, bytes) and not given.startswith(b"PK"):
        return _old(given)
    try:
        with _archive(given) as parts:
            _check_size(source, sum(part.file_size for part in parts.infolist()), found.unpacked_bytes)
            if "xl/workbook.bin" in parts.namelist():
                return _old(given if isinstance(given, bytes) else given.read_bytes())
        return StreamedWorkbook(partial(_archive, given))
    except FAULTS as error:
        raise WorkbookDamaged(reason=str(error)[:200]) from None


def _archive(given: object) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(given) if isinstance(given, bytes) else given)


def _check_size(source: Source, declared: int, size: int) -> None:
    limits = source.limits
    if declared > max(limits.suspicious_bytes * 16, size * limits.ratio):
        raise UnpacksTooLarge(limit=limits.suspicious_bytes * 16)


def _old(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise WorkbookEncrypted() from None
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile) as error:
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WorkbookEncrypted() from None
        raise WorkbookDamaged(reason=str(error)[:200]) from None


def visible_sheets(workbook: Workbook, wanted: str | None) -> list[str]:
    """The sheet that the profile names if it is there, else every visible one."""
    if isinstance(workbook, StreamedWorkbook):
        listed = [(one.name, one.is_visible) for one in workbook.sheets]
    else:
        listed = [(one.name, one.visible == SheetVisibleEnum.Visible) for one in workbook.sheets_metadata]
    if wanted in [name for name, _visible in listed]:
        return [wanted]
    return [name for name, is_visible in listed if is_visible]


def read_sheet(workbook: Workbook, name: str) -> Iterator[Row]:
    """Rows of one sheet with the row numbers that Excel shows; rows without any content are no records."""
    if isinstance(workbook, StreamedWorkbook):
        yield from workbook.rows(name)
        return
    try:
        sheet: CalamineSheet = workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise WorkbookDamaged(reason=str(error)[:200]) from None
    if sheet.start is None:
        return
    for number, row in enumerate(sheet.iter_rows(), sheet.start[0] + 1):
        cells = [_cell(cell) for cell in row]
        if any(cell != "" for cell in cells):
            yield number, cells


def _cell(cell: object) -> object:
    """Numbers as Excel shows them, 15 digits at most; dates and times as they are."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.microsecond:
        return cell.replace(microsecond=0) if cell.microsecond < 500_000 else _next_second(cell)
    return cell


def _next_second(moment: datetime) -> datetime:
    """Excel keeps a time as a fraction of a day: 17:05:00 may come back as 17:04:59.999."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)
