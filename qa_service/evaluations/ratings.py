"""Ratings by outside raters: evaluations of origin `imported`, for agreement only, nothing for pay.

Loaded in chunks as `submitted`, which no reader counts, then released by one short command.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

import rubrics
from qa_service import clock
from qa_service.database import among, bulk_insert, row, rows, transaction
from qa_service.evaluations.commands import ten_thousandths
from qa_service.forms.commands import draft_form
from qa_service.forms.queries import read_form
from qa_service.imports.records import RatingRecord
from qa_service.imports.sinks import SinkFault, SinkResult
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission, house_actor
from qa_service.rule_versions.commands import Papers, publish
from rubrics import marking
from rubrics.answers import Answer
from rubrics.explaining import explain
from rubrics.forms import Form
from rubrics.marks import Mark

FORM = "helpdesk-3"
FORM_FILE = Path(rubrics.__file__).parent / "library" / "forms" / f"{FORM}.toml"
CHUNK = 4_000
SWEEP_CHUNK = 2_000
EVALUATION = (
    "subject_kind", "part", "unit", "form", "origin", "batch", "monitor_label", "state", "revision", "supersedes",
    "raw_hundredths", "final_hundredths", "outcome", "mark", "created_at", "submitted_at", "version",
)  # fmt: skip
ANSWER = ("evaluation", "item", "value", "points_hundredths")


async def take_ratings(actor: Actor, batch_id: int, given: Sequence[RatingRecord]) -> SinkResult:
    """Store ratings of records that are here; the same rating again is unchanged, another one a new revision."""
    actor.require(Permission.IMPORT_WRITE)
    await _sweep_unreleased()
    version = await _form_version()
    taker = _Taker(batch_id, version["id"], read_form(version["definition"]))
    source = (await row("SELECT source FROM import_batch WHERE id = {}", batch_id))["source"]
    for start, chunk in _chunks(given):
        await taker.take(start, chunk, source)
    async with transaction():
        if taker.replaced:
            for _start, ids in _chunks(taker.replaced):
                await rows(
                    f"UPDATE evaluation SET state = 'superseded' WHERE id IN {among(len(ids))} RETURNING id", *ids
                )
        await rows(
            "UPDATE evaluation SET state = 'released', released_at = {} WHERE batch = {} AND state = 'submitted'"
            " AND origin = 'imported'",
            clock.now(),
            batch_id,
        )
        await record(
            actor, "rating:take", f"batch:{batch_id}", inputs={"form": version["digest"], "ratings": len(given)}
        )
    accepted = len(given) - taker.unchanged - len(taker.faults)
    return SinkResult(accepted=accepted, updated=len(taker.replaced), unchanged=taker.unchanged, faults=taker.faults)


def _chunks(given: Sequence[Any]) -> Iterator[tuple[int, Sequence[Any]]]:
    for start in range(0, len(given), CHUNK):
        yield start, given[start : start + CHUNK]


async def _form_version() -> dict[str, Any]:
    """The three-item form, published from the library where it is not; it has no papers, so it drives no money."""
    query = "SELECT * FROM rule_version WHERE kind = 'form' AND code = {} AND state = 'published' ORDER BY version DESC"
    found = await row(f"{query} LIMIT 1", FORM)
    if found is None:
        made = await draft_form(house_actor("import"), FORM_FILE.read_bytes(), FORM_FILE.name)
        await publish(house_actor("import"), made, Papers())
        found = await row(f"{query} LIMIT 1", FORM)
    return found


async def _sweep_unreleased() -> None:
    """What a killed import left half-way: never released, so nobody has read it."""
    which = "SELECT id FROM evaluation WHERE origin = 'imported' AND state = 'submitted' ORDER BY id LIMIT {}"
    while True:
        async with transaction():
            await rows(f"DELETE FROM answer WHERE evaluation IN ({which})", SWEEP_CHUNK)
            gone = await rows(f"DELETE FROM evaluation WHERE id IN ({which}) RETURNING id", SWEEP_CHUNK)
        if len(gone) < SWEEP_CHUNK:
            return


class _Marked(msgspec.Struct, frozen=True):
    """A combination of answers marked once: 57,000 ratings have only a few dozen."""

    mark: Mark
    explained: str
    answers: list[tuple[str, str, int | None]]
    outcome: str


class _Taker:
    def __init__(self, batch: int, version: int, form: Form) -> None:
        self.batch, self.version, self.form = batch, version, form
        self.marked: dict[tuple[tuple[str, int], ...], _Marked] = {}
        self.replaced: list[int] = []
        self.unchanged = 0
        self.faults: list[SinkFault] = []

    async def take(self, start: int, chunk: Sequence[RatingRecord], source: str) -> None:
        names = sorted({one.external_id for one in chunk})
        async with transaction():
            parts = await self._parts(source, names)
            known = await self._known(list(parts.values()))
            evaluations, answers, now = [], {}, clock.now()
            for place, one in enumerate(chunk, start):
                part = parts.get(one.external_id)
                if part is None:
                    self.faults.append(SinkFault(place, "external_id", "no-interaction", N_("没有找到这条服务记录")))
                    continue
                marked = self._mark(one)
                before = known.get((part["id"], one.rater))
                if before is not None and before["mark"] == marked.explained:
                    self.unchanged += 1
                    continue
                if before is not None:
                    self.replaced.append(before["id"])
                evaluations.append(self._row(part, one.rater, marked, before, now))
                answers[part["id"], one.rater] = marked.answers
            await bulk_insert("evaluation", EVALUATION, evaluations)
            made = await rows(
                "SELECT id, part, monitor_label FROM evaluation WHERE batch = {} AND state = 'submitted' AND part IN"
                f" {among(len(parts))} ORDER BY id",
                self.batch,
                *(part["id"] for part in parts.values()),
            )
            await bulk_insert(
                "answer",
                ANSWER,
                [(e["id"], *a) for e in made for a in answers.get((e["part"], e["monitor_label"]), [])],
            )

    async def _parts(self, source: str, names: list[str]) -> dict[str, dict[str, Any]]:
        found = await rows(
            "SELECT p.id, p.unit, i.external_id FROM agent_part p JOIN interaction i ON i.id = p.interaction"
            " JOIN import_batch b ON b.id = i.batch WHERE b.state = 'published' AND i.source = {} AND i.external_id IN"
            f" {among(len(names))} ORDER BY i.revision, p.sequence DESC",
            source,
            *names,
        )
        return {one["external_id"]: one for one in found}

    async def _known(self, parts: list[dict[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
        if not parts:
            return {}
        found = await rows(
            "SELECT id, part, monitor_label, mark, revision FROM evaluation WHERE origin = 'imported'"
            f" AND state = 'released' AND part IN {among(len(parts))} ORDER BY id",
            *(part["id"] for part in parts),
        )
        return {(one["part"], one["monitor_label"]): one for one in found}

    def _mark(self, one: RatingRecord) -> _Marked:
        key = tuple(sorted(one.items.items()))
        if key not in self.marked:
            given = [Answer(item=item, number=value) for item, value in key]
            mark = marking.mark(self.form, given)
            fractions = {item.key: item.fraction for item in mark.items}
            answers = []
            for answer in given:
                fraction = fractions.get(answer.item)
                value = msgspec.to_builtins(answer)
                value.pop("item")
                points = None if fraction is None else ten_thousandths(fraction)
                answers.append((answer.item, msgspec.json.encode(value, order="sorted").decode(), points))
            explained = msgspec.json.encode(explain(self.form, given), order="sorted").decode()
            outcome = "not_scored" if mark.state == "not_scored" else mark.outcome or "pass"
            self.marked[key] = _Marked(mark, explained, answers, outcome)
        return self.marked[key]

    def _row(
        self, part: dict[str, Any], rater: str, marked: _Marked, before: dict[str, Any] | None, now: Any
    ) -> tuple[Any, ...]:
        return (
            "agent_part", part["id"], part["unit"], self.version, "imported", self.batch, rater, "submitted",
            before["revision"] + 1 if before else 1, before["id"] if before else None, marked.mark.base_hundredths,
            marked.mark.final_hundredths, marked.outcome, marked.explained, now, now, 1,
        )  # fmt: skip
