"""What the roster refuses. Rules of law and house stand in gate.py; here is what is wrong before they are asked."""

from qa_service.errors import Refusal
from qa_service.language import N_


class ShiftTypeInvalid(Refusal):
    status, code, sentence = 422, "shift-type-invalid", N_("班次“%(shift)s”不成立：%(reason)s")


class CellInvalid(Refusal):
    status, code, sentence = 422, "roster-cell-invalid", N_("%(on)s的排班不成立：%(reason)s")


class PersonFactsMissing(Refusal):
    status, code, sentence = (
        422,
        "roster-person-unknown",
        N_("排班表里的人员%(person)s没有工时资料，不知道其限制就不能检查排班"),
    )


class RosterRefused(Refusal):
    status, code, sentence = (
        409,
        "roster-refused",
        N_("排班表不能发布：有%(count)s处违反规则。第一处：%(first)s"),
    )


class RotaImpossible(Refusal):
    status, code, sentence = 422, "rota-impossible", N_("值日表排不出来：%(on)s%(reason)s")
