"""What the dispute room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class FiledTooLate(Refusal):
    status, code, sentence = 409, "dispute-too-late", N_("申诉期限到%(until)s为止，已经过了")


class AlreadyDisputed(Refusal):
    status, code, sentence = 409, "dispute-again", N_("这一项已经申诉过，结果在“申诉”里看")


class ItemUnknown(Refusal):
    status, code, sentence = 422, "dispute-item", N_("质检表里没有评分项“%(item)s”")


class SameAnswer(Refusal):
    status, code, sentence = 422, "dispute-same", N_("您主张的答案和现在的一样，不需要申诉")


class DeductionUnproven(Refusal):
    status, code = 422, "deduction-unproven"
    sentence = N_("这个答案要扣分，而这一项没有证据，裁决里也不能补：请选不扣分的答案，或请质检主管用“更正”附上证据")


class AnswerUnfit(Refusal):
    status, code, sentence = 422, "dispute-answer", N_("答案不符合这一项的要求：%(why)s")


class NotYours(Refusal):
    status, code, sentence = 403, "dispute-not-yours", N_("只能申诉关于自己的评分")


class DisputeClosed(Refusal):
    status, code, sentence = 409, "dispute-closed", N_("这件申诉已经结束")


class OwnMark(Refusal):
    status, code, sentence = 409, "dispute-own-mark", N_("评过这件的质检员不能裁决对它的申诉，要由另一个人看")


class OwnCase(Refusal):
    status, code, sentence = 409, "dispute-own-case", N_("不能裁决关于自己的申诉")


class ReasonMissing(Refusal):
    status, code, sentence = 422, "dispute-reason", N_("请写理由")
