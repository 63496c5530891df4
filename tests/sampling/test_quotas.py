"""How many are drawn: floors, shares, months that come out, strata that never overflow."""

from datetime import date
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import periods, quotas
from qa_service.sampling.errors import BadQuotaRule, QuotaAboveFrame
from qa_service.sampling.frames import Stratum, make_frame
from qa_service.sampling.quotas import AgentMonth, QuotaRule
from tests.sampling.parts import make_part, make_parts

WEEKS = periods.split_month(date(2026, 3, 1))


def make_rule(**given_) -> QuotaRule:
    return QuotaRule(**{"floor": 6, "probation_floor": 10, **given_})


rules = st.builds(
    lambda floor, more, percent, minimum, room: QuotaRule(
        floor=floor,
        probation_floor=floor + more,
        percent_hundredths=percent,
        minimum=minimum,
        maximum=None if room is None else max(minimum, floor + more) + room,
    ),
    st.integers(0, 12),
    st.integers(0, 6),
    st.integers(0, 10_000),
    st.integers(0, 12),
    st.none() | st.integers(0, 20),
)


def test_the_floor_holds_and_probationers_get_more():
    assert quotas.month_quota(make_rule(), 500) == 6
    assert quotas.month_quota(make_rule(), 500, is_on_probation=True) == 10
    assert quotas.month_quota(make_rule(), 4) == 4


def test_a_share_is_rounded_up_and_kept_between_minimum_and_maximum():
    rule = make_rule(floor=0, probation_floor=0, percent_hundredths=150, minimum=3, maximum=12)
    assert [quotas.month_quota(rule, parts) for parts in (2, 100, 201, 400, 401, 5000)] == [2, 3, 4, 6, 7, 12]


@pytest.mark.parametrize(
    "wrong",
    [
        {"floor": -1},
        {"percent_hundredths": 10_001},
        {"probation_floor": 5},
        {"minimum": 12, "maximum": 11},
        {"maximum": 9},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(BadQuotaRule):
        quotas.check_rule(make_rule(**wrong))


def walk(rule, volumes, *, is_on_probation=False, agent="07"):
    """Draw a whole month week by week, each time knowing only what came before; the last frame of whoever would stay
    short holds the undrawn earlier parts too."""
    given_ = []
    for index, own in enumerate(volumes):
        before, drawn = sum(volumes[:index]), sum(given_)
        month = AgentMonth(parts_before=before, drawn_before=drawn, is_on_probation=is_on_probation)
        share, phase = periods.elapsed(WEEKS, index), quotas.phase(f"root {index}", agent)
        again = before - drawn if share == 1 and quotas.shortfall(rule, month, own) else 0
        month = msgspec.structs.replace(month, parts_again=again)
        given_.append(quotas.period_quota(rule, month, own + again, elapsed=share, phase=phase))
        assert 0 <= given_[-1] <= own + again
    return given_


@given(rules, st.lists(st.integers(0, 60), min_size=6, max_size=6), st.booleans())
def test_the_months_quota_comes_out_in_whichever_weeks_the_parts_lie(rule, volumes, is_on_probation):
    given_ = walk(rule, volumes, is_on_probation=is_on_probation)
    assert sum(given_) == quotas.month_quota(rule, sum(volumes), is_on_probation=is_on_probation)


@given(rules, st.lists(st.integers(0, 60), min_size=6, max_size=6), st.booleans())
def test_whoever_has_parts_enough_in_the_month_has_at_least_the_floor(rule, volumes, is_on_probation):
    floor = rule.probation_floor if is_on_probation else rule.floor
    assert sum(walk(rule, volumes, is_on_probation=is_on_probation)) >= min(floor, sum(volumes))


@given(rules, st.lists(st.integers(0, 60), min_size=6, max_size=6), st.integers(0, 5), st.integers(1, 30))
def test_more_parts_never_lower_the_months_number(rule, volumes, week, more):
    fuller = [held + more * (place == week) for place, held in enumerate(volumes)]
    assert sum(walk(rule, fuller)) >= sum(walk(rule, volumes))


@given(rules, st.lists(st.integers(0, 30), min_size=6, max_size=6))
def test_no_week_before_the_last_gives_more_than_it_holds(rule, volumes):
    assert all(0 <= quota <= held for quota, held in zip(walk(rule, volumes)[:-1], volumes[:-1], strict=True))


@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 60), st.integers(0, 60))
def test_parts_that_stand_in_again_are_not_counted_twice(before, now, drawn, again):
    """A share of the month is a share of its parts, however many frames hold them."""
    rule = make_rule(floor=0, probation_floor=0, percent_hundredths=1000)
    again, drawn = min(again, before), min(drawn, before)
    month = AgentMonth(parts_before=before, drawn_before=drawn, parts_again=again)
    quota = quotas.period_quota(rule, month, now + again, elapsed=Fraction(1), phase=Fraction(0))
    assert quota == min(max(0, quotas.month_quota(rule, before + now) - drawn), now + again)


def test_what_an_absent_week_could_not_give_is_made_up():
    assert sum(walk(make_rule(floor=12, probation_floor=12), [5, 0, 0, 40, 40, 40])) == 12


def test_whoever_leaves_in_the_second_week_still_has_the_floor():
    """On the real month 73 people worked the first two or three weeks only, with 30 parts and more."""
    given_ = walk(make_rule(), [20, 18, 0, 0, 0, 0])
    assert sum(given_) == 6
    assert given_[-1] >= 2, "made up from undrawn parts of the first two weeks"


def test_twelve_a_month_are_spread_over_the_weeks():
    for agent in map(str, range(50)):
        given_ = walk(make_rule(floor=12, probation_floor=12), [40] * 6, agent=agent)
        assert sum(given_) == 12
        assert max(given_) <= 4


def test_round_ups_fall_on_different_agents():
    phases = [quotas.phase("ab" * 32, str(n)) for n in range(200)]
    assert all(0 <= phase < 1 for phase in phases)
    assert 60 < sum(phase < Fraction(1, 2) for phase in phases) < 140


def make_strata(*sizes: int) -> dict[Stratum, int]:
    return {Stratum("07", "chat", f"kind {n}"): size for n, size in enumerate(sizes)}


def test_strata_share_in_proportion_by_largest_remainder():
    assert list(quotas.spread_over_strata(10, make_strata(47, 16, 158)).values()) == [2, 1, 7]


def test_equal_remainders_go_to_the_larger_then_to_the_first():
    assert list(quotas.spread_over_strata(2, make_strata(1, 3)).values()) == [0, 2]
    assert list(quotas.spread_over_strata(1, make_strata(5, 5, 5)).values()) == [1, 0, 0]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.data())
def test_strata_add_up_and_never_overflow(sizes, data):
    strata = make_strata(*sizes)
    quota = data.draw(st.integers(0, sum(sizes)))
    given_ = quotas.spread_over_strata(quota, strata)
    assert sum(given_.values()) == quota
    assert given_ == quotas.spread_over_strata(quota, dict(reversed(strata.items())))
    for stratum, count in given_.items():
        assert 0 <= count <= strata[stratum]
        assert abs(count * sum(sizes) - quota * strata[stratum]) < max(1, sum(sizes))


def test_more_than_exists_cannot_be_shared_out():
    with pytest.raises(QuotaAboveFrame):
        quotas.spread_over_strata(3, make_strata(1, 1))


def test_a_plan_names_every_stratum_of_the_frame():
    found = [
        *make_parts("07", 30),
        *make_parts("08", 30),
        *make_parts("09", 2),
        make_part("x", agent="07", kind="售后"),
    ]
    months = {"08": AgentMonth(is_on_probation=True), "07": AgentMonth(parts_before=80, drawn_before=5)}
    planned = quotas.plan_quotas(make_frame(found), make_rule(), months, elapsed=Fraction(1))
    assert {(s.agent, s.kind): n for s, n in planned.items()} == {
        ("07", "售前"): 1,
        ("07", "售后"): 0,
        ("08", "售前"): 10,
        ("09", "售前"): 2,
    }
