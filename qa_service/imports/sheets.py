"""Sheets of an XLSX as a stream: a row is handed on as soon as it is read, so that a long sheet needs no more memory
than a short one. Only the shared texts are held, as bytes.

A formula is worth what the spreadsheet program last worked out; one that was never worked out refuses the workbook.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import BinaryIO
from xml.parsers import expat

import msgspec

from qa_service.imports.errors import WorkbookDamaged, WorkbookNotCalculated
from qa_service.imports.plain_rows import sifted
from qa_service.imports.styles import kinds_of_styles, moment_of
from qa_service.imports.xml_parts import SharedTexts, local, parse, parsing

MOST_COLUMNS = 16_384
_PLAIN = re.compile(r"-?[1-9]\d{0,14}|0")
FAULTS = (
    expat.ExpatError, KeyError, ValueError, IndexError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error,
    NotImplementedError, OverflowError,
)  # fmt: skip


class SheetPart(msgspec.Struct, frozen=True):
    """A sheet as the workbook lists it, and the part of the archive that holds it."""

    name: str
    is_visible: bool
    part: str


class StreamedWorkbook:
    """An XLSX, opened anew for each reading: nothing is held open between them."""

    def __init__(self, given: Callable[[], zipfile.ZipFile]) -> None:
        self.given = given
        self._texts: SharedTexts | None = None
        self.sheets: list[SheetPart] = []
        self.parts: dict[str, str] = {}
        self.is_1904 = self.is_to_calculate = False
        with self.given() as archive:
            self._read_list(archive)
            self.kinds: list[str] = []
            if "styles" in self.parts:
                with archive.open(self.parts["styles"]) as file:
                    self.kinds = kinds_of_styles(lambda start, end: parse(file, start=start, end=end))

    def _read_list(self, archive: zipfile.ZipFile) -> None:
        main = next((target for kind, _id, target in _relations(archive, "") if kind == "officeDocument"), None)
        main = main or "xl/workbook.xml"
        relations = _relations(archive, main)
        self.parts = {kind: target for kind, _id, target in relations if kind in ("styles", "sharedStrings")}
        targets = {key: target for kind, key, target in relations if kind == "worksheet"}

        def start(name: str, given: dict[str, str]) -> None:
            name = local(name)
            if name == "workbookPr":
                self.is_1904 = given.get("date1904") in ("1", "true")
            elif name == "calcPr":
                self.is_to_calculate = given.get("fullCalcOnLoad") in ("1", "true")
            elif name == "sheet":
                key = next((value for key, value in given.items() if key.endswith(":id")), "")
                if key in targets:
                    is_visible = given.get("state", "visible") == "visible"
                    self.sheets.append(SheetPart(given.get("name", ""), is_visible, targets[key]))

        with archive.open(main) as file:
            parse(file, start=start)

    def rows(self, name: str) -> Iterator[tuple[int, list[object]]]:
        """Rows of a sheet with the numbers that Excel shows, each as wide as the widest before it."""
        part = next(one.part for one in self.sheets if one.name == name)
        try:
            with self.given() as archive:
                if self._texts is None:
                    self._texts = self._shared(archive)
                with archive.open(part) as file:
                    yield from self._rows(file, name)
        except FAULTS as error:
            raise WorkbookDamaged(reason=str(error)[:200]) from None

    def _shared(self, archive: zipfile.ZipFile) -> SharedTexts:
        if "sharedStrings" not in self.parts:
            return SharedTexts(None)
        with archive.open(self.parts["sharedStrings"]) as file:
            return SharedTexts(file)

    def _rows(self, file: BinaryIO, sheet: str) -> Iterator[tuple[int, list[object]]]:
        done: list[tuple[int, list[object]]] = []
        reader = _SheetReader(self, sheet, self._texts, done)
        pieces = sifted(file, reader.take_row)
        for _ in parsing(pieces, start=reader.start, end=reader.end, text=reader.text):
            yield from done
            done.clear()


class _SheetReader:
    """The handlers of one sheet: cells are put into their columns, whole rows into `done`."""

    def __init__(self, book: StreamedWorkbook, sheet: str, texts: SharedTexts, done: list) -> None:
        self.book, self.sheet, self.texts, self.done, self.kinds = book, sheet, texts, done, book.kinds
        self.row, self.width, self.cells = 0, 0, []
        self.kind, self.style, self.place, self.said = "n", 0, 0, ""
        self.is_text, self.in_reading, self.has_formula, self.has_value = False, False, False, False

    def start(self, name: str, given: dict[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self.kind, self.style = given.get("t", "n"), int(given.get("s", 0))
            letters = given.get("r", "").rstrip("0123456789")
            self.place = _column(letters) if letters else len(self.cells)
            self.has_formula = self.has_value = False
            self.said = ""
        elif name == "v" or (name == "t" and not self.in_reading):
            self.is_text = self.has_value = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self.row, self.cells = int(given.get("r", self.row + 1)), []
        elif name == "rPh":
            self.in_reading = True

    def text(self, said: str) -> None:
        if self.is_text:
            self.said = self.said + said if self.said else said

    def end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name in ("v", "t"):
            self.is_text = False
        elif name == "c":
            self._take_cell()
        elif name == "row":
            self._hand_on()
        elif name == "rPh":
            self.in_reading = False

    def take_row(self, row: int, cells: list[tuple[str, str, str, str, str]]) -> None:
        """A plain row that was taken out of the text (plain_rows.py)."""
        self.row, self.cells = row, (taken := [])
        for letters, style, kind, said, inline in cells:
            if kind == "inlineStr":
                value: object = inline
            elif kind or style or not _PLAIN.fullmatch(said):
                self.style = int(style) if style else 0
                value = self._value(kind or "n", said)
            else:
                value = said
            if (place := _column(letters)) == len(taken):
                taken.append(value)
            else:
                self._put(place, value)
        self._hand_on()

    def _hand_on(self) -> None:
        self.width = max(self.width, len(self.cells))
        if self.cells.count("") < len(self.cells):
            self.cells.extend([""] * (self.width - len(self.cells)))
            self.done.append((self.row, self.cells))

    def _take_cell(self) -> None:
        if self.has_formula:
            self._check_formula()
        self._put(self.place, self._value(self.kind, self.said) if self.has_value else "")

    def _put(self, place: int, value: object) -> None:
        cells = self.cells
        if place == len(cells):
            cells.append(value)
        elif place < len(cells):
            cells[place] = value
        elif place >= MOST_COLUMNS:
            raise ValueError(f"column {place + 1}")
        else:
            cells.extend([""] * (place - len(cells)))
            cells.append(value)

    def _check_formula(self) -> None:
        """A program that writes formulas without working them out leaves no value, or 0 and a wish to be calculated."""
        is_left_at_zero = self.book.is_to_calculate and self.kind == "n" and self.said == "0"
        if is_left_at_zero or (not self.said and self.kind != "str"):
            raise WorkbookNotCalculated(sheet=self.sheet, row=self.row, column=letters_of(self.place))

    def _value(self, kind: str, said: str) -> object:
        if kind == "s":
            return self.texts[int(said)] if said else ""
        if kind == "n":
            style = self.kinds[self.style] if self.style < len(self.kinds) else ""
            if style and said:
                return moment_of(said, style, is_1904=self.book.is_1904)
            return said if _PLAIN.fullmatch(said) else _number(said)
        if kind == "b":
            return "true" if said.strip() == "1" else "false"
        return _iso(said) if kind == "d" else said


def _number(said: str) -> str:
    """A number as Excel shows it, 15 digits at most."""
    return f"{float(said):.15g}" if said.strip() else ""


def _iso(said: str) -> date | datetime | time | timedelta | str:
    for reader in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return reader(said.strip())
        except ValueError:
            continue
    return said


@lru_cache(maxsize=MOST_COLUMNS)
def _column(letters: str) -> int:
    """A is 0, AA is 26. Raises ValueError for what is no column."""
    place = 0
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(letters[:20])
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def letters_of(place: int) -> str:
    """0 is A, 26 is AA."""
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _relations(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """(kind, id, part) of what a part of the archive refers to."""
    folder, found = dirname(part), []
    name = join(folder, "_rels", f"{part.rpartition('/')[2]}.rels")

    def start(element: str, given: dict[str, str]) -> None:
        if local(element) == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found.append((given.get("Type", "").rpartition("/")[2], given.get("Id", ""), target))

    if name in archive.namelist():
        with archive.open(name) as file:
            parse(file, start=start)
    return found
