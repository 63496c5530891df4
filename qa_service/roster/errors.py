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
        N_("排班表不能公布：有%(count)s处违反规则。第一处：%(first)s"),
    )


class RotaImpossible(Refusal):
    status, code, sentence = 422, "rota-impossible", N_("值日表排不出来：%(on)s%(reason)s")


class ShiftUnknown(Refusal):
    status, code, sentence = 422, "roster-shift-unknown", N_("没有班次“%(shift)s”；有：%(known)s；空着是休息")


class NotOnRoster(Refusal):
    status, code, sentence = 422, "roster-person", N_("%(person)s在%(on)s不属于这个部门，不能排进这张表")


class OutsideMonth(Refusal):
    status, code, sentence = 422, "roster-outside", N_("%(on)s不在%(month)s里")


class ShiftTaken(Refusal):
    status, code, sentence = 409, "shift-taken", N_("班次代号“%(shift)s”已经有了")


class NoShifts(Refusal):
    status, code, sentence = 409, "roster-no-shifts", N_("这个部门还没有班次，先从岗位包取用或新建")


class NothingToCopy(Refusal):
    status, code, sentence = 409, "roster-nothing-to-copy", N_("前四周没有排班，没有可以照搬的")


class NothingToPublish(Refusal):
    status, code, sentence = 409, "roster-nothing-to-publish", N_("没有改动，不需要再公布")


class ReasonMissing(Refusal):
    status, code, sentence = 422, "roster-reason", N_("已公布的排班表改动要写原因")


class NotOnDuty(Refusal):
    status, code, sentence = 409, "cleaning-not-on-duty", N_("%(name)s%(on)s不上班，不能值日")


class AlreadyDone(Refusal):
    status, code, sentence = 409, "cleaning-done", N_("这次值日已经做完，不能再改")


class TooEarly(Refusal):
    status, code, sentence = 409, "cleaning-too-early", N_("%(on)s还没有到，不能记为做完")
