"""The rule book of evaluations: what is refused, and why."""

from qa_service.errors import Refusal
from qa_service.language import N_


class NotYourItem(Refusal):
    status, code, sentence = 403, "not-your-item", N_("这一条分给了别的质检员")


class AlreadySubmitted(Refusal):
    status, code, sentence = 409, "already-submitted", N_("质检评分%(id)s已经提交，不能再改；更正要另立一版并写明原因")


class AssignmentEnded(Refusal):
    status, code, sentence = 409, "assignment-ended", N_("这一条已被替换或转交，不再由您评分")


class AnswersIncomplete(Refusal):
    status, code, sentence = 422, "answers-incomplete", N_("还有%(count)s处要补：请看标出的各项")


class EvidenceMismatch(Refusal):
    status, code = 422, "evidence-mismatch"
    sentence = N_("引用的原话与第%(message)s条消息的文字对不上，请重新选取")


class EvidenceUnknown(Refusal):
    status, code, sentence = 422, "evidence-unknown", N_("证据指向的消息或单据不属于这条服务记录")


class EvidenceEmpty(Refusal):
    status, code, sentence = 422, "evidence-empty", N_("证据是空的：原话要有文字，时间段要有起止")


class EvidenceRange(Refusal):
    status, code = 422, "evidence-range"
    sentence = N_("“%(given)s”不是这条记录里的范围：消息从第%(first)s条到第%(last)s条，写成1-4这样")


class EvidenceTimeless(Refusal):
    status, code = 422, "evidence-timeless"
    sentence = N_("这段记录里没有可以计算的时间：选客户发问和客服回复的两条消息，先后要对")


class EvidenceTooLong(Refusal):
    status, code, sentence = 422, "evidence-too-long", N_("时间段超出了记录：全长%(seconds)s秒")


class EvidenceUnborne(Refusal):
    status, code = 422, "evidence-unborne"
    sentence = N_("记录里没有“%(given)s”这个事实；这个范围算出来的是：%(fact)s")


class NotReleased(Refusal):
    status, code, sentence = 409, "not-released", N_("质检评分%(id)s还没有公布")


class NotAboutYou(Refusal):
    status, code, sentence = 403, "not-about-you", N_("只有被评的客服本人可以回应")


class MarkingOneself(Refusal):
    status, code, sentence = 403, "marking-oneself", N_("不能给自己评分")


class ReasonMissing(Refusal):
    status, code, sentence = 422, "reason-missing", N_("更正要写明原因，原来的一版仍然可见")


class NoteMissing(Refusal):
    status, code = 422, "note-missing"
    sentence = N_("扣了分的有%(count)s项，请写改进意见：下次怎么做")


class OwnNote(Refusal):
    status, code, sentence = 403, "note-own", N_("关于自己的改进意见要由别人跟进")


class NoteClosed(Refusal):
    status, code, sentence = 409, "note-closed", N_("这条改进意见已经跟进过了")


class ResultMissing(Refusal):
    status, code, sentence = 422, "note-result", N_("没有做到要写明看到了什么")


class SourceUnrated(Refusal):
    status, code, sentence = 404, "source-unrated", N_("来源“%(source)s”没有外来评分；有外来评分的来源：%(known)s")
