"""What stays out of the random stream, what a commitment must name, and which value may then seed the draw. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec

from qa_service.language import N_, current_language, gettext
from qa_service.sampling import errors
from qa_service.sampling.plans import SamplingPlan

LONGEST_VALUE = 200  # characters of a public value; longer is a pasted text, not a value
LONGEST_TEXT = 300  # characters of what is named and of why
UNCLAIMED, CHANNEL, KIND, SHORT, RISK = "unresolved-account", "channel", "kind", "too-few-messages", "risk"
EXCLUSIONS = {
    UNCLAIMED: N_("待认领"),
    CHANNEL: N_("渠道不在方案内"),
    KIND: N_("种类不在方案内"),
    SHORT: N_("消息太少"),
    RISK: N_("重点件（投诉或低满意度）"),
}
VALUE_KNOWN = N_("公开值在公布抽样框之前已经知道：这次抽样不能证明没有挑选")

DEVIATES = N_("公开值不是抽样方案点名的那一个，理由：%(reason)s")


def exclusion(part: Mapping[str, Any], plan: SamplingPlan) -> str | None:
    """The declared rule that keeps a part out of the random stream, the first that bites; None: it is eligible.

    A part that nobody has claimed is counted first: nothing else is known of it for certain.
    """
    if part["person"] is None:
        return UNCLAIMED
    if plan.channels is not None and part["channel"] not in plan.channels:
        return CHANNEL
    if plan.kinds is not None and part["kind"] not in plan.kinds:
        return KIND
    # Only a chat has messages to count; a call or a ticket without a transcript is not short.
    if part["channel"] == "chat" and part["message_count"] < plan.least_messages:
        return SHORT
    return RISK if plan.risk_apart and risk_of(part, plan) else None


def risk_of(part: Mapping[str, Any], plan: SamplingPlan) -> str | None:
    """`complaint` or `low-satisfaction` where a part belongs to the risk stream by what is known of it now."""
    kinds = {part["kind"], part["category"], part["subcategory"]}
    if part["has_complaint"] or kinds & set(plan.risk_kinds):
        return "complaint"
    score = part["score"]
    is_low = score is not None and score * 100 <= plan.risk_satisfaction_percent * part["scale_max"]
    return "low-satisfaction" if is_low else None


def said(exclusions: Mapping[str, int]) -> str:
    """What was left out, in words: reason and count of each."""
    return ("，" if current_language() == "zh" else ", ").join(
        f"{gettext(EXCLUSIONS.get(reason, reason))} {count:,}" for reason, count in sorted(exclusions.items())
    )


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """What a commitment names: the value, when it comes out, and (where it leaves the plan or was known) why."""

    value: str
    public_from: datetime
    value_known: bool
    deviation: str | None


def first_public(
    plan: SamplingPlan, now: datetime, zone: tzinfo, *, is_working_day: Callable[[date], bool]
) -> datetime:
    """When the plan's value comes out: at its hour of the first trading day after the commitment.

    Counted from the commitment and not from the period's end, so that a late commitment still names a future value.
    Exchanges keep the public holidays but do not open on weekends that are made up for them.
    """
    day = now.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() > 4 or not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time.fromisoformat(plan.value_known_at), zone)


def planned_value(text: str, public_from: datetime, zone: tzinfo) -> str:
    """The plan's value with the day on which it comes out: one number that everybody can look up."""
    return f"{text}：{public_from.astimezone(zone).date().isoformat()}" if text else ""


def name_value(
    plan: SamplingPlan, period: str, *, planned_from: datetime, now: datetime, zone: tzinfo, given: str | None,
    public_from: datetime | None, value_known: bool, reason: str | None,
) -> Naming:  # fmt: skip
    """The value of a commitment: the plan's, unless a reason says why not.

    Refused are a deviation without a reason, and a value that is out already without the statement that it was known.
    """
    planned, reason = planned_value(plan.named_value, planned_from, zone), (reason or "").strip()
    value = (given or "").strip() or ("" if value_known else planned)  # a known value is never the plan's future one
    if not value:
        raise errors.ValueNotNamed(period=period, field="named_value")
    for field, text in (("named_value", value), ("reason", reason)):
        if len(text) > LONGEST_TEXT or not text.isprintable():
            raise errors.TextTooLong(field=field, most=LONGEST_TEXT)
    if planned and value != planned and not value_known and not reason:
        raise errors.DeviationWithoutReason(field="reason", planned=planned)
    if value_known and not reason:
        raise errors.KnownWithoutReason(field="reason")
    out = now if value_known else planned_from if value == planned else public_from or planned_from
    if not value_known and out <= now:
        moment = out.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        raise errors.ValueAlreadyKnown(field="public_from", moment=moment)
    leaves_plan = value_known or (bool(planned) and value != planned)
    return Naming(value=value, public_from=out, value_known=value_known, deviation=reason if leaves_plan else None)


def check_values(values: list[str], *, named: str, decimals: int | None) -> None:
    """One named source gives exactly one value, in one spelling: who may choose among several chooses the draw."""
    if len(values) != 1:
        raise errors.ValueCountDiffers(field="value", given=len(values), named=named)
    value = values[0]
    if len(value) > LONGEST_VALUE:
        raise errors.ValueTooLong(field="value", most=LONGEST_VALUE)
    if decimals is None or not value:
        return  # the seed itself refuses what is empty or ambiguous
    tail = rf"\.[0-9]{{{decimals}}}" if decimals else ""
    if not re.fullmatch(rf"(0|[1-9][0-9]{{0,11}}){tail}", value):
        raise errors.ValueSpelling(field="value", value=value, decimals=decimals, example=f"{3120.34:.{decimals}f}")
