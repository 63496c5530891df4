"""The rule book of the sampling room: what a draw refuses, and the sentence that says why."""

from qa_service.errors import Refusal
from qa_service.language import N_


class BadPayMonthStart(Refusal):
    status, code = 422, "bad-pay-month-start"
    sentence = N_("薪资月的起始日只能是每月1日至28日，现在是%(day)s日")


class PeriodNotClosed(Refusal):
    status, code = 409, "period-not-closed"
    sentence = N_("抽样期%(period)s还没有结束，%(until_on)s之后才能公布抽样框")


class DayOutsideMonth(Refusal):
    status, code = 422, "day-outside-month"
    sentence = N_("%(day)s不在这个薪资月之内")


class BadLeaf(Refusal):
    status, code = 422, "bad-leaf"
    sentence = N_("抽样框中的这一行不合格式：%(leaf)s")


class DuplicateLeaf(Refusal):
    status, code = 409, "duplicate-leaf"
    sentence = N_("客服段%(part_id)s在抽样框中出现了两次")


class FrameNotInOrder(Refusal):
    status, code = 409, "frame-not-in-order"
    sentence = N_("抽样框的行没有按字节顺序排列：第%(line)s行")


class RootDiffers(Refusal):
    status, code = 409, "root-differs"
    sentence = N_("抽样框算出的根与已公布的根不一致：公布的是%(published)s，算出的是%(computed)s")


class FrameAlreadyCommitted(Refusal):
    status, code = 409, "frame-already-committed"
    sentence = N_("抽样期%(period)s的抽样框已经公布；之后到达的记录进入补充抽样框")


class EmptyFrame(Refusal):
    status, code = 409, "empty-frame"
    sentence = N_("抽样期%(period)s没有可以抽的客服段，不公布空的抽样框：%(why)s")


class EarlierPeriodOpen(Refusal):
    status, code = 409, "earlier-period-open"
    sentence = N_(
        "抽样期%(period)s是本月最后一期，要给%(agents)s名未满全月下限的客服补足；请先抽完本月前面已公布的抽样期%(earlier)s"
    )


class ValueNotNamed(Refusal):
    status, code = 422, "value-not-named"
    sentence = N_("抽样期%(period)s没有事先指定用哪个公开值，不能抽样")


class DeviationWithoutReason(Refusal):
    status, code = 422, "deviation-without-reason"
    sentence = N_("抽样方案点名的公开值是“%(planned)s”；要用别的值，请写明理由，理由人人可见")


class KnownWithoutReason(Refusal):
    status, code = 422, "known-without-reason"
    sentence = N_("用此刻已经知道的值抽样，须写明理由；这次抽样会处处标明“不能证明没有挑选”")


class ValueAlreadyKnown(Refusal):
    status, code = 409, "value-already-known"
    sentence = N_("点名的公开值在%(moment)s已经公布，不能再事先点名；请点一个还没有人知道的值，或如实声明此值已知")


class ValueNotPublicYet(Refusal):
    status, code = 409, "value-not-public-yet"
    sentence = N_("点名的公开值“%(named)s”要到%(moment)s才公布，之前不能抽样")


class TextTooLong(Refusal):
    status, code = 422, "text-too-long"
    sentence = N_("最多%(most)s字，写成一行")


class ValueCountDiffers(Refusal):
    status, code = 422, "value-count-differs"
    sentence = N_("公布时只点名了一个公开值（%(named)s），所以正好填一个值，不是%(given)s个")


class ValueTooLong(Refusal):
    status, code = 422, "value-too-long"
    sentence = N_("公开值最多%(most)s字")


class ValueSpelling(Refusal):
    status, code = 422, "value-spelling"
    sentence = N_("公开值应照公布的数写成%(decimals)s位小数，如%(example)s，不带逗号和单位，现在是“%(value)s”")


class ValueMissing(Refusal):
    status, code = 422, "value-missing"
    sentence = N_("缺少随机值：请填写事先指定的公开值")


class BadSeedValue(Refusal):
    status, code = 422, "bad-seed-value"
    sentence = N_("随机值不能含有竖线、换行或首尾空格：%(value)s")


class AlreadyDrawn(Refusal):
    status, code = 409, "already-drawn"
    sentence = N_("抽样期%(period)s已经抽过，不能再抽；要换一条，请用替补并写明原因")


class BadQuotaRule(Refusal):
    status, code = 422, "bad-quota-rule"
    sentence = N_("抽样数量的设置互相矛盾：%(reason)s")


class QuotaAboveStratum(Refusal):
    status, code = 422, "quota-above-stratum"
    sentence = N_("客服%(agent)s（%(channel)s，%(kind)s）要抽%(quota)s条，但抽样框中只有%(size)s条")


class QuotaAboveFrame(Refusal):
    status, code = 422, "quota-above-frame"
    sentence = N_("要抽%(quota)s条，但抽样框中只有%(size)s条")


class PartNotInFrame(Refusal):
    status, code = 404, "part-not-in-frame"
    sentence = N_("客服段%(part_id)s不在这个抽样框中")


class AgentNotInFrame(Refusal):
    status, code = 404, "agent-not-in-frame"
    sentence = N_("这个抽样框中没有客服%(agent)s的服务记录")


class PartNotDrawn(Refusal):
    status, code = 409, "part-not-drawn"
    sentence = N_("客服段%(part_id)s没有被抽中，不需要替补")


class AlreadyReplaced(Refusal):
    status, code = 409, "already-replaced"
    sentence = N_("客服段%(part_id)s已经替补过了")


class AlreadyMarked(Refusal):
    """Whoever knows the mark must not choose whether it counts."""

    status, code = 409, "already-marked"
    sentence = N_("客服段%(part_id)s已经评过，不能再替补；评得不对的，请更正那次质检评分并写明原因")


class ReplacementReasonMissing(Refusal):
    status, code = 422, "replacement-reason-missing"
    sentence = N_("替补必须写明原因")


class StratumExhausted(Refusal):
    status, code = 409, "stratum-exhausted"
    sentence = N_("这一层的%(size)s条已经全部用完，没有可以替补的记录")


class AlreadyInDraw(Refusal):
    status, code = 409, "already-in-draw"
    sentence = N_("客服段%(part_id)s已经在这次抽样里，不再列为重点件")


class RiskReasonMissing(Refusal):
    status, code = 422, "risk-reason-missing"
    sentence = N_("列为重点件必须写明理由")


class PeriodsToChoose(Refusal):
    status, code = 422, "periods-to-choose"
    sentence = N_("待抽的抽样期点名了不同的公开值，请用--period逐期抽：%(periods)s")


class NothingToDraw(Refusal):
    status, code = 409, "nothing-to-draw"
    sentence = N_("这个月没有已公布、待抽的抽样框；请先公布（--commit-only）")
