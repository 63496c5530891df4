"""A report issued and written to a folder: for the command line."""

from datetime import date
from pathlib import Path

import msgspec

from qa_service.database import scalar
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Actor
from qa_service.reports import commands, errors, queries
from qa_service.reports.rendering import File, file_of

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
    employee_no: str | None = None,
    sheet_id: int | None = None,
) -> Written:
    """Issue a report and write its PDF and XLSX. Raises what commands.issue does, FolderUnwritable."""
    person = None
    if employee_no is not None:
        person = await scalar("SELECT id FROM person WHERE employee_no = {} ORDER BY id LIMIT 1", employee_no)
        if person is None:
            raise NotFound(N_("这个人"))
    report = await commands.issue(actor, kind, month=month, unit_id=unit_id, person_id=person, sheet_id=sheet_id)
    found = await queries.report(actor, report)
    return Written(report, found["digest"], write(folder, [await file_of(found, suffix) for suffix in SUFFIXES]))


def write(folder: Path, files: list[File]) -> list[str]:
    """Write the files into a folder, made where it is missing; their paths."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.content)
    except OSError as error:
        raise errors.FolderUnwritable(folder=str(folder), reason=error.strerror or str(error)) from error
    return [str(folder / file.name) for file in files]
