"""Cells of totals: shares and percents, time given in hours or minutes, a month or a weekday without a date."""

import re
import unicodedata
from datetime import time, timedelta

from qa_service.imports.dates import ENGLISH_MONTHS
from qa_service.imports.values import BadValue, as_text, half_up, read_duration, read_number

_CHINESE = {text: number for number, text in enumerate("一二三四五六", 1)} | {"日": 7, "天": 7}
_CHINESE_MONTHS = {
    text: number
    for number, text in enumerate(
        ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"), 1
    )
}
_DAYS = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday", "sat saturday",
         "sun sunday"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = re.compile(r"(1[0-2]|0?[1-9])月?")


def _plain(cell: object) -> str:
    return unicodedata.normalize("NFKC", as_text(cell)).strip()


def read_percent(cell: object) -> int:
    """97 or 97% in hundredths of a percent, half-up."""
    return half_up(read_number(_plain(cell).removesuffix("%").strip()) * 100)


def read_share(cell: object) -> int:
    """0.97 (or 97%) in hundredths of a percent, half-up."""
    text = _plain(cell)
    return read_percent(text) if text.endswith("%") else half_up(read_number(text) * 10_000)


def read_hours(cell: object) -> int:
    """Hours in whole seconds, half-up; workbook times and durations as they are."""
    return read_duration(cell) if isinstance(cell, (timedelta, time)) else half_up(read_number(cell) * 3600)


def read_weekday(cell: object) -> int:
    """1 for Monday to 7 for Sunday: the number, or the name in either language."""
    text = _plain(cell).casefold()
    short = text.removeprefix("星期").removeprefix("周")
    if (found := _DAYS.get(text) or _CHINESE.get(short)) is not None:
        return found
    if text in set("1234567"):
        return int(text)
    raise BadValue("bad-weekday")


def read_month_number(cell: object) -> int:
    """1 to 12: the number, or the name in either language; no year."""
    text = _plain(cell).casefold()
    if (found := ENGLISH_MONTHS.get(text) or _CHINESE_MONTHS.get(text)) is not None:
        return found
    if number := _MONTH.fullmatch(text):
        return int(number[1])
    raise BadValue("bad-month-number")
