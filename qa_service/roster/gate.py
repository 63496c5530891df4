"""The gate: a plan against the law and the house rules. It binds plans; hours really worked are marked, never refused.

Each rule is one small function of checks.py, listed in RULES with an id, a sentence, and the dated parameter that
carries its article. Reasons of health, pregnancy or leave never appear: 法定限制 stands for them all, in the sentence
and in the article.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import msgspec

from qa_service.calendar.rules import WorkCalendar
from qa_service.errors import FieldError, shown
from qa_service.language import N_, current_language, gettext
from qa_service.roster import checks
from qa_service.roster.checks import Finding, Sheet
from qa_service.roster.errors import PersonFactsMissing, RosterRefused
from qa_service.roster.overtime import DatedValues, extension_minutes, overtime_of
from qa_service.roster.rules import Cell, PersonFacts, Plan, by_date, by_person, check_cell

REFUSE, WARN, MARK = "refuse", "warn", "mark"


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule bites: person, date, rule id, its article in both languages, facts, and refuse, warn or mark."""

    person: int
    on: date
    rule: str
    sentence: str
    article: str
    article_en: str
    facts: dict[str, object]
    severity: str

    def text(self) -> str:
        """Sentence and article in the current language."""
        article = self.article_en if current_language() == "en" else self.article
        return gettext(N_("%(what)s（%(article)s）"), what=gettext(self.sentence, **shown(self.facts)), article=article)


class Rule(msgspec.Struct, frozen=True):
    """A rule: stable id, sentence, parameter that carries its article, severity, and where it bites."""

    id: str
    sentence: str
    parameter: str
    severity: str
    check: Callable[[Sheet], Iterable[Finding]]


RULES = [
    Rule("limit-work", N_("%(on)s不能安排此人上班：法定限制"), "legal_limit", REFUSE, checks.limit_work),
    Rule("limit-overtime", N_("%(on)s不能安排此人加班：法定限制"), "legal_limit", REFUSE, checks.limit_overtime),
    Rule("limit-night", N_("%(on)s不能安排此人上夜班：法定限制"), "legal_limit", REFUSE, checks.limit_night),
    Rule(
        "comprehensive-approval",
        N_("%(on)s按综合计算工时排班，但%(lack)s"),
        "comprehensive_hours",
        REFUSE,
        checks.comprehensive_approval,
    ),
    Rule(
        "seventh-day",
        N_("%(on)s是连续上班的第%(run)s天：每周至少休息一日，连续最多%(limit)s天"),
        "weekly_rest",
        REFUSE,
        checks.seventh_day,
    ),
    Rule(
        "overtime-month",
        N_("排到%(on)s，%(month)s起加班累计%(hours)s小时，超过上限%(limit)s小时"),
        "overtime_month",
        REFUSE,
        checks.overtime_over_month,
    ),
    Rule(
        "overtime-day",
        N_("%(on)s延长工作时间%(hours)s小时，特殊原因也不得超过%(limit)s小时"),
        "overtime_day",
        REFUSE,
        checks.overtime_over_day,
    ),
    Rule(
        "overtime-reason",
        N_("%(on)s延长工作时间%(hours)s小时，超过%(limit)s小时须写明特殊原因"),
        "overtime_day",
        REFUSE,
        checks.overtime_without_reason,
    ),
    Rule(
        "statutory-lieu",
        N_("%(on)s是法定节假日，不能用%(lieu_on)s的补休代替加班工资"),
        "overtime_pay",
        REFUSE,
        checks.statutory_lieu,
    ),
    Rule("lieu-worked", N_("%(on)s的补休定在%(lieu_on)s，但那天排了班"), "overtime_pay", REFUSE, checks.lieu_is_worked),
    Rule("two-places", N_("%(on)s的班次“%(shift)s”与此人的另一个班时间重叠"), "one_place", REFUSE, checks.two_places),
    Rule(
        "rest-between",
        N_("%(on)s上班前只休息了%(hours)s小时，少于%(limit)s小时"),
        "rest_between_shifts",
        REFUSE,
        checks.rest_between,
    ),
    Rule(
        "day-standard",
        N_("%(on)s排了%(hours)s小时，超过每日%(limit)s小时的部分是加班"),
        "working_day",
        WARN,
        checks.day_over_standard,
    ),
    Rule(
        "week-standard",
        N_("%(week)s这一周到%(on)s已排%(hours)s小时，超过每周%(limit)s小时的部分是加班"),
        "working_week",
        WARN,
        checks.week_over_standard,
    ),
    Rule(
        "statutory-work",
        N_("%(on)s是法定节假日，排了%(hours)s小时，按%(percent)s%%支付，不能用补休代替"),
        "overtime_pay",
        WARN,
        checks.statutory_work,
    ),
]


def gate(
    plan: Plan, people: Mapping[int, PersonFacts], *, calendar: WorkCalendar, parameters: DatedValues
) -> list[Violation]:
    """Everything a plan breaks, in order of date, person and rule; cells outside its dates count as context.

    Raises CellInvalid or ShiftTypeInvalid for a cell that makes no sense, PersonFactsMissing for an unknown person.
    """
    for cell in plan.cells:
        check_cell(cell)
    found: list[Violation] = []
    for person, cells in by_person(plan.cells).items():
        if person not in people:
            raise PersonFactsMissing(person=person)
        sheet = _sheet(people[person], cells, calendar=calendar, parameters=parameters)
        for rule in RULES:
            found += (_violation(sheet, rule, on, facts) for on, facts in rule.check(sheet))
    judged = (each for each in found if plan.first_on <= each.on <= plan.last_on)
    return sorted(judged, key=lambda each: (each.on, each.person))


def mark_worked(
    worked: Plan, people: Mapping[int, PersonFacts], *, calendar: WorkCalendar, parameters: DatedValues
) -> list[Violation]:
    """The same rules over hours really worked: each place is marked, nothing is refused."""
    found = gate(worked, people, calendar=calendar, parameters=parameters)
    return [msgspec.structs.replace(each, severity=MARK) for each in found]


def refusals(violations: Iterable[Violation]) -> list[Violation]:
    """Only those that stop a plan."""
    return [each for each in violations if each.severity == REFUSE]


def refuse_plan(violations: Iterable[Violation]) -> None:
    """Raise RosterRefused with one field error per refused cell (field `person:date`); nothing when none refuses."""
    refused = refusals(violations)
    if refused:
        fields = [FieldError(f"{each.person}:{each.on}", each.rule, each.text()) for each in refused]
        raise RosterRefused(count=len(refused), first=refused[0].text(), fields=fields)


def _sheet(facts: PersonFacts, cells: list[Cell], *, calendar: WorkCalendar, parameters: DatedValues) -> Sheet:
    return Sheet(
        facts=facts,
        cells=cells,
        days=by_date(cells),
        overtime=overtime_of(cells, facts, calendar=calendar, parameters=parameters),
        extensions=extension_minutes(cells, parameters),
        calendar=calendar,
        parameters=parameters,
    )


def _violation(sheet: Sheet, rule: Rule, on: date, facts: dict[str, object]) -> Violation:
    law = sheet.parameters.at(rule.parameter, on)
    return Violation(
        person=sheet.facts.person,
        on=on,
        rule=rule.id,
        sentence=rule.sentence,
        article=str(law["article"]),
        article_en=str(law["article_en"]),
        facts={"on": on.isoformat(), **facts},
        severity=rule.severity,
    )
