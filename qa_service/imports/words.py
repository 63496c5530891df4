"""How kinds of files, targets, types of columns and layouts of dates read to people."""

from qa_service.language import N_, current_language, gettext

SHAPES = {
    "csv": N_("分隔的文本（CSV）"),
    "json-array": N_("JSON数组"),
    "json-lines": N_("逐行JSON"),
    "workbook": N_("工作簿（XLSX）"),
    "archive": N_("ZIP压缩包"),
}
TARGETS = {
    "staff": N_("员工名册"), "account_holder": N_("平台账号持有人"), "interaction": N_("服务记录"),
    "survey": N_("满意度评价"), "business_record": N_("业务单据"), "wage_record": N_("工资记录"),
    "agent_day": N_("客服日汇总"), "unit_day": N_("部门日汇总"), "team_day": N_("班组目标日"), "absence": N_("缺勤"),
}  # fmt: skip
TYPES = {
    "text": N_("文字"), "free_text": N_("长文字"), "id": N_("编号或代码"), "datetime": N_("日期和时间"),
    "date": N_("日期"), "month": N_("月份"), "seconds": N_("秒数"), "duration": N_("时长"),
    "minutes": N_("分钟数"), "days": N_("天数（表格里的时长）"), "integer": N_("整数"),
    "decimal": N_("小数"), "money": N_("金额（元）"), "choice": N_("选项"), "bool": N_("是或否"),
    "list": N_("多个值"), "accounts": N_("平台/账号"), "url": N_("网址"), "percent": N_("百分数"),
    "share": N_("比率（0至1）"), "hours": N_("小时数"), "weekday": N_("星期"),
    "month_number": N_("不带年的月份"),
}  # fmt: skip
NESTED = N_("嵌套的内容")  # lists and records of a JSON file: no type of a column
DIRECTIVES = {
    "zh": {"%Y": "年", "%y": "两位年", "%m": "月", "%d": "日", "%b": "英文月", "%H": "时", "%M": "分", "%S": "秒",
           "%z": "时区", "%I": "时", "%p": "上午/下午"},
    "en": {"%Y": "year", "%y": "2-digit year", "%m": "month", "%d": "day", "%b": "month name", "%H": "hour",
           "%M": "minute", "%S": "second", "%z": "zone", "%I": "hour", "%p": "AM/PM"},
}  # fmt: skip


def shape_word(shape: str, *, compressed: bool) -> str:
    word = gettext(SHAPES[shape])
    return gettext(N_("%(word)s，gzip压缩"), word=word) if compressed else word


def reading_word(kind: str) -> str:
    return gettext(TYPES.get(kind, NESTED))


EXAMPLE = {"%Y": "2026", "%m": "10", "%d": "6", "%H": "17", "%M": "05", "%S": "09", "%z": "+08:00"}


def layout_word(layout: str) -> str:
    """日/月/年 时:分 for %d/%m/%Y %H:%M; a layout that is words itself (%Y年%m月%d日) stands as an example."""
    words = EXAMPLE if "年" in layout else DIRECTIVES[current_language()]
    for directive, word in words.items():
        layout = layout.replace(directive, word)
    return layout
