"""What a pack holds, as structs: the shape of each value of its dated files.

Every struct is the data of one dated value (`rubrics.parameters`): description, unit, day and source stand beside it.
Shares of money are whole percents, amounts integer fen, marks points 0-100, times "HH:MM" local.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Whole = Annotated[int, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Fen = Annotated[int, msgspec.Meta(ge=0)]
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: a misspelt field is refused, never ignored."""


# pack.toml


class Department(Record, kw_only=True):
    """The pack itself; `clock` decides into which month a record falls."""

    name: Text
    name_en: Text
    timezone: Text
    region: Text
    month_clock: Literal["started", "ended"]


class PackUnit(Record, kw_only=True):
    name: Text
    name_en: Text
    kind: Literal["company", "branch", "department", "group"]
    parent: Key | None = None


class Position(Record, kw_only=True):
    """A post with its headcount; `role` is the log-in role, `scorecard` the KPI set of those who have one."""

    name: Text
    name_en: Text
    unit: Key
    role: Literal["agent", "monitor", "qa_lead", "supervisor", "manager", "hr", "auditor", "admin"]
    headcount: Count
    scorecard: Key | None = None


class InteractionKind(Record, kw_only=True):
    name: Text
    name_en: Text
    channel: Key
    unit: Key
    form: Key
    expected_minutes: Count


# kpis.toml


class Kpi(Record, kw_only=True):
    """One entry of the KPI dictionary. A score is either a band table or piecewise linear through four points.

    `bands` are [limit, points]: at most the limit when lower is better, at least it when higher is better; nothing
    reached gives `otherwise`. The curve gives 0 at `floor`, 60 at `threshold`, 100 at `target`, `stretch_points` at
    `stretch`, and stays there. Values are in the KPI's own unit.
    """

    name: Text
    name_en: Text
    better: Literal["lower", "higher"]
    formula: Text
    formula_en: Text
    fact: Text
    numerator: Key
    denominator: Key
    window: Text
    window_en: Text
    exclusions: Text
    exclusions_en: Text
    minimum_volume: Count
    bands: tuple[tuple[float, int], ...] = ()
    otherwise: Whole = 0
    floor: float | None = None
    threshold: float | None = None
    target: float | None = None
    stretch: float | None = None
    stretch_points: Annotated[int, msgspec.Meta(ge=100, le=200)] = 100


class Weighted(Record, kw_only=True):
    kpi: Key
    weight: Count


class Dimension(Record, kw_only=True):
    key: Key
    name: Text
    name_en: Text
    kpis: tuple[Weighted, ...]


class ScorecardPlan(Record, kw_only=True):
    """KPI weights (sum 100) in dimensions; re-weighted when at least `enough_percent` of the weight is present."""

    name: Text
    name_en: Text
    dimensions: tuple[Dimension, ...]
    enough_of: tuple[Count, Count]
    stretch_cap: Count


# sampling.toml


class Exclusion(Record, kw_only=True):
    key: Key
    name: Text
    name_en: Text
    rule: Text
    rule_en: Text


class SamplingPlan(Record, kw_only=True):
    """`named_value` is the public value that seeds the draw; it comes out at `value_known_at` of the first trading day
    after the commitment and is written with `value_decimals` digits after the point, so that one value has one
    spelling. A part is of the risk stream where its kind or category is among `risk_kinds`, a complaint was recorded
    for its order, or the customer gave at most `risk_satisfaction_percent` of the scale."""

    clock: Literal["started", "ended"]
    draw_period: Literal["day", "week"]
    per_agent_month: Count
    per_probationer_month: Count
    new_agent_days: Whole
    exclusions: tuple[Exclusion, ...]
    risk_kinds: tuple[Text, ...] = ("complaint", "投诉")
    risk_satisfaction_percent: Percent = 40
    minutes_per_part: Count
    due_working_days: Count
    own_team: Literal["never", "exempt"]
    cross_team_percent: Percent
    pair_cap_percent: Percent
    seed: Literal["public_value"]
    named_value: Text
    named_value_en: Text
    value_known_at: Clock = "15:00"
    value_decimals: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None


class AppealTimes(Record, kw_only=True):
    file_working_days: Count
    decide_working_days: Count


# rewards.toml


class Grade(Record, kw_only=True):
    """Grade → coefficient × base. The base of a person is what the wage record names; this is the published scale."""

    base_fen: Fen
    coefficients_percent: dict[str, Count]


class ShareRule(Record, kw_only=True):
    """Which share of one part of the variable base is earned by a result.

    `part_percent` is the part of the person's variable base that the rule governs. `bands` are [line in points,
    percent earned], best first; below all lines `otherwise`. `decision`: `interval_clears`: a band is lost only when
    the whole interval lies below its line, so whatever is undecided is paid in full; `point_minimum_n`: the point
    value decides from `minimum_n` on, below that everything is paid; `linear`: percent earned = points, at most 100.
    `group_based` must have been published in advance where the result is a group's.
    """

    name: Text
    name_en: Text
    subject: Literal["scorecard", "qa"]
    of: Literal["variable", "base"] = "variable"
    part_percent: Percent
    decision: Literal["interval_clears", "point_minimum_n", "linear"]
    level_percent: Annotated[int, msgspec.Meta(ge=50, le=99)] = 95
    minimum_n: Count = 1
    bands: tuple[tuple[Percent, Percent], ...] = ()
    otherwise: Percent = 0
    expected_undecided_percent: Percent
    group_based: bool = False
    sentence: Text
    sentence_en: Text


class ConductRule(Record, kw_only=True):
    """The part of the variable base from which recorded omissions are counted off, never more than the part."""

    name: Text
    name_en: Text
    part_percent: Percent


class BandReward(Record, kw_only=True):
    """A reward for a result: paid when it reaches the line by the decision rule."""

    name: Text
    name_en: Text
    subject: Literal["scorecard", "qa"]
    decision: Literal["interval_clears", "point_minimum_n"]
    level_percent: Annotated[int, msgspec.Meta(ge=50, le=99)] = 95
    minimum_n: Count = 1
    line: Percent
    amount_fen: Fen
    expected_undecided_percent: Percent
    sentence: Text
    sentence_en: Text


class EventRule(Record, kw_only=True):
    """What a recorded event does: a reward in fen, a percent off the conduct part, or a loss with its proof.

    A fixed sum taken per event would be a fine, so a negative event never carries an amount here.
    """

    name: Text
    name_en: Text
    kind: Literal["reward", "unearned", "loss_compensation"]
    amount_fen: Fen | None = None
    off_percent: Percent | None = None
    month_cap: Count | None = None
    sentence: Text
    sentence_en: Text


class DisputeRule(Record, kw_only=True):
    """What is paid while a line is disputed: `withhold` or `pay` for each sign; the rest is always paid."""

    negative: Literal["not_deducted", "deducted"]
    positive: Literal["paid", "withheld"]


class PaydayRule(Record, kw_only=True):
    """Payday of the month after, and two deadlines counted back from it, in days or working days."""

    day: Annotated[int, msgspec.Meta(ge=1, le=31)]
    months_after: Whole
    count: Literal["days", "working_days"]
    submit_before: Whole
    submit_until: Clock
    approve_before: Whole
    approve_until: Clock
    return_hours: Count
    late_event_days: Whole


class LossRule(Record, kw_only=True):
    """Loss compensation: the needed proofs and the house's own limit (the law's is lower or equal to 20 %)."""

    limit_percent: Percent
    needs: tuple[Literal["contract_clause", "own_cause", "evidence"], ...]
    sentence: Text
    sentence_en: Text


class Paper(Record, kw_only=True):
    """The papers behind the rule: without them the scheme drives no money (劳动合同法 4)."""

    approver: Text
    approver_en: Text
    approved_on: date
    consulted_on: date
    consultation: Text
    consultation_en: Text
    published_on: date
    publication: Text
    publication_en: Text


# flags.toml, shifts.toml, cleaning.toml, probation.toml, training.toml


class FlagPlan(Record, kw_only=True):
    """Alarms per month that the department wants to look at; what may be watched and from how many records on."""

    alarms_per_month: Count
    past_months: Count
    minimum_parts: Count
    kpis: tuple[Key, ...]
    monitor_signs: tuple[Key, ...]


class Shift(Record, kw_only=True):
    name: Text
    name_en: Text
    letter: Text
    starts: Clock
    ends: Clock
    paid_break_minutes: Whole
    unpaid_break_minutes: Whole
    units: tuple[Key, ...]


class CleaningArea(Record, kw_only=True):
    name: Text
    name_en: Text
    people_per_day: Count
    tasks: tuple[Text, ...]
    tasks_en: tuple[Text, ...]


class Phase(Record, kw_only=True):
    name: Text
    name_en: Text
    order: Count
    from_day: Count
    until_day: Count
    goals: tuple[Text, ...]
    goals_en: tuple[Text, ...]


class AssessmentItem(Record, kw_only=True):
    name: Text
    name_en: Text
    weight: Count
    evidence: Text
    evidence_en: Text
    condition: Text
    condition_en: Text


class AssessmentPlan(Record, kw_only=True):
    due_days_before_end: Count
    pass_points: Percent
    decided_by: Text
    decided_by_en: Text


class TrainingCourse(Record, kw_only=True):
    """A course; `items` are the keys of the form items whose failures it answers."""

    name: Text
    name_en: Text
    minutes: Count
    items: tuple[Key, ...]
    form: Literal["talk", "reading", "practice", "pairing"]
    content: Text
    content_en: Text
