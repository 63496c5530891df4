"""A month computed: KPI values with n, scorecards, two QA estimates, monitors' severity. Never edited afterwards."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    instant,
    optional_instant,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.people.tables import Person, Unit
from qa_service.rule_versions.tables import RuleVersion


class ScoreRun(Table):
    """One computation of one unit's month. Queries read the newest published run; a closed month keeps its own."""

    unit = reference(Unit)
    pay_month = day()
    # published, closed: for pay. superseded: a wider unit's run took its place. preliminary: of a month not over yet.
    state = text("computing")  # computing, published, closed, superseded, preliminary, swept
    parameters = reference(RuleVersion)
    inputs_digest = text()
    results_digest = text()
    journal_head = text()
    random_seed = whole()
    created_at = instant()
    published_at = optional_instant()
    account = optional_whole()


class KpiResult(Table):
    """value_hundredths is in the KPI's own unit × 100; n is what stands behind it; left_out what had no usable time."""

    run = reference(ScoreRun)
    person = reference(Person)
    kpi = text()
    state = text("ok")  # ok, thin, none
    numerator = optional_whole()
    denominator = optional_whole()
    value_hundredths = optional_whole()
    lower_hundredths = optional_whole()
    upper_hundredths = optional_whole()
    n = whole()
    left_out = whole()
    points_hundredths = optional_whole()
    weight_hundredths = whole()


class Scorecard(Table):
    run = reference(ScoreRun)
    person = reference(Person)
    state = text("scored")  # scored, not_scored, gated
    total_hundredths = optional_whole()
    lower_hundredths = optional_whole()
    upper_hundredths = optional_whole()
    weight_present_hundredths = whole()
    explanation = text("{}")
    closed_at = optional_instant()  # an approved sheet rests on it: the person's month score stays this one


class QaEstimate(Table):
    """Two estimates with two uses, never shown without their use."""

    run = reference(ScoreRun)
    person = reference(Person)
    n = whole()
    monitors = whole()
    raw_mean_hundredths = optional_whole()
    shrunk_hundredths = optional_whole()  # 水平估计（辅导用）
    shrunk_lower_hundredths = optional_whole()
    shrunk_upper_hundredths = optional_whole()
    corrected_hundredths = optional_whole()  # 本月得分（奖罚用）
    corrected_lower_hundredths = optional_whole()
    corrected_upper_hundredths = optional_whole()
    state = text("ok")  # ok, thin, none, uncorrected, disconnected


class MonitorSeverity(Table):
    run = reference(ScoreRun)
    monitor = reference(Person)
    n = whole()
    severity_hundredths = optional_whole()
    lower_hundredths = optional_whole()
    upper_hundredths = optional_whole()
    state = text("ok")
    note = optional_text()
