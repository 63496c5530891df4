"""What may become a line of money: one small check per rule, in a plain list, each with its id and article.

Pure: no database, no web. A claim is what a scheme, an event or a person wants to put on the sheet; `check_claim`
refuses what the law or the rules forbid. Two limits look at all lines of a person's month together: `loss_limit_fen`
and `room_fen`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from qa_service.language import listed as in_a_row
from qa_service.rewards import errors
from qa_service.rewards.correcting import OF_KIND, Corrected, correction_fits
from qa_service.rewards.lines import Basis, Kind, Line, yuan
from rubrics.parameters import NotYetInForce, Parameters


class Wage(msgspec.Struct, frozen=True, kw_only=True):
    """The wage record of a person and month.

    `base_fen` contractual pay; `variable_base_fen` None where neither contract nor a lawful scheme names one (then
    `variable_source` is empty too); `normal_wage_fen` what counts towards the local minimum wage without the variable
    base (overtime pay, mid-shift, night and heat allowances and benefits left out), None: the base pay.
    """

    person_id: int
    base_fen: int
    region: str
    variable_base_fen: int | None = None
    variable_source: str = ""
    normal_wage_fen: int | None = None

    @property
    def has_variable(self) -> bool:
        return self.variable_base_fen is not None and self.variable_base_fen > 0 and bool(self.variable_source)

    @property
    def variable_fen(self) -> int:
        return self.variable_base_fen if self.has_variable else 0

    @property
    def counted_fen(self) -> int:
        """What counts towards the minimum wage before any line."""
        return (self.base_fen if self.normal_wage_fen is None else self.normal_wage_fen) + self.variable_fen


class LossProof(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind a loss compensation: the contract clause, the worker's own cause, documents, actual loss."""

    clause: str
    own_cause: str
    evidence: str
    loss_fen: int


class RuleState(msgspec.Struct, frozen=True, kw_only=True):
    """A rule version as far as money cares: its days and its papers."""

    version_id: int
    from_on: date
    until_on: date | None = None
    approver: str | None = None
    consulted_on: date | None = None
    published_on: date | None = None
    barred: bool = False


class WageLaw(msgspec.Struct, frozen=True, kw_only=True):
    """The law's numbers for a region and month. `minimum_checked_on` None: nobody has compared it with the notice."""

    region: str
    minimum_fen: int
    loss_limit_percent: int
    fine_source: str = ""
    minimum_source: str = ""
    minimum_source_en: str = ""
    minimum_checked_on: date | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A line that somebody or something asks for, before it is checked. `amount_fen` signed."""

    person_id: int
    kind: Kind
    rule_key: str
    on: date
    amount_fen: int
    of: str = "variable"
    base_fen: int | None = None
    loss: LossProof | None = None
    collective: bool = False
    group_based: bool = False
    corrects: Corrected | None = None
    basis: tuple[Basis, ...] = ()


def wage_law(parameters: Parameters, region: str, on: date) -> WageLaw:
    """The numbers of law/wages.toml for a region on a day; a region or day that is not listed is refused."""
    listed = parameters.under("minimum_wage")
    try:
        if region not in listed:
            raise errors.UnknownRegion(region=region, on=on.isoformat(), known=in_a_row(sorted(listed)))
        minimum = parameters.value_at(f"minimum_wage.{region}", on)
    except NotYetInForce:
        raise errors.UnknownRegion(region=region, on=on.isoformat(), known=in_a_row(sorted(listed))) from None
    fines = parameters.value_at("fines", on)
    return WageLaw(
        region=region,
        minimum_fen=minimum.data["amount_fen"],
        loss_limit_percent=parameters.at("loss_compensation_limit", on)["percent"],
        fine_source=fines.source if fines.data["allowed"] else "",
        minimum_source=minimum.source,
        minimum_source_en=minimum.source_en,
        minimum_checked_on=minimum.data.get("checked_on"),
    )


# The rule version


def check_rule(rule: RuleState, *, anybody_told: bool = False) -> None:
    """Refuse money from a version without approver, consultation, and publication or notice (劳动合同法 4)."""
    if rule.barred:
        raise errors.RuleBarred(version=rule.version_id)
    if not rule.approver:
        raise errors.RuleNotApproved(version=rule.version_id)
    if rule.consulted_on is None:
        raise errors.RuleNotConsulted(version=rule.version_id)
    if rule.published_on is None and not anybody_told:
        raise errors.RuleNotPublished(version=rule.version_id)


def check_in_force(rule: RuleState, on: date) -> None:
    """Refuse a version on a day outside its own: no retroaction, and none after its end (`until_on` included)."""
    if on < rule.from_on or (rule.until_on is not None and on > rule.until_on):
        raise errors.RuleNotInForce(from_on=rule.from_on.isoformat(), on=on.isoformat())


def was_told(told_on: date | None, *, on: date, period: bool) -> bool:
    """Was the person told in time? Before the day of an event, or by the first day of a period that is judged."""
    return told_on is not None and (told_on <= on if period else told_on < on)


# One small check per rule


def no_flag(claim: Claim, wage: Wage, law: WageLaw) -> None:
    if any(step.kind == "flag" for step in claim.basis):
        raise errors.FlagTouchesMoney()


def right_sign(claim: Claim, wage: Wage, law: WageLaw) -> None:
    wrong = claim.amount_fen < 0 if claim.kind is Kind.REWARD else claim.amount_fen > 0
    if wrong and claim.kind is not Kind.CORRECTION:
        raise errors.WrongSign(amount=yuan(claim.amount_fen))


def no_fine(claim: Claim, wage: Wage, law: WageLaw) -> None:
    if claim.kind is Kind.FINE and not law.fine_source:
        raise errors.FineRefused()


def no_collective_penalty(claim: Claim, wage: Wage, law: WageLaw) -> None:
    lawful = claim.kind is Kind.UNEARNED and claim.group_based
    if claim.collective and claim.amount_fen < 0 and not lawful:
        raise errors.CollectivePenalty()


def base_pay_is_safe(claim: Claim, wage: Wage, law: WageLaw) -> None:
    if claim.kind is Kind.UNEARNED and claim.of != "variable":
        raise errors.BasePayTouched()


def unearned_has_a_base(claim: Claim, wage: Wage, law: WageLaw) -> None:
    if claim.kind is Kind.UNEARNED and not wage.has_variable:
        raise errors.NoVariableBase()


def unearned_within_base(claim: Claim, wage: Wage, law: WageLaw) -> None:
    limit = min(wage.variable_fen, wage.variable_fen if claim.base_fen is None else claim.base_fen)
    if claim.kind is Kind.UNEARNED and -claim.amount_fen > limit:
        raise errors.UnearnedAboveBase(amount=yuan(-claim.amount_fen), base=yuan(limit))


def loss_is_proved(claim: Claim, wage: Wage, law: WageLaw) -> None:
    if claim.kind is Kind.LOSS:
        check_proof(claim.loss, -claim.amount_fen)


def check_proof(proof: LossProof | None, claimed_fen: int) -> None:
    """Clause, own cause, evidence, and no more than the actual loss (工资支付暂行规定 16)."""
    if proof is None or not proof.clause.strip():
        raise errors.LossWithoutClause()
    if not proof.own_cause.strip():
        raise errors.LossNotOwnCause()
    if not proof.evidence.strip() or proof.loss_fen <= 0:
        raise errors.LossWithoutEvidence()
    if claimed_fen > proof.loss_fen:
        raise errors.LossAboveEvidence(amount=yuan(claimed_fen), loss=yuan(proof.loss_fen))


def correction_keeps_the_kind(claim: Claim, wage: Wage, law: WageLaw) -> None:
    """What could not be a line of that kind cannot become one by a correction: together they keep its limits."""
    if claim.kind is Kind.CORRECTION and claim.corrects is not None:
        correction_fits(claim.amount_fen, claim.corrects)


Check = Callable[[Claim, Wage, WageLaw], None]
CHECKS: tuple[Check, ...] = (
    no_flag, no_fine, right_sign, no_collective_penalty, base_pay_is_safe, unearned_has_a_base, unearned_within_base,
    loss_is_proved, correction_keeps_the_kind,
)  # fmt: skip


def check_claim(claim: Claim, wage: Wage, law: WageLaw) -> None:
    """Run every check; the first that bites raises its refusal."""
    for check in CHECKS:
        check(claim, wage, law)


# Limits over all lines of a person's month


def kind_of(line: Line) -> Kind:
    """What a line is to the limits: a correction counts as the line that it corrects."""
    return Kind(line.facts.get(OF_KIND, line.kind))


def month_wage_fen(lines: Iterable[Line], wage: Wage) -> int:
    """The wage against which the 20 % are measured: base and earned variable pay.

    Rewards and overtime are left out, which can only lower the limit, in the worker's favour. Unearned pay counts
    whether or not it is held, for the same reason.
    """
    return wage.base_fen + wage.variable_fen + sum(line.amount_fen for line in lines if line.kind is Kind.UNEARNED)


def takes_loss(line: Line) -> bool:
    """Does it take for a loss this month, itself or as the correction of one?"""
    return line.payable_fen < 0 and kind_of(line) is Kind.LOSS


def loss_limit_fen(lines: Sequence[Line], wage: Wage, *, percent: int) -> int:
    """Most that loss compensation may take this month, rounded down to the fen."""
    return max(0, month_wage_fen(lines, wage) * percent // 100)


def room_fen(lines: Iterable[Line], wage: Wage, law: WageLaw) -> int:
    """How much negative lines may take until only the minimum wage is left; never below 0. Rewards count as pay."""
    rewards = sum(line.payable_fen for line in lines if line.payable_fen > 0)
    return max(0, wage.counted_fen + rewards - law.minimum_fen)


def check_month(lines: Sequence[Line], wage: Wage, law: WageLaw, *, loss_percent: int | None = None) -> None:
    """Refuse a person's lines that break a limit of the month; drafted lines are capped and always pass."""
    unearned = -sum(line.amount_fen for line in lines if line.kind is Kind.UNEARNED)
    if unearned > wage.variable_fen:
        raise errors.UnearnedAboveBase(amount=yuan(unearned), base=yuan(wage.variable_fen))
    percent = min(law.loss_limit_percent, law.loss_limit_percent if loss_percent is None else loss_percent)
    loss = -sum(line.payable_fen for line in lines if takes_loss(line))
    limit = loss_limit_fen(lines, wage, percent=percent)
    if loss > limit:
        raise errors.LossOverLimit(
            amount=yuan(loss), wage=yuan(month_wage_fen(lines, wage)), percent=percent, limit=yuan(limit)
        )
    taken = -_taken(lines, *Kind)
    if taken > room_fen(lines, wage, law):
        left = wage.counted_fen + sum(line.payable_fen for line in lines)
        raise errors.BelowMinimumWage(left=yuan(left), region=law.region, minimum=yuan(law.minimum_fen))


def _taken(lines: Iterable[Line], *kinds: Kind) -> int:
    """Sum of the payable negative lines of some kinds, ≤ 0."""
    return sum(line.payable_fen for line in lines if line.kind in kinds and line.payable_fen < 0)
