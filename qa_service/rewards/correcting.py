"""What a correction of a closed line may be: never what could not have been a line of that kind. Pure."""

import msgspec

from qa_service.rewards import errors
from qa_service.rewards.lines import Kind, yuan

OF_KIND = "of_kind"  # among the facts of a correction: the kind of the line that it corrects


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """The line that a correction corrects, with all that its limits need. Amounts signed, as on a sheet.

    `settled_fen`: the line's payable and its other corrections; `month_fen`: the same of all lines of its kind of the
    person's month. `base_fen` of an unearned line; `variable_fen` the variable base of that month; `loss_fen` the
    proved loss; `loss_limit_fen` what losses may take of that month's wage.
    """

    kind: Kind
    settled_fen: int
    month_fen: int
    base_fen: int | None = None
    variable_fen: int = 0
    loss_fen: int = 0
    loss_limit_fen: int = 0


def correction_fits(amount_fen: int, corrected: Corrected) -> None:
    """A reward is at most taken back, a deduction at most given back; more of a deduction stays within its limits."""
    after, month = corrected.settled_fen + amount_fen, corrected.month_fen + amount_fen
    facts = {"amount": yuan(amount_fen), "settled": yuan(abs(corrected.settled_fen))}
    if corrected.kind is Kind.REWARD:
        if amount_fen < 0 and after < 0:
            raise errors.CorrectionTakesMore(**facts)
        return
    if amount_fen > 0:
        if after > 0:
            raise errors.CorrectionGivesMore(**facts)
        return
    if corrected.kind is Kind.UNEARNED:
        _within_base_together(corrected, after_fen=after, month_fen=month)
    elif corrected.kind is Kind.LOSS:
        _within_loss_together(corrected, after_fen=after, month_fen=month)
    else:
        raise errors.FineRefused()


def _within_base_together(corrected: Corrected, *, after_fen: int, month_fen: int) -> None:
    if corrected.variable_fen <= 0:
        raise errors.NoVariableBase()
    base = corrected.variable_fen if corrected.base_fen is None else corrected.base_fen
    for taken, limit in ((-after_fen, base), (-month_fen, corrected.variable_fen)):
        if taken > limit:
            raise errors.CorrectionAboveBase(amount=yuan(taken), base=yuan(limit))


def _within_loss_together(corrected: Corrected, *, after_fen: int, month_fen: int) -> None:
    if -after_fen > corrected.loss_fen:
        raise errors.LossAboveEvidence(amount=yuan(-after_fen), loss=yuan(corrected.loss_fen))
    if -month_fen > corrected.loss_limit_fen:
        raise errors.CorrectionAboveLossLimit(amount=yuan(-month_fen), limit=yuan(corrected.loss_limit_fen))
