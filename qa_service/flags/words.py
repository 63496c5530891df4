"""Reasons and the state of the method in words, in the reader's language."""

from typing import Any

from qa_service.kpis.words import kpi_name, value_text
from qa_service.language import N_, bracketed, gettext, labelled, with_commas
from qa_service.web import formatting
from rubrics.pack_records import Kpi

# How far off: beside people of the same work in this month, or by how much it moved from one's own past months.
BESIDE = {
    ("peers", 1): (N_("高于全部%(others)s位同岗位的人"), N_("高于%(others)s位同岗位的人中的%(below)s位")),
    ("peers", -1): (N_("低于全部%(others)s位同岗位的人"), N_("低于%(others)s位同岗位的人中的%(below)s位")),
    ("own", 1): (N_("比全部%(others)s位同岗位的人都升得多"), N_("比%(others)s位同岗位的人中的%(below)s位升得多")),
    ("own", -1): (N_("比全部%(others)s位同岗位的人都降得多"), N_("比%(others)s位同岗位的人中的%(below)s位降得多")),
}
TYPICAL = {"peers": N_("同岗位的中位数是%(typical)s"), "own": N_("本人往月是%(typical)s")}
WHAT_TO_DO = N_("可以做的：翻看这个月的几段服务记录，听本人怎么说，再记下结论；有正常的原因，就记“不成立”。")
METHOD = {
    "calibrated": N_("按往月%(rows)s条人月记录校准"),
    "uncalibrated": N_("只有%(past)s个往月，不够校准：以下只按名义概率提示，误报可能偏多"),
    "group-too-small": N_("可比的人太少，无法判断异常"),
    "too-few-kpis": N_("有数据的指标太少，无法判断异常"),
}
NO_PAST = N_("没有往月可比，未校准：只与同岗位的人比较，误报可能偏多")

HELD_BACK = N_("；另有%(people)s人也达到提示线，因未校准、超出每月看得过来的条数而没有提示")


def reason_texts(reasons: list[dict[str, Any]], kpis: dict[str, Kpi]) -> list[str]:
    """One short sentence per KPI, in the order of the reasons."""
    by_kpi: dict[str, list[dict[str, Any]]] = {}
    for reason in reasons:
        by_kpi.setdefault(reason["kpi"], []).append(reason)
    return [_sentence(key, told, kpis[key]) for key, told in by_kpi.items()]


def _sentence(key: str, told: list[dict[str, Any]], kpi: Kpi) -> str:
    """What, the value with its n, what was to be expected, how unusual that is."""
    first = told[0]
    value = value_text(key, kpi, first["value"])
    if first.get("n") is not None:
        value = bracketed(value, f"n={formatting.count(first['n'])}")
    said = [labelled(kpi_name(kpi), value)]
    said += [gettext(TYPICAL[one["against"]], typical=value_text(key, kpi, one["typical"])) for one in told]
    if first.get("others"):
        said.append(_unusual(first))
    return with_commas(said)


def _unusual(reason: dict[str, Any]) -> str:
    all_of_them, most = BESIDE[reason["against"], reason["direction"]]
    others, below = reason["others"], reason["others"] - reason["beyond"]
    return gettext(all_of_them if below == others else most, others=others, below=below)


def rarity_text(found: dict[str, Any]) -> str:
    """Its place among all who were judged in the month and, where it is known, how often one like it comes."""
    place = gettext(N_("当月%(people)s人中第%(rank)s"), people=found["judged_people"], rank=found["rank"])
    if found["p_value_millionths"]:
        often = max(1, round(1_000_000 / found["p_value_millionths"]))
        return with_commas([place, gettext(N_("约%(months)s个人月里有一次"), months=formatting.count(often))])
    return place


def method_text(note: dict[str, Any]) -> str:
    """How the month was judged; with no past months it says so."""
    if note["state"] == "uncalibrated" and not note["past_months"]:
        text = gettext(NO_PAST)
    else:
        text = gettext(METHOD[note["state"]], rows=note["calibration"], past=note["past_months"])
    return text + (gettext(HELD_BACK, people=note["held_back"]) if note["held_back"] else "")
