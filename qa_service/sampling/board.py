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

    @property
    def team(self) -> str:
        return min(self.agent_units, default="")


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
    (monitor, agent) -> parts of this pay month, `holder` says who got which part, `most_of_team` how many items of a
    team one monitor should have at most."""

    def __init__(
        self,
        minutes: Mapping[str, int],
        pairs: Mapping[tuple[str, str], int],
        pair_cap: int | None,
        most_of_team: Mapping[str, int] | None = None,
    ):
        self.minutes = dict(minutes)
        self.pairs, self.pair_cap, self.groups = Counter(pairs), pair_cap, Groups()
        self.holder: dict[str, str] = {}
        self.most_of_team, self.of_team = most_of_team or {}, Counter[tuple[str, str]]()
        for (monitor, agent), count in self.pairs.items():
            if count:
                self.groups.join(agent, monitor)

    def open_for(self, item: Item, allowed: Sequence[str]) -> list[str]:
        """Who may take the item under the cap on the pair; whoever has enough of its team only if nobody else may."""
        cap, most = self.pair_cap, self.most_of_team.get(item.team)
        able = [one for one in allowed if cap is None or self.pairs[one, item.agent] < cap]
        others = able if most is None else [one for one in able if self.of_team[one, item.team] < most]
        return others or able

    def crowded_teams(self) -> list[str]:
        """Teams of which one monitor has more than the share across teams allows."""
        return sorted({team for (_, team), n in self.of_team.items() if n > self.most_of_team.get(team, n)})

    def give(self, item: Item, monitor: str) -> None:
        self.holder[item.part_id] = monitor
        self.minutes[monitor] += item.expected_minutes
        self.pairs[monitor, item.agent] += 1
        self.of_team[monitor, item.team] += 1
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
