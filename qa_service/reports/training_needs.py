"""培训需要报告: which items fail, how often out of how many, who, and what answers it."""

from datetime import date
from typing import Any

from qa_service.language import N_, current_language, gettext, listed, speaking
from qa_service.people.access import Actor
from qa_service.reports import cells
from qa_service.reports.errors import NoNeeds
from qa_service.reports.model import Cell, Column, Fact, Report, Row, Section, Sheet
from qa_service.training_plans import queries as training
from qa_service.training_plans.rules import MINIMUM_N, TOLERATED_SHARE
from qa_service.web.formatting import interval, share
from qa_service.web.formatting import month as month_text
from training.needs import CLEAR, INSUFFICIENT, NEED, WATCH

NO_EVIDENCE = N_("证据不足，不下结论")
NOTHING_MARKED = N_(
    "证据不足：这个月还没有公布的随机抽样评分，既不能说需要培训，也不能说不需要。抽样、评分并公布以后再出一份"
)


async def build(actor: Actor, unit: dict[str, Any], month: date) -> Report:
    """The report of a unit's month. Without any released random mark it says that nothing can be said.

    Raises NoNeeds where there are marks and needs were not computed from them.
    """
    both = {}
    is_marked = await training.is_marked(unit["id"], month)
    for language in ("zh", "en"):
        with speaking(language):
            whole = await training.needs(actor, unit["id"], month)
            if not whole and is_marked:
                raise NoNeeds(unit=unit["name"], month=f"{month:%Y-%m}")
            people = await training.needs(actor, unit["id"], month, of_people=True)
            plans = await training.plans(actor, month=month, unit_id=unit["id"])
            both[language] = _sheet(unit, month, whole=whole, people=people, plans=plans)
    return Report(**both)


def _sheet(
    unit: dict[str, Any],
    month: date,
    *,
    whole: list[dict[str, Any]],
    people: list[dict[str, Any]],
    plans: list[dict[str, Any]],
) -> Sheet:
    thin = [_too_few(people)] if whole else []
    name = unit["name_en"] if current_language() == "en" and unit["name_en"] else unit["name"]
    tolerated = share(TOLERATED_SHARE, 0)
    return Sheet(
        title=gettext(N_("%(unit)s%(month)s培训需要报告"), unit=name, month=month_text(month)),
        warning="" if whole else gettext(NOTHING_MARKED),
        facts=[
            Fact(gettext(N_("部门")), name),
            Fact(gettext(N_("月份")), month_text(month)),
            *(Fact(word, str(sum(one["state"] == state for one in whole))) for state, word in _state_words(whole)),
        ],
        sections=[_whole(whole), _people(people, is_known=bool(whole)), *thin, _plans(plans)],
        notes=[
            gettext(
                N_(
                    "只用公布的随机抽样评分。95%%区间整个高于%(share)s才算需要培训；评到不足%(n)s次是证据不足，不下结论。"
                ),
                share=tolerated,
                n=MINIMUM_N,
            ),
            gettext(N_("培训需要只用于安排培训，不进入得分，也不动钱。")),
        ],
        signatures=[gettext(N_("编制人")), gettext(N_("主管"))],
        is_wide=True,
    )


def _state_words(whole: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = {one["state"]: one["state_name"] for one in whole}
    return [(state, found[state]) for state in (NEED, WATCH, INSUFFICIENT, CLEAR) if state in found]


def _rate(one: dict[str, Any]) -> Cell:
    """Failed of evaluated with the interval; in a sheet failed, n and both ends."""
    low, high = one["lower_hundredths"], one["upper_hundredths"]
    ends = interval(share(low / 10_000).removesuffix("%"), share(high / 10_000).removesuffix("%"))
    facts = {"value": share(one["share_millionths"] / 1_000_000), "range": ends, "n": one["evaluated"]}
    return Cell(
        gettext(N_("%(value)s（区间%(range)s，n=%(n)s）"), **facts),
        parts=[cells.share(one["share_millionths"]), cells.share(low * 100), cells.share(high * 100),
               cells.count(one["evaluated"])],
    )  # fmt: skip


def _item(one: dict[str, Any]) -> Cell:
    return cells.text(one["item_name"], f"{one['form_name']} · {one['section_name']}")


def _courses(one: dict[str, Any]) -> Cell:
    names = listed(course["name"] for course in one["courses"])
    return cells.text(names or gettext(N_("目录里没有对应的课程")))


def _whole(whole: list[dict[str, Any]]) -> Section:
    return Section(
        title=gettext(N_("评分项失分的比例")),
        columns=[
            Column(gettext(N_("评分项")), 5),
            cells.evidenced_column(gettext(N_("没做到的比例"))),
            Column(gettext(N_("次数")), 1, is_end=True),
            Column(gettext(N_("共失分（分）")), 2, is_end=True),
            Column(gettext(N_("判断")), 2),
            Column(gettext(N_("对应课程")), 3),
            Column(gettext(N_("单独需要的人")), 4),
        ],
        rows=[
            Row(
                [
                    _item(one),
                    _rate(one),
                    cells.count(one["failed"]),
                    cells.points(one["lost_hundredths"]),
                    cells.text(one["state_name"]),
                    _courses(one),
                    cells.text(listed(one["people"])),
                ]
            )
            for one in whole
        ],
        empty=gettext(NO_EVIDENCE),
    )


def _people(people: list[dict[str, Any]], *, is_known: bool) -> Section:
    return Section(
        title=gettext(N_("单独需要培训的人")),
        columns=[
            Column(gettext(N_("姓名")), 2),
            Column(gettext(N_("评分项")), 5),
            cells.evidenced_column(gettext(N_("没做到的比例"))),
            Column(gettext(N_("共失分（分）")), 2, is_end=True),
            Column(gettext(N_("对应课程")), 3),
        ],
        rows=[
            Row(
                [
                    cells.text(one["person_name"], one["employee_no"] or ""),
                    _item(one),
                    _rate(one),
                    cells.points(one["lost_hundredths"]),
                    _courses(one),
                ]
            )
            for one in people
            if one["state"] == NEED
        ],
        empty=gettext(N_("没有人单独需要培训") if is_known else NO_EVIDENCE),
    )


def _too_few(people: list[dict[str, Any]]) -> Section:
    """Failures that prove nothing yet: named as such, so that nobody reads them as a finding."""
    thin = [one for one in people if one["state"] == INSUFFICIENT and one["failed"]]
    return Section(
        title=gettext(N_("证据不足，不下结论")),
        lead=gettext(N_("有失分，但评到的次数太少")),
        columns=[
            Column(gettext(N_("姓名")), 2),
            Column(gettext(N_("评分项")), 5),
            Column(gettext(N_("次数")), 1, is_end=True),
            Column("n", 1, is_end=True),
        ],
        rows=[
            Row(
                [
                    cells.text(one["person_name"], one["employee_no"] or ""),
                    _item(one),
                    cells.count(one["failed"]),
                    cells.count(one["evaluated"]),
                ]
            )
            for one in thin
        ],
        empty=gettext(N_("没有")),
    )


def _unit_name(one: dict[str, Any]) -> str:
    return one["unit_name_en"] if current_language() == "en" and one["unit_name_en"] else one["unit_name"]


def _plans(plans: list[dict[str, Any]]) -> Section:
    return Section(
        title=gettext(N_("培训安排")),
        columns=[
            Column(gettext(N_("日期")), 2),
            Column(gettext(N_("培训")), 5),
            Column(gettext(N_("状态")), 2),
            Column(gettext(N_("人数")), 1, is_end=True),
            Column(gettext(N_("到场")), 1, is_end=True),
        ],
        rows=[
            Row(
                [
                    cells.day(one["held_on"]),
                    cells.text(one["title"], _unit_name(one)),
                    cells.text(one["state_name"]),
                    cells.count(one["people"]),
                    cells.count(one["attended"]),
                ]
            )
            for one in plans
        ],
        empty=gettext(N_("还没有安排培训")),
    )
