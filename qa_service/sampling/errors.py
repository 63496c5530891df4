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


class ValueNotNamed(Refusal):
    status, code = 409, "value-not-named"
    sentence = N_("抽样期%(period)s没有事先指定用哪个公开值，不能抽样")


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


class ReplacementReasonMissing(Refusal):
    status, code = 422, "replacement-reason-missing"
    sentence = N_("替补必须写明原因")


class StratumExhausted(Refusal):
    status, code = 409, "stratum-exhausted"
    sentence = N_("这一层的%(size)s条已经全部用完，没有可以替补的记录")
