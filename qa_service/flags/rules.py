"""Who looks unusual this month: the panel of KPI values, judged against peers of the same work and one's own past.

A flag is a hypothesis for a person to look into; it changes no score and touches no money. Pure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from scoring import states
from scoring.features import MAD_TO_SD, MEAN_DEVIATION_TO_SD
from scoring.flags import SMALLEST_GROUP, FlagResult, find_unusual

FloatArray = NDArray[np.float64]
COLUMN_SHARE = 4  # a KPI is watched when at least one in four of the judged people has it
PRIOR_PEOPLE = 8  # how many people's evidence the common spread counts for
Values = Mapping[tuple[int, str], int]


class MonthValues(msgspec.Struct, frozen=True, kw_only=True):
    """KPI values (hundredths) of one month by (person, KPI); `groups` the scorecard of each person, if any."""

    values: dict[tuple[int, str], int]
    groups: dict[int, str]
    parts: dict[int, int]
    counts: dict[tuple[int, str], int] = {}  # how many records stand behind a value


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI far from where it is expected, in hundredths of its own unit; `share` is its part of the score.

    Of `others` people of the same work, `beyond` are as far off in the same direction: by their value, or by how much
    it moved from their own past. `n` records stand behind the value.
    """

    kpi: str
    against: str  # peers, own
    direction: int
    z_hundredths: int
    value: int
    typical: int
    share_hundredths: int
    n: int | None = None
    others: int = 0
    beyond: int = 0


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    person: int
    score: float
    p_value: float | None
    is_flagged: bool
    reasons: list[Reason]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """All people that could be judged, and why the others could not; `state` is one of scoring.states."""

    state: str
    people: list[Judged]
    kpis: list[str]
    not_judged: int
    past_months: int
    calibration: int
    held_back: int = 0
    expected_false_alarms: float


def judge(
    month: MonthValues,
    past: Sequence[MonthValues],
    *,
    kpis: Sequence[str],
    minimum_parts: int,
    alarms: int,
    seed: int,
) -> Verdict:
    """Flags of one month; `past` are earlier months, oldest first."""
    everybody = sorted(month.parts)
    people = [person for person in everybody if month.parts[person] >= minimum_parts]
    watched = _watched(month.values, people, kpis)
    if len(people) < SMALLEST_GROUP or not watched:
        state = states.GROUP_TOO_SMALL if len(people) < SMALLEST_GROUP else states.TOO_FEW_KPIS
        return Verdict(
            state=state, people=[], kpis=watched, not_judged=len(everybody), past_months=len(past), calibration=0,
            expected_false_alarms=0.0,
        )  # fmt: skip
    now = _panel(month, people, watched, groups=month.groups)
    before = np.array([_panel(one, people, watched, groups=month.groups) for one in past]) if past else None
    budget = min(float(alarms), len(people) / 2)
    found = find_unusual(now, past=before, alarm_budget=budget, seed=seed)
    peers = _peers(people, month.groups)
    judged = [
        _judged(i, person, found, month=month, past=past, watched=watched, people=people, peers=peers)
        for i, person in enumerate(people)
        if found.flags[i].score is not None
    ]
    judged, held_back = _within_reach(judged, alarms, is_calibrated=found.state == states.CALIBRATED)
    return Verdict(
        state=found.state,
        people=judged,
        kpis=watched,
        not_judged=len(everybody) - len(judged),
        past_months=len(past),
        calibration=found.n_calibration,
        held_back=held_back,
        expected_false_alarms=found.expected_false_alarms,
    )


def _within_reach(judged: list[Judged], alarms: int, *, is_calibrated: bool) -> tuple[list[Judged], int]:
    """While only a nominal probability speaks, no more flags than the department can look at: the farthest ones.

    A calibrated p-value keeps its promise by itself, so nothing is held back then.
    """
    flagged = sorted((one for one in judged if one.is_flagged), key=lambda one: (-one.score, one.person))
    over = set() if is_calibrated else {one.person for one in flagged[alarms:]}
    kept = [msgspec.structs.replace(one, is_flagged=one.is_flagged and one.person not in over) for one in judged]
    return kept, len(over)


def _watched(values: Values, people: Sequence[int], kpis: Sequence[str]) -> list[str]:
    """KPIs that enough people have: a column that hardly anybody has cannot tell who is unusual."""
    return [
        kpi for kpi in kpis if COLUMN_SHARE * sum((person, kpi) in values for person in people) >= max(len(people), 1)
    ]


def _panel(month: MonthValues, people: Sequence[int], kpis: Sequence[str], *, groups: Mapping[int, str]) -> FloatArray:
    """Distances from the middle of the people of the same work, so that after-sale is not unusual beside pre-sale.

    Each group's spread is drawn towards the common one: that of nine people alone is too uncertain to divide by.
    """
    raw = np.array([[month.values.get((person, kpi), np.nan) for kpi in kpis] for person in people], dtype=float)
    peers = _peers(people, groups)
    for column in range(len(kpis)):
        away = [raw[members, column] - _middle(raw[members, column]) for members in peers]
        common = _spread(np.concatenate(away))
        for members, distances in zip(peers, away, strict=True):
            n = (~np.isnan(distances)).sum()
            own = (n * _spread(distances) ** 2 + PRIOR_PEOPLE * common**2) / (n + PRIOR_PEOPLE)
            raw[members, column] = distances / np.sqrt(own) if own > 0 else distances
    return raw


def _middle(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0


def _spread(distances: FloatArray) -> float:
    """Robust standard deviation of distances from their middle; 0 where all are equal or unknown."""
    known = np.abs(distances[~np.isnan(distances)])
    if not len(known):
        return 0.0
    return MAD_TO_SD * float(np.median(known)) or MEAN_DEVIATION_TO_SD * float(known.mean())


def _peers(people: Sequence[int], groups: Mapping[int, str]) -> list[NDArray[np.int64]]:
    """Groups of the same work with at least eight people; all others together."""
    names = [groups.get(person, "") for person in people]
    large = sorted(name for name, count in Counter(names).items() if count >= SMALLEST_GROUP)
    if len(large) == len(set(names)) - 1 and sum(name not in large for name in names) < 3:
        large = []  # two people left over have nobody to be compared with
    places = {name: np.array([i for i, one in enumerate(names) if one == name]) for name in large}
    rest = np.array([i for i, one in enumerate(names) if one not in large], dtype=np.int64)
    return [*places.values(), *([rest] if len(rest) else [])]


def _judged(
    place: int,
    person: int,
    found: FlagResult,
    *,
    month: MonthValues,
    past: Sequence[MonthValues],
    watched: Sequence[str],
    people: Sequence[int],
    peers: Sequence[NDArray[np.int64]],
) -> Judged:
    flag = found.flags[place]
    members = next((members for members in peers if place in members), ()) if flag.reasons else ()
    same_work = [people[i] for i in members if i != place]
    total = sum(flag.contributions) or 1.0
    reasons = []
    for reason in flag.reasons:
        kpi = watched[reason.kpi]
        value = month.values.get((person, kpi))
        if reason.against == "peers":
            others = [month.values[one, kpi] for one in same_work if (one, kpi) in month.values]
            beyond = sum(reason.direction * (one - value) >= 0 for one in others) if value is not None else 0
        else:
            others = [one.values[person, kpi] for one in past if (person, kpi) in one.values]
            moves = [_move(one, kpi, month, past) for one in same_work]
            own, known = _move(person, kpi, month, past), [move for move in moves if move is not None]
            beyond = sum(reason.direction * (move - own) >= 0 for move in known) if own is not None else 0
        if value is None or not others:
            continue
        reasons.append(
            Reason(
                kpi=kpi,
                against=reason.against,
                direction=reason.direction,
                z_hundredths=round(reason.robust_z * 100),
                value=value,
                typical=int(np.median(others)),
                share_hundredths=round(10_000 * flag.contributions[reason.kpi] / total) if flag.contributions else 0,
                n=month.counts.get((person, kpi)),
                others=len(others) if reason.against == "peers" else len(known),
                beyond=beyond,
            )
        )
    return Judged(person=person, score=flag.score, p_value=flag.p_value, is_flagged=bool(flag.flagged), reasons=reasons)


def _move(person: int, kpi: str, month: MonthValues, past: Sequence[MonthValues]) -> float | None:
    """How far a value moved from the middle of the person's own past months; None without a past or a value."""
    before = [one.values[person, kpi] for one in past if (person, kpi) in one.values]
    value = month.values.get((person, kpi))
    return None if value is None or not before else value - float(np.median(before))
