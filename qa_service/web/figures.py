"""Cells with figures: a number that is an estimate cannot be built without its n and its interval."""

from decimal import Decimal
from typing import ClassVar

from qa_service.language import N_, gettext, with_commas
from qa_service.web import formatting
from qa_service.web.cells import Cell, Value

ESTIMATE = ("%(label)s", N_("%(label)s下限"), N_("%(label)s上限"), "n", N_("%(label)s说明"))


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _note(state: str, reason: str) -> str | None:
    thin = gettext(N_("样本不足")) if state == "thin" else ""
    return with_commas((thin, reason)) or None


class Score(Cell, frozen=True, kw_only=True):
    """An estimate in points: never without n, and without an interval only as thin evidence or as a count.

    use: 'pay' 本月得分（奖罚用）, 'coach' 水平估计（辅导用）, '' for a group or a KPI score whose heading says it.
    state: '' known, 'thin' 样本不足 with `missing` saying what lacks (还差2通), 'counted' made of whole counts, which
    have no interval, as `missing` says, 'none' nothing to show, with the reason in `missing`. digits: 2 for pay, else
    1, unless given.
    """

    shape: ClassVar[str] = "score"
    heads: ClassVar[tuple[str, ...]] = ESTIMATE
    value_hundredths: int | None
    lower_hundredths: int | None = None
    upper_hundredths: int | None = None
    n: int | None = None
    use: str = ""
    state: str = ""
    missing: str = ""
    digits: int | None = None

    def __post_init__(self) -> None:
        bare = self.lower_hundredths is None or self.upper_hundredths is None
        if self.value_hundredths is not None and self.n is None:
            raise ValueError("a score is never shown without its n")
        says_why = self.state == "thin" or (self.state == "counted" and self.missing)
        if self.value_hundredths is not None and bare and not says_why:
            raise ValueError("a score without an interval is thin evidence, or a count that says why it has none")

    def decimals(self) -> int:
        return self.digits if self.digits is not None else 2 if self.use == "pay" else 1

    def value_text(self) -> str:
        return formatting.score(self.value_hundredths, self.decimals())

    def range_text(self) -> str:
        if self.lower_hundredths is None or self.upper_hundredths is None:
            return ""
        return formatting.score_interval(self.lower_hundredths, self.upper_hundredths, self.decimals())

    def values(self) -> list[Value]:
        ends = (self.value_hundredths, self.lower_hundredths, self.upper_hundredths)
        return [*(_points(end) for end in ends), self.n, _note(self.state, self.missing)]


class Mark(Cell, frozen=True, kw_only=True):
    """The mark of one evaluation or item: a fact, not an estimate, so it has no interval. None: 未评分, with why."""

    shape: ClassVar[str] = "mark"
    value_hundredths: int | None
    out_of_hundredths: int | None = None
    href: str = ""
    reason: str = ""

    def values(self) -> list[Value]:
        return [_points(self.value_hundredths) if self.value_hundredths is not None else self.reason or None]


class Measure(Cell, frozen=True, kw_only=True):
    """A KPI value in its own unit with its evidence. unit: seconds, share (0-1), or a word (单, 次, 分)."""

    shape: ClassVar[str] = "measure"
    heads: ClassVar[tuple[str, ...]] = ESTIMATE
    value: formatting.Real | None
    lower: formatting.Real | None = None
    upper: formatting.Real | None = None
    n: int | None = None
    unit: str = ""
    digits: int = 1
    state: str = ""
    missing: str = ""

    def __post_init__(self) -> None:
        if self.value is not None and self.n is None:
            raise ValueError("a rate or a mean is never shown without its n")

    def write(self, value: formatting.Real | None) -> str:
        if self.unit == "share":
            return formatting.share(value, self.digits)
        if self.unit == "seconds":
            return formatting.duration(value, self.digits)
        return formatting.number(value, self.digits)

    def value_text(self) -> str:
        word = self.unit if self.unit not in ("share", "seconds") and self.value is not None else ""
        return self.write(self.value) + gettext(word)

    def range_text(self) -> str:
        if self.lower is None or self.upper is None:
            return ""
        low, high = self.write(self.lower), self.write(self.upper)
        if self.unit == "seconds" and self.upper < 60:
            low, high = formatting.number(self.lower, self.digits), formatting.number(self.upper, self.digits)
        return formatting.interval(low.removesuffix("%"), high.removesuffix("%"))

    def values(self) -> list[Value]:
        numbers = [None if v is None else float(v) for v in (self.value, self.lower, self.upper)]
        return [*numbers, self.n, _note(self.state, self.missing)]


class Money(Cell, frozen=True, kw_only=True):
    """Yuan. kind: '' plain, 'signed' with + on gains. state: '' or 'hold' (待定: hatched, outside every total).

    fen None reads as `reason` (无明细), never as 0.00.
    """

    shape: ClassVar[str] = "money"
    heads: ClassVar[tuple[str, ...]] = ("%(label)s", N_("%(label)s状态"))
    fen: int | None
    kind: str = ""
    state: str = ""
    reason: str = ""
    href: str = ""

    def values(self) -> list[Value]:
        note = gettext(N_("待定")) if self.state == "hold" else self.reason or None
        return [None if self.fen is None else Decimal(self.fen).scaleb(-2), note]


class Duration(Cell, frozen=True, kw_only=True):
    shape: ClassVar[str] = "duration"
    heads: ClassVar[tuple[str, ...]] = (N_("%(label)s（秒）"),)
    seconds: formatting.Real | None
    digits: int = 0
    reason: str = ""

    def values(self) -> list[Value]:
        exact = self.seconds if isinstance(self.seconds, int) or self.seconds is None else float(self.seconds)
        return [exact if exact is not None else self.reason or None]


class Count(Cell, frozen=True, kw_only=True):
    """A count with its unit in the head or beside it (通, 人). `href` opens the rows behind it."""

    shape: ClassVar[str] = "count"
    value: int | None
    unit: str = ""
    href: str = ""
    reason: str = ""

    def values(self) -> list[Value]:
        return [self.value if self.value is not None else self.reason or None]


class Share(Cell, frozen=True, kw_only=True):
    """A plain share of a whole that one knows fully (进度 23/64). A rate that is an estimate is a Measure."""

    shape: ClassVar[str] = "share"
    share: formatting.Real | None
    digits: int = 1
    n: int | None = None
    reason: str = ""

    def values(self) -> list[Value]:
        return [float(self.share) if self.share is not None else self.reason or None]
