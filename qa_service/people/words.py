"""People's own vocabulary for pages: states of a log-in, kinds of contract, permissions in words."""

from qa_service.language import N_, current_language
from qa_service.people.access import Permission

P = Permission
STATES = {
    "invited": ("wait", N_("待启用")),
    "active": ("done", N_("使用中")),
    "closed": ("none", N_("已停用")),
}
CONTRACTS = {
    "fixed": N_("固定期限"),
    "open": N_("无固定期限"),
    "part_time": N_("非全日制"),
    "task": N_("以完成一定工作任务为期限"),
}
HOLDER_SOURCES = {"typed": N_("手工录入"), "import": N_("导入"), "roster": N_("排班")}
PERMISSION_NAMES = {
    P.OWN_READ: N_("看自己的结果"),
    P.OWN_RESPOND: N_("确认、申诉自己的结果"),
    P.PEOPLE_READ: N_("看人员"),
    P.PEOPLE_WRITE: N_("改人员"),
    P.ACCOUNT_WRITE: N_("管账号"),
    P.HR_READ: N_("看合同"),
    P.CALENDAR_WRITE: N_("改工作日历"),
    P.IMPORT_READ: N_("看导入"),
    P.IMPORT_WRITE: N_("做导入"),
    P.INTERACTION_READ: N_("查看服务记录"),
    P.IDENTITY_RESOLVE: N_("认领账号"),
    P.RULE_READ: N_("看规则"),
    P.RULE_WRITE: N_("起草规则"),
    P.RULE_APPROVE: N_("批准规则"),
    P.DRAW_READ: N_("看抽样"),
    P.DRAW_WRITE: N_("做抽样"),
    P.EVALUATION_READ: N_("看质检评分"),
    P.EVALUATION_WRITE: N_("做质检评分"),
    P.EVALUATION_MANAGE: N_("管质检评分"),
    P.DISPUTE_DECIDE: N_("裁决申诉件"),
    P.SCORE_READ: N_("看得分"),
    P.SCORE_RUN: N_("计算得分"),
    P.FLAG_READ: N_("看异常提示"),
    P.FLAG_DISPOSE: N_("处理异常提示"),
    P.EVENT_READ: N_("看奖惩记录"),
    P.EVENT_WRITE: N_("记奖惩记录"),
    P.EVENT_APPROVE: N_("批准奖惩记录"),
    P.WAGE_READ: N_("看工资记录"),
    P.WAGE_WRITE: N_("录工资记录"),
    P.SHEET_READ: N_("看奖罚评分表"),
    P.SHEET_WRITE: N_("编奖罚评分表"),
    P.SHEET_APPROVE: N_("批准奖罚评分表"),
    P.REPORT_READ: N_("看报告"),
    P.ROSTER_READ: N_("查看排班"),
    P.ROSTER_WRITE: N_("做排班"),
    P.PROBATION_READ: N_("看试用期"),
    P.PROBATION_WRITE: N_("录试用期考核"),
    P.PROBATION_DECIDE: N_("决定试用期考核"),
    P.TRAINING_READ: N_("看培训"),
    P.TRAINING_WRITE: N_("安排培训"),
    P.JOURNAL_READ: N_("看审计日志"),
    P.JOB_READ: N_("看后台任务"),
}


def unit_name(unit: dict) -> str:
    """A unit's name in the reader's language."""
    return (unit["name_en"] if current_language() == "en" else "") or unit["name"]
