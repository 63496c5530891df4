"""Lines from recorded events and from corrections of closed months."""

from datetime import date, timedelta
from fractions import Fraction

from qa_service.language import N_
from qa_service.rewards import errors
from qa_service.rewards.correcting import OF_KIND
from qa_service.rewards.facts import Addition, Correction, Event, PersonFacts
from qa_service.rewards.lines import Basis, Kind, Line, Note, yuan
from qa_service.rewards.making import line_from, named
from qa_service.rewards.rules import Claim, check_claim
from qa_service.rewards.schemes import SchemeVersion, earned_fen, parts, version_on
from rubrics.pack_records import EventRule

REWARD_TEXT = N_("%(name)s：奖励%(amount)s元")
OMISSION_TEXT = N_("%(name)s（%(on)s）：操作规范部分%(base)s元，本次少得%(amount)s元")
LOSS_TEXT = N_("%(name)s（%(on)s）：实际损失%(loss)s元，赔偿%(amount)s元")
ADDITION_TEXT = N_("%(reason)s：奖励%(amount)s元")
CORRECTION_TEXT = N_("更正%(month)s第%(line)s条明细：%(reason)s，%(amount)s元")
MONTH_CAP_NOTE = N_("本月已达%(cap)s次上限，超出的不再计奖")
OFF_NOTE = N_("操作规范部分已扣完，这一次不再减少")


def event_line(
    facts: PersonFacts, event: Event, *, month: date, versions: tuple[SchemeVersion, ...], seen: int, off_percent: int
) -> Line:
    if event.kind is Kind.FINE:
        check_claim(_event_claim(facts, event, amount_fen=-1), facts.wage, facts.law)
    if (event.on.year, event.on.month) != (month.year, month.month):
        raise errors.EventOutsideMonth(on=event.on.isoformat(), month=f"{month:%Y-%m}")
    version = version_on(versions, event.on)
    rule = version.scheme.events.get(event.rule_key)
    if rule is None or rule.kind != event.kind.value:
        raise errors.EventRuleUnknown(rule=event.rule_key, on=event.on.isoformat())
    check_late(event, late_days=version.scheme.payday.late_event_days)
    if event.kind is Kind.REWARD:
        return _reward_line(facts, event, rule, version=version, seen=seen)
    if event.kind is Kind.UNEARNED:
        return _omission_line(facts, event, rule, version=version, off_percent=off_percent)
    return _loss_line(facts, event, rule, version=version)


def check_late(event: Event, *, late_days: int) -> None:
    """An event entered more than `late_days` after its day needs a second approver: not its enterer, not the person."""
    if event.entered_on - event.on <= timedelta(days=late_days):
        return
    if event.second_approver is None:
        raise errors.LateEventNeedsSecond(
            on=event.on.isoformat(), entered_on=event.entered_on.isoformat(), days=late_days
        )
    if event.second_approver in (event.entered_by, event.person_id):
        raise errors.SecondApproverWrong()


def _event_claim(facts: PersonFacts, event: Event, *, amount_fen: int, base_fen: int | None = None) -> Claim:
    return Claim(
        person_id=facts.person_id, kind=event.kind, rule_key=f"event.{event.rule_key}", on=event.on,
        amount_fen=amount_fen, base_fen=base_fen, loss=event.loss, collective=event.collective,
        basis=(Basis("event", str(event.id)), *event.basis),
    )  # fmt: skip


def _reward_line(facts: PersonFacts, event: Event, rule: EventRule, *, version: SchemeVersion, seen: int) -> Line:
    full = rule.month_cap is not None and seen >= rule.month_cap
    amount = 0 if full else rule.amount_fen or 0
    notes = (Note(MONTH_CAP_NOTE, {"cap": rule.month_cap or 0}),) if full else ()
    return line_from(
        facts, _event_claim(facts, event, amount_fen=amount), version, text=REWARD_TEXT,
        shown=named(rule) | {"amount": yuan(amount)}, disputed=event.disputed, event_id=event.id, notes=notes,
    )  # fmt: skip


def _omission_line(
    facts: PersonFacts, event: Event, rule: EventRule, *, version: SchemeVersion, off_percent: int
) -> Line:
    """What this omission leaves unearned of the conduct part, after `off_percent` of it went to earlier ones."""
    base = parts(version.scheme, facts.wage.variable_fen)["conduct"]
    upto = min(100, off_percent + (rule.off_percent or 0))
    before, after = (earned_fen(base, Fraction(100 - percent)) for percent in (off_percent, upto))
    notes = (Note(OFF_NOTE),) if off_percent == 100 else ()
    return line_from(
        facts, _event_claim(facts, event, amount_fen=after - before, base_fen=base), version, text=OMISSION_TEXT,
        shown=named(rule) | {"on": event.on.isoformat(), "base": yuan(base), "amount": yuan(before - after)},
        disputed=event.disputed, event_id=event.id, earned_fen=after, notes=notes,
    )  # fmt: skip


def _loss_line(facts: PersonFacts, event: Event, rule: EventRule, *, version: SchemeVersion) -> Line:
    loss = event.loss.loss_fen if event.loss else 0
    return line_from(
        facts, _event_claim(facts, event, amount_fen=-loss), version, text=LOSS_TEXT,
        shown=named(rule) | {"on": event.on.isoformat(), "loss": yuan(loss), "amount": yuan(loss)},
        disputed=event.disputed, event_id=event.id,
    )  # fmt: skip


def correction_line(facts: PersonFacts, correction: Correction, version: SchemeVersion) -> Line:
    """A correction is not held: its rule was answered for in the month that it corrects."""
    claim = Claim(
        person_id=facts.person_id, kind=Kind.CORRECTION, rule_key="correction", on=correction.on,
        amount_fen=correction.amount_fen, corrects=correction.corrects,
        basis=(Basis("line", str(correction.line_id)), Basis("edit", str(correction.id)), *correction.basis),
    )  # fmt: skip
    shown = {"month": correction.of_month, "line": correction.of_line, "reason": correction.reason,
             "amount": yuan(correction.amount_fen), OF_KIND: correction.corrects.kind.value}  # fmt: skip
    return line_from(
        facts, claim, version, text=CORRECTION_TEXT, shown=shown, disputed=correction.disputed, always_told=True
    )  # fmt: skip


def addition_line(facts: PersonFacts, addition: Addition, version: SchemeVersion) -> Line:
    """A reward outside the scheme: a person's decision with its reason."""
    claim = Claim(
        person_id=facts.person_id, kind=Kind.REWARD, rule_key="addition", on=addition.on,
        amount_fen=addition.amount_fen, basis=(Basis("edit", str(addition.id)),),
    )  # fmt: skip
    shown = {"reason": addition.reason, "amount": yuan(addition.amount_fen)}
    return line_from(facts, claim, version, text=ADDITION_TEXT, shown=shown, disputed=False, always_told=True)
