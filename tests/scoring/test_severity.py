import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import states
from scoring.crossed import collect, information, solve
from scoring.errors import InputError
from scoring.severity import fit_severity
from tests.scoring.reference import case


def make_marks(*, seed, agents=15, monitors=3, audits=5, sd=(5, 4, 10)):
    """Agents, monitors, marks and the agents' true levels under the mean of these monitors."""
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(agents), audits)
    monitor = rng.integers(0, monitors, len(agent))
    skill, strict = rng.normal(0, sd[0], agents), rng.normal(0, sd[1], monitors)
    marks = 75 + skill[agent] + strict[monitor] + rng.normal(0, sd[2], len(agent))
    return agent, monitor, marks, 75 + skill + strict.mean()


def crossed(table):
    values = np.array(table, dtype=float)
    rows, columns = np.indices(values.shape)
    return rows.ravel(), columns.ravel(), values.ravel()


def test_the_penicillin_fit_is_that_of_lme4(shared):
    found = case(shared, "mixed_models.json", "penicillin-crossed-lmm")
    fit = fit_severity(*crossed(found["input"]["data"]), bounds=None)
    expected, tolerance = found["expected"]["REML"], found["tolerance"]
    assert fit.criterion == pytest.approx(expected["criterion"], abs=tolerance["criterion"])
    sds = (fit.sd_agent, fit.sd_monitor, fit.sd_residual)
    assert sds == pytest.approx(
        tuple(expected[k] for k in ("sd_plate", "sd_sample", "sd_residual")), abs=tolerance["sd"]
    )
    assert fit.mean == pytest.approx(expected["intercept"], abs=1e-6)
    assert fit.mean_standard_error == pytest.approx(expected["se_intercept"], abs=tolerance["se"])
    assert [m.value for m in fit.monitors] == pytest.approx(
        found["expected"]["REML_blup_sample_A_to_F"], abs=tolerance["blup"]
    )
    assert [a.value - fit.mean for a in fit.agents[:6]] == pytest.approx(
        found["expected"]["REML_blup_plate_a_to_f"], abs=tolerance["blup"]
    )


def test_one_monitor_gives_the_one_way_fit_of_dyestuff(shared):
    found = case(shared, "mixed_models.json", "dyestuff-oneway-lmm")
    groups = list(found["input"]["groups"].values())
    agent = [k for k, marks in enumerate(groups) for _ in marks]
    fit = fit_severity(agent, [0] * len(agent), np.concatenate(groups), bounds=None)
    expected, tolerance = found["expected"]["REML"], found["tolerance"]
    assert fit.criterion == pytest.approx(expected["criterion"], abs=tolerance["criterion"])
    assert (fit.sd_agent, fit.sd_residual) == pytest.approx(
        (expected["sd_batch"], expected["sd_residual"]), abs=tolerance["sd"]
    )
    assert fit.mean_standard_error == pytest.approx(expected["se_intercept"], abs=tolerance["se"])
    assert (fit.state, fit.sd_monitor) == (states.SEVERITY_NOT_CORRECTED, 0)


def test_the_balanced_variances_are_those_of_brennan(shared):
    found = case(shared, "mixed_models.json", "brennan-2001-set1-pxi")
    fit = fit_severity(*crossed(found["input"]["data"]), bounds=None)
    expected = found["expected"]["variance"]
    assert (fit.sd_agent**2, fit.sd_monitor**2, fit.sd_residual**2) == pytest.approx(
        (expected["p"], expected["i"], expected["pi"]), abs=found["tolerance"]["variance"]
    )


def test_criterion_gradient_and_information_agree_with_plain_matrices():
    agent, monitor, marks, _ = make_marks(seed=3, agents=9, monitors=4, audits=3)
    sums = collect(agent, monitor, marks)
    y = (marks - sums.centre) / sums.scale
    za, zb, one, n = np.eye(9)[agent], np.eye(4)[monitor], np.ones(len(y)), len(y)
    gamma = (0.3, 0.7)
    h = np.linalg.inv(np.eye(n) + 0.3 * za @ za.T + 0.7 * zb @ zb.T)
    p = h - np.outer(h @ one, h @ one) / (one @ h @ one)
    at = solve(sums, gamma)
    criterion = (
        -np.linalg.slogdet(h)[1] + np.log(one @ h @ one) + (n - 1) * (1 + np.log(2 * np.pi * (y @ p @ y) / (n - 1)))
    )
    assert at.criterion == pytest.approx(criterion, rel=1e-12)
    kernels = [za @ za.T, zb @ zb.T, np.eye(n)]
    slopes = [np.trace(p @ k) - (n - 1) * (y @ p @ k @ p @ y) / (y @ p @ y) for k in kernels[:2]]
    assert at.gradient == pytest.approx(slopes, rel=1e-9)
    plain = [[np.trace(p @ a @ p @ b) / 2 / at.s2**2 for b in kernels] for a in kernels]
    assert information(sums, at) == pytest.approx(np.array(plain), rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_marks_nor_their_origin_changes_the_fit(seed):
    agent, monitor, marks, _ = make_marks(seed=seed, agents=8, audits=4)
    order = np.random.default_rng(seed).permutation(len(marks))
    one = fit_severity(agent, monitor, marks, bounds=None)
    other = fit_severity(agent[order], monitor[order], marks[order] + 1000, bounds=None)
    assert [a.value + 1000 for a in one.agents] == pytest.approx([a.value for a in other.agents], abs=1e-3)
    assert one.criterion == pytest.approx(other.criterion, abs=1e-5)


def test_swapping_the_roles_of_agents_and_monitors_swaps_the_variances():
    agent, monitor, marks, _ = make_marks(seed=8, agents=12, monitors=4)
    one, other = fit_severity(agent, monitor, marks), fit_severity(monitor, agent, marks)
    assert (one.sd_agent, one.sd_monitor) == pytest.approx((other.sd_monitor, other.sd_agent), abs=1e-4)


def test_a_zero_variance_is_found_and_still_leaves_room_for_doubt():
    for seed in range(21, 40):
        agent, monitor, marks, _ = make_marks(seed=seed, agents=6, audits=2, sd=(0, 0, 10))
        fit = fit_severity(agent, monitor, marks)
        if fit.sd_agent == 0:
            break
    assert fit.sd_agent == 0
    assert len({round(a.value, 9) for a in fit.agents}) == 1
    assert min(a.standard_error for a in fit.agents) > fit.mean_standard_error / 2


@pytest.mark.parametrize("monitors", [2, 3, 5])
def test_prediction_intervals_hold_the_true_level_with_fifteen_agents(monitors):
    hits = []
    for seed in range(20):
        agent, monitor, marks, truth = make_marks(seed=seed, monitors=monitors)
        fit = fit_severity(agent, monitor, marks, bounds=None)
        hits += [a.low <= t <= a.high for a, t in zip(fit.agents, truth, strict=True)]
    # 300 intervals that should hold 95 %; the standard deviation of their share is about .02 with the shared mean.
    assert 0.90 <= np.mean(hits) <= 0.995


def test_shrinking_brings_agents_nearer_to_their_true_level_than_raw_means():
    shrunk, raw = [], []
    for seed in range(8):
        agent, monitor, marks, truth = make_marks(seed=seed, agents=100, monitors=5, audits=4)
        fit = fit_severity(agent, monitor, marks, bounds=None)
        values = np.array([a.value for a in fit.agents])
        means = np.bincount(agent, marks) / 4
        shrunk.append(np.std(values - truth))
        raw.append(np.std(means - truth))
    # DOMAIN.md 6: about .68 at 4 audits.
    assert np.mean(shrunk) / np.mean(raw) == pytest.approx(0.68, abs=0.05)


@pytest.mark.parametrize(
    ("agent", "monitor", "marks", "state"),
    [
        ([0, 0, 1, 1], [0, 1, 0, 1], [80, 80, 80, 80], states.CONSTANT),
        ([0, 1, 2, 3], [0, 0, 0, 0], [80, 70, 60, 90], states.NOT_IDENTIFIED),
        ([0, 1, 2], [0, 1, 2], [80, 70, 60], states.NOT_IDENTIFIED),
        ([0], [0], [80], states.CONSTANT),
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [80, 70, 60, 50, 90, 80], states.NO_NOISE),
    ],
)
def test_what_the_marks_cannot_tell_has_a_named_state(agent, monitor, marks, state):
    fit = fit_severity(agent, monitor, marks)
    assert (fit.state, fit.sd_agent) == (state, None)
    assert all(a.value is None and a.state == state for a in fit.agents)


def test_people_without_marks_are_named_so():
    fit = fit_severity([0, 0, 2, 2, 2], [0, 1, 0, 1, 1], [90, 80, 70, 65, 61], n_agents=4)
    assert [a.state for a in fit.agents] == ["estimated", "no-marks", "estimated", "no-marks"]


@pytest.mark.parametrize(
    ("agent", "monitor", "marks", "code"),
    [
        ([], [], [], "empty"),
        ([0, 1], [0, 0], [80, float("nan")], "not-finite"),
        ([0, 1], [0, 0], [80, float("inf")], "not-finite"),
        ([0], [0, 0], [80, 70], "shape"),
        ([0, -1], [0, 0], [80, 70], "out-of-range"),
        ([0, 0.5], [0, 0], [80, 70], "not-whole"),
        ([0, 1], [0, 9000], [80, 70], "too-many-levels"),
    ],
)
def test_marks_that_cannot_be_fitted_are_refused(agent, monitor, marks, code):
    with pytest.raises(InputError) as refusal:
        fit_severity(agent, monitor, marks)
    assert refusal.value.code == code
