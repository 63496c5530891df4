"""Compute a unit's month: written in chunks that nothing reads, then published in one short transaction.

A killed computation leaves a run in state `computing`; it is never read. The next computation of the same unit and
month sweeps it, and so does a start of the service once it is too old to be still at work.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, bulk_insert, row, rows, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.journal.queries import head
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.scores import errors
from qa_service.scores.inputs import read_month, rule_for
from qa_service.scores.rules import Month, Result, score_month
from qa_service.scores.standing import wider_run
from qa_service.scores.tables import ScoreRun
from rubrics.canonical import canonical_json

Progress = Callable[[int, int, str], Awaitable[None]]
CHUNK = 1_000
LONGEST = timedelta(hours=1)  # no computation takes so long; a younger one may be another process at work
JOB = "score"  # the job's kind: score a month, then flag it; registered where the application is wired
KPI = (
    "run", "person", "kpi", "state", "numerator", "denominator", "value_hundredths", "lower_hundredths",
    "upper_hundredths", "n", "left_out", "points_hundredths", "weight_hundredths",
)  # fmt: skip
CARD = (
    "run", "person", "state", "total_hundredths", "lower_hundredths", "upper_hundredths", "weight_present_hundredths",
    "explanation",
)  # fmt: skip
QA = (
    "run", "person", "n", "monitors", "raw_mean_hundredths", "shrunk_hundredths", "shrunk_lower_hundredths",
    "shrunk_upper_hundredths", "corrected_hundredths", "corrected_lower_hundredths", "corrected_upper_hundredths",
    "state",
)  # fmt: skip
MONITOR = ("run", "monitor", "n", "severity_hundredths", "lower_hundredths", "upper_hundredths", "state", "note")
TABLES = ("kpi_result", "scorecard", "qa_estimate", "monitor_severity")


async def compute_month(
    actor: Actor, unit_id: int, month: date, *, preliminary: bool = False, progress: Progress | None = None
) -> int:
    """Score a unit and all below it for one month; the id of the published run.

    A preliminary run may look at a month that is not over, and drives no money. Raises NotAMonth, MonthNotOver,
    RunCovered, NotFound (a unit out of reach), NothingToScore, RunSwept when another computation of the same month
    overtook this one.
    """
    unit = await check_order(actor, unit_id, month, preliminary=preliminary)
    tell = progress or _silent
    version = await rule_for("kpis", month)
    await tell(0, 4, N_("正在读取当月记录"))
    inputs = await read_month(await units_below(unit_id, month), month, version)
    if not inputs.people:
        raise errors.NothingToScore(unit=unit["name"], month=f"{month:%Y-%m}")
    await tell(1, 4, N_("正在计算"))
    result = await asyncio.to_thread(score_month, inputs)
    await _sweep_former(unit_id, month)
    run_id = await _open(actor, unit_id, month, inputs=_inputs_digest(inputs, version))
    await _write(run_id, result, tell)
    await _publish(actor, run_id, results=_results_digest(result), preliminary=preliminary)
    await tell(4, 4, N_("已发布"))
    return run_id


async def _silent(done: int, total: int, stage: str) -> None:
    return None


async def check_order(actor: Actor, unit_id: int, month: date, *, preliminary: bool = False) -> dict[str, Any]:
    """What can be refused before anything is read: permission, reach, the month. Answers the unit."""
    actor.require(Permission.SCORE_RUN)
    if month.day != 1:
        raise errors.NotAMonth(given=month.isoformat(), field="month")
    reach = actor.units(Permission.SCORE_RUN)
    found = await row("SELECT id, name FROM unit WHERE id = {}", unit_id)
    if found is None or (reach is not None and unit_id not in reach):
        raise NotFound(N_("这个部门"))
    if not preliminary:
        if clock.today() <= month_last(month):
            raise errors.MonthNotOver(month=f"{month:%Y-%m}", last=month_last(month).isoformat(), field="month")
        await _check_not_covered(found, month)
    return found


async def _check_not_covered(unit: dict[str, Any], month: date) -> None:
    """One month score for pay per person: whom a wider run covers is scored there."""
    if wider := await wider_run(unit["id"], month):
        raise errors.RunCovered(unit=unit["name"], wider=wider["unit_name"], month=f"{month:%Y-%m}", field="unit")


async def _open(actor: Actor, unit_id: int, month: date, *, inputs: tuple[int, str]) -> int:
    version_id, digest = inputs
    # The seed of what is random later (flags) follows from the inputs, so that a recomputation repeats it.
    seed = int(digest[:8], 16)
    run = ScoreRun(
        unit=unit_id, pay_month=month, state="computing", parameters=version_id, inputs_digest=digest,
        results_digest="", journal_head=await head(), random_seed=seed, created_at=clock.now(),
        account=actor.account_id,
    )  # fmt: skip
    async with transaction():
        return (await ScoreRun.insert(run).returning(ScoreRun.id))[0]["id"]


def _inputs_digest(inputs: Month, version: dict[str, Any]) -> tuple[int, str]:
    facts = hashlib.sha256()
    for name in sorted(inputs.facts):
        facts.update(name.encode() + inputs.facts[name].astype("<i8").tobytes())
    whole = {
        "rule": version["digest"],
        "people": inputs.people,
        "kinds": {str(person): kind for person, kind in inputs.kinds.items()},
        "facts": facts.hexdigest(),
        "marks": [[m.evaluation, m.person, m.monitor, m.hundredths, repr(m.inclusion), m.is_disputed]
                  for m in inputs.marks],
        "complaints_known": inputs.complaints_known,
    }  # fmt: skip
    return version["id"], hashlib.sha256(canonical_json(whole)).hexdigest()


def _results_digest(result: Result) -> str:
    """The same inputs give the same digest: rows without their run."""
    digest = hashlib.sha256()
    for lines in _tables(0, result).values():
        digest.update(msgspec.json.encode(lines))
    return digest.hexdigest()


def _tables(run_id: int, result: Result) -> dict[str, list[tuple[Any, ...]]]:
    return {
        "kpi_result": list(_kpi_rows(run_id, result)),
        "scorecard": [
            (run_id, c.person, c.state, c.total, c.lower, c.upper, c.weight_present,
             msgspec.json.encode(c.explanation).decode())
            for c in result.cards
        ],
        "qa_estimate": [
            (run_id, person, e.n, e.monitors, e.raw, *e.shrunk, *e.corrected, e.state)
            for person, e in zip(result.people, result.qa.people, strict=True)
        ],
        "monitor_severity": [(run_id, m.monitor, m.n, *m.leniency, m.state, m.note) for m in result.qa.monitors],
    }  # fmt: skip


def _kpi_rows(run_id: int, result: Result) -> Iterator[tuple[Any, ...]]:
    for kpi in result.kpis:
        weights = result.weights[kpi.key]
        lists = [
            column.tolist()
            for column in (kpi.numerator, kpi.denominator, kpi.value, kpi.lower, kpi.upper, kpi.n, kpi.left_out,
                           kpi.points, weights, kpi.present, kpi.enough, kpi.has_interval)
        ]  # fmt: skip
        for place, person in enumerate(result.people):
            top, bottom, value, low, high, n, left, points, weight, present, enough, ranged = (c[place] for c in lists)
            yield (
                run_id, person, kpi.key, kpi.state(place), top if present else None, bottom if present else None,
                value if present else None, low if ranged else None, high if ranged else None, n, left,
                points if enough else None, weight,
            )  # fmt: skip


async def _write(run_id: int, result: Result, tell: Progress) -> None:
    columns = dict(zip(TABLES, (KPI, CARD, QA, MONITOR), strict=True))
    chunks = [
        (table, lines[start : start + CHUNK])
        for table, lines in _tables(run_id, result).items()
        for start in range(0, len(lines), CHUNK)
    ]
    for done, (table, lines) in enumerate(chunks):
        async with transaction():
            await _check_computing(run_id)
            await bulk_insert(table, columns[table], lines)
        await tell(2 * len(chunks) + done + 1, 4 * len(chunks), N_("正在写入结果"))


async def _check_computing(run_id: int) -> None:
    found = await row("SELECT state FROM score_run WHERE id = {}", run_id)
    if found is None or found["state"] != "computing":
        raise errors.RunSwept()


async def _publish(actor: Actor, run_id: int, *, results: str, preliminary: bool) -> None:
    async with transaction():
        done = await rows(
            "UPDATE score_run SET state = {}, results_digest = {}, published_at = {}"
            " WHERE id = {} AND state = 'computing' RETURNING inputs_digest, unit, pay_month",
            "preliminary" if preliminary else "published",
            results,
            clock.now(),
            run_id,
        )
        if not done:
            raise errors.RunSwept()
        digests = {"inputs": done[0]["inputs_digest"], "results": results}
        if preliminary:
            await record(actor, "score:try", f"score:{run_id}", inputs=digests)
            return
        unit = await row("SELECT id, name FROM unit WHERE id = {}", done[0]["unit"])
        await _check_not_covered(unit, done[0]["pay_month"])  # a wider one may have been published meanwhile
        superseded = await _supersede_narrower(unit["id"], done[0]["pay_month"])
        more = {"superseded": superseded} if superseded else {}
        await record(actor, "score:publish", f"score:{run_id}", inputs=digests | more)


async def _supersede_narrower(unit_id: int, month: date) -> list[int]:
    """Runs of the units below no longer stand: everybody in them is scored here."""
    below = sorted(await units_below(unit_id, month_last(month)) - {unit_id})
    found = await rows(
        "UPDATE score_run SET state = 'superseded' WHERE pay_month = {} AND state = 'published'"
        f" AND unit IN {among(len(below))} RETURNING id",
        month, *below,
    )  # fmt: skip
    return sorted(one["id"] for one in found)


# For the room of rewards, inside the transaction of its step


async def close_results(run_id: int, people: Collection[int], at: datetime | None) -> None:
    """An approved sheet rests on these people's results (at None: it was withdrawn, they are free again)."""
    wanted = sorted(people)
    await rows(
        f"UPDATE scorecard SET closed_at = {{}} WHERE run = {{}} AND person IN {among(len(wanted))} RETURNING id",
        at, run_id, *wanted,
    )  # fmt: skip


async def _sweep_former(unit_id: int, month: date) -> None:
    """What an unfinished computation of this month left behind: marked first, so that it can no longer publish."""
    async with transaction():
        found = await rows(
            "UPDATE score_run SET state = 'swept' WHERE unit = {} AND pay_month = {} AND state = 'computing'"
            " RETURNING id",
            unit_id,
            month,
        )
    for run in found:
        await _remove(run["id"], TABLES)


async def sweep_runs() -> int:
    """At start-up: what killed computations left behind; how many runs that were."""
    async with transaction():
        found = await rows(
            "UPDATE score_run SET state = 'swept' WHERE state = 'computing' AND created_at < {} RETURNING id",
            clock.now() - LONGEST,
        )
    for run in await rows("SELECT id FROM score_run WHERE state = 'swept' ORDER BY id"):
        await _remove(run["id"], TABLES)  # also what a sweep that was itself killed did not reach
    return len(found)


async def _remove(run_id: int, tables: Sequence[str]) -> None:
    for table in tables:
        while True:
            async with transaction():
                gone = await rows(
                    f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE run = {{}} LIMIT {CHUNK})"
                    " RETURNING id",
                    run_id,
                )
            if len(gone) < CHUNK:
                break
