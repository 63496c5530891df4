"""Import a file by a profile: chunks that nothing reads, then one short command that publishes the batch.

Killed at any moment, it leaves a batch that is still `loading`: its lease runs out and the next start or import sweeps
it. People, holders and wages are one transaction each, since half a list is worse than none.
"""

import asyncio
from pathlib import Path

import msgspec

from qa_service.database import is_sqlite, row
from qa_service.errors import FieldError, InvalidInput
from qa_service.imports import errors, keeping, reach
from qa_service.imports.answers import Answers, completed
from qa_service.imports.drafting import Draft, draft, profile_name, title_of_file
from qa_service.imports.givens import read_before, told_of_all
from qa_service.imports.looking import Look, look
from qa_service.imports.matching import DRAFTED
from qa_service.imports.profiles import Profile
from qa_service.imports.queries import find_profile, profiles, uploads_in_use
from qa_service.imports.reports import ImportReport
from qa_service.imports.runs import Progress, Run
from qa_service.imports.sniffing import Source
from qa_service.interactions import commands as interactions
from qa_service.interactions import undoing
from qa_service.language import N_
from qa_service.people.access import Actor
from qa_service.web.messages import fault

WAIT_SECONDS = 25
OTHERS_SECONDS = 3600  # on PostgreSQL another process may be in the middle of an upload


async def import_file(
    actor: Actor,
    path: Path | Source,
    profile: str | Profile,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    name: str = "",
) -> ImportReport:
    """Bring a file in, or (dry_run) say what would come in and write nothing. `name` is shown where the file is kept
    under another one.

    Raises a FileRefused when the file as a whole cannot be read; rows that cannot are rejected one by one. Each file of
    a ZIP is a batch of its own; where one of them cannot be read, none comes in.
    """
    known = profile if isinstance(profile, Profile) else await find_profile(profile)
    await reach.require_write(actor, known)
    source = path if isinstance(path, Source) else Source(path)
    given = await read_before(source, known, name=name or source.name)
    if not dry_run:
        await _make_way(known)
    reports = []
    for one in given:
        run = Run(actor, known, one.source, one.found, one.opened, name=one.name, dry_run=dry_run)
        reports.append(await run.go(_further(progress, sum(report.read for report in reports))))
    return await told_of_all(reports, source, name or source.name)


def _further(progress: Progress | None, before: int) -> Progress | None:
    """The bar of a file behind others: it goes on where they ended."""
    if progress is None or not before:
        return progress

    async def move(done: int, total: int, stage: str) -> None:
        await progress(before + done, total, stage)

    return move


async def look_at_file(path: Path, *, name: str = "") -> Look:
    """What a file is that nobody has described; nothing is written. Raises a FileRefused for what is no table."""
    return await asyncio.to_thread(look, Source(path), await profiles(), name=name or path.name)


async def draft_profile(path: Path, target: str, *, sheet: str = "", name: str = "", answers: str = "") -> Draft:
    """A mapping profile drafted for one table of a file, or, with answers (JSON), what they say; nothing is written."""
    said = _answers(answers) if answers else None
    table = said.sheet if said else sheet
    return drafted(await look_at_file(path, name=name), said.target if said else target, sheet=table, answers=said)


def _answers(text: str) -> Answers:
    try:
        return msgspec.json.decode(text, type=Answers)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise InvalidInput(fields=[fault("answers", str(error))]) from None


def drafted(found: Look, target: str, *, sheet: str = "", answers: Answers | None = None) -> Draft:
    """The draft for the first table of a file, or for the sheet that is named.

    Raises InvalidInput for a target whose heads nobody knows and for a sheet that is not there.
    """
    if target not in DRAFTED:
        raise InvalidInput(fields=[FieldError("target", "target-unknown", N_("请选择这个文件要导入什么"))])
    table = next((one for one in found.sheets if one.name == sheet), found.sheets[0] if not sheet else None)
    if table is None:
        raise InvalidInput(fields=[FieldError("sheet", "sheet-unknown", N_("文件里没有这个工作表"))])
    whole = completed(answers, table) if answers else None
    return draft(table, target, name=profile_name(found.name), title=title_of_file(found.name), answers=whole)


async def sweep_unfinished() -> int:
    """At start-up: what a killed import or undoing left goes, uploads that nobody confirmed too; how many batches."""
    keeping.sweep_kept(waiting=await uploads_in_use(), older_than=0 if is_sqlite() else OTHERS_SECONDS)
    return await undoing.finish_unfinished() + await interactions.sweep_unfinished()


async def _make_way(profile: Profile) -> None:
    """Wait out the lease of a killed import of the same source; a living one is refused.

    What an undone batch of the source still holds goes first: its rows would be taken for known ones.
    """
    await undoing.finish_unfinished(profile.source)
    for _ in range(WAIT_SECONDS):
        await interactions.sweep_unfinished()
        other = await row(
            "SELECT id FROM import_batch WHERE state = 'loading' AND source = {} AND target = {}",
            profile.source,
            profile.target,
        )
        if other is None:
            return
        await asyncio.sleep(1)
    raise errors.ImportBusy(source=profile.source, batch=other["id"])
