"""The 3,000 dialogues that 19 people rated: agreement and leniency on real, noisy marks."""

import gzip
import json

import numpy as np
import pytest

from scoring.krippendorff import krippendorff_alpha
from scoring.leniency import monitor_leniency
from scoring.severity import fit_severity

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ratings(shared):
    """Dialogues x raters, the item "customer satisfied", -2 to 2."""
    packed = (shared / "data" / "helpdesk_zh" / "rated_dialogues_3000.json.gz").read_bytes()
    dialogues = json.loads(gzip.decompress(packed))
    return np.array([[a["quality"]["S"] for a in d["annotations"]] for d in dialogues], dtype=float)


def test_nineteen_raters_are_told_apart_by_leniency(ratings):
    dialogue, rater = (index.ravel() for index in np.indices(ratings.shape))
    fit = fit_severity(dialogue, rater, ratings.ravel(), bounds=(-2, 2))
    found = monitor_leniency(dialogue, rater, ratings.ravel(), fit=fit)
    raw = ratings.mean(axis=0) - ratings.mean()
    # Everybody rated everything: leniency is the plain difference of means, and only the interval is model-based.
    assert [m.value for m in found.monitors] == pytest.approx(raw, abs=1e-9)
    assert found.monitors[int(raw.argmin())].excludes_zero
    assert fit.sd_monitor > 0.1


def test_real_raters_agree_a_little_and_far_from_perfectly(ratings):
    alpha = krippendorff_alpha(ratings, metric="interval", resamples=200)
    assert 0.1 < alpha.low < alpha.value < alpha.high < 0.7
