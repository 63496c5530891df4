"""What the lists of totals show: columns, rows and the line of the month, whose rates come from its counts."""

from collections.abc import Sequence
from urllib.parse import urlencode

from qa_service.day_totals import rules, schemas
from qa_service.language import N_, gettext
from qa_service.web.cells import Cell, Date, Link, Nothing, Person, Text
from qa_service.web.figures import Count, Duration, Money, Share
from qa_service.web.tables import Column, Empty, Table, TableRow

AGENTS = "/day-totals/agents"
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
ROUNDED = N_("来源只给取整的比率，没有对应的通数，不能合计")
WAITING = N_("待认领")
NOBODY = N_("来源没有写明客服")


def _empty(may_import: bool) -> Empty:
    return Empty(
        what=gettext(N_("这里没有日汇总")), why=gettext(N_("日汇总从导入来；您只看得到自己范围内的")),
        next_label=gettext(N_("去看导入")) if may_import else "", next_href="/imports" if may_import else "",
    )  # fmt: skip


def _share(hundredths: int | None, reason: str = "") -> Cell:
    return Share(share=None if hundredths is None else hundredths / 10_000, reason=reason)


def _hours(seconds: int | None) -> Cell:
    """Time of work in hours: a day of it has eight, and 1天 would be read as one of those."""
    return Text(text="" if seconds is None else hours_text(seconds))


def hours_text(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".")


def _column(label: str, kind: str, hint: str = "", *, is_wide_only: bool = False) -> Column:
    return Column(label=gettext(label), kind=kind, hint=gettext(hint) if hint else "", is_wide_only=is_wide_only)


CALLS = (
    (N_("呼入接听"), "count"), (N_("呼入漏接"), "count"), (N_("漏接率"), "share"), (N_("呼出接通"), "count"),
    (N_("呼出未接通"), "count"), (N_("通话时长"), "duration"),
)  # fmt: skip


def _calls(one: schemas.CallSums) -> list[Cell]:
    return [
        Count(value=one.in_answered),
        Count(value=one.in_missed),
        _share(rules.share_hundredths(one.in_missed, one.in_answered + one.in_missed), gettext(N_("没有呼入"))),
        Count(value=one.out_answered),
        Count(value=one.out_missed),
        Duration(seconds=one.talk_seconds),
    ]


def summed(found: Sequence[schemas.CallSums]) -> schemas.CallSums:
    talked = [one.talk_seconds for one in found if one.talk_seconds is not None]
    return schemas.CallSums(
        in_answered=sum(one.in_answered for one in found), in_missed=sum(one.in_missed for one in found),
        out_answered=sum(one.out_answered for one in found), out_missed=sum(one.out_missed for one in found),
        talk_seconds=sum(talked) if talked else None,
    )  # fmt: skip


def agents(found: Sequence[schemas.AgentMonthOut], month: str, *, may_import: bool) -> Table:
    columns = [
        Column(label=gettext(N_("客服")), kind="link", more_label=gettext(N_("工号"))),
        *(_column(label, kind) for label, kind in CALLS),
        _column(N_("天数"), "count"),
    ]
    total = [Text(text=gettext(N_("合计"))), *_calls(summed(found)), Nothing()] if found else []
    return Table(
        caption=gettext(N_("各客服当月的电话，没有写明客服的在最前")), columns=columns, total=total,
        rows=[TableRow(cells=[_who(one, month), *_calls(one), Count(value=one.day_count)]) for one in found],
        empty=_empty(may_import),
    )  # fmt: skip


def _who(one: schemas.AgentMonthOut, month: str) -> Cell:
    if one.person is not None:
        asked = {"month": month, "person": str(one.person)}
        return Link(text=one.person_name or "", sub=one.employee_no or "", href=f"{AGENTS}/days?{urlencode(asked)}")
    asked = {"month": month, **({"label": one.agent_label} if one.agent_label else {})}
    text, sub = (one.agent_label, gettext(WAITING)) if one.agent_label else (gettext(NOBODY), "")
    return Link(text=text, sub=sub, href=f"{AGENTS}/days?{urlencode(asked)}")


def agent_days(found: Sequence[schemas.AgentDayOut], *, may_import: bool) -> Table:
    columns = [_column(N_("日期"), "date"), *(_column(label, kind) for label, kind in CALLS)]
    return Table(
        caption=gettext(N_("每天的电话")), columns=columns, empty=_empty(may_import),
        rows=[TableRow(cells=[Date(on=one.local_on), *_calls(one)]) for one in found],
        total=[Text(text=gettext(N_("合计"))), *_calls(summed(found))] if found else [],
    )  # fmt: skip


def units(found: Sequence[schemas.UnitDayOut], *, may_import: bool) -> Table:
    columns = [
        _column(N_("日期"), "date"),
        _column(N_("部门"), "text", is_wide_only=True),
        _column(N_("来电"), "count"),
        _column(N_("接听"), "count"),
        _column(N_("放弃"), "count"),
        _column(N_("接通率"), "share", N_("由通数算出；合计行是全月的接听除以来电，不是每天比率的平均")),
        _column(N_("服务水平（来源）"), "share", ROUNDED),
        _column(N_("平均应答"), "duration", N_("来源每天的平均；合计行按接听量加权")),
        _column(N_("平均通话"), "duration", N_("来源每天的平均；合计行按接听量加权")),
        _column(N_("平均等待"), "duration", is_wide_only=True),
    ]
    return Table(
        caption=gettext(N_("每天的来电")), columns=columns, rows=[TableRow(cells=_unit_day(one)) for one in found],
        total=_unit_month(found) if found else [], empty=_empty(may_import),
    )  # fmt: skip


def _unit_day(one: schemas.UnitDayOut) -> list[Cell]:
    return [
        Date(on=one.local_on),
        Text(text=one.unit_name or ""),
        Count(value=one.received_count),
        Count(value=one.answered_count),
        Count(value=one.abandoned_count),
        _share(one.answered_percent_hundredths),
        _share(one.given_in_time_percent_hundredths),
        Duration(seconds=one.given_answer_seconds),
        Duration(seconds=one.given_talk_seconds),
        Duration(seconds=one.given_wait_seconds),
    ]


def _unit_month(found: Sequence[schemas.UnitDayOut]) -> list[Cell]:
    received, answered = sum(one.received_count for one in found), sum(one.answered_count for one in found)
    reason = gettext(ROUNDED)
    return [
        Text(text=gettext(N_("合计"))),
        Nothing(),
        Count(value=received),
        Count(value=answered),
        Count(value=sum(one.abandoned_count for one in found)),
        _share(rules.share_hundredths(answered, received)),
        Nothing(reason=reason),
        Duration(seconds=rules.weighted_seconds([(one.given_answer_seconds, one.answered_count) for one in found])),
        Duration(seconds=rules.weighted_seconds([(one.given_talk_seconds, one.answered_count) for one in found])),
        Nothing(reason=gettext(N_("来源没有说明按哪些来电平均，不能合计"))),
    ]


def teams(found: Sequence[schemas.TeamDayOut], *, may_import: bool) -> Table:
    columns = [
        _column(N_("日期"), "date"),
        Column(label=gettext(N_("班组")), is_row_header=True),
        _column(N_("部门"), "text", is_wide_only=True),
        _column(N_("目标"), "share"),
        _column(N_("实际"), "share"),
        Column(label=gettext(N_("人数")), align="end"),
        Column(label=gettext(N_("加班小时")), align="end", is_wide_only=True),
        _column(N_("停工"), "duration", is_wide_only=True),
        _column(N_("奖金"), "money", N_("按来源的币种，不折算；只有看得到奖罚评分表的人看得到")),
        _column(N_("币种"), "text", is_wide_only=True),
    ]
    return Table(
        caption=gettext(N_("每个班组每天的目标和实际")), columns=columns, empty=_empty(may_import),
        rows=[TableRow(cells=_team_day(one)) for one in found],
    )  # fmt: skip


def _team_day(one: schemas.TeamDayOut) -> list[Cell]:
    return [
        Date(on=one.local_on),
        Text(text=one.team),
        Text(text=one.department or one.unit_name or ""),
        _share(one.target_percent_hundredths),
        _share(one.reached_percent_hundredths),
        Text(text="" if one.head_hundredths is None else f"{one.head_hundredths / 100:g}"),
        _hours(one.overtime_seconds),
        Duration(seconds=one.idle_seconds),
        Money(fen=one.bonus_fen, reason=gettext(N_("没有，或不对您显示"))),
        Text(text=one.currency),
    ]


def absences(found: Sequence[schemas.AbsenceOut], *, may_import: bool) -> Table:
    columns = [
        _column(N_("日期"), "date"),
        _column(N_("月份"), "text"),
        _column(N_("星期"), "text"),
        Column(label=gettext(N_("客服")), kind="person", is_row_header=True),
        Column(label=gettext(N_("缺勤小时")), align="end"),
        _column(N_("原因"), "text", N_("健康、孕产等原因只有人事和本人看得到，其他人看到的是法定限制")),
        _column(N_("日均工作量（来源）"), "count", is_wide_only=True),
        _column(N_("目标完成（来源）"), "share", is_wide_only=True),
    ]
    return Table(
        caption=gettext(N_("缺勤，有日期的在前")), columns=columns, empty=_empty(may_import),
        rows=[TableRow(cells=_absence(one)) for one in found],
    )  # fmt: skip


def _absence(one: schemas.AbsenceOut) -> list[Cell]:
    month = gettext(N_("%(month)s月"), month=one.month_number) if one.month_number else gettext(N_("月份不详"))
    return [
        Date(on=one.absent_on) if one.absent_on else Nothing(reason=gettext(N_("来源没有日期"))),
        Text(text=month),
        Text(text=gettext(WEEKDAYS[one.weekday - 1]) if one.weekday else ""),
        _absent(one),
        _hours(one.absent_seconds),
        Text(text=gettext(N_("法定限制")) if one.is_reason_hidden else one.reason or ""),
        Count(value=one.work_load),
        _share(one.target_percent_hundredths),
    ]


def _absent(one: schemas.AbsenceOut) -> Cell:
    if one.person is not None:
        return Person(name=one.person_name or "", number=one.employee_no or "")
    if one.agent_label:
        return Person(name=one.agent_label, note=gettext(WAITING))
    return Nothing(reason=gettext(N_("来源没有写明是谁")))
