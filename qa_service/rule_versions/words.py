"""The vocabulary of rules: kinds, states, fields and values of their records, as readers know them."""

from qa_service.language import N_

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
    "enough_of": N_("缺指标时"), "form": N_("形式"), "clock": N_("时刻"),
    "value_known_at": N_("公开值几点公布"), "value_decimals": N_("公开值小数位数"),
    "risk_kinds": N_("算作投诉的种类"), "risk_satisfaction_percent": N_("低满意度线（%）"),
}  # fmt: skip
WORDS = {
    "higher": N_("越高越好"), "lower": N_("越低越好"), "interval_clears": N_("区间整个在线的一侧"),
    "point_minimum_n": N_("得分达到且件数够"), "reward": N_("奖励"), "unearned": N_("绩效未得"),
    "loss_compensation": N_("损失赔偿"), "not_deducted": N_("先不扣"), "deducted": N_("先扣"), "paid": N_("先发"),
    "never": N_("从不"), "exempt": N_("准许"),
    "public_value": N_("事先点名的公开值"), "week": N_("一周"), "talk": N_("讲解"),
    "practice": N_("练习"), "reading": N_("阅读"), "pairing": N_("结对带教"), "qa": N_("本月得分（奖罚用）"),
    "scorecard": N_("绩效分"), "working_days": N_("工作日"), "started": N_("开始时间"),
    "contract_clause": N_("劳动合同条款"), "own_cause": N_("本人原因"), "evidence": N_("实际损失的单据"),
    "leniency": N_("过宽过严"), "all_full_marks": N_("全打满分"), "short_reviews": N_("看得太快"),
    "copied_comments": N_("评语照抄"), "presale": N_("售前"), "aftersale": N_("售后"),
}  # fmt: skip
CURVE = ("floor", "threshold", "target", "stretch")  # points of a KPI's curve, in its own unit
INNER = ("numerator", "denominator", "fact")  # names of columns; the formula says the same in words
GROUPS = {
    "kpi": N_("指标"), "scorecard": N_("绩效表"), "plan": N_("抽样方案"), "appeal": N_("申诉"), "grade": N_("等级"),
    "share": N_("按分计发"), "conduct": N_("按次"), "band_reward": N_("达标奖励"), "event": N_("奖惩事项"),
    "dispute": N_("申诉未决的部分"), "payday": N_("发薪和期限"), "loss": N_("损失赔偿"), "paper": N_("程序"),
    "flags": N_("异常提示"), "shift": N_("班次"), "area": N_("值日区域"), "phase": N_("阶段"), "item": N_("考核项"),
    "assessment": N_("考核"), "course": N_("课程"),
}  # fmt: skip
MODES = {"percent": N_("百分制"), "points": N_("计分制"), "deduction": N_("扣分制（从100分扣）")}
NA_POLICIES = {"inside": N_("权重留在本部分内"), "spread": N_("权重分摊到全表")}
