import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import states
from scoring.adjusted import adjusted_means
from scoring.errors import InputError
from scoring.graphs import connected_parts
from scoring.leniency import monitor_leniency
from scoring.means import mean_interval
from scoring.severity import fit_severity
from tests.scoring.test_severity import make_marks


def test_corrected_means_and_their_errors_are_those_of_plain_mixed_model_equations():
    agent, monitor, marks, _ = make_marks(seed=5, agents=7, monitors=3, audits=4)
    fit = fit_severity(agent, monitor, marks)
    found = adjusted_means(agent, monitor, marks, bounds=None)
    za, zb = np.eye(7)[agent], np.eye(3)[monitor]
    s2e, s2m = fit.sd_residual**2, fit.sd_monitor**2
    design = np.hstack([za, zb])
    inverse = np.linalg.inv(design.T @ design / s2e + np.diag([0.0] * 7 + [1 / s2m] * 3))
    solution = inverse @ design.T @ marks / s2e
    target = np.hstack([np.eye(7), np.full((7, 3), 1 / 3)])
    assert [a.value for a in found.agents] == pytest.approx(target @ solution, rel=1e-9)
    errors = np.sqrt(np.diag(target @ inverse @ target.T))
    assert [a.standard_error for a in found.agents] == pytest.approx(errors, rel=1e-9)


def test_satterthwaite_degrees_agree_with_numeric_derivatives():
    agent, monitor, marks, _ = make_marks(seed=11, agents=6, monitors=3, audits=3)
    fit = fit_severity(agent, monitor, marks)
    found = adjusted_means(agent, monitor, marks, fit=fit, bounds=None).agents
    design = np.hstack([np.eye(6)[agent], np.eye(3)[monitor]])
    target = np.hstack([np.eye(6), np.full((6, 3), 1 / 3)])

    def variances(s2m, s2e):
        inverse = np.linalg.inv(design.T @ design / s2e + np.diag([0.0] * 6 + [1 / s2m] * 3))
        return np.diag(target @ inverse @ target.T)

    s2m, s2e, step = fit.sd_monitor**2, fit.sd_residual**2, 1e-4
    slopes = np.column_stack(
        [
            (variances(s2m + step, s2e) - variances(s2m - step, s2e)) / (2 * step),
            (variances(s2m, s2e + step) - variances(s2m, s2e - step)) / (2 * step),
        ]
    )
    wobble = np.einsum("ij,jk,ik->i", slopes, fit.variance_covariance[1:, 1:], slopes)
    assert [a.degrees_of_freedom for a in found] == pytest.approx(2 * variances(s2m, s2e) ** 2 / wobble, rel=1e-4)


def test_balanced_marks_need_no_correction():
    agent, monitor = (index.ravel() for index in np.indices((6, 4)))
    marks = np.random.default_rng(2).normal(75, 8, 24)
    found = adjusted_means(agent, monitor, marks)
    assert [a.value for a in found.agents] == pytest.approx(marks.reshape(6, 4).mean(axis=1), abs=1e-9)


def test_equal_chances_of_being_drawn_change_nothing_and_rare_records_weigh_more():
    agent, monitor, marks, _ = make_marks(seed=4)
    plain = adjusted_means(agent, monitor, marks)
    equal = adjusted_means(agent, monitor, marks, inclusion=np.full(len(marks), 0.2))
    assert [a.value for a in equal.agents] == pytest.approx([a.value for a in plain.agents], rel=1e-12)
    assert [a.standard_error for a in equal.agents] == pytest.approx([a.standard_error for a in plain.agents], rel=1e-9)
    chance = np.where(np.arange(len(marks)) % 5 == 0, 0.1, 0.5)
    weighted = adjusted_means(agent, monitor, marks, inclusion=chance)
    assert all(w.standard_error > p.standard_error for w, p in zip(weighted.agents, plain.agents, strict=True))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_shrunk_level_lies_between_the_group_and_the_unshrunk_mean_in_balanced_designs(seed):
    rng = np.random.default_rng(seed)
    agent, monitor = (index.ravel() for index in np.indices((8, 4)))
    marks = 75 + rng.normal(0, 6, 8)[agent] + rng.normal(0, 3, 4)[monitor] + rng.normal(0, 6, 32)
    fit = fit_severity(agent, monitor, marks)
    for shrunk, unshrunk in zip(fit.agents, adjusted_means(agent, monitor, marks, fit=fit).agents, strict=True):
        low, high = sorted((fit.mean, unshrunk.value))
        assert low - 1e-6 <= shrunk.value <= high + 1e-6


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 59))
def test_a_better_mark_never_lowers_ones_own_corrected_mean_at_fixed_variances(seed, place):
    agent, monitor, marks, _ = make_marks(seed=seed, agents=15, audits=4)
    fit = fit_severity(agent, monitor, marks)
    better = marks.copy()
    better[place] += 10
    before = adjusted_means(agent, monitor, marks, fit=fit).agents[agent[place]]
    after = adjusted_means(agent, monitor, better, fit=fit).agents[agent[place]]
    if before.value is not None:
        assert after.value >= before.value - 1e-9


def test_unshrunk_intervals_hold_the_true_level():
    hits = []
    for seed in range(25):
        agent, monitor, marks, truth = make_marks(seed=100 + seed, agents=24)
        found = adjusted_means(agent, monitor, marks, bounds=None)
        hits += [a.low <= t <= a.high for a, t in zip(found.agents, truth, strict=True)]
    assert np.mean(hits) >= 0.93


def test_one_monitor_gives_plain_intervals_that_say_severity_cannot_be_corrected():
    agent, marks = [0, 0, 0, 1, 2, 2], [70, 80, 90, 85, 60, 60]
    found = adjusted_means(agent, [0] * 6, marks)
    plain = mean_interval([70, 80, 90])
    assert found.state == states.SEVERITY_NOT_CORRECTED
    assert (found.agents[0].low, found.agents[0].high) == (pytest.approx(plain.low), 100.0)
    assert [a.state for a in found.agents] == [states.SEVERITY_NOT_CORRECTED, states.SINGLE_MARK, states.CONSTANT]
    assert not found.agents[1].has_interval


def test_one_mark_has_a_value_and_no_interval():
    agent, monitor, marks, _ = make_marks(seed=6)
    found = adjusted_means([*agent, 15], [*monitor, 0], [*marks, 80])
    assert (found.agents[15].state, found.agents[15].has_interval) == (states.SINGLE_MARK, False)
    assert found.agents[15].value is not None


def test_comparison_is_refused_when_the_graph_falls_apart():
    agent, monitor = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 2, 2, 2, 2]
    marks = [80, 70, 90, 85, 60, 65, 70, 72]
    found = adjusted_means(agent, monitor, marks)
    assert found.state == states.DISCONNECTED
    assert [(p.agents, p.monitors) for p in found.components] == [((0, 1), (0, 1)), ((2, 3), (2,))]
    assert all(a.value is None for a in found.agents)
    assert monitor_leniency(agent, monitor, marks).state == states.DISCONNECTED
    assert connected_parts([], []) == ()


def test_intervals_stay_on_the_scale_and_say_so():
    agent, monitor, marks, _ = make_marks(seed=9)
    found = adjusted_means(agent, monitor, np.minimum(marks + 20, 100))
    assert any(a.clipped for a in found.agents)
    assert all(0 <= a.low <= a.high <= 100 for a in found.agents)


def test_leniency_is_generalised_least_squares_against_the_mean_monitor():
    agent, monitor, marks, _ = make_marks(seed=13, agents=10, monitors=3, audits=4)
    fit = fit_severity(agent, monitor, marks)
    found = monitor_leniency(agent, monitor, marks, fit=fit).monitors
    za, x = np.eye(10)[agent], np.eye(3)[monitor]
    v = np.linalg.inv(fit.sd_residual**2 * np.eye(len(marks)) + fit.sd_agent**2 * za @ za.T)
    covariance = np.linalg.inv(x.T @ v @ x)
    contrast = np.eye(3) - 1 / 3
    assert [m.value for m in found] == pytest.approx(contrast @ covariance @ x.T @ v @ marks, abs=1e-8)
    assert [m.standard_error for m in found] == pytest.approx(
        np.sqrt(np.diag(contrast @ covariance @ contrast.T)), rel=1e-8
    )
    assert sum(m.value for m in found) == pytest.approx(0, abs=1e-9)


def test_the_strict_monitor_is_found_and_honest_ones_rarely_accused():
    accused, found_strict = 0, 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        agent = np.repeat(np.arange(24), 6)
        monitor = rng.integers(0, 3, 144)
        marks = 85 + rng.normal(0, 4, 24)[agent] + np.array([2.5, 2.5, -5.0])[monitor] + rng.normal(0, 7, 144)
        found_strict += monitor_leniency(agent, monitor, marks).monitors[2].excludes_zero
        fair = marks - np.array([2.5, 2.5, -5.0])[monitor]
        accused += sum(m.excludes_zero for m in monitor_leniency(agent, monitor, fair).monitors)
    assert found_strict == 15
    # 45 honest monitors at 95 %: about two by chance.
    assert accused <= 6


@pytest.mark.parametrize(
    ("inclusion", "code"), [([0.0] * 4, "out-of-range"), ([2.0] * 4, "out-of-range"), ([0.5], "shape")]
)
def test_a_chance_of_being_drawn_that_cannot_be_is_refused(inclusion, code):
    with pytest.raises(InputError) as refusal:
        adjusted_means([0, 0, 1, 1], [0, 1, 0, 1], [80, 70, 75, 66], inclusion=inclusion)
    assert refusal.value.code == code
