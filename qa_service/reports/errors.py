"""Why a report cannot be issued."""

from qa_service.errors import Refusal
from qa_service.language import N_


class UnknownKind(Refusal):
    status = 422
    code = "report-kind-unknown"
    sentence = N_("没有“%(kind)s”这种报告；有：%(known)s")


class MissingSubject(Refusal):
    status = 422
    code = "report-subject-missing"
    sentence = N_("这种报告要说明%(what)s")


class NothingToReport(Refusal):
    status = 409
    code = "report-empty"
    sentence = N_("%(whose)s%(month)s还没有发布的得分，先计算得分再出报告")


class PaperFailed(Refusal):
    status = 500
    code = "report-paper"
    sentence = N_("这份报告排不成PDF：%(reason)s。可以先下载XLSX，并把这句话告诉管理员")


class NoNeeds(Refusal):
    status = 409
    code = "report-no-needs"
    sentence = N_("%(unit)s%(month)s还没有算过培训需要，先在“培训”里计算")


class NoSheet(Refusal):
    status = 404
    code = "report-no-sheet"
    sentence = N_("这个部门%(month)s还没有奖罚评分表：先用qa sheet起草，或在“奖罚评分表”页面起草")


class FolderUnwritable(Refusal):
    status = 409
    code = "report-folder"
    sentence = N_("不能写到文件夹“%(folder)s”：%(reason)s")
