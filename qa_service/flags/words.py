"""Reasons and the state of the method in words, in the reader's language."""

from typing import Any

from qa_service.kpis.words import kpi_name, value_text
from qa_service.language import N_, gettext
from rubrics.pack_records import Kpi

AGAINST = {
    "peers": {
        1: N_("%(kpi)s为%(value)s，高于同岗位常见的%(typical)s（偏离%(z)s个稳健标准差）"),
        -1: N_("%(kpi)s为%(value)s，低于同岗位常见的%(typical)s（偏离%(z)s个稳健标准差）"),
    },
    "own": {
        1: N_("%(kpi)s为%(value)s，本人往月为%(typical)s；与同岗位的变化相比明显偏高（偏离%(z)s个稳健标准差）"),
        -1: N_("%(kpi)s为%(value)s，本人往月为%(typical)s；与同岗位的变化相比明显偏低（偏离%(z)s个稳健标准差）"),
    },
}
METHOD = {
    "calibrated": N_("按往月%(rows)s条人月记录校准"),
    "uncalibrated": N_("只有%(past)s个往月，不够校准：以下只按名义概率提示，误报可能偏多"),
    "group-too-small": N_("可比的人太少，无法判断异常"),
    "too-few-kpis": N_("有数据的指标太少，无法判断异常"),
}
NO_PAST = N_("没有往月可比，未校准：只与同岗位的人比较，误报可能偏多")

HELD_BACK = N_("；另有%(people)s人也达到提示线，因未校准、超出每月看得过来的条数而没有提示")


def reason_text(reason: dict[str, Any], kpis: dict[str, Kpi]) -> str:
    """One reason as a sentence with both figures in the KPI's own unit."""
    kpi = kpis[reason["kpi"]]
    return gettext(
        AGAINST[reason["against"]][reason["direction"]],
        kpi=kpi_name(kpi),
        value=value_text(reason["kpi"], kpi, reason["value"]),
        typical=value_text(reason["kpi"], kpi, reason["typical"]),
        z=f"{abs(reason['z_hundredths']) / 100:.1f}",
    )


def method_text(note: dict[str, Any]) -> str:
    """How the month was judged; with no past months it says so."""
    if note["state"] == "uncalibrated" and not note["past_months"]:
        text = gettext(NO_PAST)
    else:
        text = gettext(METHOD[note["state"]], rows=note["calibration"], past=note["past_months"])
    return text + (gettext(HELD_BACK, people=note["held_back"]) if note["held_back"] else "")
