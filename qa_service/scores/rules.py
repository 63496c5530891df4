"""A month's result as rows, from counts, marks and a versioned set of parameters. Pure."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa_service.kpis.facts import QA_FACT
from qa_service.kpis.rules import KpiColumn, kpi_column
from qa_service.scores import estimates
from qa_service.scores.errors import EnoughUnsupported
from rubrics.pack_records import Kpi, ScorecardPlan
from scoring.scorecards import CARD_NAMES, Cards, CardState, Line, score_cards, scorecard

IntArray = NDArray[np.int64]
SCORED, NOT_SCORED, GATED = "scored", "not_scored", "gated"
NO_CARD = "no-card"
ENOUGH = (2, 3)  # as scoring.scorecards counts


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """KPIs and scorecards of one rule version."""

    version: int
    kpis: dict[str, Kpi]
    cards: dict[str, ScorecardPlan]


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a month is computed from; people in rising order of id, `kinds` their most frequent work."""

    parameters: Parameters
    people: list[int]
    kinds: dict[int, str]
    facts: dict[str, IntArray]
    marks: list[estimates.Mark]
    complaints_known: bool


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One person's scorecard; ends are None where no audit carries an interval into it."""

    person: int
    state: str
    total: int | None
    lower: int | None
    upper: int | None
    weight_present: int
    explanation: dict[str, object]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """weights: hundredths of a percent really used, by KPI and person (0 where the card does not hold the KPI)."""

    people: list[int]
    kpis: list[KpiColumn]
    weights: dict[str, IntArray]
    cards: list[Card]
    qa: estimates.QaResult


def score_month(month: Month) -> Result:
    """KPI values, both QA estimates, leniency and scorecards of everybody."""
    kpis, size = month.parameters.kpis, len(month.people)
    minimum = next((kpi.minimum_volume for kpi in kpis.values() if kpi.fact == QA_FACT), 2)
    qa = estimates.estimate(month.people, month.marks, minimum=minimum)
    column = estimates.qa_column(qa.people)
    columns = {
        key: kpi_column(key, kpi, month.facts, size=size, qa=column, complaints_known=month.complaints_known)
        for key, kpi in kpis.items()
    }
    weights = {key: np.zeros(size, dtype=np.int64) for key in columns}
    cards: dict[int, Card] = {}
    chosen = [card_of(month.kinds.get(person), month.parameters.cards) for person in month.people]
    for key, plan in month.parameters.cards.items():
        places = [i for i, name in enumerate(chosen) if name == key]
        if places:
            cards |= _score(key, plan, columns, month=month, places=np.array(places), weights=weights)
    made = [cards.get(i) or _without_card(month, person) for i, person in enumerate(month.people)]
    return Result(people=month.people, kpis=list(columns.values()), weights=weights, cards=made, qa=qa)


def card_of(kind: str | None, cards: Mapping[str, ScorecardPlan]) -> str | None:
    """The scorecard of who does this kind of work: the one named like it (presale, presale_chat)."""
    if kind is None:
        return None
    return kind if kind in cards else next((key for key in cards if kind.startswith(f"{key}_")), None)


def _without_card(month: Month, person: int) -> Card:
    explanation = {"position": None, "reason": NO_CARD, "dimensions": [], "kpis": [], "rule": month.parameters.version}
    return Card(
        person=person, state=NOT_SCORED, total=None, lower=None, upper=None, weight_present=0, explanation=explanation
    )


def _score(
    key: str,
    plan: ScorecardPlan,
    columns: dict[str, KpiColumn],
    *,
    month: Month,
    places: NDArray[np.int64],
    weights: dict[str, IntArray],
) -> dict[int, Card]:
    """Scorecards of the people at these places; fills in the weights used."""
    if tuple(plan.enough_of) != ENOUGH:
        raise EnoughUnsupported(card=plan.name, part=plan.enough_of[0], whole=plan.enough_of[1])
    lines = [entry for dimension in plan.dimensions for entry in dimension.kpis]
    used = [columns[line.kpi] for line in lines]
    points, low, high = (
        np.column_stack([getattr(column, name)[places] for column in used])
        for name in ("points", "low_points", "high_points")
    )
    enough = np.column_stack([column.enough[places] for column in used])
    found = score_cards(
        scorecard([Line(kpi=line.kpi, weight_hundredths=line.weight * 100) for line in lines]),
        points,
        enough,
        low_hundredths=low,
        high_hundredths=high,
    )
    for place, line in enumerate(lines):
        weights[line.kpi][places] = found.effective_weight_hundredths[:, place]
    full = np.array([line.weight * 100 for line in lines])
    present = np.where(enough, full, 0).sum(axis=1)
    cap = plan.stretch_cap * 100
    return {
        int(i): _card(key, plan, used, found=found, row=row, place=int(i), month=month, cap=cap, present=present)
        for row, i in enumerate(places)
    }


def _card(
    key: str,
    plan: ScorecardPlan,
    used: Sequence[KpiColumn],
    *,
    found: Cards,
    row: int,
    place: int,
    month: Month,
    cap: int,
    present: IntArray,
) -> Card:
    state = CardState(int(found.state[row]))
    is_scored = bool(found.is_scored[row])
    has_range = is_scored and any(
        found.effective_weight_hundredths[row, i] and kpi.has_interval[place]
        for i, kpi in enumerate(used)
        if month.parameters.kpis[kpi.key].fact == QA_FACT
    )
    total, low, high = (
        min(int(column[row]), cap) for column in (found.total_hundredths, found.low_hundredths, found.high_hundredths)
    )
    return Card(
        person=month.people[place],
        state=GATED if state == CardState.GATED else SCORED if is_scored else NOT_SCORED,
        total=total if is_scored else None,
        lower=low if has_range else None,
        upper=high if has_range else None,
        weight_present=int(present[row]),
        explanation={
            "position": key,
            "reason": CARD_NAMES[state],
            "dimensions": _dimensions(plan, used, place),
            "kpis": [
                _line(kpi, place, weight=int(found.effective_weight_hundredths[row, i])) for i, kpi in enumerate(used)
            ],
            "rule": month.parameters.version,
        },
    )


def _line(kpi: KpiColumn, place: int, *, weight: int) -> dict[str, object]:
    return {
        "kpi": kpi.key,
        "weight": weight,
        "value": int(kpi.value[place]) if kpi.present[place] else None,
        "points": int(kpi.points[place]) if kpi.enough[place] else None,
        "n": int(kpi.n[place]),
        "state": kpi.state(place),
    }


def _dimensions(plan: ScorecardPlan, used: Sequence[KpiColumn], place: int) -> list[dict[str, object]]:
    """Weighted mean inside each dimension over what counts there; None where nothing does."""
    by_key = {column.key: column for column in used}
    found = []
    for dimension in plan.dimensions:
        counted = [(line.weight, by_key[line.kpi]) for line in dimension.kpis if by_key[line.kpi].enough[place]]
        weight = sum(one for one, _ in counted)
        total = sum(one * int(column.points[place]) for one, column in counted)
        found.append(
            {
                "key": dimension.key,
                "weight": sum(line.weight for line in dimension.kpis) * 100,
                "points": (2 * total + weight) // (2 * weight) if weight else None,
            }
        )
    return found
