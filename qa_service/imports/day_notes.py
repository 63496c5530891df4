"""What totals of days and absences should be read with: counted over the rows of one file, each row once."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from qa_service.day_totals.records import AbsenceRecord, AgentDayRecord, TeamDayRecord, UnitDayRecord
from qa_service.day_totals.rules import (
    DIALLER_CALLS,
    Month,
    breaks,
    contradicts,
    is_far_below,
    is_without_aim,
    outliers,
)
from qa_service.language import N_

Add = Callable[..., None]
MONTHS_SHOWN, DAYS_SHOWN = 8, 5
TOTALS = (AgentDayRecord, UnitDayRecord, TeamDayRecord, AbsenceRecord)


class DayObserver:
    """Rows that a file repeats under the same key count once, as they come in once."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def see(self, records: Sequence[Any]) -> None:
        for one in records:
            if isinstance(one, TOTALS):
                self.found.setdefault(one.key, one)

    def tell(self, add: Add) -> None:
        rows = list(self.found.values())
        if rows:
            _TOLD[type(rows[0])](rows, add)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _tell(add: Add, sentence: str, count: int, **facts: object) -> None:
    if count:
        add(sentence, count=count, **facts)


def _agent_days(rows: list[AgentDayRecord], add: Add) -> None:
    nobody = [one for one in rows if one.agent_label is None]
    calls, lost = sum(one.call_count for one in rows), sum(one.call_count for one in nobody)
    missed = [one for one in rows if one.is_missed and one.direction == "in"]
    missed_calls = sum(one.call_count for one in missed)
    missed_of_nobody = sum(one.call_count for one in missed if one.agent_label is None)
    _tell(
        add,
        N_("没有写明客服的%(count)s行、%(lost)s通（占%(calls)s通的%(share)s），不归给任何人；漏接的呼入中占%(missed)s，"
           "各人的漏接率因此偏低"),
        len(nobody), lost=lost, calls=calls, share=_percent(lost, calls),
        missed=_percent(missed_of_nobody, missed_calls),
    )  # fmt: skip
    talked = sum(one.is_missed and (one.talk_seconds or 0) > 0 for one in rows)
    silent = sum(not one.is_missed and one.talk_seconds == 0 for one in rows)
    _tell(add, N_("写作漏接却有通话时长的%(count)s行，照原样保留"), talked)
    _tell(add, N_("写作接通却没有通话时长的%(count)s行，照原样保留"), silent)
    dialled = [one.call_count for one in rows if one.call_count >= DIALLER_CALLS]
    _tell(add, N_("一行就有%(least)s通以上的%(count)s行（最多%(most)s通），像是自动外呼，不像一个人一天的工作"),
          len(dialled), least=DIALLER_CALLS, most=max(dialled, default=0))  # fmt: skip
    longer = sum((one.talk_seconds or 0) > one.total_seconds for one in rows if one.total_seconds is not None)
    _tell(add, N_("通话长于总时长的%(count)s行"), longer)
    _tell(add, N_("没有写明是否内线的%(count)s行"), sum(one.is_internal is None for one in rows))


def _unit_days(rows: list[UnitDayRecord], add: Add) -> None:
    off = [
        one.local_on
        for one in rows
        if contradicts(one.given_answered_percent_hundredths, one.answered_count, one.received_count)
    ]
    _tell(add, N_("来源的接通率与通数对不上的%(count)s天：%(days)s；以通数为准"), len(off), days=_days(off))
    unequal = [one.local_on for one in rows if one.answered_count + one.abandoned_count != one.received_count]
    _tell(add, N_("接听加放弃不等于来电的%(count)s天：%(days)s"), len(unequal), days=_days(unequal))
    found = breaks(_months(rows))
    shown = [
        {"text": f"{one.first_on:%Y-%m}", "aside": f"{one.daily}/{one.usual}, {one.answered_percent}%"}
        for one in found[:MONTHS_SHOWN]
    ]
    _tell(
        add,
        N_("来电量或接通率突变的%(count)s个月（日均来电/此前12个月的中位数，接通率）：%(months)s；拿这些月份做预测或定线之前先查原因"),
        len(found), months=shown,
    )  # fmt: skip
    for unit in sorted({one.unit_label or "" for one in rows}):
        days = {one.local_on for one in rows if (one.unit_label or "") == unit}
        span = (max(days) - min(days)).days + 1
        gaps = [day for place in range(span) if (day := min(days) + timedelta(days=place)) not in days]
        _tell(add, N_("首尾之间缺%(count)s天：%(days)s"), len(gaps), days=_days(gaps))


def _months(rows: Sequence[UnitDayRecord]) -> list[Month]:
    days: Counter[date] = Counter()
    received: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for one in rows:
        first = one.local_on.replace(day=1)
        days[first] += 1
        received[first] += one.received_count
        answered[first] += one.answered_count
    return [Month(first, days[first], received[first], answered[first]) for first in sorted(days)]


def _days(found: Sequence[date]) -> dict[str, Any]:
    shown = [one.isoformat() for one in sorted(found)[:DAYS_SHOWN]]
    return {"as_is": shown + ["…"] * (len(found) > DAYS_SHOWN)}


def _team_days(rows: list[TeamDayRecord], add: Add) -> None:
    paid = [one for one in rows if one.bonus_fen and one.reached_percent_hundredths is not None]
    missed = [one for one in paid if one.reached_percent_hundredths < one.target_percent_hundredths]
    far = sum(is_far_below(one.reached_percent_hundredths, one.target_percent_hundredths) for one in missed)
    _tell(add, N_("没有达到目标却有奖金的%(count)s行，其中差10个百分点以上的%(far)s行"), len(missed), far=far)
    huge = outliers([one.bonus_fen or 0 for one in rows])
    _tell(add, N_("奖金超过平常（有奖金的行的中位数）10倍的%(count)s行：%(days)s"), len(huge),
          days=_days(list({rows[place].local_on for place in huge})))  # fmt: skip
    aimless = sum(is_without_aim(one.target_percent_hundredths) for one in rows)
    _tell(add, N_("目标低于10%%的%(count)s行，像是录错"), aimless)
    wrong = [one.local_on for one in rows if one.said_weekday not in (None, one.local_on.isoweekday())]
    _tell(add, N_("星期与日期对不上的%(count)s行：%(days)s"), len(wrong), days=_days(wrong))
    _tell(add, N_("人数有半个人的%(count)s行，照原样保留"),
          sum(bool(one.head_hundredths and one.head_hundredths % 100) for one in rows))  # fmt: skip


def _absences(rows: list[AbsenceRecord], add: Add) -> None:
    undated = [one for one in rows if one.absent_on is None]
    _tell(add, N_("没有日期、只有月份或星期的%(count)s条，不编造日期"), len(undated))
    _tell(add, N_("月份不详的%(count)s条"), sum(one.month_number is None for one in undated))
    _tell(add, N_("时长为0的%(count)s条，照原样保留"), sum(one.absent_seconds == 0 for one in rows))
    same = len(rows) - len({one.digest for one in rows})
    _tell(add, N_("与别的条内容完全相同的%(count)s条，按方案是几次真实的缺勤，都保留"), same)


_TOLD: dict[type, Callable[[list[Any], Add], None]] = {
    AgentDayRecord: _agent_days, UnitDayRecord: _unit_days, TeamDayRecord: _team_days, AbsenceRecord: _absences,
}  # fmt: skip
