"""Rows of a run as cells and tables: a score is never without n, and without an interval only as thin evidence."""

from collections.abc import Iterable
from typing import Any

from qa_service.kpis.facts import QA_FACT
from qa_service.kpis.notes import sentences
from qa_service.kpis.rules import scale_of
from qa_service.kpis.words import MONEY, PER_DAY, PER_THOUSAND, SECONDS, SHARE, kpi_name, unit_of
from qa_service.language import N_, current_language, gettext, listed
from qa_service.scores.rules import NO_CARD
from qa_service.web import formatting
from qa_service.web.cells import Cell, Nothing, Person, StateCell, Text
from qa_service.web.figures import Count, Measure, Score, Share
from qa_service.web.tables import Column, Empty, Table, TableRow
from rubrics.pack_records import Kpi, ScorecardPlan
from scoring.kpis import points
from scoring.states import SENTENCES

QA_STATES = {
    "none": N_("没有随机抽样的质检评分"),
    "disconnected": N_("质检员与客服的对应关系断开，不能比较"),
    "uncorrected": N_("只有一名质检员，宽严无法校正"),
}

MONITORS_TO_COMPARE = 2


def reason_words(code: str) -> str:
    """Why a card has no total, in the reader's language."""
    if code == NO_CARD:
        return gettext(N_("没有适用的绩效表"))
    return SENTENCES[code][0 if current_language() == "zh" else 1]


def card_score(card: dict[str, Any], n: int) -> Score:
    """The total; its interval comes from the audits, so n is theirs.

    Without audits it is a count of whole records without an interval: n is that of its thinnest KPI.
    """
    if card["total_hundredths"] is None:
        return Score(value_hundredths=None, state="none", missing=reason_words(card["explanation"]["reason"]))
    if card["lower_hundredths"] is None:
        counted = [kpi["n"] for kpi in card["explanation"]["kpis"] if kpi["weight"]]
        missing = gettext(N_("没有质检，没有区间"))
        return Score(value_hundredths=card["total_hundredths"], n=min(counted), state="counted", missing=missing)
    return Score(
        value_hundredths=card["total_hundredths"],
        lower_hundredths=card["lower_hundredths"],
        upper_hundredths=card["upper_hundredths"],
        n=n,
    )


def pay_score(qa: dict[str, Any], minimum: int) -> Score:
    """本月得分（奖罚用）."""
    return _qa_score(qa, "corrected", use="pay", minimum=minimum)


def coach_score(qa: dict[str, Any], minimum: int) -> Score:
    """水平估计（辅导用）."""
    return _qa_score(qa, "shrunk", use="coach", minimum=minimum)


def _qa_score(qa: dict[str, Any], name: str, *, use: str, minimum: int) -> Score:
    value, low, high = (qa[f"{name}{end}_hundredths"] for end in ("", "_lower", "_upper"))
    if value is None:
        state = qa["state"] if qa["state"] in QA_STATES else "none"
        missing = gettext(QA_STATES[state]) if qa["n"] == 0 or state != "none" else gettext(N_("评分太少，无法估计"))
        return Score(value_hundredths=None, state="none", missing=missing, use=use)
    is_thin = low is None or (use == "pay" and qa["n"] < minimum)
    lacking = minimum - qa["n"]
    missing = gettext(N_("还差%(n)s通"), n=lacking) if is_thin and lacking > 0 else ""
    return Score(
        value_hundredths=value, lower_hundredths=low, upper_hundredths=high, n=qa["n"], use=use,
        state="thin" if is_thin else "", missing=missing,
    )  # fmt: skip


def minimum_audits(kpis: dict[str, Kpi]) -> int:
    return next((kpi.minimum_volume for kpi in kpis.values() if kpi.fact == QA_FACT), 1)


def kpi_measure(key: str, kpi: Kpi, row: dict[str, Any]) -> Measure:
    """A KPI value with interval and n in its own unit; below the minimum volume it is thin."""
    if row["value_hundredths"] is None:
        return Measure(value=None, state="none", missing=gettext(N_("本月没有可用记录")))
    unit = unit_of(key, kpi)
    scale = 10_000 if unit in (SHARE, MONEY) else 100  # a share as 0-1, fen as yuan
    value, low, high = (
        None if row[f"{name}_hundredths"] is None else row[f"{name}_hundredths"] / scale
        for name in ("value", "lower", "upper")
    )
    words = {SHARE: "share", SECONDS: "seconds", MONEY: N_("元/单"), PER_THOUSAND: "‰", PER_DAY: N_("件/天")}
    lacking = kpi.minimum_volume - row["n"]
    return Measure(
        value=value, lower=low, upper=high, n=row["n"], unit=words.get(unit, ""),
        state="thin" if row["state"] == "thin" else "",
        missing=gettext(N_("还差%(n)s条"), n=lacking) if row["state"] == "thin" and lacking > 0 else "",
    )  # fmt: skip


def points_cell(kpi: Kpi, row: dict[str, Any]) -> Cell:
    """Points with the n of the value beside them; only the QA mark is a draw, so only its interval comes along."""
    if row["points_hundredths"] is None:
        return Nothing(reason=gettext(N_("不计分")))
    low, high = row["lower_hundredths"], row["upper_hundredths"]
    if kpi.fact != QA_FACT or low is None or high is None:
        return Measure(value=row["points_hundredths"] / 100, n=row["n"])
    ends = [points(scale_of(kpi), end, 100) for end in (low, high)]
    return Measure(value=row["points_hundredths"] / 100, lower=ends[0] / 100, upper=ends[1] / 100, n=row["n"])


def card_note(card: dict[str, Any]) -> str:
    """Why an interval ends at the total: the QA mark earns full points there and cannot earn more."""
    total, low, high = (card[f"{name}_hundredths"] for name in ("total", "lower", "upper"))
    if total is None or low is None or high != total or low == high:
        return ""
    return gettext(N_("质检指标已得满分，再高也不加分，所以区间的上端就是得分本身"))


def has_no_spread(qa: Iterable[dict[str, Any]]) -> bool:
    """Whether everybody got the same level estimate: the spread between people could not be told from 0."""
    levels = [one["shrunk_hundredths"] for one in qa if one["shrunk_hundredths"] is not None]
    return len(levels) > 1 and len(set(levels)) == 1


def spread_note(level_hundredths: int) -> str:
    return gettext(
        N_("这个月人与人之间的差别和0分不开，所以每个人的水平估计都是全组均值%(level)s分；不表示人人一样"),
        level=formatting.score(level_hundredths, 1),
    )


def monitors_table(monitors: list[dict[str, Any]]) -> Table:
    rows = [
        TableRow(
            cells=[
                Person(name=one["person_name"], number=one["employee_no"] or ""),
                _leniency(one),
                _leaning(one),
                Count(value=one["n"]),
            ]
        )
        for one in monitors
    ]
    return Table(
        caption=gettext(N_("每位质检员的宽严：与平均质检员相差多少分，负数为偏严")),
        columns=[
            Column(label=gettext(N_("质检员")), kind="person"),
            Column(label=gettext(N_("宽严（分）")), kind="score"),
            Column(label=gettext(N_("宽严判断")), kind="state"),
            Column(label=gettext(N_("评分数")), kind="count"),
        ],
        rows=rows,
        name="monitors",
        empty=Empty(
            what=gettext(N_("没有随机抽样的质检评分，看不出宽严")),
            why=gettext(N_("宽严只从随机抽到的评分估计")),
        ),
    )


def _leniency(one: dict[str, Any]) -> Score:
    if one["severity_hundredths"] is None:
        return Score(value_hundredths=None, state="none", missing=reason_words(one["note"]))
    bare = one["lower_hundredths"] is None
    return Score(
        value_hundredths=one["severity_hundredths"], lower_hundredths=one["lower_hundredths"],
        upper_hundredths=one["upper_hundredths"], n=one["n"], state="thin" if bare else "",
    )  # fmt: skip


def _leaning(one: dict[str, Any]) -> StateCell:
    low, high = one["lower_hundredths"], one["upper_hundredths"]
    if low is None or high is None:
        return StateCell(kind="thin", word=gettext(N_("无法判断")))
    if low > 0 or high < 0:
        return StateCell(kind="warn", word=leaning_word(low), note=gettext(N_("区间不含0")))
    return StateCell(kind="done", word=gettext(N_("与平均分不出差别")))


def leaning_word(low: int) -> str:
    """Of an interval without 0, given its lower end: it says something about the mean of the monitors, no more."""
    return gettext(N_("比平均宽") if low > 0 else N_("比平均严"))


def leniency_note(monitors: list[dict[str, Any]]) -> str:
    """Why a fair monitor may stand there as lenient: the zero is the mean of those who marked, not a standard."""
    compared = sum(one["lower_hundredths"] is not None for one in monitors)
    if compared < MONITORS_TO_COMPARE:
        return ""
    return gettext(
        N_(
            "宽严是相互比出来的：0是这%(count)s位质检员的平均，不是标准。有一位特别严，其余的就显得偏宽；区间不含0只说明与平均不同，"
            "不说明谁评错。谁更接近质检表的要求，要由几位质检员各评同一段对话才看得出"
        ),
        count=compared,
    )


def kpi_notes(kpis: dict[str, Kpi], rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each sentence that values are to be read with, once, with the names of the KPIs that it touches."""
    touched: dict[str, list[str]] = {}
    for one in rows:
        for sentence in sentences(one) if one["kpi"] in kpis else ():
            touched.setdefault(sentence, []).append(kpi_name(kpis[one["kpi"]]))
    return [(listed(names), sentence) for sentence, names in touched.items()]


def kpi_table(
    kpis: dict[str, Kpi], rows: list[dict[str, Any]], plan: ScorecardPlan | None, *, name: str = "kpis"
) -> Table:
    """One person's KPIs: what is in the scorecard first, in its order, then the rest."""
    by_key = {row["kpi"]: row for row in rows}
    order = [line.kpi for dimension in plan.dimensions for line in dimension.kpis] if plan else []
    keys = [*order, *(key for key in kpis if key not in order)]
    lines = []
    for key in keys:
        if key not in by_key:
            continue
        row, kpi = by_key[key], kpis[key]
        measure = kpi_measure(key, kpi, row)
        formula = kpi.formula if current_language() == "zh" else kpi.formula_en
        label = Text(text=kpi_name(kpi), sub=formula)
        weight = (
            Share(share=row["weight_hundredths"] / 10_000)
            if row["weight_hundredths"]
            else Nothing(reason=gettext(N_("不计入")))
        )
        left = Count(value=row["left_out"])
        lines.append(TableRow(cells=[label, measure, points_cell(kpi, row), weight, left]))
    return Table(
        caption=gettext(N_("各项指标的值、区间、样本数和得分")),
        columns=[
            Column(label=gettext(N_("指标")), more_label=gettext(N_("公式"))),
            Column(label=gettext(N_("值")), kind="measure"),
            Column(
                label=gettext(N_("指标得分")),
                kind="measure",
                hint=gettext(N_("质检分是抽样，区间带进得分；其余指标是全月的实数")),
            ),
            Column(label=gettext(N_("实际权重")), kind="share"),
            Column(
                label=gettext(N_("未计入的记录")),
                kind="count",
                hint=gettext(N_("没有可用时间或数值的记录，申诉未决的评分")),
            ),
        ],
        rows=lines,
        name=name,
    )
