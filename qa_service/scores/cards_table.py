"""Everybody of a run as a table: a page of them, with search, sorting by head, and what is missing for a score."""

from typing import Any
from urllib.parse import urlencode

from qa_service.kpis.rules import THIN
from qa_service.kpis.words import kpi_name
from qa_service.language import N_, gettext, listed
from qa_service.scores.listing import Asked, CardsPage
from qa_service.scores.views import card_score, coach_score, minimum_audits, pay_score, reason_words
from qa_service.web.cells import Person, StateCell
from qa_service.web.figures import Share
from qa_service.web.tables import Column, Empty, Pager, Search, Table, TableRow
from rubrics.pack_records import Kpi

STATES = {
    "scored": ("done", N_("已计分")),
    "gated": ("warn", N_("红线限分")),
    "not_scored": ("thin", N_("不计分")),
}


def cards_table(run_id: int, found: CardsPage, asked: Asked, *, kpis: dict[str, Kpi]) -> Table:
    """A page of a run's people in order of 工号, name, weight or state, never in order of score."""
    minimum = minimum_audits(kpis)
    return Table(
        caption=gettext(N_("每个人的绩效分和质检估计，不按得分排列")),
        columns=_columns(run_id, asked),
        rows=[_row(run_id, card, minimum=minimum, kpis=kpis) for card in found.rows],
        name="people",
        empty=Empty(what=gettext(N_("没有找到这个人")) if asked.search else gettext(N_("这次计算没有任何人"))),
        search=Search(
            action=f"/scores/{run_id}", value=asked.search, placeholder=gettext(N_("姓名或工号")), keep=_order(asked)
        ),
        pager=_pager(run_id, found, asked),
    )


def _columns(run_id: int, asked: Asked) -> list[Column]:
    def by(key: str, label: str, kind: str, **more: Any) -> Column:
        is_sorted = asked.sort == key
        way = {"way": "down"} if is_sorted and not asked.is_descending else {}
        sorted_ = ("descending" if asked.is_descending else "ascending") if is_sorted else ""
        href = _href(run_id, {**_search(asked), "sort": key, **way})
        return Column(label=label, kind=kind, sort_href=href, sorted=sorted_, **more)

    hint = gettext(N_("区间来自质检抽样，n是质检评分数；没有质检时n是各项指标中最少的样本数"))
    return [
        by("number", gettext(N_("姓名")), "person", hint=gettext(N_("按工号或姓名键排列"))),
        Column(label=gettext(N_("绩效分")), kind="score", hint=hint),
        Column(label=gettext(N_("本月得分（奖罚用）")), kind="score"),
        Column(label=gettext(N_("水平估计（辅导用）")), kind="score"),
        by("weight", gettext(N_("有效权重")), "share", is_wide_only=True),
        by("state", gettext(N_("状态")), "state"),
    ]


def _row(run_id: int, card: dict[str, Any], *, minimum: int, kpis: dict[str, Kpi]) -> TableRow:
    name, number, person = card["person_name"], card["employee_no"] or "", card["person"]
    return TableRow(
        cells=[
            Person(name=name, number=number, href=f"/scores/{run_id}/people/{person}"),
            card_score(card, card["qa"]["n"]),
            pay_score(card["qa"], minimum),
            coach_score(card["qa"], minimum),
            Share(share=card["weight_present_hundredths"] / 10_000, digits=0),
            _state(card, kpis),
        ]
    )


def _state(card: dict[str, Any], kpis: dict[str, Kpi]) -> StateCell:
    """Scored, limited, or not scored with what is too thin to count."""
    kind, word = STATES[card["state"]]
    if card["state"] != "not_scored":
        return StateCell(kind=kind, word=gettext(word))
    thin = [kpi_name(kpis[one["kpi"]]) for one in card["explanation"]["kpis"] if one["state"] == THIN]
    note = reason_words(card["explanation"]["reason"])
    if thin:
        note = gettext(N_("样本不足：%(kpis)s"), kpis=listed(thin))
    return StateCell(kind=kind, word=gettext(word), note=note)


def _pager(run_id: int, found: CardsPage, asked: Asked) -> Pager:
    def to(name: str, place: int) -> str:
        return _href(run_id, {**_search(asked), **_order(asked), name: str(found.rows[place]["person"])})

    return Pager(
        shown=len(found.rows),
        total=found.total,
        previous_href=to("before", 0) if found.rows and found.has_previous else "",
        next_href=to("after", -1) if found.rows and found.has_next else "",
    )


def _search(asked: Asked) -> dict[str, str]:
    return {"q": asked.search} if asked.search else {}


def _order(asked: Asked) -> dict[str, str]:
    """The order as the address says it; the usual one is not said."""
    sort = {"sort": asked.sort} if asked.sort != "number" else {}
    return {**sort, **({"way": "down"} if asked.is_descending else {})}


def _href(run_id: int, given: dict[str, str]) -> str:
    return f"/scores/{run_id}?{urlencode(given)}" if given else f"/scores/{run_id}"
