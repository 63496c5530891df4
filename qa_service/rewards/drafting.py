"""Drafting the 奖罚评分表: closed results and recorded events become lines, checked, capped, in one stable order.

Pure: facts in, a sheet out; the same facts in any order give the same bytes. What an event may not do is listed with
its reason instead of stopping everybody's sheet; what is wrong with the rule version itself stops it all.
"""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from qa_service.language import N_
from qa_service.rewards import errors, limits
from qa_service.rewards.event_lines import addition_line, correction_line, event_line
from qa_service.rewards.facts import Correction, Event, PersonFacts, Strike
from qa_service.rewards.lines import (
    Kind,
    Line,
    Note,
    PersonSheet,
    Refused,
    SheetDraft,
    check_sum,
    line_order,
    pending,
    total,
    yuan,
)  # fmt: skip
from qa_service.rewards.making import line_from, named
from qa_service.rewards.rules import Claim, check_rule
from qa_service.rewards.schemes import (
    FULL,
    Result,
    SchemeVersion,
    decide_share,
    earned_fen,
    parts,
    points,
    reward_reached,
    version_on,
)  # fmt: skip

__all__ = ["Correction", "Event", "PersonFacts", "cap", "draft_person", "draft_sheet"]
BAND_TEXT = N_("%(name)s：得分%(mark)s分，达到%(line)s分，奖励%(amount)s元")
UNEARNED_TEXT = N_("%(name)s：基数%(base)s元，实得%(earned)s元，未得%(amount)s元")


class _Desk(msgspec.Struct):
    """What is being drafted for one person: lines so far and events refused."""

    facts: PersonFacts
    lines: list[Line]
    refused: list[Refused]


def draft_sheet(
    month: date, people: Sequence[PersonFacts], *, versions: tuple[SchemeVersion, ...], kind: str = "monthly"
) -> SheetDraft:
    """Lines of a month for all people, in order of person id, totals to the fen.

    `month` is the first day. `versions` are the scheme versions of the month; what judges the month as a whole goes by
    the version in force on each person's first day in it, an event by the version of its own day. Raises the refusals
    of a rule version without its papers, and of a month that no version covers.
    """
    told = {version for facts in people for version in facts.told}
    for version in versions:
        check_rule(version.rule, anybody_told=version.rule.version_id in told)
    sheets = tuple(
        draft_person(month, facts, versions=versions) for facts in sorted(people, key=lambda facts: facts.person_id)
    )
    sheet = SheetDraft(
        month=f"{month:%Y-%m}",
        kind=kind,
        rule_version_ids=tuple(sorted({version.rule.version_id for version in versions})),
        people=sheets,
        total_fen=sum(person.total_fen for person in sheets),
        pending_fen=sum(person.pending_fen for person in sheets),
    )
    check_sum(sheet)
    return sheet


def draft_person(month: date, facts: PersonFacts, *, versions: tuple[SchemeVersion, ...]) -> PersonSheet:
    """One person's lines: shares and band rewards of the month, events, corrections, then the caps."""
    desk = _Desk(facts=facts, lines=[], refused=[])
    version = version_on(versions, facts.period_from)
    _draft_shares(desk, version)
    _draft_band_rewards(desk, version)
    _draft_events(desk, month, versions)
    for addition in facts.additions:
        _try(desk, None, "addition", lambda each=addition: addition_line(facts, each, version))
    for correction in facts.corrections:
        _try(desk, None, "correction", lambda each=correction: correction_line(facts, each, version))
    for strike in facts.strikes:
        _strike(desk, strike)
    lines, notes = cap(sorted(desk.lines, key=line_order), facts, versions=versions)
    return PersonSheet(
        person_id=facts.person_id,
        lines=tuple(lines),
        total_fen=total(lines),
        pending_fen=pending(lines),
        refused=tuple(sorted(desk.refused, key=lambda each: (each.rule_key, each.event_id or 0, each.code))),
        notes=notes,
    )


def cap(
    lines: Sequence[Line], facts: PersonFacts, *, versions: tuple[SchemeVersion, ...]
) -> tuple[list[Line], tuple[Note, ...]]:
    """A person's lines after both limits of the month, with notes for the person when a limit was reached."""
    scheme = version_on(versions, facts.period_from).scheme
    return limits.cap(lines, facts.wage, facts.law, loss_percent=scheme.loss.limit_percent, leaver=facts.leaver)


def _strike(desk: _Desk, strike: Strike) -> None:
    """Leave a line out, and say by whose reason; a strike of what is no longer drafted changes nothing."""
    kept = [line for line in desk.lines if not _is_struck(line, strike)]
    if len(kept) < len(desk.lines):
        desk.lines = kept
        left_out = errors.LeftOut(reason=strike.reason)
        desk.refused.append(
            Refused(strike.event_id, strike.rule_key, left_out.code, Note(left_out.sentence, {"reason": strike.reason}))
        )


def _is_struck(line: Line, strike: Strike) -> bool:
    key = (line.rule_key, line.on, line.event_id)
    return key == (strike.rule_key, strike.on.isoformat(), strike.event_id)


def _try(desk: _Desk, event_id: int | None, rule_key: str, make: Callable[[], Line]) -> None:
    """Add the line that `make` gives, or list why there is none."""
    try:
        desk.lines.append(make())
    except errors.MoneyRefused as refusal:
        facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts.items()}
        desk.refused.append(Refused(event_id, rule_key, refusal.code, Note(refusal.sentence, facts)))


# Results of the month


def _draft_shares(desk: _Desk, version: SchemeVersion) -> None:
    """One unearned line for each share rule with a result; without a variable base only a lost share is listed."""
    facts = desk.facts
    by_part = parts(version.scheme, facts.wage.variable_fen)
    for key, rule in version.scheme.shares.items():
        result = facts.results.get(rule.subject, Result(mark_hundredths=None))
        decision = decide_share(rule, result)
        if not facts.wage.has_variable and decision.percent == FULL:
            continue
        base = by_part[key]
        earned = earned_fen(base, decision.percent)
        claim = Claim(
            person_id=facts.person_id, kind=Kind.UNEARNED, rule_key=f"share.{key}", on=facts.period_from,
            amount_fen=earned - base, of=rule.of, base_fen=base, group_based=rule.group_based, basis=result.basis,
        )  # fmt: skip
        shown = named(rule) | {"base": yuan(base), "earned": yuan(earned), "amount": yuan(base - earned)}
        _try(
            desk, None, claim.rule_key,
            lambda claim=claim, shown=shown, result=result, earned=earned, note=decision.note: line_from(
                facts, claim, version, text=UNEARNED_TEXT, shown=shown, disputed=result.disputed, period=True,
                earned_fen=earned, notes=(note,),
            ),
        )  # fmt: skip


def _draft_band_rewards(desk: _Desk, version: SchemeVersion) -> None:
    for key, rule in version.scheme.band_rewards.items():
        result = desk.facts.results.get(rule.subject)
        if result is None or not reward_reached(rule, result):
            continue
        claim = Claim(
            person_id=desk.facts.person_id, kind=Kind.REWARD, rule_key=f"band_reward.{key}",
            on=desk.facts.period_from, amount_fen=rule.amount_fen, basis=result.basis,
        )  # fmt: skip
        mark = points(result.mark_hundredths or 0)
        shown = named(rule) | {"mark": mark, "line": rule.line, "amount": yuan(rule.amount_fen)}
        _try(
            desk, None, claim.rule_key,
            lambda claim=claim, shown=shown, result=result: line_from(
                desk.facts, claim, version, text=BAND_TEXT, shown=shown, disputed=result.disputed, period=True
            ),
        )  # fmt: skip


# Recorded events


def _draft_events(desk: _Desk, month: date, versions: tuple[SchemeVersion, ...]) -> None:
    """Each event by the version of its own day, in order of day and id; caps per month count accepted events."""
    counts: dict[str, int] = {}
    off_percent = 0
    for event in sorted(desk.facts.events, key=lambda event: (event.on, event.id)):
        before = len(desk.lines)
        seen = counts.get(event.rule_key, 0)
        _try(
            desk, event.id, event.rule_key,
            lambda event=event, seen=seen, off=off_percent: event_line(
                desk.facts, event, month=month, versions=versions, seen=seen, off_percent=off
            ),
        )  # fmt: skip
        if len(desk.lines) > before:
            counts[event.rule_key] = seen + 1
            rule = version_on(versions, event.on).scheme.events[event.rule_key]
            off_percent = min(100, off_percent + (rule.off_percent or 0))
