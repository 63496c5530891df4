"""Training needs from failed items: how often an item failed, out of how many evaluated, with an interval.

Below a minimum n a need is not claimed: its state is `insufficient` (证据不足). Needs come in order of the points lost.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import msgspec

from training.errors import InputError
from training.intervals import wilson

NEED, WATCH, CLEAR, INSUFFICIENT = "need", "watch", "clear", "insufficient"
STATES = {
    NEED: ("需要培训", "Training needed"),
    WATCH: ("继续观察", "Keep watching"),
    CLEAR: ("没有问题", "Nothing found"),
    INSUFFICIENT: ("证据不足", "Not enough evidence"),
}


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """One item of one evaluation: form version, item key, agent, group, failed or not, points lost (hundredths).

    `failed` None: not applicable, so it was not evaluated and counts nowhere.
    """

    form_version: str
    item: str
    agent: str
    group: str | None
    failed: bool | None
    lost_hundredths: int = 0


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """An item and a subject (agent or group): failed k of n, the share's interval, points lost in all (hundredths)."""

    form_version: str
    item: str
    subject: str
    failed: int
    n: int
    low: float
    high: float
    lost_hundredths: int
    state: str

    @property
    def share(self) -> Fraction:
        return Fraction(self.failed, self.n)


def needs(
    results: Iterable[ItemResult],
    *,
    by: str = "agent",
    minimum_n: int = 5,
    tolerated_share: float = 0.0,
    level: float = 0.95,
) -> list[Need]:
    """Needs per item and agent (or group), those with enough evidence and most lost points first.

    A need is claimed when the whole interval lies above `tolerated_share`; with some failures but an interval that
    reaches down to it the state is `watch`. Items never evaluated do not appear. Results without a group are left out
    of a grouping by group.

    Raises InputError for an unknown `by`, a minimum below 1, or negative lost points.
    """
    if by not in ("agent", "group") or minimum_n < 1:
        raise InputError(
            "grouping-unknown",
            "needs",
            zh="按 agent 或 group 汇总，最少评分次数至少为1",
            en="group by agent or group, with a minimum of at least 1",
            facts={"by": by, "minimum_n": minimum_n},
        )
    tallies: dict[tuple[str, str, str], list[int]] = {}
    for result in results:
        subject = result.agent if by == "agent" else result.group
        if result.failed is None or subject is None:
            continue
        _check(result)
        tally = tallies.setdefault((result.form_version, result.item, subject), [0, 0, 0])
        tally[0] += result.failed
        tally[1] += 1
        tally[2] += result.lost_hundredths
    found = [
        _need(key, *tally, minimum_n=minimum_n, tolerated_share=tolerated_share, level=level)
        for key, tally in tallies.items()
    ]
    return sorted(found, key=_priority)


def _check(result: ItemResult) -> None:
    if result.lost_hundredths < 0:
        raise InputError(
            "lost-negative",
            f"{result.form_version}/{result.item}",
            zh=f"题目{result.item}的失分不能为负",
            en=f"item {result.item} cannot lose a negative number of points",
            facts={"lost_hundredths": result.lost_hundredths},
        )


def _need(
    key: tuple[str, str, str],
    failed: int,
    n: int,
    lost: int,
    *,
    minimum_n: int,
    tolerated_share: float,
    level: float,
) -> Need:
    low, high = wilson(failed, n, level=level)
    if n < minimum_n:
        state = INSUFFICIENT
    elif failed == 0:
        state = CLEAR
    else:
        state = NEED if low > tolerated_share else WATCH
    form_version, item, subject = key
    return Need(
        form_version=form_version,
        item=item,
        subject=subject,
        failed=failed,
        n=n,
        low=low,
        high=high,
        lost_hundredths=lost,
        state=state,
    )


def _priority(need: Need) -> tuple:
    """Claimed needs first, then lost points, then the surer share; names last, so that the order never wavers."""
    rank = (NEED, WATCH, INSUFFICIENT, CLEAR).index(need.state)
    return rank, -need.lost_hundredths, -need.low, need.form_version, need.item, need.subject


def compared(before: Iterable[Need], after: Iterable[Need]) -> Mapping[tuple[str, str], str]:
    """Per (item, subject) what became of a claimed need: better, worse, unclear or insufficient.

    Better or worse only when the two intervals do not touch: a fallen share of few audits proves nothing.
    """
    later = {(need.item, need.subject): need for need in after}
    claimed = [need for need in before if need.state == NEED]
    return {(need.item, need.subject): _change(need, later.get((need.item, need.subject))) for need in claimed}


def _change(before: Need, after: Need | None) -> str:
    if after is None or after.state == INSUFFICIENT:
        return INSUFFICIENT
    if after.high < before.low:
        return "better"
    return "worse" if after.low > before.high else "unclear"
