"""What the KPI room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class KpiFactUnknown(Refusal):
    status, code = 422, "kpi-fact-unknown"
    sentence = N_("指标“%(kpi)s”用到“%(fact)s”，本系统没有这个计数；已有的计数：%(known)s")
