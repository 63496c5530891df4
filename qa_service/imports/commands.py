"""Import a file by a profile: chunks that nothing reads, then one short command that publishes the batch.

Killed at any moment, it leaves a batch that is still `loading`: its lease runs out and the next start or import sweeps
it. People, holders and wages are one transaction each, since half a list is worse than none.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import bulk_insert, row, rows, transaction
from qa_service.imports import errors, notes
from qa_service.imports.agents import add_reporting_lines, unit_named
from qa_service.imports.configuring import folder, make_masker
from qa_service.imports.loading import Mapped, Opened, mapped_rows, open_rows
from qa_service.imports.mapping import Mapper
from qa_service.imports.profiles import Profile, load_profile
from qa_service.imports.records import InteractionRecord
from qa_service.imports.rejecting import reject_rows, rejects_csv, to_rejects
from qa_service.imports.reports import ImportReport, Preview
from qa_service.imports.sinks import Sink, sink_of
from qa_service.imports.sniffing import Source, Survey, survey
from qa_service.imports.staffing import take_staff
from qa_service.imports.tallies import Tally
from qa_service.imports.targets import LOADERS, Load
from qa_service.imports.values import Problem
from qa_service.interactions import commands as interactions
from qa_service.interactions.identity import Directory
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

Progress = Callable[[int, int, str], Awaitable[None]]
CHUNK = 500
WHOLE = {"staff", "account_holder", "wage_record"}  # targets that come in as one transaction
WHOLE_LIMIT = 100_000
PREVIEW_ROWS = 20
REJECTS_SHOWN = 100
WAIT_SECONDS = 25


async def import_file(
    actor: Actor,
    path: Path | Source,
    profile: str,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    name: str = "",
) -> ImportReport:
    """Bring a file in, or (dry_run) say what would come in and write nothing. `name` is shown where the file is kept
    under another one.

    Raises a FileRefused when the file as a whole cannot be read; rows that cannot are rejected one by one.
    """
    actor.require(Permission.IMPORT_WRITE)
    known = load_profile(profile)
    source = path if isinstance(path, Source) else Source(path)
    found = await asyncio.to_thread(survey, source)
    opened = open_rows(source, found, known)
    run = _Run(actor, known, source, found, opened, name=name or source.name)
    if dry_run:
        return await run.try_out(progress)
    await _make_way(known)
    return await run.load(progress)


async def sweep_unfinished() -> int:
    """At start-up: what a killed import left behind goes; how many batches that were."""
    return await interactions.sweep_unfinished()


async def _make_way(profile: Profile) -> None:
    """Wait out the lease of a killed import of the same source; a living one is refused."""
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


class _Run:
    """One import from the opened file to its report."""

    def __init__(
        self, actor: Actor, profile: Profile, source: Source, found: Survey, opened: Opened, *, name: str
    ) -> None:
        self.name = name
        self.actor, self.profile, self.source, self.found, self.opened = actor, profile, source, found, opened
        self.masker = make_masker()
        self.tally = Tally()
        self.observer = notes.Observer(profile, opened.unread)
        self.ratings: list[Any] = []
        self.codes: list[dict[str, str]] = []

    def chunks(self, size: int) -> Iterator[list[Mapped]]:
        """Chunks of rows that can come in; the others are tallied as rejected on the way."""
        rows_of = mapped_rows(self.opened, Mapper(self.profile, self.masker))
        while taken := list(islice(rows_of, size)):
            good = []
            for one in taken:
                if one.record is None:
                    self.tally.reject(one.problems, one.row)
                else:
                    self.observer.see(one)
                    good.append(one)
            yield good

    async def load(self, progress: Progress | None) -> ImportReport:
        unit_name = self.profile.constants.get("unit")
        unit = await unit_named(self.actor, unit_name) if unit_name else None
        batch = await interactions.open_batch(self.actor, self._start())
        try:
            load = Load(
                self.actor, batch, self.profile, await interactions.read_directory(), await _units(), unit, self.tally
            )
            if self.profile.target in WHOLE:
                await self._load_whole(load)
            else:
                await self._load_chunks(load, progress)
            told = self.observer.notes(held=self.tally.fates["held"], masked=self.masker.counts)
            await interactions.publish_batch(
                self.actor, batch, self.tally.counts(json.dumps(told, ensure_ascii=False, sort_keys=True))
            )
        except Exception:
            await interactions.sweep(batch, state="refused")
            raise
        if self.ratings:
            told += await self._take_ratings(batch)
        return await self._report(batch, told)

    async def _load_chunks(self, load: Load, progress: Progress | None) -> None:
        loader = LOADERS[self.profile.target]
        for good in self.chunks(CHUNK):
            if good:
                await loader(load, good)
            if self.profile.ratings is not None:
                self.ratings += [rating for one in good for rating in one.record.ratings]
            await self._store_rejects(load.batch)
            if progress:
                await progress(self.tally.read, 0, N_("正在写入"))
        await add_reporting_lines(self.actor, load.leaders, load.directory)

    async def _load_whole(self, load: Load) -> None:
        good = next(self.chunks(WHOLE_LIMIT), [])
        if self.tally.read + len(good) >= WHOLE_LIMIT:
            raise errors.TooManyRows(limit=WHOLE_LIMIT)
        if self.profile.target == "staff":
            self.codes = await take_staff(self.actor, good, self.tally)
        elif self.profile.target == "wage_record":
            await _into_sink(load, _sink("wage"), good)
        else:
            await LOADERS[self.profile.target](load, good)
        await self._store_rejects(load.batch)

    async def _store_rejects(self, batch: int) -> None:
        if taken := self.tally.take_rejects():
            async with transaction():
                await interactions.renew_lease(batch)
                await bulk_insert(*reject_rows(batch, taken))

    async def _take_ratings(self, batch: int) -> list[dict[str, Any]]:
        """Outside ratings go to their room after the records are published; the same file again changes nothing."""
        result = await _sink("rating")(self.actor, batch, self.ratings)
        facts = {"count": result.accepted, "unchanged": result.unchanged}
        return [{"sentence": N_("外来评分%(count)s份，已有%(unchanged)s份；只看一致性，不作奖罚依据"), "facts": facts}]

    async def try_out(self, progress: Progress | None) -> ImportReport:
        """Read everything, look people up, write nothing."""
        directory = await interactions.read_directory()
        preview: list[Preview] = []
        rejects = []
        for good in self.chunks(CHUNK):
            if len(preview) < PREVIEW_ROWS:
                preview += [_preview(one) for one in good[: PREVIEW_ROWS - len(preview)]]
            for one in good:
                self.tally.add("held" if self._would_wait(one, directory) else "accepted")
            taken = self.tally.take_rejects()
            if len(rejects) < REJECTS_SHOWN:
                rejects += to_rejects(taken)[: REJECTS_SHOWN - len(rejects)]
            if progress:
                await progress(self.tally.read, 0, N_("正在试读"))
            await asyncio.sleep(0)
        told = self.observer.notes(held=self.tally.fates["held"], masked=self.masker.counts)
        return self._counted(None, told, preview=preview, rejects=rejects, dry_run=True)

    def _would_wait(self, one: Mapped, directory: Directory) -> bool:
        if not isinstance(one.record, InteractionRecord) or self.profile.agent.unknown != "hold":
            return False
        return self.profile.agent.by != "none" and any(directory.person_of(part) is None for part in one.record.parts)

    async def _report(self, batch: int, told: list[dict[str, Any]]) -> ImportReport:
        found = await rows(
            'SELECT line, "column", value, code, sentence, facts, row FROM import_reject WHERE batch = {}'
            " ORDER BY line, id",
            batch,
        )
        path = None
        if found:
            path = folder("rejects") / f"batch-{batch}.csv"
            path.write_bytes(rejects_csv(found))
        return self._counted(batch, told, rejects_path=str(path) if path else None)

    def _counted(self, batch: int | None, told: list[dict[str, Any]], **more: Any) -> ImportReport:
        counts = self.tally.counts("[]")
        return ImportReport(
            batch=batch, profile=self.profile.name, file=self.name, read=counts.records_read,
            accepted=counts.accepted, rejected=counts.rejected, duplicates=counts.duplicates, updated=counts.updated,
            held=counts.held, notes=notes.texts(told), codes=self.codes, **more,
        )  # fmt: skip

    def _start(self) -> interactions.BatchStart:
        return interactions.BatchStart(
            profile_name=self.profile.name, profile_version=self.profile.version, profile_digest=self.profile.digest,
            source=self.profile.source, target=self.profile.target, file_name=self.name,
            file_sha256=self.found.sha256, file_bytes=self.found.size_bytes,
        )  # fmt: skip


async def _into_sink(load: Load, sink: Sink, good: Sequence[Mapped]) -> None:
    """Hand rows to a room further down the road; what it refuses is rejected here with its sentence."""
    result = await sink(load.actor, load.batch, [one.record for one in good])
    for fault in result.faults:
        one = good[fault.row]
        value = str(getattr(one.record, fault.field, ""))
        problem = Problem(
            line=one.line, column=fault.field, value=value, code=fault.code, facts=fault.facts, said=fault.sentence
        )
        fields = {name: str(v) for name, v in msgspec.structs.asdict(one.record).items() if v is not None}
        load.tally.reject([problem], fields)
    load.tally.fates["accepted"] += result.accepted - result.updated
    load.tally.fates["updated"] += result.updated
    load.tally.fates["unchanged"] += result.unchanged


def _sink(kind: str) -> Sink:
    sink = sink_of(kind)
    if sink is None:
        raise errors.NoSink(kind=kind)
    return sink


async def _units() -> dict[int, int]:
    """The unit of each person's newest post that still holds."""
    found = await rows(
        "SELECT person, unit FROM post WHERE until_on IS NULL OR until_on > {} ORDER BY from_on, id", clock.today()
    )
    return {one["person"]: one["unit"] for one in found}


def _preview(one: Mapped) -> Preview:
    record = one.record
    fields = {
        name: str(value)[:200]
        for name, value in msgspec.structs.asdict(record).items()
        if value not in (None, (), {}, "") and name not in ("digest", "messages", "ratings", "parts")
    }
    if isinstance(record, InteractionRecord):
        fields["messages"] = str(len(record.messages))
        part = record.parts[0]
        fields["agent"] = part.agent_key or (f"{part.platform}/{part.account}" if part.account else "")
    return Preview(one.line, fields)
