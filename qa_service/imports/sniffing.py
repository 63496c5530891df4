"""What a file is: its content decides, never its name. Also its size, digest, encoding and delimiter."""

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from qa_service.imports.errors import (
    FileEmpty,
    GzipDamaged,
    GzipTruncated,
    LfsPointer,
    NestedArchive,
    NotAnyTable,
    UnknownEncoding,
    UnpacksTooLarge,
    WideTextBroken,
    WorkbookIsHtml,
)

CHUNK = 1 << 20
DELIMITERS = ",\t;|"
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00")
_LFS = re.compile(rb"\s*version https://git-lfs\.github\.com/spec/v\d+\s.*?^size (\d+)\s*$", re.DOTALL | re.MULTILINE)
_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<table|<meta|<\?xml[^>]*>\s*<html)", re.IGNORECASE)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far a compressed file may unpack before it is refused as a bomb."""

    unpacked_bytes: int = 4 << 30
    suspicious_bytes: int = 64 << 20
    ratio: int = 100


LIMITS = Limits()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass over a file found. `sha256` and `size_bytes` are of the file as it was given."""

    shape: str  # csv, json-array, json-lines, workbook
    compressed: bool
    encoding: str | None
    size_bytes: int
    unpacked_bytes: int
    sha256: str


class Source:
    """A file given as a path or as bytes; it can be opened again and again."""

    def __init__(self, given: Path | str | bytes, *, limits: Limits = LIMITS) -> None:
        self.given = given if isinstance(given, bytes) else Path(given)
        self.limits = limits

    @property
    def name(self) -> str:
        return "" if isinstance(self.given, bytes) else self.given.name

    def open(self) -> BinaryIO:
        return io.BytesIO(self.given) if isinstance(self.given, bytes) else self.given.open("rb")

    def start(self) -> bytes:
        """The first bytes, which tell what kind of file it is."""
        with self.open() as file:
            return file.read(8)

    def size(self) -> int:
        return len(self.given) if isinstance(self.given, bytes) else self.given.stat().st_size

    def unpacked(self, *, compressed: bool) -> BinaryIO:
        """The content, unpacked on the fly. The survey has already proved that it unpacks within the limits."""
        if not compressed:
            return self.open()
        # Given a name, GzipFile also closes the file beneath it.
        return gzip.GzipFile(fileobj=self.open()) if isinstance(self.given, bytes) else gzip.GzipFile(self.given, "rb")

    def chunks(self, *, compressed: bool) -> Iterator[bytes]:
        """The unpacked content in pieces; refuses damage, a cut tail and bombs."""
        size, done = self.size(), 0
        with self.unpacked(compressed=compressed) as file:
            while True:
                try:
                    piece = file.read(CHUNK)
                except EOFError:
                    raise GzipTruncated(size=done) from None
                except (zlib.error, gzip.BadGzipFile):
                    raise GzipDamaged() from None
                if not piece:
                    return
                done += len(piece)
                if compressed:
                    self._check_bomb(done, size)
                yield piece

    def _check_bomb(self, done: int, size: int) -> None:
        limits = self.limits
        if done > limits.unpacked_bytes:
            raise UnpacksTooLarge(limit=limits.unpacked_bytes)
        if done > limits.suspicious_bytes and done > size * limits.ratio:
            raise UnpacksTooLarge(limit=limits.suspicious_bytes)


def survey(source: Source) -> Survey:
    """Read the file once: refuse what is no table, find shape, encoding, size and digest. Raises a FileRefused."""
    compressed = source.start().startswith(_GZIP)
    unpacked = 0
    head = b""
    for piece in source.chunks(compressed=compressed):
        head, unpacked = head or piece, unpacked + len(piece)
    shape = identify(head, inside_gzip=compressed)
    encoding = None if shape == "workbook" else find_encoding(lambda: source.chunks(compressed=compressed))
    if shape == "text":
        shape = _text_shape(head.decode(encoding, "replace"))
    return Survey(
        shape=shape, compressed=compressed, encoding=encoding, size_bytes=source.size(), unpacked_bytes=unpacked,
        sha256=digest_of(source),
    )  # fmt: skip


def digest_of(source: Source) -> str:
    """SHA-256 of the file as it was given."""
    digest = hashlib.sha256()
    for piece in source.chunks(compressed=False):
        digest.update(piece)
    return digest.hexdigest()


def identify(head: bytes, *, inside_gzip: bool = False) -> str:
    """'workbook' or 'text' from the first megabyte; refuses pointers, archives, web pages and emptiness."""
    if not head.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise FileEmpty()
    if found := _LFS.match(head):
        raise LfsPointer(size=int(found[1]))
    if head.startswith(_OLE):
        return "workbook"
    if head.startswith(_ZIP):
        if b"[Content_Types].xml" in head or b"xl/" in head[:4096]:
            return "workbook"
        raise NestedArchive()  # a ZIP that may be opened is opened by archives.py, which hands its files on
    if inside_gzip and head.startswith(_GZIP):
        raise NestedArchive()
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if _HTML.match(text):
        raise WorkbookIsHtml()
    if head.startswith((*_OTHER_ARCHIVES, b"%PDF", b"\x89PNG", b"PK\x05\x06")) or text.startswith(b"<?xml"):
        raise NotAnyTable()
    if find_wide(head) is None and head[:4096].count(0) > len(head[:4096]) // 20:
        raise NotAnyTable()
    return "text"


def _text_shape(start: str) -> str:
    text = start.lstrip("\ufeff \t\r\n")
    if re.match(r"\[\s*(?:[\[{\]\"]|-?[0-9.]+\s*[,\]]|(?:true|false|null)\b)", text) or text.rstrip() == "[":
        return "json-array"
    return "json-lines" if re.match(r"\{\s*[\"}]", text) else "csv"


def find_wide(head: bytes) -> str | None:
    """Which UTF-16 a text is: by its mark, or without one by where its empty bytes stand; None where it is none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:4096]
    high, low = start[0::2].count(0), start[1::2].count(0)  # an ASCII letter has one empty byte, before or after it
    if max(high, low) * 20 < len(start) or min(high, low) * 10 > max(high, low):
        return None
    return "utf-16-le" if low > high else "utf-16-be"


def find_encoding(chunks: Callable[[], Iterator[bytes]]) -> str:
    """UTF-8 if it fits, GB18030 if that fits, UTF-16 by its mark or its empty bytes.

    A UTF-8 file with a few broken bytes stays UTF-8: reading it as GB18030 would turn all its Chinese into other
    Chinese without an error. The rows with broken bytes are then refused one by one.
    """
    first = next(chunks(), b"")
    if (wide := find_wide(first)) is not None:
        if (line := _decodes(chunks(), wide)) is not None:
            raise WideTextBroken(line=line)
        return wide
    if _decodes(chunks(), "utf-8") is None:
        return "utf-8-sig"
    good, bad = _utf8_share(chunks())
    if good > 10 * bad:
        return "utf-8-sig"
    line = _decodes(chunks(), "gb18030")
    if line is None:
        return "gb18030"
    raise UnknownEncoding(line=line)


def _decodes(chunks: Iterator[bytes], encoding: str) -> int | None:
    """None if every byte decodes, else the line of the first that does not."""
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    for piece in chunks:
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].count(b"\n")
        lines += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines
    return None


def _utf8_share(chunks: Iterator[bytes]) -> tuple[int, int]:
    """Characters beyond ASCII that decode as UTF-8, and bytes that do not."""
    decoder, good, bad = codecs.getincrementaldecoder("utf-8")("surrogateescape"), 0, 0
    for piece in chunks:
        wide = [character for character in decoder.decode(piece) if character > "\x7f"]
        broken = sum("\udc80" <= character <= "\udcff" for character in wide)
        good, bad = good + len(wide) - broken, bad + broken
    return good, bad


def find_delimiter(lines: list[str], *, is_known: Callable[[str], bool]) -> str:
    """The delimiter that splits some early line into the most known heads, else into the most cells."""

    def power(delimiter: str) -> tuple[int, int]:
        best = (0, 0)
        for line in lines:
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            best = max(best, (sum(map(is_known, cells)), len(cells)))
        return best

    return max(DELIMITERS, key=power)
