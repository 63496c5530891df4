"""What the room of records refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class BatchNotLoading(Refusal):
    status, code, sentence = 409, "batch-not-loading", N_("批次%(batch)s已经是“%(state)s”，不能再写入")


class SumBroken(Refusal):
    status, code = 500, "sum-broken"
    sentence = N_("批次%(batch)s的数目对不上：读入%(read)s，接受、拒绝、重复与待认领合计%(sum)s；没有发布")


class PartResolved(Refusal):
    status, code, sentence = 409, "part-resolved", N_("这一段已经认领，请先撤销原来的认领")


class ReasonMissing(Refusal):
    status, code, sentence = 422, "reason-missing", N_("请写明依据，例如当班人员的确认")
