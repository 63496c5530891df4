"""What the room of long work refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class JobKindUnknown(Refusal):
    status, code, sentence = 404, "job-kind-unknown", N_("没有名为“%(kind)s”的后台任务")


class JobEnded(Refusal):
    status, code, sentence = 409, "job-ended", N_("任务%(id)s已经结束，不能取消")


class JobCancelled(Refusal):
    status, code, sentence = 409, "job-cancelled", N_("已按要求停止；已写入的批次不会生效，不留半份数据")


class JobInterrupted(Refusal):
    status, code, sentence = (
        500,
        "job-interrupted",
        N_("任务被中断%(attempts)s次，不再自动重试；请查看运行记录后重新提交"),
    )


class JobFailed(Refusal):
    status, code, sentence = 500, "job-failed", N_("任务出错，已记入运行记录（编号%(number)s）；数据没有改动")


class StarterGone(Refusal):
    status, code, sentence = 409, "job-starter-gone", N_("提交任务的账号已停用，任务没有执行")
