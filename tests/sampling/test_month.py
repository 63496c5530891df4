"""A month from the command line: commit, draw when the value is out, share out; or owning up to a known value."""

from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from qa_service import clock
from qa_service.cli import cli
from qa_service.database import rows, scalar
from qa_service.journal.commands import set_key
from qa_service.sampling import errors, month
from qa_service.sampling.rules import VALUE_KNOWN
from tests.builders import HOUSE, make_unit
from tests.sampling.builders import make_agent, make_batch, make_monitor, make_part, make_plan

OCTOBER = date(2026, 10, 1)


def day(number: int, hour: int = 10, *, of: int = 11) -> datetime:
    return datetime(2026, of, number, hour, tzinfo=clock.HOUSE_ZONE)


@pytest.fixture
async def shop(engine):
    """Two agents with eight parts each in the second week; one of them also works in the last one."""
    set_key(b"a key for tests only")
    unit, batch = await make_unit(), await make_batch()
    agents = [await make_agent(f"K{a}", unit) for a in range(2)]
    for place, agent in enumerate(agents):
        for i in range(8):
            await make_part(f"{place}-{i}", batch=batch, unit=unit, person=agent)
    await make_part("last", batch=batch, unit=unit, person=agents[1], on=date(2026, 10, 27))
    await make_plan(floor=6, named_value="收盘点位", value_decimals=2)
    return unit


@pytest.mark.anyio
async def test_committing_and_drawing_are_two_acts(shop):
    with clock.standing_at(day(2)):
        first = await month.commit_month(HOUSE, shop, OCTOBER, plan_code="shop")
        with pytest.raises(errors.ValueNotPublicYet):
            await month.draw_month(HOUSE, shop, OCTOBER, value="3267.19")
    assert [one.frame is not None for one in first] == [False, True, False, False, False]
    assert "没有服务记录" in first[0].refused
    assert "请先抽完本月前面已公布的抽样期2026-10-05/2026-10-11" in first[4].refused
    with clock.standing_at(day(3, 16)):
        drawn = await month.draw_month(HOUSE, shop, OCTOBER, value="3267.19")
        second = await month.commit_month(HOUSE, shop, OCTOBER, plan_code="shop")
    assert (len(drawn), drawn[0].assigned, drawn[0].unassigned) == (1, 0, drawn[0].drawn)
    assert drawn[0].notes[0].startswith(f"{drawn[0].drawn}段没有分给质检员：没有质检员")
    assert second[-1].named_value == "收盘点位：2026-11-04"
    with clock.standing_at(day(4, 16)):
        await month.draw_month(HOUSE, shop, OCTOBER, value="3301.00", from_on=date(2026, 10, 26))
        with pytest.raises(errors.NothingToDraw):
            await month.draw_month(HOUSE, shop, OCTOBER, value="3301.00")
        await make_monitor("Q1")
        await make_monitor("Q2")
        shared = await month.assign_month(HOUSE, shop, OCTOBER)
    assert sum(one.assigned for one in shared) == 12 == await scalar("SELECT COUNT(*) AS n FROM draw_item")


@pytest.mark.anyio
async def test_frames_that_name_different_values_are_drawn_one_by_one(shop):
    with clock.standing_at(day(2)):
        await month.commit_month(HOUSE, shop, OCTOBER, plan_code="shop")
    await rows("UPDATE agent_part SET local_on = {} WHERE public_id = 'shop:last#1'", date(2026, 10, 14))
    with clock.standing_at(day(3)):
        await month.commit_month(HOUSE, shop, OCTOBER, plan_code="shop")
    with pytest.raises(errors.PeriodsToChoose, match="收盘点位：2026-11-03"):
        await month.draw_month(HOUSE, shop, OCTOBER, value="3267.19")


@pytest.mark.anyio
async def test_a_past_month_can_be_drawn_at_once_and_says_that_it_proves_nothing(shop):
    with clock.standing_at(day(20)):
        done = await month.draw_known_month(
            HOUSE, shop, OCTOBER, plan_code="shop", named_value="2026-10-30收盘", value="3301.00", reason="补抽"
        )
    drawn = [one for one in done if one.frame is not None]
    assert [(one.value_known, one.notes[0]) for one in drawn] == [(True, VALUE_KNOWN)] * 2
    assert sum(one.drawn for one in drawn) == 12, "six each, also of who did not work in the last week"


@pytest.mark.parametrize(
    "given",
    [
        ["--named", "x", "--value", "1"],
        ["--value-already-known", "补抽", "--named", "x"],
        ["--commit-only", "--value", "1"],
        [],
        ["--value", "1", "--period", "昨天"],
    ],
)
def test_half_a_known_value_or_two_acts_at_once_is_wrong_usage(given):
    assert CliRunner().invoke(cli, ["draw", "--unit", "x", "--month", "2026-10", *given]).exit_code == 2
