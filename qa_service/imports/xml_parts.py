"""Parts of an XLSX as XML, read piece by piece, and the table of texts that its sheets share."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO
from xml.parsers import expat

CHUNK = 1 << 16
Start = Callable[[str, dict[str, str]], None]


def local(name: str) -> str:
    """A name without its prefix: x:row and row are the same element."""
    return name.rpartition(":")[2]


def parse(file: BinaryIO, *, start: Start, end: Callable[[str], None] = str, text: Callable[[str], Any] = str) -> None:
    """Read one XML part to its end."""
    for _ in parsing(iter(partial(file.read, CHUNK), b""), start=start, end=end, text=text):
        pass


def parsing(
    pieces: Iterable[bytes], *, start: Start, end: Callable[[str], None] = str, text: Callable[[str], Any] = str
) -> Iterator[None]:
    """Read one XML part piece by piece. Entities of its own make a part grow without bound: none are read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _no_doctype
    for piece in pieces:
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)
    yield


def _no_doctype(*_given: object) -> None:
    raise ValueError("DOCTYPE")


class SharedTexts:
    """The workbook's table of texts, one blob: a hundred thousand Python strings would weigh three times as much."""

    def __init__(self, file: BinaryIO | None) -> None:
        self.blob, self.ends = bytearray(), array("Q")
        if file is not None:
            self._read(file)

    def _read(self, file: BinaryIO) -> None:
        parts: list[str] = []
        is_text, in_reading = False, False

        def start(name: str, _attributes: dict[str, str]) -> None:
            nonlocal is_text, in_reading
            name = local(name)
            is_text = name == "t" and not in_reading
            in_reading = in_reading or name == "rPh"  # how to pronounce a text is no part of it

        def end(name: str) -> None:
            nonlocal is_text, in_reading
            name = local(name)
            is_text = False
            if name == "rPh":
                in_reading = False
            elif name == "si":
                self.blob += "".join(parts).encode("utf-8", "surrogatepass")
                self.ends.append(len(self.blob))
                parts.clear()

        parse(file, start=start, end=end, text=lambda said: parts.append(said) if is_text else None)

    def __getitem__(self, place: int) -> str:
        begin = self.ends[place - 1] if place else 0
        return self.blob[begin : self.ends[place]].decode("utf-8", "surrogatepass")
