"""Two estimates with two uses, and how sure they are."""

import numpy as np

from qa_service.scores.estimates import Mark, estimate, qa_column


def marks_of(rows):
    return [Mark(evaluation=i, person=p, monitor=m, hundredths=round(v * 100)) for i, (p, m, v) in enumerate(rows)]


def simulated(*, strict=-8.0, each=4, seed=3):
    rng = np.random.default_rng(seed)
    levels = rng.normal(82, 5, 20)
    rows = [(p, m, levels[p] + (strict if m == 1 else 0) + rng.normal(0, 6))
            for p in range(20) for m in range(3) for _ in range(each)]  # fmt: skip
    return levels, marks_of(rows)


def test_a_strict_monitor_is_found_and_taken_out_of_the_marks():
    levels, marks = simulated()
    found = estimate(list(range(20)), marks, minimum=5)
    strict = found.monitors[1]
    assert strict.leniency[2] < 0, "the whole interval lies below 0"
    assert all(m.leniency[1] < 0 < m.leniency[2] or m.leniency[0] > 0 for m in (found.monitors[0], found.monitors[2]))
    errors = [one.corrected[0] / 100 + 8 / 3 - level for one, level in zip(found.people, levels, strict=True)]
    assert abs(np.mean(errors)) < 1.5, "all are moved to the mean monitor"


def test_the_level_for_coaching_lies_nearer_to_the_group_than_the_score_for_pay():
    found = estimate(list(range(20)), simulated(each=1)[1], minimum=2)
    shrunk, pay = (np.array([getattr(one, use)[0] for one in found.people]) for use in ("shrunk", "corrected"))
    assert shrunk.std() < pay.std()


def test_without_marks_there_is_a_state_and_no_number():
    found = estimate([1, 2], [], minimum=5)
    assert [one.state for one in found.people] == ["none", "none"]
    assert found.people[0].corrected == (None, None, None)
    assert found.monitors == []
    assert not qa_column(found.people).present.any()


def test_marks_under_appeal_are_left_out_and_counted():
    marks = marks_of([(1, 7, 80), (1, 7, 90), (1, 8, 84), (2, 7, 70), (2, 8, 72)])
    marks.append(Mark(evaluation=99, person=1, monitor=7, hundredths=0, is_disputed=True))
    found = estimate([1, 2], marks, minimum=2)
    assert (found.people[0].n, found.people[0].left_out) == (3, 1)
    assert found.people[0].corrected[0] > 8000


def test_few_marks_are_thin_one_monitor_is_uncorrected_and_islands_are_not_compared():
    few = estimate([1, 2], marks_of([(1, 7, 80), (1, 8, 90), (2, 7, 70), (2, 8, 72), (2, 7, 75)]), minimum=3)
    assert [one.state for one in few.people] == ["thin", "ok"]
    alone = estimate([1, 2], marks_of([(1, 7, 80), (1, 7, 90), (2, 7, 70), (2, 7, 72)]), minimum=2)
    assert {one.state for one in alone.people} == {"uncorrected"}
    assert alone.monitors[0].leniency[0] is None
    apart = estimate([1, 2], marks_of([(1, 7, 80), (1, 7, 90), (2, 8, 70), (2, 8, 72)]), minimum=2)
    assert {one.state for one in apart.people} == {"disconnected"}
    assert {one.shrunk for one in apart.people} == {(None, None, None)}


def test_who_has_no_mark_among_others_has_none():
    found = estimate([1, 2, 3], marks_of([(1, 7, 80), (1, 8, 90), (2, 7, 70), (2, 8, 75)]), minimum=2)
    assert (found.people[2].state, found.people[2].n) == ("none", 0)
