"""One import from the opened file to its report. A trial goes the same way and leaves out what writes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from qa_service import clock
from qa_service.database import bulk_insert, rows, scalar, transaction
from qa_service.imports import errors, notes
from qa_service.imports.agents import add_reporting_lines, unit_named
from qa_service.imports.configuring import make_masker
from qa_service.imports.joining import BRINGS, join_waiting
from qa_service.imports.keeping import keep_rejects
from qa_service.imports.loading import Mapped, Opened, mapped_chunks
from qa_service.imports.loads import Load
from qa_service.imports.mapping import Mapper
from qa_service.imports.noted import keep_lists
from qa_service.imports.previewing import preview_of
from qa_service.imports.profiles import Profile
from qa_service.imports.rejecting import Cover, read_reject, reject_rows, rejects_content, to_rejects
from qa_service.imports.reports import ImportReport, Preview, RejectOut
from qa_service.imports.sinks import Sink, sink_of
from qa_service.imports.sniffing import Source, Survey
from qa_service.imports.staffing import take_staff
from qa_service.imports.tallies import Tally
from qa_service.imports.targets import LOADERS
from qa_service.imports.values import Problem
from qa_service.interactions import commands as interactions
from qa_service.language import N_
from qa_service.people.access import Actor

Progress = Callable[[int, int, str], Awaitable[None]]
CHUNK = 400  # rows: read and written in 20 ms each, between which others have their turn
WHOLE = {"staff", "account_holder", "wage_record"}  # targets that come in as one transaction
WHOLE_LIMIT = 100_000
PREVIEW_ROWS = 20
REJECTS_SHOWN = 100


class Run:
    def __init__(
        self, actor: Actor, profile: Profile, source: Source, found: Survey, opened: Opened, *, name: str, dry_run: bool
    ) -> None:
        self.name, self.writes = name, not dry_run
        self.actor, self.profile, self.source, self.found, self.opened = actor, profile, source, found, opened
        self.masker = make_masker()
        self.cover = Cover(profile, make_masker())
        self.tally = Tally()
        self.observer = notes.Observer(profile, opened.unread, opened.binding)
        self.ratings: list[Any] = []
        self.said: list[dict[str, Any]] = []  # notes of the room that took the rows
        self.preview: list[Preview] = []
        self.rejects: list[RejectOut] = []  # of a trial; an import stores them with its batch

    def chunks(self, size: int) -> Iterator[list[Mapped]]:
        """Chunks of rows that can come in; the others are tallied as rejected on the way."""
        present = frozenset(one.column.field for one in self.opened.binding.bound)
        mapper = notes.Watched(Mapper(self.profile, self.masker, present), self.observer)
        for taken in mapped_chunks(self.opened, mapper, size):
            good = [one for one in taken if one.record is not None]
            if len(good) < len(taken):
                for one in taken:
                    if one.record is None:
                        self.tally.reject(one.problems, one.row)
            if not self.writes and len(self.preview) < PREVIEW_ROWS:
                wanted = good[: PREVIEW_ROWS - len(self.preview)]
                self.preview += [preview_of(one, self.profile, self.cover.masker) for one in wanted]
            yield good

    async def go(self, progress: Progress | None) -> ImportReport:
        """Bring everything in, then publish it in one short command; a trial ends with what would have come."""
        load = await self._load_of(0)
        if not self.writes:
            await self._take(load, progress)
            return self._tried()
        load.batch = await interactions.open_batch(self.actor, self._start())
        try:
            await self._take(load, progress)
            told = self._told()
            await keep_lists(load.batch, self.observer.lists)
            await interactions.publish_batch(
                self.actor, load.batch, self.tally.counts(json.dumps(told, ensure_ascii=False, sort_keys=True))
            )
        except Exception:
            await interactions.sweep(load.batch, state="refused")
            raise
        if self.ratings:
            told += await self._take_ratings(load.batch)
        if self.profile.target in BRINGS:
            told += await join_waiting(self.actor, load.batch)
        return await self._report(load.batch, told)

    async def _load_of(self, batch: int) -> Load:
        name = self.profile.constants.get("unit")
        if name and self.writes:
            unit = await unit_named(self.actor, name)
        else:
            unit = await scalar("SELECT id FROM unit WHERE name = {} ORDER BY id LIMIT 1", name) if name else None
        directory = await interactions.read_directory()
        return Load(
            self.actor, batch, self.profile, directory, await _units(), unit, self.tally, writes=self.writes
        )  # fmt: skip

    def _told(self) -> list[dict[str, Any]]:
        return self.said + self.observer.notes(held=self.tally.fates["held"], masked=self.masker.counts)

    async def _take(self, load: Load, progress: Progress | None) -> None:
        if self.profile.target in WHOLE:
            await self._take_whole(load)
        else:
            await self._take_chunks(load, progress)

    async def _take_chunks(self, load: Load, progress: Progress | None) -> None:
        loader = LOADERS[self.profile.target]
        for good in self.chunks(CHUNK):
            await asyncio.sleep(0)
            if good:
                await loader(load, good)
            if self.profile.ratings is not None and self.writes:
                self.ratings += [rating for one in good for rating in one.ratings]
            await self._keep_rejects(load.batch)
            if progress:
                await progress(self.tally.read, 0, N_("正在写入") if self.writes else N_("正在试读"))
            await asyncio.sleep(0)
        if self.writes:
            await add_reporting_lines(self.actor, load.leaders, load.directory)

    async def _take_whole(self, load: Load) -> None:
        good = next(self.chunks(WHOLE_LIMIT), [])
        if self.tally.read + len(good) >= WHOLE_LIMIT:
            raise errors.TooManyRows(limit=WHOLE_LIMIT)
        if self.profile.target == "staff":
            self.said = await take_staff(self.actor, good, self.tally, dry_run=not self.writes)
        elif self.profile.target == "wage_record":
            await _into_sink(load, _sink("wage"), good)
        else:
            await LOADERS[self.profile.target](load, good)
        await self._keep_rejects(load.batch)

    async def _keep_rejects(self, batch: int) -> None:
        taken = [self.cover.covered(one) for one in self.tally.take_rejects()]
        if not self.writes:
            self.rejects += to_rejects(taken)
        elif taken:
            async with transaction():
                await interactions.renew_lease(batch)
                await bulk_insert(*reject_rows(batch, taken))

    async def _take_ratings(self, batch: int) -> list[dict[str, Any]]:
        """Outside ratings go to their room after the records are published; the same file again changes nothing."""
        result = await _sink("rating")(self.actor, batch, self.ratings)
        facts = {"count": result.accepted, "unchanged": result.unchanged}
        return [{"sentence": N_("外来评分%(count)s份，已有%(unchanged)s份；只看一致性，不作奖罚依据"), "facts": facts}]

    def _tried(self) -> ImportReport:
        rejects = sorted(self.rejects, key=lambda one: one.line)
        path = keep_rejects(self.actor, *rejects_content(self.profile, rejects)) if rejects else None
        refused = {one.line for one in rejects}  # a list refuses rows as a whole after they were read
        preview = [one for one in self.preview if one.line not in refused]
        return self._counted(
            None, self._told(), preview=preview, rejects=rejects[:REJECTS_SHOWN], dry_run=True,
            rejects_path=str(path) if path else None, rejects_file=path.name if path else None,
        )  # fmt: skip

    async def _report(self, batch: int, told: list[dict[str, Any]]) -> ImportReport:
        found = await rows(
            'SELECT line, "column", value, code, sentence, facts, row FROM import_reject WHERE batch = {}'
            " ORDER BY line, id",
            batch,
        )
        content = rejects_content(self.profile, [read_reject(one) for one in found]) if found else None
        path = keep_rejects(self.actor, *content, batch=batch) if content else None
        return self._counted(batch, told, rejects_path=str(path) if path else None)

    def _counted(self, batch: int | None, told: list[dict[str, Any]], **more: Any) -> ImportReport:
        counts = self.tally.counts("[]")
        return ImportReport(
            batch=batch, profile=self.profile.name, file=self.name, read=counts.records_read,
            accepted=counts.accepted, rejected=counts.rejected, duplicates=counts.duplicates, updated=counts.updated,
            held=counts.held, notes=notes.texts(told), **more,
        )  # fmt: skip

    def _start(self) -> interactions.BatchStart:
        return interactions.BatchStart(
            profile_name=self.profile.name, profile_version=self.profile.version, profile_digest=self.profile.digest,
            source=self.profile.source, target=self.profile.target, file_name=self.name,
            file_sha256=self.found.sha256, file_bytes=self.found.size_bytes,
        )  # fmt: skip


async def _into_sink(load: Load, sink: Sink, good: Sequence[Mapped]) -> None:
    """Hand rows to a room further down the road; what it refuses is rejected here with its sentence."""
    result = await sink(load.actor, load.batch or None, [one.record for one in good], dry_run=not load.writes)
    for fault in result.faults:
        one = good[fault.row]
        head = one.head_of(fault.field)
        problem = Problem(
            line=one.line, column=head, value=one.row.get(head, ""), code=fault.code, facts=fault.facts,
            said=fault.sentence,
        )  # fmt: skip
        load.tally.reject([problem], one.row)
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
