"""Reports stand on the small department of the rewards tests and on its Tuesday."""

from tests.rewards.conftest import at

__all__ = ["at"]
