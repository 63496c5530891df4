"""What the nouns of the journal are called, and the page on which each thing can be seen."""

import re

from qa_service.language import N_

NOUNS = {
    "account": N_("登录账号"), "token": N_("令牌"), "setup": N_("首次设置"), "staff": N_("员工名册"),
    "people": N_("人员"), "unit": N_("部门"), "identity": N_("待认领"), "import": N_("导入"), "rule": N_("规则"),
    "scheme": N_("奖罚方案"), "calendar": N_("工作日历"), "draw": N_("抽样"), "evaluation": N_("质检评分"),
    "rating": N_("导入的评分"), "dispute": N_("申诉"), "score": N_("得分"), "flag": N_("异常提示"),
    "event": N_("奖惩记录"), "wage": N_("工资记录"), "sheet": N_("奖罚评分表"), "report": N_("报告"),
    "roster": N_("排班"), "cleaning": N_("值日"), "probation": N_("试用期"), "training": N_("培训"),
    "follow-up": N_("跟进"), "job": N_("后台任务"),
}  # fmt: skip
PAGES = {
    "account": "/accounts/%s", "rule": "/rules/%s", "evaluation": "/evaluations/%s", "dispute": "/disputes/%s",
    "score": "/scores/%s", "flag": "/flags/%s", "event": "/rewards/events/%s", "sheet": "/sheets/%s",
    "report": "/reports/%s", "probation": "/probation/%s", "batch": "/imports/%s", "person": "/people/%s",
    "job": "/jobs/%s",
}  # fmt: skip
NUMBERED = re.compile(r"([a-z_-]+):(\d{1,15})")


def page_of(subject: str) -> str:
    """The address of what a line is about; '' where it has no page of its own."""
    found = NUMBERED.fullmatch(subject)
    return PAGES[found[1]] % found[2] if found and found[1] in PAGES else ""
