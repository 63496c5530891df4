"""A reward scheme on one day: parts of the variable base, what is earned by a result, what an event is worth.

Arithmetic is exact (Fraction), with one rounding half-up to the fen; shares are whole percents of integer fen.
"""

from datetime import date
from fractions import Fraction

import msgspec

from qa_service.language import N_
from qa_service.rewards.errors import NoVariableBase, RuleNotInForce
from qa_service.rewards.lines import Basis, Note
from qa_service.rewards.rules import RuleState, check_in_force
from rubrics.pack_records import BandReward, ConductRule, DisputeRule, EventRule, Grade, LossRule, PaydayRule, ShareRule

Definition = dict[str, dict[str, object]]


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """The rewards.toml of a pack, or of a stored rule version, on one day."""

    shares: dict[str, ShareRule]
    band_rewards: dict[str, BandReward]
    events: dict[str, EventRule]
    conduct: ConductRule
    dispute: DisputeRule
    payday: PaydayRule
    loss: LossRule
    grade: Grade


class SchemeVersion(msgspec.Struct, frozen=True):
    """A scheme with the state of the rule version that holds it."""

    scheme: Scheme
    rule: RuleState


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A closed result of a person: marks in hundredths (0-10000, more when stretched), None where not scored.

    `low` and `high` are the ends of the interval at the level the rule names; both equal the mark where nothing was
    estimated, both None where an interval cannot be known (then nothing is held against the person).
    """

    mark_hundredths: int | None
    low_hundredths: int | None = None
    high_hundredths: int | None = None
    n: int = 0
    disputed: bool = False
    basis: tuple[Basis, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """Percent earned, how sure that is (reached, missed, undecided, not_scored), and the sentence for the person."""

    percent: Fraction
    state: str
    note: Note


def scheme_from(definition: Definition) -> Scheme:
    """A scheme from plain data by dotted names ("share.qa", "payday"): a pack's file on a day, or a rule version's."""
    groups = {"share": ShareRule, "band_reward": BandReward, "event": EventRule}
    found = {
        group: {
            name.removeprefix(group + "."): msgspec.convert(data, struct)
            for name, data in sorted(definition.items())
            if name.startswith(group + ".")
        }
        for group, struct in groups.items()
    }
    return Scheme(
        shares=found["share"],
        band_rewards=found["band_reward"],
        events=found["event"],
        conduct=msgspec.convert(definition["conduct"], ConductRule),
        dispute=msgspec.convert(definition["dispute"], DisputeRule),
        payday=msgspec.convert(definition["payday"], PaydayRule),
        loss=msgspec.convert(definition["loss"], LossRule),
        grade=msgspec.convert(definition["grade"], Grade),
    )


def version_on(versions: tuple[SchemeVersion, ...], on: date) -> SchemeVersion:
    """The version in force on a day, the newest where two are; refused where none is (no retroaction)."""
    fitting = [each for each in versions if _in_force(each.rule, on)]
    if fitting:
        return max(fitting, key=lambda each: (each.rule.from_on, each.rule.version_id))
    first = min((each.rule.from_on for each in versions), default=None)
    raise RuleNotInForce(from_on=first.isoformat() if first else "-", on=on.isoformat())


def _in_force(rule: RuleState, on: date) -> bool:
    try:
        check_in_force(rule, on)
    except RuleNotInForce:
        return False
    return True


def half_up(amount: Fraction) -> int:
    """Round to the nearest fen, halves upwards.

    Used on what is *earned*, so that a half fen goes to the worker.
    """
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def parts(scheme: Scheme, variable_fen: int) -> dict[str, int]:
    """Fen of the variable base that each share rule and "conduct" governs; they sum to the base exactly."""
    percents = [(key, rule.part_percent) for key, rule in scheme.shares.items()]
    percents.append(("conduct", scheme.conduct.part_percent))
    result, done, seen = {}, 0, 0
    for key, percent in percents:
        seen += percent
        upto = half_up(Fraction(variable_fen * seen, 100))
        result[key], done = upto - done, upto
    return result


def earned_fen(part_fen: int, percent: Fraction) -> int:
    """Fen earned of a part, rounded half-up, never more than the part."""
    return min(part_fen, half_up(part_fen * percent / 100))


def grade_base_fen(scheme: Scheme, grade: str) -> int:
    """The published variable base of a grade: coefficient × base; a grade that is not published has none."""
    if grade not in scheme.grade.coefficients_percent:
        raise NoVariableBase(grade=grade)
    return half_up(Fraction(scheme.grade.base_fen * scheme.grade.coefficients_percent[grade], 100))


FULL = Fraction(100)
NOT_SCORED = N_("%(name)s：本月样本不足、没有得分，这一部分全额计发")
NO_INTERVAL = N_("%(name)s：得分%(mark)s分，件数太少、区间无法确定，这一部分全额计发")
TOO_FEW = N_("%(name)s：得分%(mark)s分，只有%(n)s件，不足%(minimum)s件，这一部分全额计发")
SURE = N_("%(name)s：得分%(mark)s分（区间%(low)s–%(high)s），按%(percent)s%%计发")
UNDECIDED = N_(
    "%(name)s：得分%(mark)s分，区间%(low)s–%(high)s没有整个低于%(line)s分这条线，不能断定未达到；"
    "按规则以区间上端所在档%(percent)s%%计发"
)
UNDECIDED_FULL = N_(
    "%(name)s：得分%(mark)s分，区间%(low)s–%(high)s没有整个低于%(line)s分这条线，不能断定未达到；按规则全额计发"
)
POINT = N_("%(name)s：得分%(mark)s分，共%(n)s件，按%(percent)s%%计发")


def decide_share(rule: ShareRule, result: Result) -> Decision:
    """Percent of the part that a result earns, by the rule's own decision. What is not known is paid in full."""
    mark, facts = result.mark_hundredths, {"name": rule.name, "name_en": rule.name_en}
    if mark is None:
        return Decision(FULL, "not_scored", Note(NOT_SCORED, facts))
    facts |= {"mark": points(mark), "n": result.n}
    if rule.decision == "linear":
        percent = min(FULL, Fraction(max(mark, 0), 100))
        return _decided(percent, Note(POINT, facts | {"percent": _percent(percent)}))
    if rule.decision == "point_minimum_n":
        if result.n < rule.minimum_n:
            return Decision(FULL, "undecided", Note(TOO_FEW, facts | {"minimum": rule.minimum_n}))
        percent = _band(rule, mark)
        return _decided(percent, Note(POINT, facts | {"percent": _percent(percent)}))
    return _by_interval(rule, result, facts)


def _by_interval(rule: ShareRule, result: Result, facts: dict[str, str | int]) -> Decision:
    """A band is lost only when the whole interval lies below its line: the upper end decides."""
    low, high = result.low_hundredths, result.high_hundredths
    if low is None or high is None:
        return Decision(FULL, "undecided", Note(NO_INTERVAL, facts))
    percent = _band(rule, high)
    facts |= {"low": points(low), "high": points(high), "percent": _percent(percent)}
    if _band(rule, low) == percent:
        return _decided(percent, Note(SURE, facts))
    facts["line"] = next(line for line, _ in rule.bands if high >= line * 100)
    return Decision(percent, "undecided", Note(UNDECIDED_FULL if percent == FULL else UNDECIDED, facts))


def _decided(percent: Fraction, note: Note) -> Decision:
    return Decision(percent, "reached" if percent == FULL else "missed", note)


def _band(rule: ShareRule, hundredths: int) -> Fraction:
    reached = (percent for line, percent in rule.bands if hundredths >= line * 100)
    return Fraction(next(reached, rule.otherwise))


def reward_reached(rule: BandReward, result: Result) -> bool:
    """Is a band reward earned? By the point from a minimum n on, or only when the whole interval reaches the line."""
    line = rule.line * 100
    if rule.decision == "interval_clears":
        return result.low_hundredths is not None and result.low_hundredths >= line
    return result.mark_hundredths is not None and result.n >= rule.minimum_n and result.mark_hundredths >= line


def points(hundredths: int) -> str:
    """Marks as shown: 8750 → '87.50', -5 → '-0.05'."""
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def _percent(percent: Fraction) -> str:
    """Shown with at most two decimals, which is exact: percents are whole, or marks in hundredths."""
    whole, rest = divmod(percent * 100, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{int(rest):02d}"
