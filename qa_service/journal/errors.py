"""What the journal refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class HeadUnreadable(Refusal):
    status, code = 422, "head-unreadable"
    sentence = N_("“%(head)s”不是审计日志的头：应为“序号:64位十六进制”，印在评分表、抽样根和备份上")
