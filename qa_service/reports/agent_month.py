"""个人月报: one person's month on paper, from the figures to the sentences they stand on."""

from datetime import date
from typing import Any

import msgspec

from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows
from qa_service.language import N_, clauses, current_language, gettext, named, speaking
from qa_service.reports import cells
from qa_service.reports.errors import NothingToReport
from qa_service.reports.model import Column, Fact, Report, Row, Section, Sheet
from qa_service.rewards.rule_names import rule_names, schemes_of
from qa_service.rewards.sheet_queries import PUBLISHED_STATES, shown
from qa_service.rule_versions.definitions import records
from qa_service.scores import queries as scores
from qa_service.scores import views
from qa_service.scores.standing import run_for_pay
from qa_service.web.formatting import month as month_text
from qa_service.web.formatting import score
from rubrics.explaining import Explanation
from rubrics.pack_records import Kpi, ScorecardPlan


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the report says, read once and put into words twice."""

    result: dict[str, Any]
    rule: dict[str, Any]
    unit: dict[str, Any] | None
    evaluations: list[dict[str, Any]]
    quotes: dict[tuple[int, str], list[str]]
    lines: list[dict[str, Any]]
    schemes: list[dict[str, Any]]
    is_sheet_locked: bool


async def build(person_id: int, month: date, reach: frozenset[int] | None) -> tuple[Report, int]:
    """The report and the unit that it is filed under, from the person's one run for pay.

    `reach`: units whose people may be reported (None: all). Raises NothingToReport before scores are published.
    """
    facts = await _read(person_id, month, reach)
    both = {}
    for language in ("zh", "en"):
        with speaking(language):
            both[language] = _sheet(facts, month)
    return Report(**both), facts.unit["id"] if facts.unit else facts.result["run"]["unit"]


async def _read(person_id: int, month: date, reach: frozenset[int] | None) -> Facts:
    run = await run_for_pay(person_id, month)
    if run is None or not await _is_in(person_id, month, reach):
        named = await row("SELECT name FROM person WHERE id = {}", person_id)
        raise NothingToReport(whose=named["name"] if named else "", month=f"{month:%Y-%m}")
    evaluations = await _evaluations(person_id, month)
    lines = await _lines(person_id, month)
    return Facts(
        result=await scores.result_of(run, person_id),
        rule=await scores.rule_texts(run),
        unit=await _unit(person_id, month),
        evaluations=evaluations,
        quotes=await _quotes([one["id"] for one in evaluations]),
        lines=lines,
        schemes=await schemes_of(lines),
        is_sheet_locked=await _is_locked(person_id, month),
    )


async def _is_in(person_id: int, month: date, reach: frozenset[int] | None) -> bool:
    """Did the person work in one of these units in the month? The run itself may be that of a unit above them."""
    if reach is None:
        return True
    found = await row(
        f"SELECT id FROM post WHERE person = {{}} AND unit IN {among(len(reach))} AND from_on <= {{}}"
        " AND (until_on IS NULL OR until_on >= {}) ORDER BY id LIMIT 1",
        person_id, *sorted(reach), month_last(month), month,
    )  # fmt: skip
    return found is not None


async def _unit(person_id: int, month: date) -> dict[str, Any] | None:
    """The unit of the main post at the end of the month."""
    last = month_last(month)
    return await row(
        "SELECT u.id, u.name, u.name_en FROM post p JOIN unit u ON u.id = p.unit WHERE p.person = {}"
        " AND p.from_on <= {} AND (p.until_on IS NULL OR p.until_on > {}) ORDER BY p.id LIMIT 1",
        person_id,
        last,
        month,
    )


async def _evaluations(person_id: int, month: date) -> list[dict[str, Any]]:
    return await rows(
        "SELECT e.id, e.origin, e.revision, e.final_hundredths, e.outcome, e.mark, e.released_at, p.local_on,"
        " v.name AS form_name, v.name_en AS form_name_en, v.version AS form_version FROM evaluation e"
        " JOIN rule_version v ON v.id = e.form"
        " LEFT JOIN agent_part p ON p.id = e.part WHERE e.person = {} AND e.pay_month = {} AND e.state = 'released'"
        " ORDER BY p.local_on, e.id",
        person_id,
        month,
    )


async def _quotes(evaluations: list[int]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    if evaluations:
        for one in await rows(
            "SELECT evaluation, item, quote, searched, fact FROM evidence"
            f" WHERE evaluation IN {among(len(evaluations))} ORDER BY id",
            *evaluations,
        ):
            said = one["quote"] or one["fact"] or one["searched"]
            if said:
                found.setdefault((one["evaluation"], one["item"]), []).append(said)
    return found


async def _lines(person_id: int, month: date) -> list[dict[str, Any]]:
    return await rows(
        "SELECT l.*, v.name AS rule_name, v.name_en AS rule_name_en, v.version AS rule_version FROM sheet_line l"
        " JOIN sheet s ON s.id = l.sheet"
        " LEFT JOIN rule_version v ON v.id = l.rule WHERE l.person = {} AND s.pay_month = {}"
        f" AND s.state IN {among(len(PUBLISHED_STATES))} ORDER BY l.sheet, l.position",
        person_id,
        month,
        *PUBLISHED_STATES,
    )


async def _is_locked(person_id: int, month: date) -> bool:
    found = await row(
        "SELECT s.id FROM sheet s JOIN sheet_person p ON p.sheet = s.id WHERE p.person = {} AND s.pay_month = {}"
        f" AND s.state IN {among(len(PUBLISHED_STATES))} LIMIT 1",
        person_id,
        month,
        *PUBLISHED_STATES,
    )
    return found is not None


def _sheet(facts: Facts, month: date) -> Sheet:
    result = facts.result
    run, card = result["run"], result["scorecard"]
    return Sheet(
        title=gettext(N_("%(name)s%(month)s个人月报"), name=card["person_name"], month=month_text(month)),
        warning=gettext(N_("试算：当月规则还没有生效，结果不作奖罚依据")) if run["is_trial"] else "",
        facts=_facts(facts, month),
        sections=[_scores(facts), _kpis(facts), *_data_notes(facts), _marks(facts), _money(facts)],
        notes=[
            gettext(N_("区间是95%区间：反复抽样，约95%的这种区间会包含真实的水平；n是所依据的条数。")),
            gettext(N_("对单条质检评分有异议，从公布起3个工作日内可以在“我的质检”里申诉；申诉未决的部分不扣。")),
            gettext(N_("奖罚每一条的来由（规则版本、评分、原话）在系统里逐条可查。")),
        ],
        signatures=[gettext(N_("本人（已阅，不等于同意）")), gettext(N_("主管"))],
    )


def _facts(facts: Facts, month: date) -> list[Fact]:
    run, card = facts.result["run"], facts.result["scorecard"]
    unit = facts.unit or {}
    name = (unit.get("name_en") if current_language() == "en" else None) or unit.get("name") or run["unit_name"]
    rule = gettext(N_("%(name)s第%(version)s版"), name=named(run, "rule_name"), version=run["rule_version"])
    return [
        Fact(gettext(N_("姓名")), card["person_name"]),
        Fact(gettext(N_("工号")), card["employee_no"] or "—"),
        Fact(gettext(N_("部门")), name),
        Fact(gettext(N_("月份")), month_text(month)),
        Fact(gettext(N_("规则版本")), rule),
        Fact(gettext(N_("结果摘要")), run["results_digest"][:16]),
    ]


def _scores(facts: Facts) -> Section:
    card, qa = facts.result["scorecard"], facts.result["qa"]
    minimum = views.minimum_audits(records(facts.rule, Kpi))
    given = (
        (
            N_("绩效分"),
            views.card_score(card, qa["n"]),
            N_("各项指标按公布的权重合成；区间来自质检抽样，n是质检评分数；没有质检时n是各项指标中最少的样本数"),
        ),
        (
            N_("本月得分（奖罚用）"),
            views.pay_score(qa, minimum),
            N_("按质检员宽严校正，不向全组均值收缩；只有它可以用于奖罚"),
        ),
        (
            N_("水平估计（辅导用）"),
            views.coach_score(qa, minimum),
            N_("评分越少越靠近全组均值；用于辅导和预测，不用于奖罚"),
        ),
    )
    return Section(
        title=gettext(N_("得分")),
        columns=[
            Column(gettext(N_("名称")), 3),
            cells.evidenced_column(gettext(N_("得分"))),
            Column(gettext(N_("用途")), 5),
        ],
        rows=[Row([cells.text(gettext(name)), cells.score(figure), cells.text(gettext(use))])
              for name, figure, use in given],
    )  # fmt: skip


def _kpis(facts: Facts) -> Section:
    kpis, plans = records(facts.rule, Kpi), records(facts.rule, ScorecardPlan)
    plan = plans.get(facts.result["scorecard"]["explanation"]["position"] or "")
    found = {one["kpi"]: one for one in facts.result["kpis"]}
    order = [line.kpi for dimension in plan.dimensions for line in dimension.kpis] if plan else []
    lines = []
    for key in [*order, *(key for key in kpis if key not in order)]:
        if key not in found:
            continue
        one, kpi = found[key], kpis[key]
        is_chinese = current_language() == "zh"
        weight = one["weight_hundredths"]
        lines.append(
            Row(
                [
                    cells.text(kpi.name if is_chinese else kpi.name_en, kpi.formula if is_chinese else kpi.formula_en),
                    cells.measure(views.kpi_measure(key, kpi, one)),
                    cells.points(one["points_hundredths"], gettext(N_("不计分"))),
                    cells.share(weight * 100) if weight else cells.text(gettext(N_("不计入"))),
                    cells.count(one["left_out"]),
                ]
            )
        )
    return Section(
        title=gettext(N_("各项指标")),
        columns=[
            Column(gettext(N_("指标")), 5),
            cells.measured_column(gettext(N_("值"))),
            Column(gettext(N_("指标得分")), 2, is_end=True),
            Column(gettext(N_("实际权重")), 2, is_end=True),
            Column(gettext(N_("未计入的记录")), 2, is_end=True),
        ],
        rows=lines,
        empty=gettext(N_("本月没有可用记录")),
    )


def _data_notes(facts: Facts) -> list[Section]:
    """What the values above are to be read with; nothing where the data came in without faults that touch them."""
    notes = views.kpi_notes(records(facts.rule, Kpi), facts.result["kpis"])
    if not notes:
        return []
    return [
        Section(
            title=gettext(N_("读这些指标时要知道的")),
            columns=[Column(gettext(N_("指标")), 3), Column(gettext(N_("说明")), 9)],
            rows=[Row([cells.text(names), cells.text(sentence)]) for names, sentence in notes],
        )
    ]


ORIGINS = {
    "random": N_("随机抽样"), "risk": N_("风险抽样"), "manual": N_("人工选取"), "imported": N_("外部导入"),
    "calibration": N_("校准"), "self": N_("自评"),
}  # fmt: skip


def _marks(facts: Facts) -> Section:
    return Section(
        title=gettext(N_("质检评分")),
        lead=gettext(N_("只有随机抽样的评分进入得分；失分项后面是所依据的原话或事实。")),
        columns=[
            Column(gettext(N_("评分编号")), 2),
            Column(gettext(N_("日期")), 2),
            Column(gettext(N_("质检表")), 3),
            Column(gettext(N_("来源")), 2),
            Column(gettext(N_("得分")), 1, is_end=True),
            Column(gettext(N_("失分项和依据")), 7),
        ],
        rows=[_mark_row(facts, one) for one in facts.evaluations],
        empty=gettext(N_("本月没有公布的质检评分")),
    )


def _mark_row(facts: Facts, one: dict[str, Any]) -> Row:
    lost = _lost(one, facts.quotes)
    form = gettext(N_("%(name)s第%(version)s版"), name=named(one, "form_name"), version=one["form_version"])
    revision = gettext(N_("第%(n)s次修订"), n=one["revision"]) if one["revision"] > 1 else ""
    return Row(
        [
            cells.count(one["id"]),
            cells.day(one["local_on"]),
            cells.text(form, revision),
            cells.text(gettext(ORIGINS[one["origin"]])),
            cells.points(one["final_hundredths"]),
            cells.text(lost or gettext(N_("没有失分"))),
        ]
    )


def _lost(one: dict[str, Any], quotes: dict[tuple[int, str], list[str]]) -> str:
    """Each item that cost points, by how much, and the words it stands on."""
    told = msgspec.json.decode(one["mark"], type=Explanation)
    is_chinese = current_language() == "zh"
    found = []
    for section in told.sections:
        for line in section.lines:
            cost = line.mark.cost_hundredths or 0
            if cost <= 0 and not line.critical:
                continue
            name = line.text if is_chinese else line.text_en
            effect = (line.critical if is_chinese else line.critical_en) or score(-cost)
            said = quotes.get((one["id"], line.mark.key), [])
            words = "".join(gettext(N_("“%(quote)s”"), quote=quote) for quote in said)
            found.append(gettext(N_("%(item)s（%(effect)s）%(quote)s"), item=name, effect=effect, quote=words))
    return clauses(found)


def _money(facts: Facts) -> Section:
    empty = gettext(N_("本月没有奖罚")) if facts.is_sheet_locked else gettext(N_("本月的奖罚评分表还没有锁定"))
    lines = [shown(line) for line in facts.lines]
    rules = rule_names(facts.schemes)
    body = [
        Row(
            [
                cells.text(line["text"], clauses(line["notes"])),
                cells.text(rules.get((line["rule"], line["rule_code"]), ""), _rule_words(line)),
                cells.money(line["amount_fen"]),
                cells.money(line["payable_fen"]),
            ]
        )
        for line in lines
    ]
    if body:
        sums = [cells.money(sum(line[name] for line in lines)) for name in ("amount_fen", "payable_fen")]
        body.append(Row([cells.text(gettext(N_("合计"))), cells.text(""), *sums], is_total=True))
    return Section(
        title=gettext(N_("奖罚")),
        columns=[
            Column(gettext(N_("内容和来由")), 7),
            Column(gettext(N_("规则版本")), 4),
            Column(gettext(N_("按规则（元）")), 2, is_end=True),
            Column(gettext(N_("本月计发（元）")), 2, is_end=True),
        ],
        rows=body,
        empty=empty,
    )


def _rule_words(line: dict[str, Any]) -> str:
    if line["rule_name"] is None:
        return ""
    return gettext(N_("%(name)s第%(version)s版"), name=named(line, "rule_name"), version=line["rule_version"])
