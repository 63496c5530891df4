"""Shared accounts resolve to people but for a few dozen records; the roster is lawful."""

from collections import Counter, defaultdict
from datetime import timedelta

from qa_service.demo.people import agents, leads
from qa_service.demo.rosters import SHIFT_SECONDS
from tests.demo.conftest import read_rows


def holders(department) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Rows of the file by platform and account."""
    found = defaultdict(list)
    for row in read_rows(department.data.holders_file):
        found[row["平台"], row["账号"]].append((row["起"], row["止"], row["工号"]))
    return found


def test_no_account_has_two_holders_at_once(department):
    for spans in holders(department).values():
        for (_, end, _), (start, _, _) in zip(spans, spans[1:], strict=False):
            assert end <= start


def test_nobody_works_on_two_shared_accounts_at_once(department):
    days = Counter((row["工号"], row["起"][:10]) for row in read_rows(department.data.holders_file))
    assert set(days.values()) == {1}


def test_a_few_dozen_records_stay_unresolved_and_all_others_find_their_agent(department):
    data, spans = department.data, holders(department)
    own = {pair: person.staff_no for person in data.people for pair in person.accounts}
    numbers = {person.staff_no for person in agents(data.people)}
    unresolved = []
    for chat in department.chats:
        pair, at = (chat["平台"], chat["店铺账号"]), chat["开始时间"][:16]
        found = chat["客服工号"] or own.get(pair)
        found = found or next((who for start, end, who in spans[pair] if start <= at < end), None)
        if found is None:
            unresolved.append(chat["记录编号"])
        else:
            assert found in numbers
    assert tuple(unresolved) == data.unresolved
    assert 20 <= len(unresolved) <= 70


def test_most_records_name_no_agent_and_leads_take_no_customers(department):
    named = [chat for chat in department.chats if chat["客服工号"]]
    assert 0.01 < len(named) / len(department.chats) < 0.06
    assert "主号" not in {chat["店铺账号"] for chat in department.chats}


def test_the_roster_covers_everybody_in_every_hour_of_service(department):
    data = department.data
    wanted = {person.staff_no for person in agents(data.people) + leads(data.people)}
    assert {cell.staff_no for cell in data.roster} == wanted
    assert len(data.roster) == len(wanted) * 31
    for kind in ("售前", "售后"):
        group = {person.staff_no for person in agents(data.people, kind)}
        by_day = defaultdict(set)
        for cell in data.roster:
            if cell.staff_no in group:
                by_day[cell.on].add(cell.shift)
        assert all(
            {"早", "晚"} <= shifts or {"早", "中"} <= shifts or {"中", "晚"} <= shifts for shifts in by_day.values()
        )


def test_nobody_works_more_than_five_days_in_a_row_or_six_in_a_week(department):
    worked = defaultdict(set)
    for cell in department.data.roster:
        if cell.shift != "休":
            worked[cell.staff_no].add(cell.on)
    for days in worked.values():
        for day in days:
            assert any(day + timedelta(days=step) not in days for step in range(6))
        weeks = Counter(day.isocalendar()[:2] for day in days)
        assert max(weeks.values()) <= 5


def test_shifts_are_eight_paid_hours_and_eleven_hours_lie_between_two(department):
    cells = {(cell.staff_no, cell.on): cell.shift for cell in department.data.roster}
    assert {(end - start) / 3600 for start, end in SHIFT_SECONDS.values()} == {8.5}
    for (staff_no, day), shift in cells.items():
        after = cells.get((staff_no, day + timedelta(days=1)), "休")
        if shift != "休" and after != "休":
            rest = 24 * 3600 - SHIFT_SECONDS[shift][1] + SHIFT_SECONDS[after][0]
            assert rest >= 11 * 3600


def test_the_cleaning_rota_is_fair_and_only_names_people_on_shift(department):
    data = department.data
    on_shift = {(cell.staff_no, cell.on) for cell in data.roster if cell.shift != "休"}
    assert len(data.cleaning) == 2 * 31
    assert {(duty.staff_no, duty.on) for duty in data.cleaning} <= on_shift
    turns = Counter(duty.staff_no for duty in data.cleaning)
    assert max(turns.values()) - min(turns.values()) <= 1
