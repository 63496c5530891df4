"""Whether agents can be compared at all: the graph of who was marked by whom."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scoring.checks import codes


class Component(Struct, frozen=True):
    """Agents and monitors linked by marks, directly or through others; numbers ascending."""

    agents: tuple[int, ...]
    monitors: tuple[int, ...]


def connected_parts(agent: ArrayLike, monitor: ArrayLike) -> tuple[Component, ...]:
    """Split agents and monitors into groups that share marks; one group means that all can be compared.

    Parameters
    ----------
    agent, monitor : array-like of int, shape (n_marks,)
        Number of the agent and of the monitor of each mark, from 0.

    Returns
    -------
    tuple of Component
        Largest group of agents first; people without marks are in none.

    Raises
    ------
    InputError
        Lengths differ or a number is negative.

    References
    ----------
    Searle (1971), Linear Models, 7.4: connectedness of two-way data.

    Examples
    --------
    >>> [part.agents for part in connected_parts([0, 1, 2], [0, 0, 1])]
    [(0, 1), (2,)]
    """
    size = len(np.asarray(agent))
    if size == 0:
        return ()
    rows, n_agents = codes(agent, place="agent", length=size, levels=None)
    columns, n_monitors = codes(monitor, place="monitor", length=size, levels=None)
    total = n_agents + n_monitors
    links = sparse.coo_array((np.ones(size), (rows, n_agents + columns)), shape=(total, total))
    _, label = connected_components(links, directed=False)
    parts = []
    for name in np.unique(label[rows]):
        agents = np.unique(rows[label[rows] == name])
        monitors = np.unique(columns[label[n_agents + columns] == name])
        parts.append(Component(tuple(agents.tolist()), tuple(monitors.tolist())))
    return tuple(sorted(parts, key=lambda part: (-len(part.agents), part.agents)))
