"""How figures and days read: pure functions from typed values to text, in the language of the task at hand.

Inputs carry their unit in the name: fen, hundredths of a point, shares 0-1, seconds, aware instants, local dates.
What is missing reads as a dash, with its reason where one is given, and never as 0. Rounding is half-up once, at the
end. Month and weekday names come from Babel and are looked up once per language: a page holds hundreds of cells.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

from qa_service.errors import FieldError
from qa_service.language import LOCALES, N_, current_language, gettext

Real = int | float | Decimal | Fraction

MISSING = "—"
MINUS = "−"
EN_DASH = "–"
ZONE = "Asia/Shanghai"
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def missing(reason: str = "") -> str:
    """What stands in the place of a figure that does not exist."""
    if not reason:
        return MISSING
    return f"{MISSING}（{reason}）" if current_language() == "zh" else f"{MISSING} ({reason})"


def number(value: Real | None, digits: int = 0, *, reason: str = "") -> str:
    """A number with grouping commas, `digits` decimals (half-up) and a true minus: −1,234.5."""
    if value is None:
        return missing(reason)
    if isinstance(value, int):
        scaled = value * 10**digits
    else:
        exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
        shifted = exact * 10**digits
        scaled = int((abs(shifted) * 2 + 1) // 2) * (-1 if shifted < 0 else 1)
    return _grouped(scaled, digits)


def _grouped(scaled: int, digits: int) -> str:
    sign = MINUS if scaled < 0 else ""
    if not digits:
        return f"{sign}{abs(scaled):,}"
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole:,}.{rest:0{digits}d}"


def count(n: int | None, *, reason: str = "") -> str:
    """6,412."""
    return number(n, reason=reason)


def money(fen: int | None, *, signed: bool = False, reason: str = "") -> str:
    """Yuan with two decimals and a true minus; `signed` puts + before what is gained. 0.00 is zero, never missing."""
    if fen is None:
        return missing(reason)
    text = _grouped(fen, 2)
    return "+" + text if signed and fen > 0 else text


def score(hundredths: int | None, digits: int = 2, *, reason: str = "") -> str:
    """Points from hundredths: 8650 reads 86.50, or 86.5 with one digit."""
    if hundredths is None:
        return missing(reason)
    return number(Fraction(hundredths, 100), digits)


def interval(lower: str, upper: str) -> str:
    """Two formatted ends: 84.4–88.4, or −1.2至3.4 when an end is negative, since a dash would read as a minus."""
    if MINUS in lower + upper:
        return gettext(N_("%(lower)s至%(upper)s"), lower=lower, upper=upper)
    return f"{lower}{EN_DASH}{upper}"


def score_interval(lower_hundredths: int, upper_hundredths: int, digits: int = 1) -> str:
    return interval(score(lower_hundredths, digits), score(upper_hundredths, digits))


def share(value: Real | None, digits: int = 1, *, reason: str = "") -> str:
    """A share 0-1 as percent: 97.4%."""
    if value is None:
        return missing(reason)
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    return number(exact * 100, digits) + "%"


def duration(seconds: Real | None, digits: int = 0, *, reason: str = "") -> str:
    """The two largest units: 17.8秒, 2分46秒, 3小时40分, 2天3小时 (2 min 46 s). Decimals only under one minute."""
    if seconds is None:
        return missing(reason)
    size = Decimal(str(seconds) if isinstance(seconds, (int, float, Decimal)) else float(seconds)).copy_abs()
    sign = MINUS if seconds < 0 else ""
    rounded = size.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if rounded < 60:
        return sign + gettext(N_("%(seconds)s秒"), seconds=rounded)
    return sign + _long_duration(int(size.quantize(Decimal(1), ROUND_HALF_UP)))


def _long_duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if seconds < 3600:
        tail = gettext(N_("%(minutes)s分%(seconds)s秒"), minutes=minutes, seconds=rest)
        return tail if rest else gettext(N_("%(minutes)s分钟"), minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        tail = gettext(N_("%(hours)s小时%(minutes)s分"), hours=hours, minutes=minutes)
        return tail if minutes else gettext(N_("%(hours)s小时"), hours=hours)
    days, hours = divmod(hours, 24)
    tail = gettext(N_("%(days)s天%(hours)s小时"), days=days, hours=hours)
    return tail if hours else gettext(N_("%(days)s天"), days=days)


@cache
def _names(language: str) -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    """Weekdays (0 is Monday), short months, long months."""
    locale = LOCALES[language]
    months = get_month_names("abbreviated", locale=locale)
    short = {key: value if language == "zh" else value[:3] for key, value in months.items()}  # en_GB says Sept
    return dict(get_day_names("abbreviated", locale=locale)), short, dict(get_month_names("wide", locale=locale))


def day(on: date | None, *, year: bool = False, weekday: bool = True, reason: str = "") -> str:
    """10月30日周五, with the year 2026年10月30日周五; Fri 30 Oct, Fri 30 Oct 2026."""
    if on is None:
        return missing(reason)
    language = current_language()
    days, months, _long = _names(language)
    name = days[on.weekday()] if weekday else ""
    if language == "zh":
        return f"{f'{on.year}年' if year else ''}{on.month}月{on.day}日{name}"
    return f"{name} {on.day} {months[on.month]}{f' {on.year}' if year else ''}".strip()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at: datetime, zone: str = ZONE) -> datetime:
    """An aware instant on the clock of `zone`; a naive one is a mistake of the caller."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(_zone(zone))


def clock(at: datetime | None, *, zone: str = ZONE, seconds: bool = False, reason: str = "") -> str:
    """15:41, or 15:41:26."""
    if at is None:
        return missing(reason)
    there = local(at, zone)
    return f"{there.hour:02}:{there.minute:02}" + (f":{there.second:02}" if seconds else "")


def moment(
    at: datetime | None,
    *,
    zone: str = ZONE,
    seconds: bool = False,
    year: bool = False,
    weekday: bool = True,
    reason: str = "",
) -> str:
    """10月30日周五 18:00; Fri 30 Oct, 18:00."""
    if at is None:
        return missing(reason)
    there = local(at, zone)
    between = " " if current_language() == "zh" else ", "
    return day(there.date(), year=year, weekday=weekday) + between + clock(at, zone=zone, seconds=seconds)


def deadline(at: datetime | None, working_days_left: int | None = None, *, zone: str = ZONE, reason: str = "") -> str:
    """10月30日周五 18:00，还剩2个工作日. The number of working days comes from the calendar; below 0 is overdue."""
    if at is None:
        return missing(reason)
    text, left = moment(at, zone=zone), working_days_left
    if left is None:
        return text
    if left < 0:
        return gettext(N_("%(when)s，已超过%(days)s个工作日"), when=text, days=-left)
    if left == 0:
        return gettext(N_("%(when)s，今天到期"), when=text)
    return gettext(N_("%(when)s，还剩%(days)s个工作日"), when=text, days=left)


def month(on: date | None, *, year: bool = True, reason: str = "") -> str:
    """2026年10月 / October 2026; without the year 10月 / October."""
    if on is None:
        return missing(reason)
    if current_language() == "zh":
        return f"{f'{on.year}年' if year else ''}{on.month}月"
    return _names("en")[2][on.month] + (f" {on.year}" if year else "")


def size(n_bytes: int | None, *, reason: str = "") -> str:
    """A file's size: 812 B, 3.4 kB, 120.0 MB."""
    if n_bytes is None:
        return missing(reason)
    for unit, power in (("MB", 1_000_000), ("kB", 1_000)):
        if n_bytes >= power:
            return f"{number(Fraction(n_bytes, power), 1)} {unit}"
    return f"{n_bytes} B"


def plain(text: object) -> str:
    """Somebody's own words without the marks that turn the reading direction of what stands around them."""
    return BIDI_CONTROLS.sub("", str(text))


def field_errors(fields: Sequence[FieldError]) -> dict[str, str]:
    """A refusal's field errors as {field: sentence}, as the form macros take them."""
    return {fault.field: fault.text() for fault in fields}
