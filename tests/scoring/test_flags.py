import numpy as np
import pytest
from scipy import stats

from scoring import states
from scoring.conformal import conformal_p_values
from scoring.detectors import robust_covariance
from scoring.errors import InputError
from scoring.features import features
from scoring.flags import find_unusual
from tests.scoring.reference import case

# handling seconds, first reply seconds, transfer share, resolution share, survey share, QA, contacts, complaints,
# sales, adherence: middle of the department, spread between agents, spread between months.
KPIS = np.array(
    [
        [420, 40, 30],
        [22, 4, 3],
        [0.06, 0.015, 0.01],
        [0.8, 0.04, 0.03],
        [0.3, 0.05, 0.03],
        [86, 4, 3],
        [1500, 150, 100],
        [0.01, 0.003, 0.002],
        [0.2, 0.03, 0.03],
        [0.95, 0.015, 0.01],
    ]
)


def make_panel(*, seed, months, agents=24, gaming=None):
    """Months x agents x KPIs; the gaming agent ends contacts at once, passes them on and picks who is surveyed."""
    rng = np.random.default_rng(seed)
    level = rng.normal(KPIS[:, 0], KPIS[:, 1], (agents, len(KPIS)))
    panel = level + rng.normal(0, KPIS[:, 2], (months, agents, len(KPIS)))
    if gaming is not None:
        panel[:, gaming, 0] = rng.normal(110, 15, months)
        panel[:, gaming, 2] = rng.normal(0.3, 0.03, months)
        panel[:, gaming, 4] = rng.normal(0.05, 0.01, months)
    return panel


def flagged(result):
    return [flag.agent for flag in result.flags if flag.flagged]


@pytest.mark.parametrize("past_months", [0, 1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_the_gaming_agent_stands_out_of_24_and_at_most_two_others_do(seed, past_months):
    panel = make_panel(seed=seed, months=past_months + 1, gaming=7)
    found = find_unusual(panel[-1], past=panel[:-1], seed=1)
    assert 7 in flagged(found)
    assert len(flagged(found)) <= 3
    assert found.state == states.UNCALIBRATED
    assert all(flag.p_value is None for flag in found.flags)
    worst = max(found.flags, key=lambda flag: flag.score)
    assert worst.agent == 7


def test_the_reasons_name_the_kpis_and_directions_of_the_gaming():
    panel = make_panel(seed=2, months=1, gaming=7)
    flag = find_unusual(panel[0], seed=1).flags[7]
    named = {(reason.kpi, reason.direction) for reason in flag.reasons if reason.against == "peers"}
    assert {(0, -1), (2, 1), (4, -1)} <= named
    assert set(np.argsort(flag.contributions)[-3:]) == {0, 2, 4}


def test_a_sudden_change_is_seen_against_ones_own_past():
    panel = make_panel(seed=3, months=3)
    panel[-1, 4, 1] = panel[:-1, 4, 1].mean() + 14 * KPIS[1, 2]
    found = find_unusual(panel[-1], past=panel[:-1], seed=1)
    assert any(reason.against == "own" and reason.kpi == 1 for reason in found.flags[4].reasons)


def test_contributions_sum_to_the_score_and_are_never_negative():
    found = find_unusual(make_panel(seed=5, months=1, gaming=3)[0], seed=1)
    for flag in found.flags:
        assert sum(flag.contributions) == pytest.approx(flag.score)
        assert min(flag.contributions) >= 0


def test_with_enough_past_months_p_values_decide_within_the_budget():
    panel = make_panel(seed=6, months=9, gaming=7)
    found = find_unusual(panel[-1], past=panel[:-1], seed=1)
    assert found.state == states.CALIBRATED
    assert found.expected_false_alarms <= found.alarm_budget == 1.0
    # Gaming in every past month is no excuse: one's own past is left out of the comparison.
    assert found.flags[7].flagged
    assert found.flags[7].p_value == pytest.approx(1 / (found.n_calibration - 7 + 1))


def test_calm_departments_raise_about_as_many_alarms_as_the_budget_says():
    calibrated, nominal = [], []
    for seed in range(5):
        panel = make_panel(seed=50 + seed, months=7)
        calibrated.append(len(flagged(find_unusual(panel[-1], past=panel[:-1], seed=1))))
        nominal.append(len(flagged(find_unusual(panel[-1], seed=1))))
    assert np.mean(calibrated) <= 1.5
    assert np.mean(nominal) <= 1.5


def test_the_same_seed_gives_the_same_flags_and_the_order_of_agents_hardly_matters():
    panel = make_panel(seed=8, months=1, gaming=7)[0]
    assert find_unusual(panel, seed=4) == find_unusual(panel, seed=4)
    turned = find_unusual(panel[::-1], seed=4)
    assert flagged(turned) == [16]


def test_gaps_are_no_reason_for_suspicion_and_empty_rows_are_not_judged():
    panel = make_panel(seed=9, months=1)[0]
    panel[2, :3] = np.nan
    panel[5, :] = np.nan
    found = find_unusual(panel, seed=1)
    assert not any(reason.kpi < 3 for reason in found.flags[2].reasons)
    assert (found.flags[5].state, found.flags[5].score) == (states.TOO_FEW_KPIS, None)


def test_few_people_or_equal_people_give_no_flags():
    assert find_unusual(np.ones((5, 3)), seed=1).state == states.GROUP_TOO_SMALL
    assert flagged(find_unusual(np.ones((20, 4)), seed=1)) == []


def test_robust_distances_see_the_fourteen_outliers_of_hawkins_bradu_and_kass(shared):
    rows = np.array(case(shared, "anomaly.json", "hawkins-bradu-kass-1984")["input"]["X"], dtype=float)
    location, precision = robust_covariance(rows, seed=0)
    away = rows - location
    distance = np.einsum("ij,jk,ik->i", away, precision, away)
    assert (np.flatnonzero(distance > stats.chi2.ppf(0.975, 3)) == np.arange(14)).all()


def test_conformal_p_values_follow_the_printed_definition(shared):
    found = case(shared, "anomaly.json", "conformal-pvalue-definition")
    p = conformal_p_values(found["input"]["calibration_scores"], found["input"]["test_scores"])
    assert p == pytest.approx(found["expected"]["p"], abs=1e-12)


def test_features_of_someone_without_a_past_are_ordinary():
    panel = make_panel(seed=1, months=3)
    panel[:2, 6] = np.nan
    assert (features(panel[2], panel[:2]).own[6] == 0).all()


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: find_unusual([1, 2, 3], seed=1), "shape"),
        (lambda: find_unusual(np.ones((9, 2)), past=np.ones((1, 8, 2)), seed=1), "shape"),
        (lambda: find_unusual(np.full((9, 2), np.inf), seed=1), "not-finite"),
        (lambda: find_unusual(np.ones((9, 2)), alarm_budget=0, seed=1), "out-of-range"),
        (lambda: find_unusual(np.ones((9, 2)), alarm_budget=9, seed=1), "out-of-range"),
    ],
)
def test_panels_that_cannot_be_judged_are_refused(build, code):
    with pytest.raises(InputError) as refusal:
        build()
    assert refusal.value.code == code
