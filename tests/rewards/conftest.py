"""Every test of this room stands on one Tuesday, so that deadlines and lateness mean the same in every run."""

import pytest

from qa_service import clock
from tests.rewards.builders import TUESDAY


@pytest.fixture
def at(monkeypatch):
    """Set the service's clock: at(instant)."""

    def set_to(instant):
        monkeypatch.setattr(clock, "now", lambda: clock._set_to.get() or instant)

    set_to(TUESDAY)
    return set_to
