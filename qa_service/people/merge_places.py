"""Every column of the house that names a person, and what becomes of it when two entries of one person become one.

A person's number stands in the tables of all rooms; the people room alone may put another in its place, here, and a
test compares this list with the tables. What was computed, drawn or signed stays under the name that it was made with.
"""

import msgspec

from qa_service.language import N_


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A column that moves. `month` is the column whose day says which pay month the row belongs to: rows of signed
    months stay. `unique` are the columns that with this one are unique; a twin stays, or (`twins_refuse`) stops all."""

    table: str
    column: str
    label: str
    month: str = ""
    unique: tuple[str, ...] = ()
    twins_refuse: bool = False
    counts: bool = True  # a row that comes later stands in the way of undoing

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def _place(name: str, label: str, **more: object) -> Place:
    table, _dot, column = name.partition(".")
    return Place(table=table, column=column, label=label, **more)


PARTS, MARKS, EVENTS = N_("客服段"), N_("质检评分"), N_("奖惩记录")
POSTS, LINES, ROSTERS, TRAINING = N_("岗位"), N_("汇报关系"), N_("排班和工时"), N_("培训")
MOVES = (
    _place("agent_part.person", PARTS, month="local_on"),
    _place("part_resolution.person", N_("认领")),
    _place("agent_day.person", N_("日汇总")),
    _place("absence.person", N_("缺勤")),
    _place("business_record.person", N_("业务单据"), month="recorded_on"),
    _place("evaluation.person", MARKS, month="pay_month"),
    _place("evaluation.monitor", MARKS, month="pay_month"),
    _place("improvement_note.person", N_("改进意见")),
    _place("dispute.filed_by", N_("申诉")),
    _place("assignment.monitor", N_("分配的质检件")),
    _place("reward_event.person", EVENTS, month="happened_on"),
    _place("wage_record.person", N_("工资记录"), month="pay_month", unique=("pay_month",), twins_refuse=True),
    _place("post.person", POSTS, unique=("unit", "position", "from_on")),
    _place("reporting_line.person", LINES, unique=("reports_to", "from_on")),
    _place("reporting_line.reports_to", LINES, unique=("person", "from_on")),
    _place("declared_relation.person", N_("申报的关系")),
    _place("declared_relation.other", N_("申报的关系")),
    _place("account_holder.person", N_("平台账号的持有"), unique=("platform_account", "from_at")),
    _place("account.person", N_("登录账号")),
    _place("follow_up.first_handler", N_("跟进")),
    _place("follow_up.responsible", N_("跟进")),
    _place("roster_cell.person", ROSTERS, unique=("roster", "on"), twins_refuse=True),
    _place("worked_time.person", ROSTERS),
    _place("work_limit.person", ROSTERS),
    _place("leave.person", ROSTERS),
    _place("cleaning_duty.person", N_("值日")),
    _place("probation_case.person", N_("试用期"), twins_refuse=True),
    _place("training_need.person", TRAINING, unique=("unit", "pay_month", "form", "item")),
    _place("training_participant.person", TRAINING, unique=("plan",)),
    _place("notice.person", N_("通知"), counts=False),
    _place("report.person", N_("报告"), counts=False),
    _place("person.merged_into", N_("更早的别名")),
)
# Facts of a draw, a computed month or a sheet: recomputing or drafting again says them under the name that holds now.
STAYS = {
    "stratum.person": N_("抽样分层"),
    "kpi_result.person": N_("得分"),
    "scorecard.person": N_("得分"),
    "qa_estimate.person": N_("得分"),
    "monitor_severity.monitor": N_("得分"),
    "flag.person": N_("异常提示"),
    "sheet_person.person": N_("奖罚评分表"),
    "sheet_line.person": N_("奖罚评分表"),
    "sheet_edit.person": N_("奖罚评分表"),
}
OWN = ("person_merge.former", "person_merge.person")  # what the merging itself writes
