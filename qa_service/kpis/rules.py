"""From counts to KPI values with n, interval, points and state. Pure: arrays in, arrays out."""

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from qa_service.kpis.facts import Ratio, ratio_of
from rubrics.pack_records import Kpi
from scoring.kpis import Bands, Curve, bands, curve, points_column
from scoring.proportions import wilson
from scoring.rounding import half_up_ratio

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
LEVEL = 0.95
OK, THIN, NONE = "ok", "thin", "none"


class QaColumn(msgspec.Struct, frozen=True, kw_only=True):
    """The month score for pay of everybody, as a KPI: hundredths; `has_interval` where the two ends are known."""

    value: IntArray
    lower: IntArray
    upper: IntArray
    n: IntArray
    present: BoolArray
    has_interval: BoolArray
    left_out: IntArray


class KpiColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI of all people.

    value, lower and upper are hundredths of the KPI's own unit; `points` and its ends hundredths of a point. What is
    not `present` has 0 in every column and is not to be read; what is present but not `enough` lies below the
    minimum volume and earns no points (样本不足).
    """

    key: str
    numerator: IntArray
    denominator: IntArray
    value: IntArray
    lower: IntArray
    upper: IntArray
    n: IntArray
    left_out: IntArray
    present: BoolArray
    enough: BoolArray
    has_interval: BoolArray
    points: IntArray
    low_points: IntArray
    high_points: IntArray

    def state(self, place: int) -> str:
        if not self.present[place]:
            return NONE
        return OK if self.enough[place] else THIN


def scale_of(kpi: Kpi) -> Curve | Bands:
    """The KPI's curve or band table, as its version states it."""
    if kpi.bands:
        return bands(list(kpi.bands), otherwise=kpi.otherwise, higher_is_better=kpi.better == "higher")
    return curve(
        floor=kpi.floor,
        threshold=kpi.threshold,
        target=kpi.target,
        stretch=kpi.stretch,
        cap_hundredths=kpi.stretch_points * 100,
    )


def kpi_column(
    key: str, kpi: Kpi, facts: Mapping[str, IntArray], *, size: int, qa: QaColumn, complaints_known: bool = True
) -> KpiColumn:
    """Values, intervals and points of one KPI for `size` people."""
    ratio = ratio_of(key, kpi)
    if ratio.kind == "qa":
        return _qa_column(key, kpi, qa)
    top, bottom = facts[ratio.numerator], facts[ratio.denominator]
    if ratio.numerator == "complaints" and not complaints_known:
        bottom = np.zeros(size, dtype=np.int64)
    present = bottom > 0
    lower, upper, has_interval = _ends(ratio, facts, bottom)
    numerator = np.where(present, top * ratio.times, 0)
    earned = points_column(scale_of(kpi), numerator, bottom).hundredths
    enough = present & (bottom >= kpi.minimum_volume)
    return KpiColumn(
        key=key,
        numerator=np.where(present, top, 0),
        denominator=bottom,
        value=np.where(present, half_up_ratio(numerator * 100, np.maximum(bottom, 1)), 0),
        lower=lower,
        upper=upper,
        n=bottom,
        left_out=facts[ratio.left_out] if ratio.left_out else np.zeros(size, dtype=np.int64),
        present=present,
        enough=enough,
        has_interval=has_interval & present,
        points=earned,
        low_points=earned,  # a whole month's counts are no draw: only the QA mark carries its interval into the card
        high_points=earned,
    )


def _qa_column(key: str, kpi: Kpi, qa: QaColumn) -> KpiColumn:
    scale = scale_of(kpi)
    hundred = np.where(qa.present, 100, 0)
    earned, low, high = (
        points_column(scale, np.where(qa.present, end, 0), hundred).hundredths for end in (qa.value, qa.lower, qa.upper)
    )
    return KpiColumn(
        key=key,
        numerator=qa.value * qa.n,
        denominator=qa.n,
        value=qa.value,
        lower=qa.lower,
        upper=qa.upper,
        n=qa.n,
        left_out=qa.left_out,
        present=qa.present,
        enough=qa.present & qa.has_interval & (qa.n >= kpi.minimum_volume),
        has_interval=qa.has_interval,
        points=earned,
        low_points=low,
        high_points=high,
    )


def _ends(ratio: Ratio, facts: Mapping[str, IntArray], n: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """Both ends of the 95 % interval in hundredths of the KPI's unit, and where there are any."""
    if ratio.kind == "share":
        hits = np.minimum(facts[ratio.numerator], n)  # one record may bring two complaints
        found = wilson(hits, n, level=LEVEL)
        low, high = (np.where(found.defined, end, 0.0) * ratio.times for end in (found.low, found.high))
        return _hundredths(low), _hundredths(high), found.defined
    return _mean_ends(n, facts[ratio.numerator], facts[ratio.squares])


def _mean_ends(n: IntArray, total: IntArray, squares: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    # Exact integers: n·Σx² − (Σx)² loses every digit in floats when values are large and close.
    exact = n.astype(object) * squares.astype(object) - total.astype(object) ** 2
    spread = np.array([float(one) for one in exact], dtype=np.float64)
    defined = (n > 1) & (spread > 0)
    size = np.where(defined, n, 2).astype(np.float64)
    error = np.sqrt(np.where(defined, spread, 0.0) / (size * size * (size - 1)))
    half = stats.t.ppf(0.5 + LEVEL / 2, size - 1) * error
    mean = np.where(defined, total / size, 0.0)
    # Seconds and money do not fall below nothing.
    return _hundredths(np.maximum(mean - half, 0.0)), _hundredths(mean + half), defined


def _hundredths(values: NDArray[np.float64]) -> IntArray:
    return np.floor(values * 100 + 0.5).astype(np.int64)
