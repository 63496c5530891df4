"""What the training room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class NobodyChosen(Refusal):
    status, code, sentence = 422, "training-nobody", N_("至少选一个人参加")


class NotInUnit(Refusal):
    status, code, sentence = 422, "training-not-in-unit", N_("%(name)s当天不在%(unit)s，不能排进这次培训")


class CourseUnknown(Refusal):
    status, code, sentence = 422, "training-course-unknown", N_("培训目录里没有课程“%(course)s”")


class PlanClosed(Refusal):
    status, code, sentence = 409, "training-plan-closed", N_("这次培训已经“%(state)s”，不能再改")


class TooEarly(Refusal):
    status, code, sentence = 409, "training-too-early", N_("培训定在%(on)s，还没有到，不能登记结果")


class ResultInvalid(Refusal):
    status, code, sentence = 422, "training-result", N_("成绩应在0到100分之间，最多两位小数")


class NothingMarked(Refusal):
    status, code, sentence = (
        409,
        "training-nothing-marked",
        N_("%(unit)s%(month)s没有公布的随机抽样评分，算不出培训需要"),
    )
