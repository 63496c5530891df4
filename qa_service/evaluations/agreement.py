"""Agreement and leniency of outside raters over the same records."""

from collections.abc import Sequence

import msgspec
import numpy as np

from qa_service.database import rows
from qa_service.people.access import Actor, Permission
from scoring.krippendorff import krippendorff_alpha
from scoring.leniency import monitor_leniency


class ItemAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Krippendorff's alpha (interval metric) of one item; None with its state where it is not defined."""

    item: str
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
    source: str
    ratings: int
    items: list[ItemAgreement]
    raters: list[RaterLeniency]
    state: str


async def rater_agreement(actor: Actor, source: str, *, resamples: int = 200) -> Agreement:
    """How well the raters of an imported source agree, per item, and who is strict or lenient overall."""
    actor.require(Permission.EVALUATION_READ)
    answers = await rows(
        "SELECT e.part, e.monitor_label AS rater, a.item, a.points_hundredths AS points FROM answer a"
        " JOIN evaluation e ON e.id = a.evaluation JOIN import_batch b ON b.id = e.batch"
        " WHERE e.origin = 'imported' AND e.state = 'released' AND b.source = {} ORDER BY e.id, a.id",
        source,
    )
    marks = await rows(
        "SELECT e.part, e.monitor_label AS rater, e.final_hundredths AS mark FROM evaluation e"
        " JOIN import_batch b ON b.id = e.batch WHERE e.origin = 'imported' AND e.state = 'released'"
        " AND e.final_hundredths IS NOT NULL AND b.source = {} ORDER BY e.id",
        source,
    )
    parts, raters = _numbered(one["part"] for one in marks), _numbered(sorted({one["rater"] for one in marks}))
    items = [
        _alpha(item, [one for one in answers if one["item"] == item], parts, raters, resamples)
        for item in dict.fromkeys(one["item"] for one in answers)
    ]
    state, lenient = _leniency(marks, parts, raters)
    return Agreement(source=source, ratings=len(marks), items=items, raters=lenient, state=state)


def _numbered(keys) -> dict:
    return {key: place for place, key in enumerate(dict.fromkeys(keys))}


def _alpha(item: str, answers: Sequence[dict], parts: dict, raters: dict, resamples: int) -> ItemAgreement:
    table = np.full((len(parts), len(raters)), np.nan)
    for one in answers:
        if one["points"] is not None and one["part"] in parts:
            table[parts[one["part"]], raters[one["rater"]]] = one["points"]
    found = krippendorff_alpha(table, metric="interval", resamples=resamples)
    return ItemAgreement(
        item=item, alpha=found.value, lower=found.low, upper=found.high, units=found.n_units, raters=len(raters),
        state=found.state,
    )  # fmt: skip


def _leniency(marks: Sequence[dict], parts: dict, raters: dict) -> tuple[str, list[RaterLeniency]]:
    if len(raters) < 2:
        return "severity-not-corrected", []
    found = monitor_leniency(
        [parts[one["part"]] for one in marks],
        [raters[one["rater"]] for one in marks],
        [one["mark"] / 100 for one in marks],
    )
    counts = dict.fromkeys(raters, 0)
    for one in marks:
        counts[one["rater"]] += 1
    return found.state, [
        RaterLeniency(
            rater=name, n=counts[name], points=one.value, lower=one.low, upper=one.high,
            excludes_zero=bool(one.excludes_zero),
        )
        for name, one in zip(raters, found.monitors, strict=False)
    ]  # fmt: skip
