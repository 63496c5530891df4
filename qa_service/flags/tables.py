"""异常提示: hypotheses with their expected false alarms; a person's disposition and the agent's answer."""

from piccolo.table import Table

from qa_service.database.columns import (
    flag,
    instant,
    optional_instant,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.people.tables import Person
from qa_service.rule_versions.tables import RuleVersion
from qa_service.scores.tables import ScoreRun


class FlagRun(Table):
    run = reference(ScoreRun)
    settings = reference(RuleVersion)
    random_seed = whole()
    people = whole()
    is_calibrated = flag()
    expected_false_alarms_hundredths = whole()
    note = text()  # JSON: state of the method, past months, KPIs watched, people not judged
    created_at = instant()


class Flag(Table):
    flag_run = reference(FlagRun)
    person = reference(Person)
    score_hundredths = whole()
    p_value_millionths = optional_whole()
    is_flagged = flag()
    reasons = text("[]")  # JSON list of structured reasons with contribution
    state = text("open")  # open, followed_up, dismissed
    disposition = optional_text()
    disposed_by = optional_whole()
    disposed_at = optional_instant()
    agent_answer = optional_text()
    answered_at = optional_instant()
    version = whole(1)
