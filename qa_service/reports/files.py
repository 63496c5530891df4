"""A report issued and written to a folder: for the command line."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from qa_service.people.access import Actor
from qa_service.people.directory import person_named
from qa_service.reports import commands, errors, queries
from qa_service.reports.rendering import File, file_of
from qa_service.rewards.queries import sheets
from qa_service.training_plans.commands import compute_needs
from qa_service.training_plans.errors import NothingMarked

SUFFIXES = ("pdf", "xlsx")


class Written(msgspec.Struct, frozen=True):
    """The report's id and digest, and the files that were written."""

    id: int
    digest: str
    paths: list[str]


async def write_report(
    actor: Actor,
    kind: str,
    folder: Path,
    *,
    month: date | None = None,
    unit_id: int | None = None,
    person: str | None = None,
    sheet_id: int | None = None,
) -> Written:
    """Issue a report and write its PDF and XLSX. `person` is a 工号, a source's key, an exact name or an id.

    Training needs are computed first; a sheet is found by unit and month too. Raises what commands.issue does,
    NobodyNamed, NameShared, NoSheet, FolderUnwritable.
    """
    person_id = None if person is None else await person_named(person)
    if kind == commands.TRAINING_NEEDS and unit_id is not None and month is not None:
        await _bring_needs_up_to_date(actor, unit_id, month)
    if kind == commands.SHEET and sheet_id is None and unit_id is not None and month is not None:
        sheet_id = await _sheet_of(actor, unit_id, month)
    report = await commands.issue(actor, kind, month=month, unit_id=unit_id, person_id=person_id, sheet_id=sheet_id)
    found = await queries.report(actor, report)
    return Written(report, found["digest"], write(folder, [await file_of(found, suffix) for suffix in SUFFIXES]))


async def _bring_needs_up_to_date(actor: Actor, unit_id: int, month: date) -> None:
    """Without a published random mark there is nothing to compute: the report says so by itself."""
    with suppress(NothingMarked):
        await compute_needs(actor, unit_id, month)


async def _sheet_of(actor: Actor, unit_id: int, month: date) -> int:
    found = await sheets(actor, month.replace(day=1), unit_id, limit=1)
    if not found:
        raise errors.NoSheet(month=f"{month:%Y-%m}")
    return found[0]["id"]


def write(folder: Path, files: list[File]) -> list[str]:
    """Write the files into a folder, made where it is missing; their paths."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.content)
    except OSError as error:
        raise errors.FolderUnwritable(folder=str(folder), reason=error.strerror or str(error)) from error
    return [str(folder / file.name) for file in files]
