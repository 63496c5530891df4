"""Heads over two rows: a head that is merged downwards stands for its column in the lower row too.

Only heads are filled in. What a merged cell among the data means (each row its own, or one sum for all) nobody knows.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)[\"']")
_TAG, _CLOSING = b"sheetData>", re.compile(rb"</(?:\w+:)?$")
MOST_ROWS = 4  # a head is not higher


class Merges:
    """Cells that are merged downwards, by their top row: they stand at the end of a sheet, behind all rows."""

    def __init__(self, file: BinaryIO) -> None:
        self.found: dict[int, list[tuple[int, int]]] = {}
        for letters, top, _right, bottom in _MERGE.findall(_tail(file)):
            height = int(bottom) - int(top) + 1
            if 1 < height <= MOST_ROWS:
                self.found.setdefault(int(top), []).append((_column(letters), int(bottom)))

    def filled(self, rows: Iterator[tuple[int, list[object]]]) -> Iterator[tuple[int, list[object]]]:
        """The rows, with what is merged downwards from the first row of several cells repeated below it."""
        carried: list[tuple[int, int, object]] | None = None
        for line, cells in rows:
            if carried is None and sum(cell != "" for cell in cells) > 1:
                merged = self.found.get(line, [])
                carried = [(place, bottom, cells[place]) for place, bottom in merged if place < len(cells)]
            elif carried:
                for place, bottom, value in carried:
                    if line <= bottom and cells[place] == "":
                        cells[place] = value
            yield line, cells


def _tail(file: BinaryIO) -> bytes:
    """What stands behind the rows; the rows pass by unread."""
    before = b""
    while piece := file.read(CHUNK):
        piece = before + piece
        place = piece.find(_TAG)
        while place >= 0 and not _CLOSING.search(piece[max(0, place - 20) : place]):
            place = piece.find(_TAG, place + 1)
        if place >= 0:
            return piece[place:] + file.read()
        before = piece[-40:]
    return b""


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
