"""People's own vocabulary for pages: states of a log-in, kinds of contract."""

from qa_service.language import N_, current_language

STATES = {
    "invited": ("wait", N_("待启用")),
    "active": ("done", N_("使用中")),
    "closed": ("none", N_("已停用")),
}
CONTRACTS = {
    "fixed": N_("固定期限"),
    "open": N_("无固定期限"),
    "part_time": N_("非全日制"),
    "task": N_("以完成一定工作任务为期限"),
}
HOLDER_SOURCES = {"typed": N_("手工录入"), "import": N_("导入"), "roster": N_("排班")}


def unit_name(unit: dict) -> str:
    """A unit's name in the reader's language."""
    return (unit["name_en"] if current_language() == "en" else "") or unit["name"]
