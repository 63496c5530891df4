"""奖惩记录, wage records, and the monthly 奖罚评分表 with every line's chain."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.interactions.tables import ImportBatch
from qa_service.people.tables import Person, Unit
from qa_service.rule_versions.tables import RuleVersion
from qa_service.scores.tables import ScoreRun


class WageRecord(Table):
    """What a person's contract says for one month: base, variable base, region, contract kind."""

    person = reference(Person)
    pay_month = day()
    base_fen = whole()
    variable_base_fen = optional_whole()
    normal_wage_fen = optional_whole()  # counts towards the local minimum wage
    region = text()
    contract_kind = text()
    variable_source = optional_text()  # the contract clause or scheme that names the variable base
    batch = optional_reference(ImportBatch)
    created_at = instant()
    version = whole(1)


class RewardEvent(Table):
    """奖惩记录: entered on the day it happens, shown to the agent the same day, appealable at once."""

    person = reference(Person)
    unit = optional_reference(Unit)
    happened_on = day()
    kind = text("reward")  # reward, unearned, loss_compensation
    rule = reference(RuleVersion)
    rule_code = text()
    amount_fen = optional_whole()
    points = optional_whole()
    body = text()
    evidence = text("[]")  # JSON list: kind, reference, quote
    loss_fen = optional_whole()
    contract_clause = optional_text()
    own_cause = optional_text()
    entered_by = whole()  # account
    entered_at = instant()
    is_late = flag()
    second_approver = optional_whole()
    second_approved_at = optional_instant()
    shown_at = optional_instant()
    appeal = optional_text()
    appealed_at = optional_instant()
    appeal_verdict = optional_text()
    state = text("entered")  # entered, waiting_second, appealed, upheld, dropped
    version = whole(1)


class Sheet(Table):
    unit = reference(Unit)
    pay_month = day()
    kind = text("monthly")  # monthly, leaver
    state = text("draft")  # draft, submitted, approved, locked, paid, returned
    run = optional_reference(ScoreRun)
    scheme = reference(RuleVersion)
    author = whole()  # account
    payday_on = day()
    submit_by_on = day()
    submit_by_at = instant()
    approve_by_on = day()
    approve_by_at = instant()
    total_fen = whole()
    pending_fen = whole()
    withdraw_asked_by = optional_whole()  # account: withdrawing after approval takes two
    digest = optional_text()
    journal_head = optional_text()
    created_at = instant()
    version = whole(1)


class SheetPerson(Table):
    """One person's totals as they were written, and what made no line for them, with the reason."""

    sheet = reference(Sheet)
    person = reference(Person)
    total_fen = whole()
    pending_fen = whole()
    refused = text("[]")  # JSON of lines.Refused
    notes = text("[]")  # JSON of lines.Note


class SheetLine(Table):
    """amount_fen: worth by its rule, after a cap; payable_fen: what of it is paid this month; claimed_fen: before."""

    sheet = reference(Sheet)
    person = reference(Person)
    position = whole()
    kind = text("reward")  # reward, unearned, loss_compensation, fine, correction
    state = text("normal")  # normal, held, disputed
    on_day = day()
    amount_fen = whole()
    payable_fen = whole()
    claimed_fen = whole()
    base_fen = optional_whole()
    earned_fen = optional_whole()
    rule = reference(RuleVersion)
    rule_code = text()
    sentence = text()
    facts = text("{}")
    chain = text("[]")  # JSON list of [kind, id]: rule version, scorecard, KPI, evaluation, event
    notes = text("[]")  # JSON of lines.Note
    event = optional_reference(RewardEvent)


class SheetEdit(Table):
    """What a person added to a draft or struck from it, with the reason; drafting again applies it again."""

    sheet = reference(Sheet)
    person = reference(Person)
    kind = text("reward")  # reward, correction, strike
    on_day = day()
    rule_code = text()  # of the struck line
    event = optional_reference(RewardEvent)  # of the struck line
    amount_fen = whole()
    of_line = optional_reference(SheetLine)  # of a closed month, which a correction corrects
    reason = text()
    account = whole()
    at = instant()
    undone_at = optional_instant()
    undone_by = optional_whole()


class SheetStep(Table):
    """Who did what to a sheet, and when: draft, edit, submit, return, approve, lock, pay, ask_withdraw, withdraw.

    account 0 is the service itself.
    """

    sheet = reference(Sheet)
    step = text()
    account = whole()
    at = instant()
    note = optional_text()
    total_fen = whole()
    digest = optional_text()
    is_late = flag()  # after its deadline
