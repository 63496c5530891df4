"""What the calendar refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class YearOutOfCalendar(Refusal):
    status, code, sentence = 422, "year-out-of-calendar", N_("日历只覆盖%(first)s年至%(last)s年，不能计算%(year)s年")


class DayKindUnknown(Refusal):
    status, code, sentence = (
        422,
        "day-kind-unknown",
        N_("日期类型“%(kind)s”不认识：只能是 work（上班）、rest（休息）或 statutory（法定节假日）"),
    )


class MonthDayInvalid(Refusal):
    status, code, sentence = 422, "month-day-invalid", N_("每月的约定发薪日应为1至31，不能是%(day)s")


class CountedUnitUnknown(Refusal):
    status, code, sentence = (
        422,
        "counted-unit-unknown",
        N_("倒数的单位“%(unit)s”不认识：只能是 days（自然日）或 working_days（工作日）"),
    )


class DayDeclared(Refusal):
    status, code, sentence = 409, "day-declared", N_("%(on)s已经设过，请先取消原来的再重新设")


class DayNotDeclared(Refusal):
    status, code, sentence = 404, "day-not-declared", N_("%(on)s没有另行设定，按国家通知执行")
