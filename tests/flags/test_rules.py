"""Who looks unusual: beside people of the same work and beside their own past; and when nobody can be judged."""

import numpy as np

from qa_service.flags.rules import MonthValues, judge

KPIS = ("first_reply", "satisfaction", "qa_mark", "handling_time")
MIDDLE = {"presale": (1800, 8500, 8600, 30_000), "aftersale": (2600, 8000, 8000, 50_000)}


def month_of(*, presale=15, aftersale=9, odd=None, seed=0, parts=240):
    """Ordinary people of two kinds of work; `odd` maps a person to factors of their values."""
    rng, values, groups = np.random.default_rng(seed), {}, {}
    for person in range(presale + aftersale):
        groups[person] = "presale" if person < presale else "aftersale"
        for place, kpi in enumerate(KPIS):
            factor = (odd or {}).get(person, (1, 1, 1, 1))[place]
            values[person, kpi] = round(MIDDLE[groups[person]][place] * factor * (1 + rng.normal(0, 0.05)))
    return MonthValues(values=values, groups=groups, parts=dict.fromkeys(groups, parts))


def judged(month, past=(), **changes):
    given = {"kpis": KPIS, "minimum_parts": 60, "alarms": 2, "seed": 5, **changes}
    return judge(month, list(past), **given)


def flagged(verdict):
    return [one.person for one in verdict.people if one.is_flagged]


def test_who_suddenly_answers_in_a_quarter_of_the_time_is_flagged_with_both_reasons():
    verdict = judged(month_of(odd={3: (0.25, 0.8, 1, 0.3)}, seed=9), [month_of(seed=1), month_of(seed=2)])
    assert 3 in flagged(verdict)
    reasons = next(one for one in verdict.people if one.person == 3).reasons
    assert {"peers", "own"} == {reason.against for reason in reasons}
    first = next(reason for reason in reasons if reason.kpi == "first_reply")
    assert first.direction == -1
    assert first.value < first.typical / 2


def test_other_work_is_not_unusual_work():
    def scores_of_aftersale(month):
        return np.mean([one.score for one in judged(month).people if one.person >= 15])

    month = month_of(seed=4)
    mixed = MonthValues(values=month.values, groups=dict.fromkeys(month.groups, ""), parts=month.parts)
    assert scores_of_aftersale(month) < 1.5 < scores_of_aftersale(mixed)


def test_without_past_months_the_verdict_says_so():
    verdict = judged(month_of(odd={3: (0.25, 0.8, 1, 0.3)}))
    assert (verdict.state, verdict.past_months, verdict.calibration) == ("uncalibrated", 0, 0)
    assert 3 in flagged(verdict)
    assert verdict.expected_false_alarms == 2


def test_uncalibrated_no_more_is_flagged_than_can_be_looked_at():
    odd = dict.fromkeys((1, 2, 3, 4), (3.0, 0.4, 0.5, 3.0))
    verdict = judged(month_of(odd=odd), alarms=3)
    assert len(flagged(verdict)) <= 3
    assert verdict.held_back == sum(one.score >= 1 - np.log(3 / 24) for one in verdict.people) - len(flagged(verdict))


def test_the_same_seed_gives_the_same_flags():
    one, two = (judged(month_of(odd={3: (0.25, 0.8, 1, 0.3)}), [month_of(seed=1)]) for _ in "ab")
    assert one == two


def test_too_few_people_or_kpis_are_a_state():
    few = judged(month_of(presale=5, aftersale=2))
    assert (few.state, few.people, few.not_judged) == ("group-too-small", [], 7)
    empty = MonthValues(values={}, groups=dict.fromkeys(range(20), ""), parts=dict.fromkeys(range(20), 99))
    assert judged(empty).state == "too-few-kpis"


def test_who_handled_too_little_is_not_judged():
    month = month_of()
    month.parts[7] = 59
    verdict = judged(month)
    assert 7 not in {one.person for one in verdict.people}
    assert verdict.not_judged == 1


def test_a_kpi_that_hardly_anybody_has_is_not_watched():
    month = month_of()
    values = {key: value for key, value in month.values.items() if key[1] != "handling_time" or key[0] < 3}
    thin = MonthValues(values=values, groups=month.groups, parts=month.parts)
    assert judged(thin).kpis == ["first_reply", "satisfaction", "qa_mark"]
