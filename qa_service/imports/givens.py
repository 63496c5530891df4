"""What one given file holds: itself, or the files of a ZIP. All of it is opened before anything of it comes in."""

import asyncio
from pathlib import Path

import msgspec

from qa_service.imports import errors
from qa_service.imports.archives import WORKBOOKS, Member, left_out, members
from qa_service.imports.loading import Opened, open_rows
from qa_service.imports.profiles import Profile
from qa_service.imports.reports import ImportReport, together
from qa_service.imports.sniffing import Source, Survey, survey
from qa_service.language import N_, gettext, listed


class Given(msgspec.Struct, frozen=True):
    """One table to bring in, its head understood."""

    source: Source
    found: Survey
    opened: Opened
    name: str


async def read_before(source: Source, profile: Profile, *, name: str) -> list[Given]:
    """The tables of a file, in the order in which they come in. Raises a FileRefused.

    Of several files in a ZIP each is read to its end beforehand: a quote that is never closed in the last of them must
    not be found when the others are already in.
    """
    inside = await asyncio.to_thread(members, source, name)
    if inside is None:
        found = await asyncio.to_thread(surveyed, source, name)
        return [Given(source, found, open_rows(source, found, profile), name)]
    given = []
    for one in inside:
        try:
            found = await asyncio.to_thread(surveyed, one, one.inside)
            if len(inside) > 1:
                await asyncio.to_thread(_read_through, one, found, profile)
            given.append(Given(one, found, open_rows(one, found, profile), one.name))
        except errors.FileRefused as refusal:
            raise errors.InArchive(one.inside, refusal) from None
    return given


def surveyed(source: Source, name: str) -> Survey:
    """What the file is; one that calls itself a workbook and is nothing that can be read is told so."""
    try:
        return survey(source)
    except (errors.UnknownEncoding, errors.NotAnyTable, errors.NestedArchive):
        suffix = Path(name).suffix.lower()
        if suffix in WORKBOOKS:
            raise errors.NotWorkbook(suffix=suffix) from None
        raise


def _read_through(source: Member, found: Survey, profile: Profile) -> None:
    for _row in open_rows(source, found, profile).rows:
        pass


async def told_of_all(reports: list[ImportReport], source: Source, name: str) -> ImportReport:
    """The one report of what was given. Files of a ZIP that are no data are named."""
    if len(reports) == 1 and reports[0].file == name:
        return reports[0]
    others = await asyncio.to_thread(left_out, source)
    notes = [gettext(N_("ZIP 里没有读的文件：%(names)s"), names=listed(others[:20]))] if others else []
    if len(reports) == 1:
        return msgspec.structs.replace(reports[0], notes=[*reports[0].notes, *notes])
    if reports[0].dry_run:
        notes.append(gettext(N_("每个文件分别试读：几个文件里相同的记录，写入时才算作重复")))
    return together(reports, file=name, notes=notes)
