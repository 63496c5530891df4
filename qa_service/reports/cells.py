"""Figures of the service as report cells: a score never without its n and interval, money in fen beside its text."""

from datetime import date

from qa_service.language import N_, gettext
from qa_service.reports.model import SCALES, Cell, Column
from qa_service.web import figures, formatting


def text(words: str, sub: str = "") -> Cell:
    return Cell(words, sub=sub)


def day(on: date | None) -> Cell:
    return Cell(on.isoformat() if on else "", kind="date" if on else "text")


def count(n: int) -> Cell:
    return Cell(formatting.count(n), n, "count")


def money(fen: int) -> Cell:
    """Yuan with its sign, a gain with +."""
    return Cell(formatting.money(fen, signed=True), fen, "fen")


def points(hundredths: int | None, reason: str = "") -> Cell:
    if hundredths is None:
        return Cell(reason or gettext(N_("未评分")))
    return Cell(formatting.score(hundredths), hundredths, "hundredths")


def share(millionths: int | None) -> Cell:
    if millionths is None:
        return Cell("—")
    return Cell(formatting.share(millionths / 1_000_000), millionths, "millionths")


def score(cell: figures.Score) -> Cell:
    """An estimate in points with its interval and n, or the sentence of what is missing."""
    ends = (cell.value_hundredths, cell.lower_hundredths, cell.upper_hundredths)
    parts = [points(end, "—") for end in ends] + [count(cell.n) if cell.n is not None else Cell("—")]
    return Cell(_evidenced(cell.value_hundredths is None, cell), parts=parts)


def measure(cell: figures.Measure) -> Cell:
    """A KPI value in its own unit: numbers in a sheet, with the unit in a column of its own."""
    kind = "millionths" if cell.unit == "share" else "hundredths"
    scale = SCALES[kind]
    ends = [
        Cell(cell.write(end), round(end * scale), kind) if end is not None else Cell("—")
        for end in (cell.value, cell.lower, cell.upper)
    ]
    n = count(cell.n) if cell.n is not None else Cell("—")
    return Cell(_evidenced(cell.value is None, cell), parts=[*ends, Cell(unit_word(cell)), n])


def unit_word(cell: figures.Measure) -> str:
    return {"share": "%", "seconds": gettext(N_("秒"))}.get(cell.unit) or (gettext(cell.unit) if cell.unit else "")


def _evidenced(is_missing: bool, cell: figures.Score | figures.Measure) -> str:
    if is_missing:
        return cell.missing or "—"
    facts = {"value": cell.value_text(), "range": cell.range_text(), "n": cell.n, "missing": cell.missing or "—"}
    if cell.state == "counted":
        return gettext(N_("%(value)s（n=%(n)s；%(missing)s）"), **facts)
    if cell.state != "thin":
        return gettext(N_("%(value)s（区间%(range)s，n=%(n)s）"), **facts)
    if not cell.range_text():
        return gettext(N_("%(value)s（样本不足，n=%(n)s；%(missing)s）"), **facts)
    return gettext(N_("%(value)s（样本不足，区间%(range)s，n=%(n)s；%(missing)s）"), **facts)


def evidenced_column(label: str, width: int = 4) -> Column:
    """A column of scores: one cell to read, four in a sheet."""
    return Column(label, width, parts=["", gettext(N_("下限")), gettext(N_("上限")), "n"])


def measured_column(label: str, width: int = 4) -> Column:
    """A column of measures, each with its unit: one cell to read, five in a sheet."""
    known = evidenced_column(label, width)
    return Column(label, width, parts=[*known.parts[:3], gettext(N_("单位")), known.parts[3]])
