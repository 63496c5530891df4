"""How probation ends: by passing, or by ending employment with proof and told reasons. 劳动合同法 21, 39; 指导案例 18.

Employment may be ended as "not meeting the hiring conditions" only against written conditions the person was told,
with evidence, and with reasons told before the last day. A rank never says "dismiss": somebody is always last.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from qa_service.language import N_
from qa_service.probation.errors import (
    DecisionUnknown,
    NoHiringConditions,
    NoReason,
    ProbationOver,
    RankIsNoReason,
    ReasonsNotTold,
    ReasonWithoutProof,
)
from qa_service.probation.rules import DatedValues, Probation

RANK_WORDS = re.compile(
    r"排名|名次|末位|末名|倒数|垫底|最后一?名|最差的?\d*名|淘汰|\brank(ed|ing|s)?\b|\bbottom\b|last place|\bleague\b",
    re.IGNORECASE,
)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why employment ends: the hiring condition not met, in words, and the evidence (ids of records, quotes)."""

    condition: str
    text: str
    evidence: tuple[str, ...] = ()


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """A decision on probation: `outcome` pass or end; `told_on` the day the person was told, with the reasons.

    `conditions`: the written hiring conditions; `conditions_told_on`: when the person received them.
    """

    outcome: str
    decided_on: date
    told_on: date | None = None
    conditions: tuple[str, ...] = ()
    conditions_told_on: date | None = None
    reasons: tuple[Reason, ...] = ()


def cites_rank(text: str) -> bool:
    """Whether a text argues with a rank: 排名, 末位, 倒数, 名次, bottom, ranked ..."""
    return RANK_WORDS.search(text) is not None


def check_decision(probation: Probation, decision: Ending, *, parameters: DatedValues) -> Ending:
    """The decision itself when it may stand. Passing needs nothing; ending needs, before the last day: written hiring
    conditions that were told, a reason against one of them with evidence, no rank as reason, and the reasons told.

    Raises DecisionUnknown, NoHiringConditions, NoReason, RankIsNoReason, ReasonWithoutProof, ReasonsNotTold or
    ProbationOver.
    """
    if decision.outcome == "pass":
        return decision
    if decision.outcome != "end":
        raise DecisionUnknown(outcome=decision.outcome, field="outcome")
    law = parameters.at("probation_end", probation.starts_on)
    if not decision.conditions or decision.conditions_told_on is None:
        raise NoHiringConditions(field="conditions", article=law["article"])
    _check_reasons(decision.reasons, decision.conditions, law=law)
    _check_told(probation, decision, law=law)
    return decision


def _check_reasons(reasons: Sequence[Reason], conditions: Sequence[str], *, law: dict[str, object]) -> None:
    """Every reason must stand by itself, so that no rank rides along with a lawful one."""
    if not reasons:
        raise NoReason(field="reasons", article=law["article"])
    for reason in reasons:
        if cites_rank(reason.condition) or (cites_rank(reason.text) and not reason.evidence):
            raise RankIsNoReason(reason=reason.text, field="reasons", article=law["article_rank"])
        if reason.condition not in conditions:
            raise ReasonWithoutProof(
                reason=reason.text, lack=N_("不对应任何一条书面录用条件"), field="reasons", article=law["article"]
            )
        if not any(each.strip() for each in reason.evidence):
            raise ReasonWithoutProof(reason=reason.text, lack=N_("没有证据"), field="reasons", article=law["article"])


def _check_told(probation: Probation, decision: Ending, *, law: dict[str, object]) -> None:
    if decision.told_on is None:
        raise ReasonsNotTold(field="told_on", article=law["article"])
    latest_on = probation.ends_on - timedelta(days=int(law["told_days_before"]))
    told_on = max(decision.told_on, decision.decided_on)
    if told_on > latest_on:
        raise ProbationOver(
            ends_on=probation.ends_on.isoformat(),
            latest_on=latest_on.isoformat(),
            told_on=told_on.isoformat(),
            field="told_on",
            article=law["article"],
        )
