"""What the fields of a record are called for people; the codes stand in profiles.py."""

from qa_service.imports.matching import FREE
from qa_service.imports.profiles import FIELDS
from qa_service.language import N_, gettext

FIELD_WORDS = {
    "external_id": N_("编号（来源自己的）"), "channel": N_("渠道"), "kind": N_("种类"), "direction": N_("呼入或呼出"),
    "category": N_("类别"), "subcategory": N_("子类"), "customer_key": N_("客户"), "order_no": N_("订单号"),
    "ordered_at": N_("下单时间"), "started_at": N_("开始时间"), "replied_at": N_("首次回复时间"),
    "ended_at": N_("结束时间"), "remark": N_("备注或描述"), "agent_key": N_("客服姓名"), "employee_no": N_("工号"),
    "platform": N_("平台或店铺"), "account": N_("平台账号"), "unit": N_("部门"), "supervisor": N_("主管"),
    "manager": N_("经理"), "tenure": N_("司龄"), "shift": N_("班次"), "handle_seconds": N_("处理时长"),
    "first_reply_seconds": N_("首次响应时长"), "average_reply_seconds": N_("平均响应时长"),
    "message_count": N_("消息数"), "converted": N_("是否成交"), "order_amount_fen": N_("订单金额"),
    "transferred_out": N_("是否转出"), "score": N_("满意度分数"), "responded_on": N_("评价日期"),
    "comment": N_("评语"), "buyer_key": N_("买家"), "recorded_at": N_("登记时间"), "recorded_by": N_("登记人"),
    "text": N_("内容"), "name": N_("姓名"), "department": N_("部门"), "group": N_("组别"), "position": N_("岗位"),
    "role": N_("角色"), "scope": N_("范围"), "manager_numbers": N_("上级工号"), "accounts": N_("平台账号"),
    "hired_on": N_("入职日期"), "left_on": N_("离职日期"), "contract_kind": N_("合同种类"),
    "contract_from_on": N_("合同开始"), "contract_until_on": N_("合同结束"), "probation_until_on": N_("试用期结束"),
    "from_at": N_("开始持有"), "until_at": N_("结束持有"), "month": N_("月份"), "base_fen": N_("基本工资"),
    "variable_base_fen": N_("绩效基数"), "normal_wage_fen": N_("正常工资"), "region": N_("地区"),
    "local_on": N_("日期"), "client": N_("委托方"), "is_internal": N_("是否内线"), "is_missed": N_("是否漏接"),
    "call_count": N_("通数"), "talk_seconds": N_("通话时长"), "total_seconds": N_("总时长"),
    "received_count": N_("来电通数"), "answered_count": N_("接通通数"), "abandoned_count": N_("放弃通数"),
    "answered_percent": N_("接通率"), "in_time_percent": N_("及时接通率"), "answer_seconds": N_("平均应答时长"),
    "wait_seconds": N_("等待时长"), "weekday": N_("星期"), "team": N_("班组"), "target_percent": N_("目标"),
    "reached_percent": N_("实际达成"), "head_count": N_("人数"), "overtime_seconds": N_("加班时长"),
    "idle_seconds": N_("停工时长"), "bonus_fen": N_("奖金"), "currency": N_("币种"), "absent_on": N_("缺勤日期"),
    "month_number": N_("不带年的月份"), "absent_seconds": N_("缺勤时长"), "reason": N_("原因"),
    "recording_url": N_("录音网址"),
}  # fmt: skip
TARGET_HELP = {
    "interaction": N_("通话、会话、工单、邮件、回访：质检抽样和考核的依据"),
    "survey": N_("客户打的分，按编号对到服务记录"),
    "business_record": N_("订单备注、售后登记表、退货记录表：放在对话旁边查对"),
    "staff": N_("工号、姓名、部门、岗位"),
    "account_holder": N_("哪个账号在什么时间由谁在用"),
    "wage_record": N_("每人每月的工资，奖罚的上限由它算"),
    "agent_day": N_("每人每天的通数和时长，没有一通一通的记录"),
    "unit_day": N_("部门每天的来电、接通和等待"),
    "team_day": N_("班组每天的目标、达成和奖金"),
    "absence": N_("缺勤和请假，只有人事能导入"),
}  # fmt: skip


def field_word(field: str) -> str:
    family, dot, rest = field.partition(".")
    if dot and rest:
        return gettext(N_("附加列“%(name)s”"), name=rest)
    return gettext(FIELD_WORDS.get(field, field))


def fields_of(target: str) -> list[str]:
    """The fields that a column of a table can fill, in the order of the record."""
    return [field for field in FIELDS[target] if not field.endswith(".")]


def has_family(target: str) -> bool:
    return target in FREE
