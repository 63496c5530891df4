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


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
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
