"""From one cell to one value: a parser per column type, each refusal with a stable code and a sentence.

A cell is a text, or what a workbook or JSON holds natively: datetime, date, time, timedelta, bool, None.
A parser returns the value and raises `BadValue` otherwise; blanks are dealt with in columns.py.
"""

import re
import unicodedata
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from qa_service.errors import shown
from qa_service.language import N_, gettext

MAX_CELL = 1_000_000
MEMO_SIZE = 50_000
DAY_SECONDS = 86_400
LONGEST_SECONDS = 366 * DAY_SECONDS
LENGTHS = {"text": 500, "free_text": 200_000, "id": 100, "list": 2_000, "accounts": 2_000, "choice": 500, "url": 2_000}

PROBLEMS = {
    "missing": N_("“%(column)s”不能为空"),
    "bad-date": N_("“%(column)s”的“%(value)s”不是有效日期，应写成%(example)s这样"),
    "bad-month": N_("“%(column)s”的“%(value)s”不是月份，应写成2026-10这样"),
    "bad-weekday": N_("“%(column)s”的“%(value)s”不是星期，应写成周一或1至7（1为周一）"),
    "bad-month-number": N_("“%(column)s”的“%(value)s”不是月份，应写成1至12"),
    "more-answered-than-received": N_("“%(column)s”的“%(value)s”大于来电量%(received)s"),
    "bad-duration": N_("“%(column)s”的“%(value)s”不是时长，应写成05:30（分:秒）或1:05:30（时:分:秒）"),
    "not-a-number": N_("“%(column)s”的“%(value)s”不是数字"),
    "not-an-integer": N_("“%(column)s”的“%(value)s”应当是整数"),
    "too-many-decimals": N_("“%(column)s”的“%(value)s”不足一分：金额最多两位小数"),
    "out-of-range": N_("“%(column)s”的“%(value)s”超出范围（%(minimum)s至%(maximum)s）"),
    "too-long": N_("“%(column)s”有%(length)s个字符，最多%(limit)s个"),
    "unknown-choice": N_("“%(column)s”的“%(value)s”不在允许的值之内：%(allowed)s"),
    "not-yes-or-no": N_("“%(column)s”的“%(value)s”应当是“是”或“否”"),
    "id-in-scientific-notation": N_(
        "“%(column)s”的“%(value)s”是科学计数法，末尾的数字已经丢失：请在导出时把这一列设为文本"
    ),
    "bad-account": N_("“%(column)s”的“%(value)s”应写成“平台/账号”，多个用；隔开"),
    "bad-url": N_("“%(column)s”的“%(value)s”不是网址，应以https://或http://开头，中间没有空格"),
    "control-characters": N_("“%(column)s”含有不可见的控制字符（%(character)s）"),
    "not-text": N_("“%(column)s”含有无法按文件编码读出的字节"),
    "not-a-value": N_("“%(column)s”里是一组数据，应当是单个值"),
    "ragged-row": N_("这一行有%(cells)s格，表头有%(columns)s列，对不上"),
    "broken-quotes": N_("这一行的引号写法不对：引号里的引号要写成两个"),
    "cell-too-long": N_("这一行有超过%(limit)s个字符的单元格"),
    "not-a-record": N_("这一条不是“列名：值”形式的记录"),
    "json-line-broken": N_("这一行不是完整的 JSON：%(reason)s"),
    "posts-differ": N_("部门、组别、岗位、角色用；隔开的个数对不上"),
    "ends-before-start": N_("“%(column)s”的“%(value)s”早于开始%(start)s"),
    "not-a-list": N_("“%(column)s”应是一组条目（JSON数组），现在是“%(value)s”"),
    "bad-entry": N_("“%(column)s”的第%(sequence)s条应是一个JSON对象，现在是“%(value)s”"),
    "unknown-sender": N_("第%(sequence)s条消息的“%(name)s”是“%(value)s”，只能是%(allowed)s"),
    "bad-message-time": N_("第%(sequence)s条消息的“%(name)s”是“%(value)s”，应写成%(example)s这样"),
    "unknown-agent": N_("“%(value)s”不在员工或平台账号持有人之中：请先导入员工名册或持有表，再导入这一行"),
    "unknown-unit": N_("没有名为“%(value)s”的部门，或同名的不止一个：请先建好部门，或改成部门代码"),
    "unit-out-of-reach": N_("“%(value)s”不在您可以导入的部门之内"),
    "repeated-in-file": N_("“%(value)s”在这个文件里出现过，内容相同"),
    "two-versions-in-file": N_("“%(value)s”在这个文件里出现两次，内容不同，无法判断以哪条为准"),
    "two-holders": N_("平台账号“%(value)s”同时由%(one)s和%(other)s持有，同一时间只能一人持有"),
    "person-faulty": N_("%(reason)s"),
    "ratings-broken": N_("第%(sequence)s份评分的“%(name)s”是“%(value)s”，应是%(minimum)s至%(maximum)s的整数"),
}

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")
_COMMA_NUMBER = re.compile(r"[¥+-]*(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?元?")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E\+\d+|[+-]?\d\.\d+E\d+", re.IGNORECASE)
_FLOAT_TEXT = re.compile(r"[+-]?\d(?:\.\d+)?E[+-]\d{1,3}", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):([0-5]\d)(?:\.\d+)?")
_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[^\s\"'<>\\]*)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[；;、]")
YES = frozenset(("是", "true", "yes", "y", "1", "有", "√", "对"))
NO = frozenset(("否", "false", "no", "n", "0", "无", "×", "不"))


class BadValue(ValueError):
    """One cell that cannot be read: a code of PROBLEMS and the facts of its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one cell or row, ready to be stored and shown in either language."""

    line: int
    column: str
    value: str
    code: str
    facts: dict[str, object] = {}
    said: str = ""  # the marked sentence of another room that refused the row

    @property
    def sentence(self) -> str:
        return self.said or PROBLEMS[self.code]

    def text(self) -> str:
        """The sentence in the current language."""
        return said_of(self.sentence, self.column, self.value, self.facts)


def said_of(sentence: str, column: str, value: str, facts: dict[str, object]) -> str:
    """A problem's sentence in the current language; what stands in the file is quoted as it stands there."""
    quoted = {"column": column, "value": _short(str(facts.get("value", value)))}
    return gettext(sentence, **{**shown(facts), **quoted})


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:60] + "…"


def storable(cell: object) -> str:
    """A raw cell as text that every database takes: no NUL, no half characters."""
    text = cell if isinstance(cell, str) else as_text(cell)
    if text.isprintable():
        return text
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode()


def as_text(cell: object) -> str:
    """Any cell as a person would read it."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (list, dict)):
        return msgspec.json.encode(cell).decode("utf-8", "replace") if _encodable(cell) else repr(cell)
    return str(cell)


def _encodable(cell: object) -> bool:
    try:
        msgspec.json.encode(cell)
    except (TypeError, ValueError, UnicodeError):
        return False
    return True


def check_characters(text: str) -> None:
    """Refuse control characters, NUL and undecodable bytes; tabs and line ends may stay."""
    if text.isprintable():
        return
    found = _CONTROL.search(text)
    if found is None:
        return
    if found.group() >= "\ud800":
        raise BadValue("not-text")
    raise BadValue("control-characters", character=f"U+{ord(found.group()):04X}")


def read_number(cell: object) -> Decimal:
    """A plain number, thousands commas allowed; floats of workbooks come as texts of 15 digits."""
    text = unicodedata.normalize("NFKC", as_text(cell)).strip()
    if _NUMBER.fullmatch(text):
        number = Decimal(text.replace(",", ""))
    elif _FLOAT_TEXT.fullmatch(text):
        number = Decimal(text)
    else:
        raise BadValue("not-a-number")
    if abs(number) >= 10**15:
        raise BadValue("out-of-range", minimum="-10^15", maximum="10^15")
    return number


def half_up(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_integer(cell: object) -> int:
    number = read_number(cell)
    if number != number.to_integral_value():
        raise BadValue("not-an-integer")
    return int(number)


def read_hundredths(cell: object) -> int:
    """A decimal in hundredths, half-up."""
    return half_up(read_number(cell) * 100)


def read_fen(cell: object) -> int:
    """Yuan to fen. A part of a fen is refused, since money is never rounded on the way in."""
    text = unicodedata.normalize("NFKC", as_text(cell)).strip().removeprefix("¥").removesuffix("元").strip()
    fen = read_number(text) * 100
    if fen != fen.to_integral_value():
        raise BadValue("too-many-decimals")
    return int(fen)


def read_seconds(cell: object) -> int:
    """Whole seconds, half-up."""
    if isinstance(cell, (timedelta, time)):
        return read_duration(cell)
    return _bounded(half_up(read_number(cell)))


def _bounded(seconds: int) -> int:
    """No talk ends before it begins, and none lasts a year: such a number is a fault of the export."""
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise BadValue("out-of-range", minimum=0, maximum=LONGEST_SECONDS)
    return seconds


def read_minutes(cell: object) -> int:
    """Minutes, whole or with a part, in seconds, half-up."""
    return read_duration(cell) if isinstance(cell, (timedelta, time)) else half_up(read_number(cell) * 60)


def read_days(cell: object) -> int:
    """Parts of a day, as a spreadsheet keeps a duration, in seconds, half-up."""
    return read_duration(cell) if isinstance(cell, (timedelta, time)) else half_up(read_number(cell) * DAY_SECONDS)


def with_point(cell: object) -> object:
    """A number written 1.234,5 as 1234.5; a comma that is no decimal mark stays, and is then refused."""
    text = unicodedata.normalize("NFKC", as_text(cell)).strip()
    return text.replace(".", "").replace(",", ".") if _COMMA_NUMBER.fullmatch(text) else f"{text}?"


def read_duration(cell: object) -> int:
    """mm:ss or h:mm:ss in seconds; workbook times and durations as they are."""
    if isinstance(cell, timedelta):
        return _bounded(int(cell.total_seconds()))
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    found = _DURATION.fullmatch(unicodedata.normalize("NFKC", as_text(cell)).strip())
    if not found or (found[1] and int(found[2]) > 59):
        raise BadValue("bad-duration")
    return _bounded(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))


def read_bool(cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    word = unicodedata.normalize("NFKC", as_text(cell)).strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue("not-yes-or-no")


def read_id(cell: object) -> str:
    """An identifier, kept digit for digit; one that a spreadsheet has rounded is refused."""
    text = as_text(cell).strip()
    if _SCIENTIFIC.fullmatch(text):
        raise BadValue("id-in-scientific-notation")
    return text


def read_url(cell: object) -> str:
    """An address of the web; anything else that a browser would follow (javascript:, data:) is refused."""
    text = as_text(cell).strip()
    if not _URL.fullmatch(text):
        raise BadValue("bad-url")
    return text


def read_list(cell: object) -> list[str]:
    """Several texts separated by ；, ; or 、 (or a JSON list of texts)."""
    parts = cell if isinstance(cell, list) else _SEPARATORS.split(as_text(cell))
    return [text for part in parts if (text := as_text(part).strip())]


def read_accounts(cell: object) -> list[tuple[str, str]]:
    """Platform accounts written 平台/账号；平台/账号."""
    pairs = []
    for part in read_list(cell):
        platform, slash, account = part.replace("／", "/").partition("/")
        if not (slash and platform.strip() and account.strip()):
            raise BadValue("bad-account")
        pairs.append((platform.strip(), account.strip()))
    return pairs
