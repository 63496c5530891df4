"""What an import answers, to the page, the API and the command line alike."""

from typing import Any

import msgspec


class Preview(msgspec.Struct, frozen=True):
    """A row as it would come in: its line and its fields as texts."""

    line: int
    fields: dict[str, str]


class RejectOut(msgspec.Struct, frozen=True):
    """One row that does not come in: where, what stood there, why. `row` is the row itself, by head.

    Texts, and what a JSON record nests: its messages stay lists.
    """

    line: int
    column: str
    value: str
    code: str
    sentence: str
    row: dict[str, Any] = {}


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """accepted + rejected + duplicates + held = read; updated counts within accepted, unchanged within duplicates.

    batch is None for a dry run, which writes nothing; its counts are those that the import would have now.
    `rejects_file` names the rejected rows of a trial: GET /api/imports/trials/{rejects_file}.
    """

    batch: int | None
    profile: str
    file: str
    read: int
    accepted: int
    rejected: int
    duplicates: int
    updated: int
    held: int
    notes: list[str]
    rejects_path: str | None = None
    dry_run: bool = False
    preview: list[Preview] = []
    rejects: list[RejectOut] = []
    rejects_file: str | None = None


class ImportReport(FileReport, frozen=True, kw_only=True):
    """What one file brought; of a ZIP with several files their sums, and each of them in `files` with its own batch."""

    files: list[FileReport] = []


SUMMED = ("read", "accepted", "rejected", "duplicates", "updated", "held")


def together(reports: list[ImportReport], *, file: str, notes: list[str]) -> ImportReport:
    """The report of a ZIP with several files: each for itself, and their sums. Rejects stand with their file."""
    files = [FileReport(**{name: getattr(one, name) for name in FileReport.__struct_fields__}) for one in reports]
    sums = {name: sum(getattr(one, name) for one in reports) for name in SUMMED}
    return ImportReport(
        batch=None, profile=reports[0].profile, file=file, notes=notes, dry_run=reports[0].dry_run, files=files, **sums
    )
