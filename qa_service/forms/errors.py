"""What the forms room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class FormInvalid(Refusal):
    status, code, sentence = 422, "form-invalid", N_("质检表“%(place)s”有%(count)s处不对，请逐项改正")


class NoFormFits(Refusal):
    status, code = 409, "no-form-fits"
    sentence = N_("没有适用于渠道“%(channel)s”、类型“%(kind)s”的已发布质检表；请先发布一张")
