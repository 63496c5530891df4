"""From random audits to the two estimates of each agent and the leniency of each monitor. Pure.

水平估计（辅导用） is shrunk; 本月得分（奖罚用） is severity-corrected and not shrunk. Only marks of the random
stream come in here. Leniency is positive for who marks higher than the mean monitor.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from qa_service.kpis.rules import QaColumn
from scoring import states
from scoring.adjusted import AdjustedMeans, adjusted_means
from scoring.estimates import Estimate
from scoring.leniency import Leniency, monitor_leniency
from scoring.severity import SeverityFit, fit_severity

OK, THIN, NONE, UNCORRECTED, DISCONNECTED = "ok", "thin", "none", "uncorrected", "disconnected"
STATES = {
    states.ESTIMATED: OK,
    states.NO_MARKS: NONE,
    states.SEVERITY_NOT_CORRECTED: UNCORRECTED,
    states.DISCONNECTED: DISCONNECTED,
}
Ends = tuple[int | None, int | None, int | None]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One released mark of the random stream. `inclusion` is the chance with which its record was drawn."""

    evaluation: int
    person: int
    monitor: int
    hundredths: int
    inclusion: float | None = None
    is_disputed: bool = False


class PersonEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """value, lower, upper in hundredths for each of the two uses; `state` says how the pay score is to be read."""

    n: int
    monitors: int
    raw: int | None = None
    shrunk: Ends = (None, None, None)
    corrected: Ends = (None, None, None)
    state: str = NONE
    left_out: int = 0


class MonitorEstimate(msgspec.Struct, frozen=True, kw_only=True):
    monitor: int
    n: int
    leniency: Ends
    state: str
    note: str


class QaResult(msgspec.Struct, frozen=True, kw_only=True):
    """people in the order given; `state` of scoring.states for the whole department."""

    people: list[PersonEstimate]
    monitors: list[MonitorEstimate]
    state: str


def estimate(people: Sequence[int], marks: Sequence[Mark], *, minimum: int) -> QaResult:
    """Both estimates of everybody, the monitors' leniency, and why where there is none.

    Marks under an open appeal are left out and counted. `minimum` is the number of audits below which the pay score
    is too thin to be used (样本不足).
    """
    used = [mark for mark in marks if not mark.is_disputed]
    disputed = Counter(mark.person for mark in marks if mark.is_disputed)
    if not used:
        nobody = [PersonEstimate(n=0, monitors=0, left_out=disputed[person]) for person in people]
        return QaResult(people=nobody, monitors=[], state=states.NO_MARKS)
    place = {person: i for i, person in enumerate(people)}
    monitors = sorted({mark.monitor for mark in used})
    agent = np.array([place[mark.person] for mark in used])
    monitor = np.array([monitors.index(mark.monitor) for mark in used])
    points = np.array([mark.hundredths / 100 for mark in used])
    fit, means, leniency = _fits(agent, monitor, points, used=used, size=(len(people), len(monitors)))
    of_person: dict[int, list[Mark]] = {person: [] for person in people}
    for mark in used:
        of_person[mark.person].append(mark)
    found = [
        _person(
            fit.agents[i] if fit.is_comparable else None,
            means.agents[i],
            marks=of_person[person],
            minimum=minimum,
            left_out=disputed[person],
        )
        for i, person in enumerate(people)
    ]
    judged = [_monitor(one, leniency.monitors[i]) for i, one in enumerate(monitors)]
    return QaResult(people=found, monitors=judged, state=means.state)


def _fits(
    agent: np.ndarray, monitor: np.ndarray, points: np.ndarray, *, used: Sequence[Mark], size: tuple[int, int]
) -> tuple[SeverityFit, AdjustedMeans, Leniency]:
    sizes = {"n_agents": size[0], "n_monitors": size[1]}
    fit = fit_severity(agent, monitor, points, **sizes)
    chances = [mark.inclusion for mark in used]
    inclusion = None if any(chance is None for chance in chances) else np.array(chances)
    means = adjusted_means(agent, monitor, points, inclusion=inclusion, fit=fit, **sizes)
    return fit, means, monitor_leniency(agent, monitor, points, fit=fit, **sizes)


def _person(
    shrunk: Estimate | None, corrected: Estimate, *, marks: list[Mark], minimum: int, left_out: int
) -> PersonEstimate:
    n = len(marks)
    if n == 0:
        return PersonEstimate(n=0, monitors=0, left_out=left_out)
    state = STATES.get(corrected.state, THIN)
    if state in (OK, UNCORRECTED) and (n < minimum or not corrected.has_interval):
        state = THIN
    return PersonEstimate(
        n=n,
        monitors=len({mark.monitor for mark in marks}),
        raw=(2 * sum(mark.hundredths for mark in marks) + n) // (2 * n),
        shrunk=_ends(shrunk) if shrunk is not None else (None, None, None),
        corrected=_ends(corrected),
        state=state,
        left_out=left_out,
    )


def _monitor(monitor: int, found: Estimate) -> MonitorEstimate:
    return MonitorEstimate(
        monitor=monitor, n=found.n, leniency=_ends(found), state=STATES.get(found.state, THIN), note=found.state
    )


def _ends(found: Estimate) -> Ends:
    return tuple(
        None if end is None else int(np.floor(end * 100 + 0.5)) for end in (found.value, found.low, found.high)
    )


def qa_column(people: Sequence[PersonEstimate]) -> QaColumn:
    """The pay scores as one KPI column."""
    value, lower, upper = (np.array([one.corrected[end] or 0 for one in people], dtype=np.int64) for end in range(3))
    return QaColumn(
        value=value,
        lower=lower,
        upper=upper,
        n=np.array([one.n for one in people], dtype=np.int64),
        present=np.array([one.corrected[0] is not None for one in people], dtype=bool),
        has_interval=np.array([one.corrected[1] is not None for one in people], dtype=bool),
        left_out=np.array([one.left_out for one in people], dtype=np.int64),
    )
