"""What the score room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class NotAMonth(Refusal):
    status, code = 422, "not-a-month"
    sentence = N_("月份要写成当月第一天，例如2026-10-01；收到的是%(given)s")


class NothingToScore(Refusal):
    status, code = 409, "nothing-to-score"
    sentence = N_("%(unit)s在%(month)s没有任何服务记录，也没有在岗客服，无法计算。请先导入当月记录")


class MonthNotOver(Refusal):
    status, code = 409, "month-not-over"
    sentence = N_("%(month)s要到%(last)s才结束：现在只能试算，结果不能用于奖罚；正式得分请在月份结束以后计算")


class RunCovered(Refusal):
    status, code = 409, "run-covered"
    sentence = N_(
        "“%(wider)s”%(month)s的得分已经包括“%(unit)s”：一个人一个月只有一个用于奖罚的得分，请为“%(wider)s”重新计算"
    )


class RunSwept(Refusal):
    status, code = 409, "run-swept"
    sentence = N_("这次计算已被同一部门同一月份的另一次计算取代，没有发布任何结果；请看最新的一次")


class EnoughUnsupported(Refusal):
    status, code = 422, "enough-unsupported"
    sentence = N_("评分卡“%(card)s”规定有%(part)s/%(whole)s以上权重才计分；本系统按三分之二计，请把规则改为2/3")
