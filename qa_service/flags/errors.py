"""What the flag room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class FlagClosed(Refusal):
    status, code = 409, "flag-closed"
    sentence = N_("这条异常提示已处理为“%(state)s”，不能再改")


class FlagAboutYou(Refusal):
    status, code, sentence = 403, "flag-about-you", N_("异常提示不能由本人处理；您可以在跟进后写下说明")


class FlagReasonMissing(Refusal):
    status, code, sentence = 422, "flag-reason-missing", N_("请写明理由：看了什么，得出什么结论")


class FlagStateUnknown(Refusal):
    status, code = 422, "flag-state-unknown"
    sentence = N_("处理结果只能是“followed_up”（已跟进）或“dismissed”（不成立），收到的是“%(state)s”")


class FlagNotOpenToAnswer(Refusal):
    status, code = 409, "flag-not-answerable"
    sentence = N_("只有已跟进的异常提示才能由本人写说明，而且只能写一次")


class UnitUnclear(Refusal):
    status, code, sentence = 422, "unit-unclear", N_("请用--unit写明部门的名称或代码；可选的有：%(known)s")
