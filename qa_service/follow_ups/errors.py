"""What the follow-up room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class KindUnknown(Refusal):
    status, code, sentence = 422, "follow-up-kind", N_("没有“%(kind)s”这种跟进；有：%(known)s")


class DueInPast(Refusal):
    status, code, sentence = 422, "follow-up-due", N_("期限应在现在之后")


class AlreadyDone(Refusal):
    status, code, sentence = 409, "follow-up-done", N_("这件跟进已经办完")


class NotResponsible(Refusal):
    status, code, sentence = 422, "follow-up-person", N_("%(name)s不在%(unit)s，不能负责这件跟进")
