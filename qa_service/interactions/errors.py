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


class NothingWaiting(Refusal):
    status, code = 409, "nothing-waiting"
    sentence = N_("%(from_on)s至%(until_on)s没有“%(account)s”待认领的客服段")


class SpanBackwards(Refusal):
    status, code, sentence = 422, "span-backwards", N_("止日%(until_on)s早于起日%(from_on)s")


class PersonUnknown(Refusal):
    status, code, sentence = 422, "person-unknown", N_("没有工号或姓名为“%(name)s”的人，或同名的不止一人：请填工号")


class NotThereThen(Refusal):
    status, code = 422, "not-there-then"
    sentence = N_("%(name)s在%(on)s不在职，不能认领这一天的客服段")


class TooManyParts(Refusal):
    status, code, sentence = 422, "too-many-parts", N_("一次最多认领%(limit)s段，这段时间有更多，请缩短起止日")


class ClaimPinned(Refusal):
    status, code = 409, "claim-pinned"
    sentence = N_("其中%(count)s段已进入公布的抽样框或已评分，认领不能撤销")


class ClaimUndone(Refusal):
    status, code, sentence = 409, "claim-undone", N_("这次认领已经撤销")


class BatchNotPublished(Refusal):
    status, code = 409, "batch-not-published"
    sentence = N_("批次%(batch)s没有生效，或已经撤销：没有可以撤销的内容")


class BatchNotUndoable(Refusal):
    status, code = 409, "batch-not-undoable"
    sentence = N_("批次%(batch)s改动的是名册、持有人或工资本身，不能整批撤销：请改正文件后再导入一次")


class BatchUsed(Refusal):
    status, code = 409, "batch-used"
    sentence = N_("批次%(batch)s还在使用，没有撤销：%(uses)s")


class SourceBusy(Refusal):
    status, code = 409, "source-busy"
    sentence = N_("同一来源的批次%(other)s正在写入，请等它结束后再撤销批次%(batch)s")
