"""One person's month as a page model: figures with their use, the scorecard's parts, every KPI with its evidence."""

from typing import Any

import msgspec

from qa_service.language import N_, bracketed, clauses, current_language, gettext, named
from qa_service.rule_versions.definitions import records
from qa_service.scores import queries, views
from qa_service.web.cells import Cell, Moment, Text
from qa_service.web.formatting import month
from qa_service.web.parts import Chip
from qa_service.web.tables import Table
from rubrics.pack_records import Kpi, ScorecardPlan


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/scores/person.html: a lead's view of a person, or (is_own) one's own month.

    stands: this is the one result for pay of this person and month. notes: names of KPIs, and a sentence that their
    values are to be read with.
    """

    title: str
    run_id: int
    run_title: str
    is_own: bool
    is_trial: bool
    stands: bool
    months: list[Chip]
    scores: list[tuple[str, Cell, str]]
    dimensions: list[tuple[str, str | Cell]]
    kpis: Table
    notes: list[tuple[str, str]]
    facts: list[tuple[str, str | Cell]]


def run_title(run: dict[str, Any]) -> str:
    return gettext(N_("%(unit)s%(month)s得分"), unit=run["unit_name"], month=month(run["pay_month"]))


def run_facts(run: dict[str, Any], *, people: int | None = None) -> list[tuple[str, str | Cell]]:
    rule = gettext(N_("%(name)s第%(version)s版"), name=named(run, "rule_name"), version=run["rule_version"])
    counted = [] if people is None else [(gettext(N_("人数")), str(people))]
    return [
        *counted,
        (gettext(N_("规则版本")), rule),
        (gettext(N_("发布时间")), Moment(at=run["published_at"])),
        (gettext(N_("输入摘要")), Text(text=run["inputs_digest"][:16], tone="code")),
        (gettext(N_("结果摘要")), Text(text=run["results_digest"][:16], tone="code")),
    ]


async def person_model(found: dict[str, Any], *, is_own: bool, months: list[Chip] | None = None) -> PersonPage:
    run, card, qa = found["run"], found["scorecard"], found["qa"]
    rule = await queries.rule_texts(run["id"])
    kpis, plans = records(rule, Kpi), records(rule, ScorecardPlan)
    plan = plans.get(card["explanation"]["position"] or "")
    name = bracketed(card["person_name"], card["employee_no"])
    return PersonPage(
        title=gettext(N_("我的%(month)s"), month=month(run["pay_month"])) if is_own else name,
        run_id=run["id"],
        run_title=run_title(run),
        is_own=is_own,
        is_trial=run["is_trial"],
        stands=run["stands"],
        months=months or [],
        scores=_scores(card, qa, minimum=views.minimum_audits(kpis), no_spread=views.has_no_spread(found["levels"])),
        dimensions=_dimensions(card, plan),
        kpis=views.kpi_table(kpis, found["kpis"], plan),
        notes=views.kpi_notes(kpis, found["kpis"]),
        facts=run_facts(run),
    )


def _scores(card: dict[str, Any], qa: dict[str, Any], *, minimum: int, no_spread: bool) -> list[tuple[str, Cell, str]]:
    """Label, figure and what the figure is for: never one without the other."""
    combined = gettext(
        N_("各项指标按公布的权重合成；区间来自质检抽样，n是质检评分数；没有质检时n是各项指标中最少的样本数")
    )
    level = gettext(N_("评分越少越靠近全组均值；用于辅导和预测，不用于奖罚"))
    same = views.spread_note(qa["shrunk_hundredths"]) if no_spread and qa["shrunk_hundredths"] is not None else ""
    return [
        (gettext(N_("绩效分")), views.card_score(card, qa["n"]), clauses([combined, views.card_note(card)])),
        (
            gettext(N_("本月得分（奖罚用）")),
            views.pay_score(qa, minimum),
            gettext(N_("按质检员宽严校正，不向全组均值收缩；只有它可以用于奖罚")),
        ),
        (gettext(N_("水平估计（辅导用）")), views.coach_score(qa, minimum), clauses([level, same])),
    ]


def _dimensions(card: dict[str, Any], plan: ScorecardPlan | None) -> list[tuple[str, str | Cell]]:
    """Points of each part of the scorecard as words: a dimension is a sum of KPIs whose evidence stands below."""
    if plan is None:
        return []
    names = {one.key: one.name if current_language() == "zh" else one.name_en for one in plan.dimensions}
    found = []
    for one in card["explanation"]["dimensions"]:
        weight = f"{one['weight'] // 100}%"
        if one["points"] is None:
            text = gettext(N_("样本不足，不计分（权重%(weight)s）"), weight=weight)
        else:
            text = gettext(N_("%(points)s分（权重%(weight)s）"), points=f"{one['points'] / 100:.1f}", weight=weight)
        found.append((names[one["key"]], text))
    return found
