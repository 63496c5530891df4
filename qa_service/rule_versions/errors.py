"""What the room of dated rules refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class RuleUnknown(Refusal):
    status, code, sentence = 404, "rule-unknown", N_("没有规则“%(code)s”（%(kind)s）在%(on)s有效的已发布版本")


class RuleImmutable(Refusal):
    status, code = 409, "rule-immutable"
    sentence = N_("“%(name)s”第%(version)s版已经发布，不能修改；请复制为新的草稿")


class RuleUnchanged(Refusal):
    status, code, sentence = 409, "rule-unchanged", N_("内容与“%(name)s”第%(version)s版完全相同，没有新版本可发布")


class ApproverIsAuthor(Refusal):
    status, code, sentence = 403, "approver-is-author", N_("起草人不能批准自己的规则，请另一位有权限的人批准")


class NotDrivingMoney(Refusal):
    status, code = 409, "not-driving-money"
    sentence = N_("“%(name)s”第%(version)s版不作奖罚依据：缺少%(missing)s（劳动合同法第四条）")
