"""How many parts of each agent are drawn, in each period and stratum (DOMAIN 4, step 4, without Neyman allocation).

Targets grow with the days, so that monitors work evenly; a floor is kept by the month's end whichever weeks somebody
was away.

Everything is exact rational arithmetic and depends on the agent's own numbers alone, so that one agent more or less
changes nobody else's quota.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256

import msgspec

from qa_service.language import N_
from qa_service.sampling.errors import BadQuotaRule, QuotaAboveFrame
from qa_service.sampling.frames import Frame, Stratum, parts_by_stratum


class QuotaRule(msgspec.Struct, frozen=True, kw_only=True):
    """Parts per agent and pay month.

    The share of an agent's parts, rounded up, is kept between `minimum` and `maximum` (None: no limit); the result
    is never below the floor of the agent (`probation_floor` while on probation) and never above what exists.
    """

    floor: int
    probation_floor: int
    percent_hundredths: int = 0
    minimum: int = 0
    maximum: int | None = None


class AgentMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What the month has already brought an agent before the period at hand."""

    parts_before: int = 0
    parts_again: int = 0  # parts of earlier frames that stand in this one too, to make up a shortfall
    drawn_before: int = 0
    is_on_probation: bool = False


def check_rule(rule: QuotaRule) -> None:
    """Refuse a rule that contradicts itself."""
    problems = (
        (min(rule.floor, rule.probation_floor, rule.minimum) < 0, N_("数量不能小于0")),
        (not 0 <= rule.percent_hundredths <= 10_000, N_("比例必须在0%至100%之间")),
        (rule.probation_floor < rule.floor, N_("试用期的下限不能低于一般下限")),
        (rule.maximum is not None and rule.maximum < rule.minimum, N_("上限低于下限")),
        (rule.maximum is not None and rule.maximum < rule.probation_floor, N_("上限低于每人下限")),
    )
    for is_wrong, reason in problems:
        if is_wrong:
            raise BadQuotaRule(reason=reason)


def month_quota(rule: QuotaRule, parts: int, *, is_on_probation: bool = False) -> int:
    """Parts to draw from an agent in a whole pay month in which `parts` exist."""
    check_rule(rule)
    return min(parts, math.ceil(_target(rule, parts, is_on_probation, Fraction(1))))


def _target(rule: QuotaRule, parts: int, is_on_probation: bool, elapsed: Fraction) -> Fraction:
    """What is due, unrounded, when the share `elapsed` of the month has brought `parts` parts; it never falls."""
    share = max(Fraction(parts * rule.percent_hundredths, 10_000), rule.minimum * elapsed)
    if rule.maximum is not None:
        share = min(share, rule.maximum * elapsed)
    floor = rule.probation_floor if is_on_probation else rule.floor
    return max(floor * elapsed, share)


def phase(root_hex: str, agent: str) -> Fraction:
    """A number in [0, 1) that decides who is rounded up in which period.

    From the committed root, so nobody can tell during the week whether it will be one without an audit, and everybody
    can recompute it; different for each agent, so that monitors do not get all round-ups in one week.
    """
    digest = sha256(f"qa-phase/1|{root_hex}|{agent}".encode()).digest()
    return Fraction(int.from_bytes(digest[:8], "big"), 1 << 64)


def period_quota(rule: QuotaRule, month: AgentMonth, parts_now: int, *, elapsed: Fraction, phase: Fraction) -> int:
    """Parts to draw from one agent in one period with `parts_now` parts in its frame.

    What earlier periods could not give (no parts, absence) is made up later: by later parts as they come, and in the
    month's last period also by earlier parts that were not drawn (see `shortfall`). So over the month exactly
    `month_quota` comes out, in whichever periods the parts lie. `elapsed` is the share of the month's days up to the
    period's end: only where it is 1 is the amount rounded up, before that the phase decides.
    """
    check_rule(rule)
    parts = month.parts_before + parts_now - month.parts_again
    target = _target(rule, parts, month.is_on_probation, elapsed)
    due = math.ceil(target) if elapsed == 1 else math.floor(target + phase)
    return min(max(0, due - month.drawn_before), parts_now)


def shortfall(rule: QuotaRule, month: AgentMonth, parts_now: int) -> int:
    """What the month's last period cannot give from its own `parts_now` parts, although the month is over.

    Whoever was away in the last period would else stay below the floor with parts enough before. The undrawn parts of
    the earlier periods then stand in the last frame again; the chance over both frames is
    1 - (1 - first chance) x (1 - second chance) for all of them, see `queries.inclusions`.
    """
    due = month_quota(rule, month.parts_before + parts_now, is_on_probation=month.is_on_probation)
    return max(0, due - month.drawn_before - parts_now)


def spread_over_strata(quota: int, sizes: Mapping[Stratum, int]) -> dict[Stratum, int]:
    """Share `quota` over strata in proportion to their sizes by largest remainder.

    Ties go to the larger stratum, then to the first by name. No stratum gets more than it holds: each proportional
    share is at most the size, and is rounded up only where it is below it.
    """
    total = sum(sizes.values())
    if quota > total:
        raise QuotaAboveFrame(quota=quota, size=total)
    if not total:
        return dict.fromkeys(sizes, 0)
    given = {stratum: quota * size // total for stratum, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda s: (-(quota * sizes[s] % total), -sizes[s], s))
    for stratum in by_remainder[: quota - sum(given.values())]:
        given[stratum] += 1
    return dict(sorted(given.items()))


def plan_quotas(
    frame: Frame, rule: QuotaRule, months: Mapping[str, AgentMonth], *, elapsed: Fraction
) -> dict[Stratum, int]:
    """The quota of every stratum of the frame; agents without an entry in `months` have no month behind them."""
    sizes: dict[str, dict[Stratum, int]] = {}
    for stratum, ids in parts_by_stratum(frame).items():
        sizes.setdefault(stratum.agent, {})[stratum] = len(ids)
    quotas: dict[Stratum, int] = {}
    for agent, strata in sizes.items():
        month = months.get(agent, AgentMonth())
        parts_now = sum(strata.values())
        quota = period_quota(rule, month, parts_now, elapsed=elapsed, phase=phase(frame.root_hex, agent))
        quotas.update(spread_over_strata(quota, strata))
    return quotas
