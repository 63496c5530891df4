"""The files in a ZIP, each read out of the archive whenever it is asked for: nothing of them lies on the disk.

What could harm whoever unpacks it is refused before a byte is unpacked: names that lead out of the folder, links,
archives in archives, locked entries, more entries or more content than any export has.
"""

import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from qa_service.imports import errors
from qa_service.imports.sniffing import Source

MOST_ENTRIES = 1_000
MOST_FILES = 100
MOST_DIRECTORY = 1 << 20  # bytes of the list of entries; a thousand entries need a tenth of it
WORKBOOKS = (".xlsx", ".xls", ".xlsm")
DATA = (*WORKBOOKS, ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".gz", "")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
LEFT_BY_SYSTEMS = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE)
_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_END, _END_SIZE, _END_64 = b"PK\x05\x06", 22, b"PK\x06\x07"
_UTF8_NAME, _LOCKED = 0x800, 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Member(Source):
    """One file of a ZIP; `name` is archive/file, as people shall find it again."""

    def __init__(self, archive: Source, entry: zipfile.ZipInfo, inside: str, *, name: str) -> None:
        super().__init__(b"", limits=archive.limits)
        self.archive, self.entry, self.inside, self._name = archive, entry, inside, name

    @property
    def name(self) -> str:
        return self._name

    def open(self) -> BinaryIO:
        with zipfile.ZipFile(_given(self.archive)) as packed:  # the file beneath stays open as long as the entry
            return packed.open(self.entry)

    def start(self) -> bytes:
        return next(self.chunks(compressed=False), b"")[:8]

    def size(self) -> int:
        return self.entry.file_size

    def chunks(self, *, compressed: bool) -> Iterator[bytes]:
        """The content in pieces; what does not unpack to what the archive declares is damage."""
        try:
            yield from super().chunks(compressed=compressed)
        except (zipfile.BadZipFile, NotImplementedError):
            raise errors.ArchiveDamaged() from None
        except (errors.GzipDamaged, errors.GzipTruncated):
            if compressed:
                raise
            raise errors.ArchiveDamaged() from None


def members(source: Source, name: str) -> list[Member] | None:
    """The data files of a ZIP in the order of their names, or None where the file is none (a workbook is none).

    Raises a FileRefused for an archive that is not to be trusted, and for one that holds no data file.
    """
    if not source.start().startswith(_STARTS):
        return None
    try:
        _check_directory(source)
        with zipfile.ZipFile(_given(source)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError):
        if PurePosixPath(name).suffix.lower() in WORKBOOKS:
            return None  # whoever opens it as a workbook says that it is none
        raise errors.ArchiveDamaged() from None
    if any(one.filename == "[Content_Types].xml" for one in entries):
        return None
    return _checked(source, entries, name)


def _given(source: Source) -> object:
    return BytesIO(source.given) if isinstance(source.given, bytes) else source.given


def _check_directory(source: Source) -> None:
    """Refuse a list of entries that is too long before it is read: every entry of it becomes an object."""
    size = source.size()
    with source.open() as file:
        file.seek(max(0, size - (1 << 16) - _END_SIZE))
        tail = file.read()
        place = tail.rfind(_END)
        if place < 0 or len(tail) < place + _END_SIZE:
            raise zipfile.BadZipFile
        count, length = struct.unpack_from("<HL", tail, place + 10)
        if tail[max(0, place - 20) : place].startswith(_END_64):
            file.seek(max(0, size - len(tail) + place - 20 - 56))
            count, length = struct.unpack_from("<QQ", file.read(56), 32)
    if count > MOST_ENTRIES or length > MOST_DIRECTORY:
        raise errors.ArchiveTooManyFiles(limit=MOST_ENTRIES)


def _checked(source: Source, entries: list[zipfile.ZipInfo], name: str) -> list[Member]:
    if len(entries) > MOST_ENTRIES:
        raise errors.ArchiveTooManyFiles(limit=MOST_ENTRIES)
    files = [(one, _name_of(one)) for one in entries]
    for entry, inside in files:
        _check_path(entry, inside)
    files = [(one, inside) for one, inside in files if not inside.endswith("/") and not LEFT_BY_SYSTEMS.search(inside)]
    for entry, inside in files:
        _check_entry(entry, inside)
    _check_size(source, [entry for entry, _inside in files])
    data = [(entry, inside) for entry, inside in files if PurePosixPath(inside).suffix.lower() in DATA]
    if not data:
        raise errors.ArchiveWithoutData(found={"as_is": [inside for _entry, inside in files[:10]] or ["-"]})
    if len(data) > MOST_FILES:
        raise errors.ArchiveTooManyFiles(limit=MOST_FILES)
    made = [Member(source, entry, inside, name=f"{name or 'zip'}/{inside}") for entry, inside in data]
    return sorted(made, key=lambda one: one.inside)


def left_out(source: Source) -> list[str]:
    """Names of the files in a ZIP that are no data by their ending; they are named, so that nobody believes them
    read."""
    with zipfile.ZipFile(_given(source)) as packed:
        names = [_name_of(one) for one in packed.infolist()]
    return [
        one
        for one in names
        if not one.endswith("/") and not LEFT_BY_SYSTEMS.search(one) and PurePosixPath(one).suffix.lower() not in DATA
    ]


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The entry's name as it was meant: Chinese Windows writes GBK without saying so, read here as old DOS text."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check_path(entry: zipfile.ZipInfo, inside: str) -> None:
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if is_link or inside.startswith("/") or re.match("[A-Za-z]:", inside) or ".." in inside.split("/"):
        raise errors.ArchivePathUnsafe(file=inside[:100])


def _check_entry(entry: zipfile.ZipInfo, inside: str) -> None:
    suffix = PurePosixPath(inside).suffix.lower()
    if suffix in ARCHIVES or inside.lower().endswith(".tar.gz"):
        raise errors.InArchive(inside, errors.NestedArchive())
    if entry.flag_bits & _LOCKED:
        raise errors.ArchiveLocked(file=inside[:100])
    if entry.compress_type not in _METHODS:
        raise errors.ArchiveMethodUnknown(file=inside[:100])


def _check_size(source: Source, entries: list[zipfile.ZipInfo]) -> None:
    """By what the archive declares; an entry that unpacks to more is found damaged where its declared size ends."""
    limits, declared = source.limits, sum(one.file_size for one in entries)
    if declared > limits.unpacked_bytes:
        raise errors.UnpacksTooLarge(limit=limits.unpacked_bytes)
    if declared > limits.suspicious_bytes and declared > source.size() * limits.ratio:
        raise errors.UnpacksTooLarge(limit=limits.suspicious_bytes)
