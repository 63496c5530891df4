"""Who marks what: even minutes, nobody's own team, and pairs mixed so that strictness can be compared (DOMAIN 4, 6).

Two passes. The first ties the agent-monitor graph together: each agent's parts go to monitors that are not yet
connected with each other, scarce agents first. The second hands out the rest, longest first, to the least loaded,
and among nearly equal loads to the monitor who has had this agent least. The same input gives the same plan: ties
fall by ticket.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from qa_service.language import N_, gettext
from qa_service.sampling.board import Board, Item

OWN_TEAM, RELATION, ONESELF = "own-team", "relation", "oneself"
PAIR_CAP, ABSENT, ONE_MONITOR, NO_MONITOR = "pair-cap", "absent", "one-monitor", "no-monitor"
REASONS = {
    ONESELF: N_("不能评自己"),
    RELATION: N_("已申报关系，需要回避"),
    OWN_TEAM: N_("不能评本组的客服"),
    PAIR_CAP: N_("同一质检员评同一客服已达上限"),
    ABSENT: N_("质检员不在岗"),
    ONE_MONITOR: N_("只有一名质检员，须先申报豁免"),
    NO_MONITOR: N_("没有质检员"),
}
# What a person can do about it; the first that applies is said.
NEXT_STEPS = {
    NO_MONITOR: N_("请把质检员列入员工名册并开通账号（qa import 名册 --profile staff-list），再分一次"),
    ONE_MONITOR: N_("请再设一名质检员，或在抽样方案里申报豁免，再分一次"),
    ABSENT: N_("等质检员回岗后再分一次"),
    PAIR_CAP: N_("请增加质检员，或在抽样方案里放宽同一对的上限，再分一次"),
    OWN_TEAM: N_("请增加别组的质检员，或在抽样方案里准许评本组，再分一次"),
    RELATION: N_("请增加没有申报关系的质检员，再分一次"),
    ONESELF: N_("请增加质检员，再分一次"),
}
STAYS_OPEN = N_("%(count)s段没有分给质检员：%(reason)s。%(next)s")
OWN_TEAM_EXEMPT = N_("抽样方案准许质检员评本组的客服")
ACROSS_TEAMS = N_("跨组比例没有达到方案的%(percent)s%%：%(teams)s个组的客服段过于集中在一名质检员")
ONE_MONITOR_EXEMPT = N_("本部门只有一名质检员，已申报豁免；宽严无法校正")
NOT_CONNECTED = N_("客服与质检员的配对没有连成一片，不同质检员之间宽严无法校正")


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the person's, as agents are named; `relations` are agents declared as related."""

    id: str
    units: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    is_absent: bool = False
    carried_minutes: int = 0


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    part_id: str
    agent: str
    monitor: str
    expected_minutes: int
    due_on: date


class Block(msgspec.Struct, frozen=True):
    """Why one monitor may not take an item; `monitor` is None where the reason lies in the department."""

    monitor: str | None
    code: str

    @property
    def sentence(self) -> str:
        return REASONS[self.code]


class Impossible(msgspec.Struct, frozen=True, kw_only=True):
    part_id: str
    agent: str
    blocks: tuple[Block, ...]


class AssignmentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`minutes` per present monitor includes what was carried in; `notes` are sentences printed beside each result."""

    assigned: tuple[Assigned, ...]
    impossible: tuple[Impossible, ...]
    minutes: dict[str, int]
    is_connected: bool
    can_correct_leniency: bool
    is_exempt: bool
    notes: tuple[str, ...]


def assign(
    items: Sequence[Item],
    monitors: Sequence[Monitor],
    *,
    due_on: date,
    pair_cap: int | None = None,
    earlier_pairs: Mapping[tuple[str, str], int] | None = None,
    is_exempt: bool = False,
    own_team_allowed: bool = False,
    cross_team_percent: int = 0,
) -> AssignmentPlan:
    """Share `items` among `monitors`; what nobody may mark is listed with the reason for each monitor.

    Parameters
    ----------
    due_on : date
        Day by which every item is to be marked, see `working_days_later`.
    pair_cap : int, optional
        Most parts of one agent that one monitor marks in a pay month.
    earlier_pairs : mapping of (monitor, agent) to count, optional
        What the month's earlier periods already assigned; counts towards the cap and towards connectedness.
    is_exempt : bool
        The declared exemption of a department with one monitor: lifts the own-team rule there, never the rules about
        oneself and declared relations, and has no effect where there are more monitors.
    own_team_allowed : bool
        The plan's declared exemption from the own-team rule alone.
    cross_team_percent : int
        Of each team's items at least this share goes to other monitors than its most frequent one, where there are
        others who may: monitors are compared through the agents whom they share.
    """
    exempt = is_exempt and len(monitors) == 1
    minutes = {one.id: one.carried_minutes for one in monitors if not one.is_absent}
    board = Board(minutes, earlier_pairs or {}, pair_cap, most_of_team(items, cross_team_percent, len(minutes)))
    blocks = {item.part_id: _blocks(item, monitors, exempt, own_team_allowed) for item in items}
    allowed = {part_id: sorted(set(board.minutes) - {one.monitor for one in why}) for part_id, why in blocks.items()}
    if len(monitors) == 1 and not exempt:
        allowed = dict.fromkeys(allowed, [])
    _tie_together(board, items, allowed)
    _hand_out_the_rest(board, items, allowed)
    notes = [OWN_TEAM_EXEMPT] if own_team_allowed else []
    if len(minutes) > 1 and (teams := board.crowded_teams()):
        notes.append(gettext(ACROSS_TEAMS, percent=cross_team_percent, teams=len(teams)))
    return _plan(board, items, blocks, due_on=due_on, exempt=exempt, monitors=monitors, notes=notes)


def most_of_team(items: Sequence[Item], cross_team_percent: int, monitors: int) -> dict[str, int]:
    """How many items of each team one monitor may have: an even share at least, whatever the percent; a team with a
    single item cannot be shared."""
    sizes = Counter(item.team for item in items)
    return {
        team: max(size - -(-size * cross_team_percent // 100), -(-size // max(monitors, 1)))
        for team, size in sizes.items()
        if team and size > 1 and cross_team_percent
    }


def why_open(impossible: Sequence[Impossible]) -> list[str]:
    """How many items nobody was given, for which reason, and what to do: one sentence per reason."""
    counts = Counter(_first_cure(one.blocks) for one in impossible)
    return [
        gettext(STAYS_OPEN, count=f"{counts[code]:,}", reason=gettext(REASONS[code]), next=gettext(step))
        for code, step in NEXT_STEPS.items()
        if counts[code]
    ]


def _first_cure(blocks: Sequence[Block]) -> str:
    codes = {block.code for block in blocks}
    return next(code for code in NEXT_STEPS if code in codes)


def _blocks(item: Item, monitors: Sequence[Monitor], exempt: bool, own_team_allowed: bool = False) -> tuple[Block, ...]:
    if not monitors:
        return (Block(None, NO_MONITOR),)
    found = [Block(None, ONE_MONITOR)] if len(monitors) == 1 and not exempt else []
    for one in monitors:
        if one.id == item.agent:
            found.append(Block(one.id, ONESELF))
        elif item.agent in one.relations:
            found.append(Block(one.id, RELATION))
        elif one.units & item.agent_units and not (exempt or own_team_allowed):
            found.append(Block(one.id, OWN_TEAM))
        elif one.is_absent:
            found.append(Block(one.id, ABSENT))
    return tuple(found)


def _tie_together(board: Board, items: Sequence[Item], allowed: Mapping[str, list[str]]) -> None:
    """First pass: agents with the fewest allowed monitors first, since they leave the least choice."""
    by_agent: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda one: (one.ticket, one.part_id)):
        by_agent.setdefault(item.agent, []).append(item)
    for own in sorted(by_agent.values(), key=lambda own: (len(allowed[own[0].part_id]), own[0].ticket, own[0].part_id)):
        for item in own:
            apart = [
                one
                for one in board.open_for(item, allowed[item.part_id])
                if not board.groups.are_joined(item.agent, one)
            ]
            if apart:
                board.give(item, board.least(item, apart))


def _hand_out_the_rest(board: Board, items: Sequence[Item], allowed: Mapping[str, list[str]]) -> None:
    """Second pass: longest first, which keeps the loads within about one item of each other."""
    for item in sorted(items, key=lambda one: (-one.expected_minutes, one.ticket, one.part_id)):
        if item.part_id not in board.holder and (able := board.open_for(item, allowed[item.part_id])):
            board.give(item, board.least(item, able))


def _plan(
    board: Board,
    items: Sequence[Item],
    blocks: Mapping[str, tuple[Block, ...]],
    *,
    due_on: date,
    exempt: bool,
    monitors: Sequence[Monitor],
    notes: Sequence[str] = (),
) -> AssignmentPlan:
    assigned, impossible = [], []
    for item in sorted(items, key=lambda one: (one.ticket, one.part_id)):
        if holder := board.holder.get(item.part_id):
            minutes = item.expected_minutes
            assigned.append(
                Assigned(
                    part_id=item.part_id, agent=item.agent, monitor=holder, expected_minutes=minutes, due_on=due_on
                )
            )
        else:
            why = _with_caps(blocks[item.part_id], board)
            impossible.append(Impossible(part_id=item.part_id, agent=item.agent, blocks=why))
    connected = board.is_connected()
    one_monitor = len(monitors) <= 1
    about = [ONE_MONITOR_EXEMPT] if exempt else [] if connected else [NOT_CONNECTED]
    return AssignmentPlan(
        assigned=tuple(assigned),
        impossible=tuple(impossible),
        minutes=dict(sorted(board.minutes.items())),
        is_connected=connected,
        can_correct_leniency=connected and not one_monitor,
        is_exempt=exempt,
        notes=(*about, *notes),
    )


def _with_caps(why: tuple[Block, ...], board: Board) -> tuple[Block, ...]:
    """A present monitor without another reason can only have been stopped by the cap on the pair."""
    if any(one.monitor is None for one in why):
        return why
    named = {one.monitor for one in why}
    return (*why, *(Block(monitor, PAIR_CAP) for monitor in sorted(board.minutes) if monitor not in named))


def working_days_later(start_on: date, count: int, *, is_working_day: Callable[[date], bool]) -> date:
    """The `count`-th working day after `start_on` (0: the day itself, or the next working day)."""
    day = start_on
    while count == 0 and not is_working_day(day):
        day += timedelta(days=1)
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
