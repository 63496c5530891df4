"""Which numbers of a workbook are dates, times or durations: their format says so, the number itself does not."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

DATE, TIME, MOMENT, DURATION = "date", "time", "moment", "duration"
BUILT_IN = {
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 59)), DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47), TIME),
    22: MOMENT,
    46: DURATION,
}
_QUOTED = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_466  # the first day of the year 10000


def kinds_of_styles(parse: Callable[[Callable, Callable], None]) -> list[str]:
    """What each style of the workbook's list makes of a number: one of the four kinds, or '' for a plain number."""
    own: dict[int, str] = {}
    kinds: list[str] = []
    inside: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "numFmt":
            own[int(given.get("numFmtId", 0))] = kind_of_format(given.get("formatCode", ""))
        elif name == "xf" and inside and inside[-1] == "cellXfs":
            number = int(given.get("numFmtId", 0))
            kinds.append(own[number] if number in own else BUILT_IN.get(number, ""))
        inside.append(name)

    def end(_name: str) -> None:
        inside.pop()

    parse(start, end)
    return kinds


def kind_of_format(code: str) -> str:
    """yyyy-mm-dd is a date, h:mm a time, [h]:mm a duration; 0.00 and #,##0"元" are numbers."""
    code = _QUOTED.sub("", code.partition(";")[0]).lower()
    if re.search(r"\[(h+|m+|s+)\]", code):
        return DURATION
    if "general" in code:
        return ""
    has_time = "h" in code or "s" in code
    if "y" in code or "d" in code or ("m" in code and not has_time):
        return MOMENT if has_time else DATE
    return TIME if has_time else ""


def moment_of(said: str, kind: str, *, is_1904: bool) -> date | datetime | time | timedelta | str:
    """A number as the date or time that its format shows, to the second; one that is none stays a number."""
    serial = float(said)
    if kind == DURATION:
        return timedelta(seconds=round(serial * 86_400)) if abs(serial) < _LAST_SERIAL else f"{serial:.15g}"
    if not 0 <= serial < _LAST_SERIAL - 1462 * is_1904:
        return f"{serial:.15g}"
    seconds = round(serial * 86_400)
    days, rest = divmod(seconds, 86_400)
    clock = time(rest // 3600, rest // 60 % 60, rest % 60)
    if not days and not is_1904:
        return clock
    start = date(1904, 1, 1) if is_1904 else date(1899, 12, 31 if serial < 60 else 30)  # Excel has a 29 Feb 1900
    on = start + timedelta(days=days)
    return on if kind == DATE and not rest else datetime.combine(on, clock)
