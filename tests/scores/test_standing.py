"""One month score for pay per person and month: which computation stands, and who may look at an unfinished month."""

from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import scalar
from qa_service.errors import NotFound
from qa_service.people import queries as people
from qa_service.people.access import Role
from qa_service.scores import commands, errors, queries, standing
from tests.builders import HOUSE, make_account, make_unit
from tests.kpis.builders import make_chat
from tests.sampling.builders import make_agent, make_batch
from tests.scores.builders import MONTH, make_department, make_pack

pytestmark = pytest.mark.anyio
IN_OCTOBER = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # a minute before the month ends on the house's clock
AFTER = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


async def make_two_groups() -> dict[str, int]:
    """A department with an agent in each of two groups."""
    await make_pack()
    department, batch = await make_unit("dept", name="客服部"), await make_batch()
    made = {"department": department}
    for name in ("early", "late"):
        unit = await make_unit(name, name=f"{name}组", parent=department)
        made |= {name: unit, f"{name}_agent": await make_agent(f"K-{name}", unit)}
        await make_chat(name, batch=batch, unit=unit, person=made[f"{name}_agent"])
    return made


async def test_a_month_that_is_not_over_is_not_scored_for_pay(engine, monkeypatch):
    made = await make_department(1, marks=2)
    monkeypatch.setattr(clock, "now", lambda: IN_OCTOBER)
    with pytest.raises(errors.MonthNotOver) as refused:
        await commands.compute_month(HOUSE, made["unit"], MONTH)
    assert "2026年10月要到2026-10-31才结束" in refused.value.text()
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    run = await queries.run(HOUSE, await commands.compute_month(HOUSE, made["unit"], MONTH))
    assert (run["state"], run["is_trial"]) == ("published", False)


async def test_a_look_at_an_unfinished_month_drives_nothing_and_gives_way(engine, monkeypatch):
    made = await make_department(1, marks=2)
    agent = await people.actor_of_account(await make_account("k0", Role.AGENT, unit=made["unit"],
                                                             person=made["people"][0]))  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: IN_OCTOBER)
    look = await commands.compute_month(HOUSE, made["unit"], MONTH, preliminary=True)
    assert (await queries.run(HOUSE, look))["is_trial"]
    assert await queries.newest_run(made["unit"], MONTH) is None
    assert await standing.run_for_pay(made["people"][0], MONTH) is None
    assert [one["id"] for one in await queries.runs(HOUSE)] == [look]
    assert (await queries.my_month(agent))["run"]["is_trial"]
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    regular = await commands.compute_month(HOUSE, made["unit"], MONTH)
    assert [one["id"] for one in await queries.runs(HOUSE)] == [regular]
    assert (await queries.my_month(agent))["run"]["id"] == regular


async def test_a_group_that_the_department_covers_is_not_scored_apart(engine):
    made = await make_two_groups()
    whole = await commands.compute_month(HOUSE, made["department"], MONTH)
    with pytest.raises(errors.RunCovered) as refused:
        await commands.compute_month(HOUSE, made["early"], MONTH)
    assert refused.value.text() == (
        "“客服部”2026年10月的得分已经包括“early组”：一个人一个月只有一个用于奖罚的得分，请为“客服部”重新计算"
    )
    assert (await standing.run_for_unit(made["early"], MONTH))["id"] == whole


async def test_a_departments_run_takes_the_place_of_its_groups_runs(engine):
    made = await make_two_groups()
    early = await commands.compute_month(HOUSE, made["early"], MONTH)
    assert await standing.run_for_pay(made["early_agent"], MONTH) == early
    whole = await commands.compute_month(HOUSE, made["department"], MONTH)
    assert await standing.run_for_pay(made["early_agent"], MONTH) == whole
    assert (await queries.run(HOUSE, early))["state"] == "superseded"
    assert [one["id"] for one in await queries.runs(HOUSE)] == [whole]
    assert not (await queries.person_result(HOUSE, early, made["early_agent"]))["run"]["stands"]


async def test_what_an_approved_sheet_rests_on_stays_the_persons_score(engine):
    made = await make_two_groups()
    first = await commands.compute_month(HOUSE, made["department"], MONTH)
    from qa_service.database import transaction

    async with transaction():
        await commands.close_results(first, [made["early_agent"]], clock.now())
    second = await commands.compute_month(HOUSE, made["department"], MONTH)
    assert await standing.run_for_pay(made["early_agent"], MONTH) == first
    assert await standing.run_for_pay(made["late_agent"], MONTH) == second


async def test_a_group_leader_reads_of_the_departments_run_the_own_people(engine):
    made = await make_two_groups()
    whole = await commands.compute_month(HOUSE, made["department"], MONTH)
    lead = await people.actor_of_account(await make_account("lead", Role.SUPERVISOR, unit=made["early"]))
    assert [one["id"] for one in await queries.runs(lead)] == [whole]
    for read in (queries.scorecards, queries.qa_estimates):
        assert [one["person"] for one in await read(lead, whole)] == [made["early_agent"]]
    assert {one["person"] for one in await queries.kpi_results(lead, whole)} == {made["early_agent"]}
    with pytest.raises(NotFound):
        await queries.person_result(lead, whole, made["late_agent"])
    elsewhere = await make_unit("phones", name="电话组")
    stranger = await people.actor_of_account(await make_account("stranger", Role.SUPERVISOR, unit=elsewhere))
    with pytest.raises(NotFound):
        await queries.run(stranger, whole)


async def test_a_helper_in_another_group_is_paid_by_the_own_groups_run(engine):
    made = await make_two_groups()
    await make_chat("help", batch=await scalar("SELECT MAX(id) AS id FROM import_batch"), unit=made["late"],
                    person=made["early_agent"])  # fmt: skip
    early = await commands.compute_month(HOUSE, made["early"], MONTH)
    late = await commands.compute_month(HOUSE, made["late"], MONTH)
    assert await scalar("SELECT COUNT(*) AS n FROM scorecard WHERE run = {} AND person = {}", late,
                        made["early_agent"]) == 1  # fmt: skip
    assert await standing.run_for_pay(made["early_agent"], date(2026, 10, 1)) == early
