"""The words of the API's description: what its parameters, tags and refusals mean."""

TAGS = {
    "people": "人员与账号: staff with posts and managers, log-ins with roles and scope, API tokens, one's own account.",
    "journal": "审计日志: the append-only, chained trail of every change, and its verification.",
    "rules": "规则: versions of forms, KPIs, sampling plans and reward schemes, with their papers.",
    "interactions": "服务记录: imported talks with agent parts and business records; accounts that wait for a person.",
    "day-totals": "日汇总: days of units, agents and teams that arrive as totals without their calls; absences.",
    "sampling": "质检抽样: draw periods, committed frames, draws from a public value, proofs that anybody can check.",
    "evaluations": "质检评分: a monitor's queue, marking, submission, and what the agent answers.",
    "disputes": "申诉: an agent's appeal against an item of a released mark, and the verdict.",
    "jobs": "后台任务: long work, how far it is, and cancelling it.",
    "imports": "导入: files by mapping profile, trial reading, batches and rejected rows.",
    "scores": "月度得分: KPI values, scorecards and QA estimates of a month, by published runs.",
    "flags": "异常提示: hypotheses about unusual patterns, a person's disposition, the agent's answer.",
    "notices": "通知: what the service told you.",
    "calendar": "工作日历: working days, rest days and statutory days, and what was declared otherwise.",
    "rewards": "奖惩: reward events, wage records, and the monthly 奖罚评分表 from draft to payment.",
    "follow-ups": "跟进: promised callbacks, complaints and re-checks, until they are done.",
    "roster": "排班与值日: shift types, the month grid, publication, the cleaning rota, one's own days.",
    "probation": "试用期考核: cases with their lawful end, assessments and decisions.",
    "training": "培训: needs computed from marks, plans and results.",
    "reports": "报告: issued reports with fixed lines, as JSON, PDF and XLSX.",
    "search": "搜索: people, records and evaluations by 工号, name or number.",
    "home": "首页: what waits for you.",
}

PARAMETERS = {
    "month": "The month: 2026-10, or any day of it (2026-10-01).",
    "pay_month": "The month for which is paid: 2026-10, or any day of it (2026-10-01).",
    "unit": "Id of a unit; what lies below it belongs to it.",
    "person": "Id of a person.",
    "Idempotency-Key": "Any word of the program's own: for a day the same request under it begins nothing twice.",
    "token": "Name of a file that is being described, as POST /api/imports/described gave it.",
    "search": "Part of a name or 工号; other numbers where the address says so.",
    "q": "What is looked for: 工号, part of a name, an order number or a record's own number.",
    "before": "The last key that you have: the list goes on behind it, with what is older.",
    "after": "The last id or key that you have: the list goes on behind it.",
    "limit": "How many at most; a value outside the allowed span is moved to its end.",
    "offset": "How many to leave out at the beginning.",
    "page": "Page of the list, from 1.",
    "having": "Only what is in this state; empty: every state.",
    "only": "Only jobs in this state; empty: every state.",
    "kind": "Only this kind; empty: every kind.",
    "code": "Only the rule of this code; empty: all.",
    "role": "Only log-ins that hold this role.",
    "channel": "Only this channel, as the source names it (im, phone, ticket ...).",
    "quality": "Only parts that are marked, drawn and not yet marked, or neither.",
    "from_on": "First local day, included.",
    "until_on": "Last local day, included.",
    "on": "A local day, today unless told.",
    "undated": "Only records of sources that have no days.",
    "subject": "Whole subject of a line, such as sheet:12.",
    "who": "Part of the name of whoever acted, or a whole subject.",
    "noun": "The word before the colon of an action, such as sheet.",
    "against": "A journal head that was printed earlier.",
    "account": "Id of a platform account.",
    "label": "An account's name, or an agent's, as the export has it, where it has no id here.",
    "month_number": "A month of whatever year, 1 to 12; 0: where the source does not know it.",
    "decided": "Also those that are decided.",
    "run": "Id of a published scoring run.",
    "everybody": "Also those who were judged and not flagged.",
    "unread": "Only unread ones.",
    "of_people": "The needs of each person, not of the unit.",
    "source": "Name of the source from which the ratings were imported.",
    "token_id": "Id of a token.",
    "note_id": "Id of an improvement note.",
    "name": "Name of a mapping profile, or the one under which a trial kept its refused rows.",
    "version": "Version of a mapping profile, the newest unless told.",
    "sort": "By what the list is ordered; never by score, since a rank needs its interval.",
    "person_id": "Id of a person.",
    "account_id": "Id of a log-in.",
    "rule_id": "Id of a rule version.",
    "interaction_id": "Id of an interaction.",
    "part_id": "Id of an agent part.",
    "claim_id": "Id of a claim.",
    "merge_id": "Id of a merge of two entries of one person.",
    "into": "Id of the person for whom the entry is to stand.",
    "period_id": "Id of a draw period.",
    "frame_id": "Id of a frame.",
    "draw_id": "Id of a draw.",
    "item_id": "Id of a drawn item.",
    "assignment_id": "Id of an assignment.",
    "evaluation_id": "Id of an evaluation.",
    "dispute_id": "Id of a dispute.",
    "job_id": "Id of a job.",
    "note": "Name of a list of records that a batch's note speaks of.",
    "batch_id": "Id of an import batch.",
    "run_id": "Id of a published scoring run.",
    "flag_id": "Id of a flag.",
    "notice_id": "Id of a notice.",
    "event_id": "Id of a reward event.",
    "sheet_id": "Id of a sheet.",
    "line_id": "Id of a line of the sheet.",
    "edit_id": "Id of an edit made by hand.",
    "follow_up_id": "Id of a follow-up.",
    "roster_id": "Id of a roster.",
    "duty_id": "Id of a cleaning duty.",
    "case_id": "Id of a probation case.",
    "plan_id": "Id of a training plan.",
    "report_id": "Id of a report.",
}

# status: what it means, the code and the sentence of an example
REFUSALS = {
    "400": ("The body cannot be read.", "unreadable", "无法读懂请求：正文不是正确的JSON：第2个字节处写错了"),
    "401": ("Nobody is logged in.", "not-logged-in", "请先登录"),
    "403": (
        "Your roles, or the token's scopes, do not allow it.",
        "not-allowed",
        "您的角色不能编奖罚评分表，这是主管的事",
    ),
    "404": ("It does not exist, or you may not see it.", "not-found", "没有找到这张表，或您无权查看"),
    "409": ("A rule of the business forbids it now.", "stale-edit", "这条记录在您打开后已被别人修改，请刷新后再提交"),
    "413": ("The file or the body is too large.", "too-large", "内容太大：上限20 MB"),
    "422": ("A value is wrong; `errors` names the fields.", "invalid-input", "输入有误，请检查标出的各项"),
    "429": ("Too many attempts.", "too-many", "尝试次数太多，请在15分钟后再试"),
    "default": ("Any other refusal, in the same shape.", "internal-error", "服务出错了，这一步没有保存任何内容"),
}

SUCCESS = {
    "200": "Done; the answer.",
    "201": "Made; its id or what was made.",
    "202": "Accepted; the job that does it.",
    "204": "Done; nothing to answer.",
}

INTRODUCTION = """Everything that a page does, this API does too.

**Log in** by the cookie of the pages, or with `Authorization: Bearer TOKEN` (make a token under 我的账号, /account).
With the cookie, what changes something also needs the header `x-csrftoken` with the value of the cookie `csrftoken`.

**Refusals** are problem details (RFC 9457, application/problem+json): a stable `type` (urn:qa:CODE), the status, a
sentence in the reader's language (`?lang=zh` or `en`), and for wrong fields `errors` with field, code and sentence.
A query parameter that an address does not know is refused with 422.

**Units**: `_fen` is money in fen, `_hundredths` points in hundredths, `_at` an instant in UTC, `_on` a local day;
`null` is missing, never 0."""
