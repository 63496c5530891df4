"""What a draft for totals of days needs besides heads: the key of a day, units of time in a head, words for nobody."""

from collections.abc import Iterable, Iterator
from typing import Any

from qa_service.imports.guessing import ColumnFound
from qa_service.language import N_, gettext

# What tells two days apart. Absences may have no date, and equal rows are each a real one.
DAY_KEYS = {
    "agent_day": ("client", "local_on", "unit", "employee_no", "agent_key", "direction", "is_internal", "is_missed"),
    "unit_day": ("local_on", "unit"),
    "team_day": ("local_on", "department", "team"),
}
TIME_WORDS = {"minutes": ("分钟", "minute"), "hours": ("小时", "hour"), "seconds": ("秒", "second")}  # in a head
ASKED_UNIT = ("absent_seconds", "overtime_seconds", "idle_seconds")
NOBODY = frozenset(("unknown", "none", "null", "n/a", "na", "-", "--", "未知", "无", "不详"))  # words for nothing here


def day_key(target: str, filled: Iterable[str]) -> dict[str, Any] | None:
    """The key of a target of totals; None for the other targets."""
    if target == "absence":
        return {"kind": "digest", "equal_rows": "records"}
    if target not in DAY_KEYS:
        return None
    held = frozenset(filled)
    return {"kind": "natural", "fields": [one for one in DAY_KEYS[target] if one in held] or ["local_on"]}


def time_type(column: ColumnFound, able: Iterable[str]) -> str:
    """For a number that may be minutes or hours: the unit that its head names, else minutes, which is then asked."""
    able = tuple(able)
    if not {"minutes", "hours"} <= set(able) or column.reading.type not in ("integer", "decimal"):
        return ""
    return time_unit(column.head) or "minutes"


def time_unit(head: str) -> str:
    """The unit of time that a head names; '' where it names none."""
    text = head.casefold()
    return next((unit for unit, words in TIME_WORDS.items() if any(word in text for word in words)), "")


def day_questions(column: ColumnFound, field: str, kind: str) -> Iterator[str]:
    """What only a person can settle about one column."""
    if field in ASKED_UNIT and kind in TIME_WORDS and not time_unit(column.head):
        yield gettext(N_("%(head)s的单位看不出来，先按分钟起草：minutes、hours或seconds，请确认"), head=column.head)
    if kind == "weekday" and column.reading.type == "integer":
        yield gettext(N_("%(head)s的数字按1为周一起草；来源从周日数起的，请改成choice并写对照表"), head=column.head)


def words_for_nobody(column: ColumnFound, field: str) -> list[str]:
    """What stands in a column of agents where the source names none."""
    return [text for text in column.examples if text.casefold() in NOBODY] if field == "agent_key" else []
