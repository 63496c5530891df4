"""Who was marked by whom: checked marks, numbered from 0 without gaps."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring.checks import FloatArray, IntArray, codes, finite_vector
from scoring.errors import InputError

# The monitors' block is solved densely.
MONITOR_LIMIT = 5_000


class Design(Struct, frozen=True, kw_only=True):
    """Checked marks with the level numbers that occur, packed from 0."""

    agent: IntArray
    monitor: IntArray
    marks: FloatArray
    agents_present: IntArray
    monitors_present: IntArray
    n_agents: int
    n_monitors: int


def read_design(
    agent: ArrayLike,
    monitor: ArrayLike,
    marks: ArrayLike,
    *,
    n_agents: int | None = None,
    n_monitors: int | None = None,
) -> Design:
    """Check the marks and number the people that occur.

    Raises
    ------
    InputError
        Empty, lengths differ, a mark that is not finite, or a level number out of range.

    Examples
    --------
    >>> read_design([0, 3], [1, 1], [90, 80]).agents_present
    array([0, 3])
    """
    values = finite_vector(marks, place="marks")
    agent_codes, count_a = codes(agent, place="agent", length=len(values), levels=n_agents)
    monitor_codes, count_m = codes(monitor, place="monitor", length=len(values), levels=n_monitors)
    if count_m > MONITOR_LIMIT:
        raise InputError("too-many-levels", "monitor", found=count_m, limit=MONITOR_LIMIT)
    agents_present, packed_agent = np.unique(agent_codes, return_inverse=True)
    monitors_present, packed_monitor = np.unique(monitor_codes, return_inverse=True)
    return Design(
        agent=packed_agent,
        monitor=packed_monitor,
        marks=values,
        agents_present=agents_present,
        monitors_present=monitors_present,
        n_agents=count_a,
        n_monitors=count_m,
    )
