"""Agreement and leniency of outside raters over the same records: for looking at raters, never for pay.

57,000 ratings are read in short statements with the loop free between them; the numbers are made in a thread, and
kept by what they were made from, since a file of ratings does not change.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa_service.database import among, row, rows
from qa_service.evaluations import errors
from qa_service.forms.queries import read_form
from qa_service.language import listed
from qa_service.people.access import Actor, Permission
from scoring.krippendorff import krippendorff_alpha
from scoring.leniency import monitor_leniency

CHUNK = 1_000  # evaluations read in one statement: with their answers about 10 ms
KEPT = 8
RESAMPLES = 200
FloatArray = NDArray[np.float64]


class ItemAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Krippendorff's alpha (interval metric) of one item; None with its state where it is not defined."""

    item: str
    name: str
    name_en: str
    alpha: float | None
    lower: float | None
    upper: float | None
    units: int
    raters: int
    state: str


class RaterLeniency(msgspec.Struct, frozen=True, kw_only=True):
    """Points above (+) or below the mean rater on the same records, with n and interval."""

    rater: str
    n: int
    points: float | None
    lower: float | None
    upper: float | None
    excludes_zero: bool


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """`state` says why there is no leniency where there is none (one rater only)."""

    source: str
    ratings: int
    items: list[ItemAgreement]
    raters: list[RaterLeniency]
    state: str


class RatedSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source whose records were rated from outside."""

    source: str
    ratings: int
    raters: int
    records: int


class _Ratings(msgspec.Struct, frozen=True, kw_only=True):
    """What is computed from: marks and answers as (record, rater, value), both numbered; raters by name in order."""

    raters: list[str]
    marks: FloatArray
    answers: dict[str, FloatArray]


_known: OrderedDict[str, Agreement] = OrderedDict()


async def rated_sources(actor: Actor) -> list[RatedSource]:
    """Sources with outside ratings, by name."""
    actor.require(Permission.EVALUATION_READ)
    found = await rows(
        "SELECT b.source, COUNT(*) AS ratings, COUNT(DISTINCT e.monitor_label) AS raters,"
        " COUNT(DISTINCT e.part) AS records FROM evaluation e JOIN import_batch b ON b.id = e.batch"
        " WHERE e.origin = 'imported' AND e.state = 'released' AND b.state = 'published' GROUP BY b.source"
        " ORDER BY b.source"
    )
    return msgspec.convert(found, list[RatedSource])


async def rater_agreement(actor: Actor, source: str, *, resamples: int = RESAMPLES) -> Agreement:
    """How well the raters of an imported source agree, per item, and who is strict or lenient overall.

    Raises SourceUnrated where the source has no outside ratings.
    """
    actor.require(Permission.EVALUATION_READ)
    batches = await rows(
        "SELECT id, file_sha256 FROM import_batch WHERE source = {} AND state = 'published' ORDER BY id", source
    )
    stand = await _stand([one["id"] for one in batches]) if batches else None
    if stand is None or not stand["n"]:
        known = listed(one.source for one in await rated_sources(actor)) or "-"
        raise errors.SourceUnrated(source=source, known=known)
    key = msgspec.json.encode([source, batches, stand, resamples]).decode()
    if key in _known:
        return _known[key]
    ratings = await _read([one["id"] for one in batches])
    words = await _item_words(stand["last"])
    found = await asyncio.to_thread(_compute, source, ratings, words, resamples)
    if not stand["loading"]:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


IMPORTED = "e.origin = 'imported' AND e.state = 'released' AND e.final_hundredths IS NOT NULL"


async def _stand(batches: Sequence[int]) -> dict[str, Any]:
    """How many ratings came and up to which, answered from an index; `loading`: an import has not released its own yet.

    Ratings are inserted or superseded by a later batch, never changed, so this and the files tell what they are.
    """
    return await row(
        "SELECT COUNT(*) AS n, MAX(e.id) AS last, EXISTS (SELECT 1 FROM evaluation s WHERE s.state = 'submitted'"
        f" AND s.origin = 'imported') AS loading FROM evaluation e WHERE e.batch IN {among(len(batches))}",
        *batches,
    )


async def _item_words(evaluation_id: int) -> dict[str, tuple[str, str]]:
    found = await row(
        "SELECT v.definition FROM rule_version v JOIN evaluation e ON e.form = v.id WHERE e.id = {}", evaluation_id
    )
    form = read_form(found["definition"])
    return {item.key: (item.text, item.text_en or item.text) for section in form.sections for item in section.items}


async def _read(batches: Sequence[int]) -> _Ratings:
    """Every released rating of these batches, a chunk at a time with the loop free between two."""
    marks: list[tuple[int, str, float]] = []
    answers: dict[str, list[tuple[int, str, float]]] = {}
    last = 0
    while True:
        found = await rows(
            f"SELECT e.id, e.part, e.monitor_label, e.final_hundredths FROM evaluation e WHERE {IMPORTED}"
            f" AND e.batch IN {among(len(batches))} AND e.id > {{}} ORDER BY e.id LIMIT {{}}",
            *batches,
            last,
            CHUNK,
        )
        if not found:
            break
        who = {one["id"]: (one["part"], one["monitor_label"]) for one in found}
        marks += [(*who[one["id"]], one["final_hundredths"] / 100) for one in found]
        await asyncio.sleep(0)
        for one in await _answers(last, found[-1]["id"]):
            if one["evaluation"] in who:
                answers.setdefault(one["item"], []).append((*who[one["evaluation"]], float(one["points_hundredths"])))
        last = found[-1]["id"]
        await asyncio.sleep(0)
    return await asyncio.to_thread(_numbered, marks, answers)


async def _answers(after: int, until: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT a.evaluation, a.item, a.points_hundredths FROM answer a WHERE a.evaluation > {} AND a.evaluation <= {}"
        " AND a.points_hundredths IS NOT NULL ORDER BY a.evaluation, a.id",
        after,
        until,
    )


def _numbered(marks: list[tuple[int, str, float]], answers: dict[str, list[tuple[int, str, float]]]) -> _Ratings:
    raters = sorted({rater for _part, rater, _mark in marks})
    part_of = {part: place for place, part in enumerate(dict.fromkeys(part for part, _rater, _mark in marks))}
    rater_of = {rater: place for place, rater in enumerate(raters)}

    def table(given: Sequence[tuple[int, str, float]]) -> FloatArray:
        # By iterators: one conversion of a list of 57,000 tuples would hold the interpreter for a tenth of a second.
        columns = (
            (part_of[part] for part, _rater, _value in given),
            (rater_of[rater] for _part, rater, _value in given),
            (value for _part, _rater, value in given),
        )
        return np.column_stack([np.fromiter(column, dtype=np.float64, count=len(given)) for column in columns])

    return _Ratings(raters=raters, marks=table(marks), answers={key: table(given) for key, given in answers.items()})


def _compute(source: str, given: _Ratings, words: dict[str, tuple[str, str]], resamples: int) -> Agreement:
    """All numbers, in a thread."""
    size = (int(given.marks[:, 0].max()) + 1, len(given.raters))
    order = [item for item in words if item in given.answers] or list(given.answers)
    items = [_alpha(item, given.answers[item], words, size=size, resamples=resamples) for item in order]
    state, raters = _leniency(given)
    return Agreement(source=source, ratings=len(given.marks), items=items, raters=raters, state=state)


def _alpha(
    item: str, answers: FloatArray, words: dict[str, tuple[str, str]], *, size: tuple[int, int], resamples: int
) -> ItemAgreement:
    table = np.full(size, np.nan)
    table[answers[:, 0].astype(int), answers[:, 1].astype(int)] = answers[:, 2]
    found = krippendorff_alpha(table, metric="interval", resamples=resamples)
    name, name_en = words.get(item, (item, item))
    return ItemAgreement(
        item=item, name=name, name_en=name_en, alpha=found.value, lower=found.low, upper=found.high,
        units=found.n_units, raters=size[1], state=found.state,
    )  # fmt: skip


def _leniency(given: _Ratings) -> tuple[str, list[RaterLeniency]]:
    if len(given.raters) < 2:
        return "severity-not-corrected", []
    parts, raters = given.marks[:, 0].astype(int), given.marks[:, 1].astype(int)
    found = monitor_leniency(parts, raters, given.marks[:, 2])
    counts = np.bincount(raters, minlength=len(given.raters)).tolist()
    return found.state, [
        RaterLeniency(
            rater=name, n=n, points=one.value, lower=one.low, upper=one.high, excludes_zero=bool(one.excludes_zero)
        )
        for name, n, one in zip(given.raters, counts, found.monitors, strict=True)
    ]
