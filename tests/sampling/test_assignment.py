"""Who marks what: even, never one's own, mixed so that strictness can be compared."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling.assignment import (
    ABSENT,
    NO_MONITOR,
    NOT_CONNECTED,
    ONE_MONITOR,
    ONE_MONITOR_EXEMPT,
    ONESELF,
    OWN_TEAM,
    OWN_TEAM_EXEMPT,
    PAIR_CAP,
    RELATION,
    Item,
    Monitor,
    assign,
    why_open,
    working_days_later,
)
from qa_service.sampling.tickets import ticket

DUE_ON = date(2026, 3, 12)


def make_items(agent: str, count: int, *, units=("shop",), minutes: int = 8) -> list[Item]:
    return [
        Item(
            part_id=f"{agent}:{n}",
            agent=agent,
            ticket=ticket(f"{agent}:{n}", "seed"),
            expected_minutes=minutes,
            agent_units=frozenset(units),
        )
        for n in range(count)
    ]


def make_monitors(*names: str) -> list[Monitor]:
    return [Monitor(id=name, units=frozenset({"qa"})) for name in names]


def codes(plan) -> set[str]:
    return {block.code for one in plan.impossible for block in one.blocks}


def components(plan) -> int:
    """Connected pieces of the assigned agent-monitor graph, by flooding."""
    links = [(("a", one.agent), ("m", one.monitor)) for one in plan.assigned]
    left, pieces = {node for link in links for node in link}, 0
    while left:
        pieces, wave = pieces + 1, {left.pop()}
        while wave:
            wave = {y for x in wave for a, m in links for y in ((m,) if a == x else (a,) if m == x else ())} & left
            left -= wave
    return pieces


agents = st.lists(st.tuples(st.integers(2, 8), st.integers(1, 20)), min_size=1, max_size=12)


@given(agents, st.integers(2, 5))
def test_two_or_more_parts_each_keep_the_graph_connected(wanted, monitor_count):
    items = [item for n, (count, minutes) in enumerate(wanted) for item in make_items(f"{n}", count, minutes=minutes)]
    monitors = make_monitors(*(f"M{n}" for n in range(monitor_count)))
    plan = assign(items, monitors, due_on=DUE_ON)
    assert not plan.impossible
    links = sum(count - 1 for count, _ in wanted)
    if links >= monitor_count - 1:
        assert components(plan) == 1
    assert plan.is_connected == (components(plan) == 1)
    assert plan.can_correct_leniency == plan.is_connected


@given(st.lists(st.sampled_from(["north", "south", "east"]), min_size=3, max_size=12))
def test_monitors_from_the_teams_themselves_stay_connected_across_teams(teams):
    """Each team lends one monitor, who never marks it; every agent has two others, so one piece is possible."""
    items = [item for n, team in enumerate(teams) for item in make_items(f"{n}", 4, units=(team,))]
    monitors = [Monitor(id=f"M-{team}", units=frozenset({team})) for team in ("north", "south", "east")]
    plan = assign(items, monitors, due_on=DUE_ON)
    assert not plan.impossible
    assert components(plan) == 1
    team_of = {f"{n}": team for n, team in enumerate(teams)}
    assert all(one.monitor != f"M-{team_of[one.agent]}" for one in plan.assigned)


@given(agents, st.integers(1, 4), st.lists(st.integers(0, 200), min_size=4, max_size=4))
def test_nothing_is_lost_and_minutes_add_up(wanted, monitor_count, carried):
    items = [item for n, (count, minutes) in enumerate(wanted) for item in make_items(f"{n}", count, minutes=minutes)]
    monitors = [Monitor(id=f"M{n}", carried_minutes=carried[n]) for n in range(monitor_count)]
    plan = assign(items, monitors, due_on=DUE_ON, pair_cap=2, is_exempt=True)
    ids = [one.part_id for one in plan.assigned] + [one.part_id for one in plan.impossible]
    assert sorted(ids) == sorted(item.part_id for item in items)
    spent = Counter(dict.fromkeys(plan.minutes, 0))
    for one in plan.assigned:
        spent[one.monitor] += one.expected_minutes
    assert {name: spent[name] + carried[int(name[1:])] for name in plan.minutes} == plan.minutes
    assert max(Counter((one.monitor, one.agent) for one in plan.assigned).values(), default=0) <= 2


@given(st.integers(4, 20), st.integers(2, 4))
def test_minutes_stay_within_two_items_of_each_other(agent_count, monitor_count):
    items = [item for n in range(agent_count) for item in make_items(f"{n}", 6)]
    plan = assign(items, make_monitors(*"ABCD"[:monitor_count]), due_on=DUE_ON)
    assert max(plan.minutes.values()) - min(plan.minutes.values()) <= 16


def test_an_agents_parts_are_spread_over_the_monitors():
    items = [item for n in range(24) for item in make_items(f"{n}", 6)]
    plan = assign(items, make_monitors("A", "B", "C"), due_on=DUE_ON)
    pairs = Counter((one.monitor, one.agent) for one in plan.assigned)
    assert len(pairs) == 72
    assert max(pairs.values()) <= 3


def test_the_order_of_the_input_does_not_matter():
    items = [item for n in range(9) for item in make_items(f"{n}", 5, minutes=4 + n)]
    monitors = make_monitors("A", "B", "C")
    assert assign(items, monitors, due_on=DUE_ON) == assign(items[::-1], monitors[::-1], due_on=DUE_ON)


def test_who_already_carries_work_gets_less():
    monitors = [Monitor(id="A", carried_minutes=80), Monitor(id="B")]
    items = [item for n in range(10) for item in make_items(f"{n}", 2)]
    plan = assign(items, monitors, due_on=DUE_ON)
    assert abs(plan.minutes["A"] - plan.minutes["B"]) <= 16


def test_nobody_marks_oneself_the_own_team_or_a_relation():
    monitors = [
        Monitor(id="07"),
        Monitor(id="B", units=frozenset({"shop"})),
        Monitor(id="C", relations=frozenset({"07"})),
        Monitor(id="D", is_absent=True),
    ]
    plan = assign(make_items("07", 1), monitors, due_on=DUE_ON)
    assert plan.assigned == ()
    assert [(block.monitor, block.code) for block in plan.impossible[0].blocks] == [
        ("07", ONESELF),
        ("B", OWN_TEAM),
        ("C", RELATION),
        ("D", ABSENT),
    ]
    assert plan.impossible[0].blocks[1].sentence == "不能评本组的客服"


def test_absent_people_are_skipped():
    monitors = [*make_monitors("A", "B"), Monitor(id="C", is_absent=True)]
    plan = assign(make_items("07", 4), monitors, due_on=DUE_ON)
    assert {one.monitor for one in plan.assigned} == {"A", "B"}
    assert set(plan.minutes) == {"A", "B"}


def test_the_cap_counts_earlier_periods_of_the_month():
    earlier = {("A", "07"): 2, ("B", "07"): 1}
    plan = assign(make_items("07", 3), make_monitors("A", "B"), due_on=DUE_ON, pair_cap=2, earlier_pairs=earlier)
    assert [one.monitor for one in plan.assigned] == ["B"]
    assert len(plan.impossible) == 2
    assert {(block.monitor, block.code) for block in plan.impossible[0].blocks} == {("A", PAIR_CAP), ("B", PAIR_CAP)}


def test_earlier_pairs_help_to_connect():
    items = [*make_items("07", 1), *make_items("08", 1)]
    alone = assign(items, make_monitors("A", "B"), due_on=DUE_ON)
    assert not alone.is_connected
    assert alone.notes == (NOT_CONNECTED,)
    assert not alone.can_correct_leniency
    earlier = {("A", "09"): 1, ("B", "09"): 1}
    assert assign(items, make_monitors("A", "B"), due_on=DUE_ON, earlier_pairs=earlier).is_connected


def test_a_lone_monitor_needs_the_declared_exemption():
    monitors = [Monitor(id="A", units=frozenset({"shop"}))]
    refused = assign(make_items("07", 2), monitors, due_on=DUE_ON)
    assert refused.assigned == ()
    assert codes(refused) == {ONE_MONITOR, OWN_TEAM}
    exempt = assign(make_items("07", 2), monitors, due_on=DUE_ON, is_exempt=True)
    assert len(exempt.assigned) == 2
    assert exempt.notes == (ONE_MONITOR_EXEMPT,)
    assert (exempt.is_exempt, exempt.can_correct_leniency) == (True, False)


def test_the_exemption_never_covers_oneself_or_a_relation():
    monitor = Monitor(id="07", relations=frozenset({"08"}))
    plan = assign([*make_items("07", 1), *make_items("08", 1)], [monitor], due_on=DUE_ON, is_exempt=True)
    assert codes(plan) == {ONESELF, RELATION}


def test_the_exemption_has_no_effect_with_two_monitors():
    monitors = [Monitor(id=name, units=frozenset({"shop"})) for name in "AB"]
    plan = assign(make_items("07", 2), monitors, due_on=DUE_ON, is_exempt=True)
    assert (plan.assigned, plan.is_exempt, codes(plan)) == ((), False, {OWN_TEAM})


def test_without_monitors_everything_is_impossible():
    plan = assign(make_items("07", 2), [], due_on=DUE_ON)
    assert codes(plan) == {NO_MONITOR}
    assert not plan.can_correct_leniency


@pytest.mark.parametrize(
    ("start_on", "count", "due_on"),
    [
        (date(2026, 3, 9), 3, date(2026, 3, 12)),
        (date(2026, 3, 12), 3, date(2026, 3, 17)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 3, 14), 0, date(2026, 3, 16)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
    ],
)
def test_due_dates_count_working_days(start_on, count, due_on):
    assert working_days_later(start_on, count, is_working_day=lambda day: day.weekday() < 5) == due_on


@given(st.integers(2, 4), st.lists(st.integers(1, 6), min_size=1, max_size=8), st.sampled_from([10, 30, 50]))
def test_a_share_of_each_team_goes_to_other_monitors_than_its_most_frequent_one(count, sizes, percent):
    items = [item for n, size in enumerate(sizes) for item in make_items(f"{n:02d}", size, units=(f"team {n % 2}",))]
    plan = assign(items, make_monitors(*"ABCD"[:count]), due_on=DUE_ON, cross_team_percent=percent)
    team = {item.part_id: item.team for item in items}
    held = Counter((team[one.part_id], one.monitor) for one in plan.assigned)
    total = Counter(team.values())
    for (name, _), n in held.items():
        even = -(-total[name] // count)  # what is even cannot be spread further
        assert n <= even or (total[name] - n) * 100 >= total[name] * percent
    assert len(plan.assigned) == len(items)


def test_a_team_that_nobody_else_may_mark_is_shared_out_all_the_same_and_said():
    """B holds a post in the team: A has it all, and the share across teams is missed."""
    monitors = [Monitor(id="A", units=frozenset({"qa"})), Monitor(id="B", units=frozenset({"shop"}))]
    plan = assign(make_items("07", 4), monitors, due_on=DUE_ON, cross_team_percent=30)
    assert {one.monitor for one in plan.assigned} == {"A"}
    assert plan.notes[-1] == "跨组比例没有达到方案的30%：1个组的客服段过于集中在一名质检员"


def test_a_plan_may_declare_that_the_own_team_is_marked_never_oneself():
    monitors = [Monitor(id="A", units=frozenset({"shop"})), Monitor(id="07", units=frozenset({"shop"}))]
    refused = assign(make_items("07", 2), monitors, due_on=DUE_ON)
    assert codes(refused) == {OWN_TEAM, ONESELF}
    plan = assign(make_items("07", 2), monitors, due_on=DUE_ON, own_team_allowed=True)
    assert {one.monitor for one in plan.assigned} == {"A"}
    assert OWN_TEAM_EXEMPT in plan.notes


def test_what_stays_open_is_counted_by_the_reason_that_a_person_can_mend():
    plan = assign(make_items("07", 3), [], due_on=DUE_ON)
    assert why_open(plan.impossible)[0].startswith("3段没有分给质检员：没有质检员。请把质检员列入员工名册")
    capped = assign(make_items("07", 3), make_monitors("A", "B"), due_on=DUE_ON, pair_cap=1)
    assert why_open(capped.impossible)[0].startswith("1段没有分给质检员：同一质检员评同一客服已达上限")
