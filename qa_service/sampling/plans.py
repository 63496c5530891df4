"""The sampling plan: a dated rule that says who is drawn how often, from which frame, by when it is marked. Pure."""

from typing import Literal

import msgspec

from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_
from qa_service.sampling.periods import PeriodLength
from qa_service.sampling.quotas import QuotaRule, check_rule
from rubrics import pack_records

SHORT_MESSAGES = 2  # what the packs call too short: fewer messages than this


class SamplingPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What RuleVersion of kind 'sampling' holds.

    month_begins_on_day : first day of the pay month, 1-28.
    new_agent_days : somebody hired fewer days before the period has the floor of a probationer (0: nobody).
    least_messages : agent parts with fewer messages stay out of the frame (0: none do), counted with their reason.
    expected_seconds : for marking one part.
    due_working_days : from the draw to the due day.
    pair_cap : most parts of one agent by one monitor in a pay month.
    own_team : `exempt` where the plan declares that monitors also mark the team in which they hold a post.
    cross_team_percent : of each team's parts at least this share goes to other monitors than its most frequent one.
    one_monitor_exemption : the declared reason of a department with a single monitor.
    risk_apart : complaints (`risk_kinds`) and low satisfaction stay out of the random stream.
    named_value, named_value_en : the public value that seeds every draw ("": named at each commitment). It comes out
        at `value_known_at` of the first trading day after the commitment and has `value_decimals` digits after the
        point (None: a text).
    """

    period: PeriodLength = PeriodLength.WEEK
    month_begins_on_day: int = 1
    floor: int = 6
    probation_floor: int = 10
    percent_hundredths: int = 0
    minimum: int = 0
    maximum: int | None = None
    new_agent_days: int = 0
    least_messages: int = 0
    channels: list[str] | None = None
    kinds: list[str] | None = None
    expected_seconds: int = 420
    due_working_days: int = 3
    pair_cap: int | None = None
    own_team: Literal["never", "exempt"] = "never"
    cross_team_percent: int = 0
    one_monitor_exemption: str | None = None
    risk_apart: bool = False
    risk_kinds: tuple[str, ...] = ("complaint", "投诉")
    risk_satisfaction_percent: int = 40
    named_value: str = ""
    named_value_en: str = ""
    value_known_at: str = "15:00"
    value_decimals: int | None = None

    def quota_rule(self) -> QuotaRule:
        return QuotaRule(
            floor=self.floor,
            probation_floor=self.probation_floor,
            percent_hundredths=self.percent_hundredths,
            minimum=self.minimum,
            maximum=self.maximum,
        )


def read_plan(definition: str) -> SamplingPlan:
    """The plan of a rule version, written plainly or as a pack's sampling file; every fault is named."""
    try:
        data = msgspec.json.decode(definition)
        if isinstance(data, dict) and "plan" in data:
            return plan_of_pack(msgspec.convert(data["plan"], pack_records.SamplingPlan))
        plan = msgspec.convert(data, SamplingPlan)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        fault = FieldError("definition", "bad-plan", N_("抽样方案读不懂：%(reason)s"), {"reason": str(error)})
        raise InvalidInput(fields=[fault]) from error
    check_rule(plan.quota_rule())
    return plan


def plan_of_pack(plan: pack_records.SamplingPlan) -> SamplingPlan:
    """A pack states shares and minutes; the draw works with counts and seconds.

    The pair cap is the stated percent of the larger of the two floors, rounded up: a share of a person's own month.
    """
    declared = {one.key for one in plan.exclusions}
    largest = max(plan.per_agent_month, plan.per_probationer_month)
    return SamplingPlan(
        period=PeriodLength(plan.draw_period),
        floor=plan.per_agent_month,
        probation_floor=plan.per_probationer_month,
        new_agent_days=plan.new_agent_days,
        least_messages=SHORT_MESSAGES if "short" in declared else 0,
        expected_seconds=plan.minutes_per_part * 60,
        due_working_days=plan.due_working_days,
        pair_cap=-(-largest * plan.pair_cap_percent // 100),
        own_team=plan.own_team,
        cross_team_percent=plan.cross_team_percent,
        risk_apart="risk" in declared,
        risk_kinds=plan.risk_kinds,
        risk_satisfaction_percent=plan.risk_satisfaction_percent,
        named_value=plan.named_value,
        named_value_en=plan.named_value_en,
        value_known_at=plan.value_known_at,
        value_decimals=plan.value_decimals,
    )
