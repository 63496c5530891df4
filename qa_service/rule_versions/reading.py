"""A rule version as its readers read it: records with their fields in words, forms with their items and points."""

import json
from typing import Any

from qa_service.language import N_, current_language, gettext
from qa_service.web.formatting import money
from rubrics.loading import form_from_json

KINDS = {
    "form": N_("质检表"), "kpis": N_("绩效指标与绩效表"), "sampling": N_("抽样方案"), "rewards": N_("奖罚办法"),
    "flags": N_("异常提示设置"), "shifts": N_("班次"), "cleaning": N_("值日安排"), "probation": N_("试用期办法"),
    "training": N_("培训目录"), "law": N_("法定数值"),
}  # fmt: skip
STATES = {"draft": N_("草稿"), "published": N_("已公布"), "archived": N_("已归档")}
FIELDS = {
    "formula": N_("公式"), "window": N_("时间窗口"), "exclusions": N_("不计入"), "minimum_volume": N_("最少条数"),
    "floor": N_("底线"), "threshold": N_("门槛"), "target": N_("目标"), "stretch": N_("挑战"), "better": N_("方向"),
    "numerator": N_("分子"), "denominator": N_("分母"), "weight": N_("权重"), "dimensions": N_("维度"),
    "amount_fen": N_("金额（元）"), "off_percent": N_("扣减（%）"), "month_cap": N_("每月上限"), "line": N_("分数线"),
    "bands": N_("档位"), "sentence": N_("说明"), "minutes": N_("分钟"), "items": N_("评分项"), "content": N_("内容"),
    "starts": N_("开始"), "ends": N_("结束"), "letter": N_("代号"), "paid_break_minutes": N_("计工时的休息（分钟）"),
    "unpaid_break_minutes": N_("不计工时的休息（分钟）"), "people_per_day": N_("每天人数"), "tasks": N_("要做的"),
    "condition": N_("录用条件"), "evidence": N_("证据"), "goals": N_("目标"), "from_day": N_("第几天起"),
    "until_day": N_("到第几天"), "kind": N_("类别"), "per_agent_month": N_("每人每月"), "units": N_("部门"),
    "per_probationer_month": N_("试用期每人每月"), "named_value": N_("事先点名的公开值"), "pass_points": N_("合格分"),
    "limit_percent": N_("上限（%）"), "approver": N_("批准人"), "consultation": N_("征求意见"),
    "publication": N_("公示"), "file_working_days": N_("申诉期限（工作日）"),
    "decide_working_days": N_("裁决期限（工作日）"), "late_event_days": N_("逾期登记（天）"), "kpis": N_("指标"),
    "decision": N_("怎样算达到"), "expected_undecided_percent": N_("预计不能判定的（%）"), "minimum_n": N_("最少件数"),
    "subject": N_("依据"), "part_percent": N_("占绩效基数（%）"), "negative": N_("扣减的部分"),
    "positive": N_("奖励的部分"), "otherwise": N_("低于各档"), "base_fen": N_("基数（元）"),
    "coefficients_percent": N_("等级系数（%）"), "day": N_("每月几日"), "months_after": N_("几个月后"),
    "submit_before": N_("提交期限（发薪前工作日）"), "submit_until": N_("提交到几点"),
    "approve_before": N_("批准期限（发薪前工作日）"), "approve_until": N_("批准到几点"),
    "return_hours": N_("留给退回的小时"), "needs": N_("要有"), "approved_on": N_("批准日期"),
    "consulted_on": N_("征求意见日期"), "published_on": N_("公示日期"), "alarms_per_month": N_("每月大约提示几人"),
    "past_months": N_("参照的月数"), "minimum_parts": N_("最少客服段数"), "monitor_signs": N_("质检员方面的迹象"),
    "order": N_("顺序"), "fact": N_("取自"), "count": N_("计数"), "stretch_points": N_("挑战得分"),
    "stretch_cap": N_("挑战封顶"), "level_percent": N_("区间水平（%）"), "draw_period": N_("抽样期"),
    "seed": N_("种子"), "due_working_days": N_("评分期限（工作日）"), "minutes_per_part": N_("每件预计分钟"),
    "new_agent_days": N_("新人期（天）"), "own_team": N_("评本组"), "cross_team_percent": N_("跨组（%）"),
    "pair_cap_percent": N_("同一对上限（%）"), "due_days_before_end": N_("期满前几天考核"), "decided_by": N_("谁决定"),
    "enough_of": N_("其一即可"), "form": N_("形式"), "clock": N_("时刻"),
}  # fmt: skip
WORDS = {
    "higher": N_("越高越好"), "lower": N_("越低越好"), "interval_clears": N_("区间整个在线的一侧"),
    "point_minimum_n": N_("得分达到且件数够"), "reward": N_("奖励"), "unearned": N_("绩效未得"),
    "loss_compensation": N_("损失赔偿"), "not_deducted": N_("先不扣"), "deducted": N_("先扣"), "paid": N_("先发"),
    "never": N_("从不"), "public_value": N_("事先点名的公开值"), "week": N_("一周"), "talk": N_("讲解"),
    "practice": N_("练习"), "reading": N_("阅读"), "pairing": N_("结对带教"), "qa": N_("本月得分（奖罚用）"),
    "scorecard": N_("绩效分"), "working_days": N_("工作日"), "started": N_("开始时间"),
}  # fmt: skip
INNER = ("numerator", "denominator", "fact")  # names of columns; the formula says the same in words
GROUPS = {
    "kpi": N_("指标"), "scorecard": N_("绩效表"), "plan": N_("抽样方案"), "appeal": N_("申诉"), "grade": N_("等级"),
    "share": N_("按分计发"), "conduct": N_("按次"), "band_reward": N_("达标奖励"), "event": N_("奖惩事项"),
    "dispute": N_("申诉未决的部分"), "payday": N_("发薪和期限"), "loss": N_("损失赔偿"), "paper": N_("程序"),
    "flags": N_("异常提示"), "shift": N_("班次"), "area": N_("值日区域"), "phase": N_("阶段"), "item": N_("考核项"),
    "assessment": N_("考核"), "course": N_("课程"),
}  # fmt: skip


def records_of(definition: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, (label, value) pairs) of each record of a pack's rules, in the reader's language."""
    english = current_language() == "en"
    found = []
    for key, record in sorted(json.loads(definition).items()):
        group, _, name = key.partition(".")
        title = record.get("name_en" if english else "name") or record.get("name") or name
        pairs = [
            (gettext(FIELDS[field]) if field in FIELDS else field, _value(field, value))
            for field, value in record.items()
            if _is_shown(field, record, english=english) and value not in ("", [], None)
        ]
        label = gettext(GROUPS[group]) if group in GROUPS else group
        found.append((f"{label}：{title}" if title else label, pairs))
    return found


def _is_shown(field: str, record: dict[str, Any], *, english: bool) -> bool:
    """One language of each text, the name only in the title."""
    if field in ("name", "name_en", *INNER):
        return False
    if field.endswith("_en"):
        return english
    return not (english and f"{field}_en" in record)


def _value(field: str, value: Any) -> str:
    if field.endswith("_fen") and isinstance(value, int):
        return money(value)
    if isinstance(value, list):
        return "；".join(_value(field, one) for one in value)
    if isinstance(value, dict):
        shown = {gettext(FIELDS[name]) if name in FIELDS else name: _value(name, one) for name, one in _own(value)}
        return "，".join(f"{name} {text}" for name, text in shown.items())
    return gettext(WORDS[value]) if isinstance(value, str) and value in WORDS else str(value)


def _own(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """The fields of an inner record in the reader's language."""
    english = current_language() == "en"
    return [(name, one) for name, one in value.items() if _is_shown(name, value, english=english) or name == "name"]


def sections_of(definition: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, (item, how it is answered, guidance)) of a form."""
    form = form_from_json(definition)
    english = current_language() == "en"
    return [
        (
            section.name_en if english and section.name_en else section.name,
            [
                (
                    item.text_en if english and item.text_en else item.text,
                    _options(item, english=english),
                    (item.guidance_en if english and item.guidance_en else item.guidance) or "",
                )
                for item in section.items
            ],
        )
        for section in form.sections
    ]


def _options(item: Any, *, english: bool) -> str:
    if item.type == "yes_no":
        found = [gettext(N_("是")), gettext(N_("否"))]
    else:
        found = [
            (option.name_en if english and option.name_en else option.name)
            + (f" {option.points}" if option.points is not None else "")
            for option in item.options
        ]
    found += [gettext(N_("不适用：%(why)s"), why=one.name_en if english else one.name) for one in item.na_reasons]
    return " / ".join(found)


def why_no_money(found: dict[str, Any]) -> list[str]:
    """What keeps a version from money (劳动合同法 4); nothing where it may drive it."""
    reasons = []
    if found["state"] != "published":
        reasons.append(gettext(N_("还没有公布")))
    if found["barred_from_money"]:
        reasons.append(gettext(N_("已被限制，不作奖罚依据")))
    if not (found["approved_at"] or found["approver_label"]):
        reasons.append(gettext(N_("没有批准人")))
    if not found["consulted_on"]:
        reasons.append(gettext(N_("没有征求意见的记录（劳动合同法第4条）")))
    if not found["published_on"]:
        reasons.append(gettext(N_("没有公示或告知的记录（劳动合同法第4条）")))
    return reasons
