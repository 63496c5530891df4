"""Where a plan of assignments is made: the minutes of each monitor, the parts of each pair, what hangs together."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from qa_service.sampling.tickets import ticket


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn part to be marked; `agent_units` are the units in which the agent holds a post."""

    part_id: str
    agent: str
    ticket: str
    expected_minutes: int
    agent_units: frozenset[str] = frozenset()


class Groups:
    """Which agents and monitors hang together (union-find)."""

    def __init__(self) -> None:
        self.parent: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, node: tuple[str, str]) -> tuple[str, str]:
        self.parent.setdefault(node, node)
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def join(self, agent: str, monitor: str) -> None:
        self.parent[self.find(("agent", agent))] = self.find(("monitor", monitor))

    def are_joined(self, agent: str, monitor: str) -> bool:
        return self.find(("agent", agent)) == self.find(("monitor", monitor))

    def count(self) -> int:
        return len({self.find(node) for node in list(self.parent)})


class Board:
    """The plan while it is made; `minutes` lists the present monitors with what they already carry, `pairs` is
    (monitor, agent) -> parts of this pay month, `holder` says who got which part."""

    def __init__(self, minutes: Mapping[str, int], pairs: Mapping[tuple[str, str], int], pair_cap: int | None):
        self.minutes = dict(minutes)
        self.pairs, self.pair_cap, self.groups = Counter(pairs), pair_cap, Groups()
        self.holder: dict[str, str] = {}
        for (monitor, agent), count in self.pairs.items():
            if count:
                self.groups.join(agent, monitor)

    def open_for(self, item: Item, allowed: Sequence[str]) -> list[str]:
        cap = self.pair_cap
        return [one for one in allowed if cap is None or self.pairs[one, item.agent] < cap]

    def give(self, item: Item, monitor: str) -> None:
        self.holder[item.part_id] = monitor
        self.minutes[monitor] += item.expected_minutes
        self.pairs[monitor, item.agent] += 1
        self.groups.join(item.agent, monitor)

    def least(self, item: Item, monitors: Sequence[str]) -> str:
        """The best of these: little load within one item's length, then rarest pair, then load, then ticket."""
        near = min(self.minutes[one] for one in monitors) + item.expected_minutes
        ranked = [
            (self.pairs[one, item.agent], self.minutes[one], one) for one in monitors if self.minutes[one] <= near
        ]
        best = min(ranked)[:2]
        tied = [one for *rank, one in ranked if tuple(rank) == best]
        return tied[0] if len(tied) == 1 else min(tied, key=lambda one: ticket(one, item.ticket))

    def is_connected(self) -> bool:
        """Whether all pairs that exist, earlier ones included, hang together; who has no pair is left out.

        An agent marked once adds no link between monitors, hence a month with one part per agent is not connected.
        """
        graph = Groups()
        for (monitor, agent), count in self.pairs.items():
            if count:
                graph.join(agent, monitor)
        return graph.count() <= 1
