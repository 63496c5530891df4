"""The counts that KPI definitions may name: what each is in SQL, and how a numerator and a denominator make a value.

A denominator counts only the records in which the numerator could be seen: a transfer rate over records that never
said whether they were transferred would be a perfect 0 that nobody measured.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from qa_service.kpis.errors import KpiFactUnknown
from rubrics.pack_records import Kpi

CLOSED_IN_TIME_SECONDS = 600
ANSWERED_SOON_SECONDS = 3_600
ASKED_FROM_HOUR, ASKED_BEFORE_HOUR = 8, 23  # local; the platforms' own figure counts 08:00-23:00
SECONDS = {
    "first_reply": "first_reply_parts",
    "average_reply": "average_reply_parts",
    "handle": "handled_parts",
    "response": "response_parts",
}
COMPLAINT_KINDS = ("complaint", "投诉", "投诉登记", "投诉登记表")
QA_FACT = "qa_estimate.corrected"


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """value = numerator × times / denominator.

    kind decides the interval: a share has Wilson's, a mean the t interval from `squares`, the QA mark brings its own.
    `left_out` counts the records that had no usable value.
    """

    numerator: str
    denominator: str
    times: int = 1
    kind: Literal["share", "mean", "qa"]
    squares: str | None = None
    left_out: str | None = None


def part_facts(hour: str) -> dict[str, str]:
    """Aggregates over agent parts `p` of one person and day; `hour` is SQL for the local hour of the beginning."""
    window = (
        f"p.asked AND p.replied_in_3_min IS NOT NULL AND COALESCE({hour}, {ASKED_FROM_HOUR})"
        f" BETWEEN {ASKED_FROM_HOUR} AND {ASKED_BEFORE_HOUR - 1}"
    )
    facts = {
        "parts": "COUNT(*)",
        "parts_squares": "COUNT(*) * COUNT(*)",  # of one day: summed over days they give the spread of parts a day
        "active_days": "1",
        "untimed_parts": _count("NOT p.time_known"),
        "asked_parts": _count(window),
        "replied_in_3_min_parts": _count(f"p.replied_in_3_min AND {window}"),
        "inquiry_parts": "COUNT(p.converted)",
        "converted_parts": _count("p.converted"),
        "priced_parts": _count("p.converted AND p.order_amount_fen IS NOT NULL"),
        "order_amount_fen_sum": _sum("CASE WHEN p.converted THEN p.order_amount_fen END"),
        "order_amount_fen_squares": _sum("CASE WHEN p.converted THEN p.order_amount_fen * p.order_amount_fen END"),
        "transferred_parts": _count("p.transferred_out"),
        "transfer_known_parts": "COUNT(p.transferred_out)",
        "ended_parts": "COUNT(p.closed_after_seconds)",
        "responded_in_hour_parts": _count(f"p.response_seconds <= {ANSWERED_SOON_SECONDS}"),
        "closed_in_time_parts": _count(f"p.closed_after_seconds <= {CLOSED_IN_TIME_SECONDS}"),
    }
    for name, count in SECONDS.items():
        column = f"p.{name}_seconds"
        facts[count] = f"COUNT({column})"
        facts[f"{name}_seconds_sum"] = _sum(column)
        facts[f"{name}_seconds_squares"] = _sum(f"{column} * {column}")
    return facts


def survey_facts() -> dict[str, str]:
    """Aggregates over the first live answer `s` of each record: satisfied is four fifths of the scale or more."""
    return {"survey_answers": "COUNT(*)", "satisfied_answers": _count("s.score * 5 >= s.scale_max * 4")}


def complaint_facts() -> dict[str, str]:
    return {"complaints": "COUNT(*)"}


def fact_names() -> list[str]:
    return sorted({*part_facts("0"), *survey_facts(), *complaint_facts()})


def needed(kpis: Mapping[str, Kpi]) -> set[str]:
    """The counts that these KPIs are made of, and `parts`."""
    found = {"parts"}
    for key, kpi in kpis.items():
        ratio = ratio_of(key, kpi)
        if ratio.kind != "qa":
            found |= {ratio.numerator, ratio.denominator, ratio.squares, *DIFFERENCES.get(ratio.left_out, ())}
            found.add(None if ratio.left_out in DIFFERENCES else ratio.left_out)
    return {name for name in found if name is not None}


def _count(condition: str) -> str:
    return f"COUNT(*) FILTER (WHERE {condition})"


def _sum(expression: str) -> str:
    return f"COALESCE(SUM({expression}), 0)"


# Numerators that count: in percent of their denominator, complaints in 1,000 parts. All others are sums.
COUNTED = {
    "replied_in_3_min_parts": 100,
    "satisfied_answers": 100,
    "converted_parts": 100,
    "transferred_parts": 100,
    "closed_in_time_parts": 100,
    "responded_in_hour_parts": 100,
    "complaints": 1_000,
}
SEEN = {
    ("transferred_parts", "parts"): "transfer_known_parts",
    ("order_amount_fen_sum", "converted_parts"): "priced_parts",
}
LEFT_OUT = {
    "first_reply_parts": "untimed_parts",
    "average_reply_parts": "untimed_parts",
    "asked_parts": "untimed_parts",
    "ended_parts": "untimed_parts",
    "response_parts": "untimed_parts",
    "handled_parts": "unhandled_parts",
    "transfer_known_parts": "transfer_unknown_parts",
    "priced_parts": "unpriced_parts",
}
# Counts that are the difference of two others.
DIFFERENCES = {
    "unhandled_parts": ("parts", "handled_parts"),
    "transfer_unknown_parts": ("parts", "transfer_known_parts"),
    "unpriced_parts": ("converted_parts", "priced_parts"),
}


def ratio_of(key: str, kpi: Kpi) -> Ratio:
    """How a KPI of the dictionary is computed; KpiFactUnknown names a count that the service does not keep."""
    if kpi.fact == QA_FACT:
        return Ratio(numerator=kpi.numerator, denominator=kpi.denominator, kind="qa")
    known = fact_names()
    for name in (kpi.numerator, kpi.denominator):
        if name not in known:
            raise KpiFactUnknown(kpi=key, fact=name, known="、".join(known))
    denominator = SEEN.get((kpi.numerator, kpi.denominator), kpi.denominator)
    is_share = kpi.numerator in COUNTED
    return Ratio(
        numerator=kpi.numerator,
        denominator=denominator,
        times=COUNTED.get(kpi.numerator, 1),
        kind="share" if is_share else "mean",
        squares=None if is_share else kpi.numerator.removesuffix("_sum") + "_squares",
        left_out=LEFT_OUT.get(denominator),
    )
