"""KPI names and values in words: the unit follows from how the value is made."""

from fractions import Fraction

from qa_service.kpis.facts import ratio_of
from qa_service.language import N_, current_language, gettext
from qa_service.web import formatting
from rubrics.pack_records import Kpi

SHARE, SECONDS, MONEY, PER_THOUSAND, POINTS, PLAIN = "share", "seconds", "money", "per_thousand", "points", "plain"
PER_DAY = "per_day"


def kpi_name(kpi: Kpi) -> str:
    return kpi.name if current_language() == "zh" else kpi.name_en


def unit_of(key: str, kpi: Kpi) -> str:
    """share (percent), seconds, money (fen), per_thousand, per_day (parts a day with any), points, plain."""
    ratio = ratio_of(key, kpi)
    if ratio.kind == "qa":
        return POINTS
    if ratio.kind == "share":
        return SHARE if ratio.times == 100 else PER_THOUSAND
    if ratio.denominator == "active_days":
        return PER_DAY
    return SECONDS if "seconds" in ratio.numerator else MONEY if "fen" in ratio.numerator else PLAIN


def value_text(key: str, kpi: Kpi, hundredths: int) -> str:
    """A value in hundredths of the KPI's own unit: 97.4%, 12.3秒, 86.50元, 4.0‰, 2.8件/天, 88.5分."""
    unit = unit_of(key, kpi)
    value = Fraction(hundredths, 100)
    if unit == SHARE:
        return formatting.share(value / 100)
    if unit == SECONDS:
        return formatting.duration(float(value), 1)
    if unit == MONEY:
        return gettext(N_("%(amount)s元"), amount=formatting.number(value / 100, 2))
    if unit == PER_THOUSAND:
        return formatting.number(value, 1) + "‰"
    if unit == PER_DAY:
        return gettext(N_("%(count)s件/天"), count=formatting.number(value, 1))
    number = formatting.number(value, 1)
    return gettext(N_("%(points)s分"), points=number) if unit == POINTS else number
