"""A month is computed, published at once, and never read by halves."""

from datetime import date, timedelta

import pytest

from qa_service import clock
from qa_service.database import rows, scalar, transaction
from qa_service.disputes.tables import Dispute
from qa_service.errors import NotAllowed, NotFound
from qa_service.journal.queries import verify
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from qa_service.rule_versions.errors import RuleUnknown
from qa_service.scores import commands, queries
from qa_service.scores.errors import NotAMonth, NothingToScore, RunSwept
from tests.builders import HOUSE, make_account, make_unit
from tests.kpis.builders import make_chat, make_survey
from tests.sampling.builders import make_agent, make_batch
from tests.scores.builders import MONTH, make_department, make_mark, make_pack

pytestmark = pytest.mark.anyio


async def test_a_month_gives_kpis_scorecards_estimates_and_leniency(engine):
    made = await make_department()
    run_id = await commands.compute_month(HOUSE, made["unit"], MONTH)
    run = await queries.run(HOUSE, run_id)
    assert (run["state"], run["is_trial"]) == ("published", False)
    kpis = await queries.kpi_results(HOUSE, run_id, made["people"][0])
    first = next(one for one in kpis if one["kpi"] == "first_reply")
    assert (first["n"], first["value_hundredths"], first["points_hundredths"]) == (40, 1000, 10_000)
    assert first["lower_hundredths"] < 1000 < first["upper_hundredths"]
    assert next(one["state"] for one in kpis if one["kpi"] == "complaint_rate") == "none"
    strict = (await queries.monitor_severities(HOUSE, run_id))[1]
    assert strict["upper_hundredths"] < 0
    assert strict["employee_no"] == "Q2"
    estimates = await queries.qa_estimates(HOUSE, run_id)
    assert [one["n"] for one in estimates] == [12, 12, 12]
    assert estimates[0]["corrected_hundredths"] > estimates[2]["corrected_hundredths"]


async def test_a_scorecard_explains_itself_and_carries_the_interval_of_the_audits(engine):
    made = await make_department()
    run_id = await commands.compute_month(HOUSE, made["unit"], MONTH)
    card = (await queries.scorecards(HOUSE, run_id))[0]
    told = card["explanation"]
    assert (card["state"], told["position"], told["reason"]) == ("scored", "presale", "scored")
    assert card["lower_hundredths"] <= card["total_hundredths"] <= card["upper_hundredths"]
    assert sum(line["weight"] for line in told["kpis"]) == 10_000
    # Missing: satisfaction (12) and complaints (3) have no records; average order (5) has 14 of 20 needed.
    assert card["weight_present_hundredths"] == 8_000
    total = sum(line["weight"] * line["points"] for line in told["kpis"] if line["points"] is not None)
    assert card["total_hundredths"] == pytest.approx(total / 10_000, abs=20)
    assert [one["key"] for one in told["dimensions"]] == ["response", "quality", "sales", "efficiency"]
    assert told["rule"] == made["rules"]["kpis"]


async def test_without_audits_too_little_weight_is_not_a_score_of_zero(engine):
    await make_pack()
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    await make_chat("a", batch=batch, unit=unit, person=agent)
    run_id = await commands.compute_month(HOUSE, unit, MONTH)
    card = (await queries.scorecards(HOUSE, run_id))[0]
    assert (card["state"], card["total_hundredths"], card["explanation"]["reason"]) == (
        "not_scored", None, "nothing-measured",
    )  # fmt: skip
    assert (await queries.qa_estimates(HOUSE, run_id))[0]["state"] == "none"


async def test_other_work_than_the_cards_know_gives_kpis_without_a_card(engine):
    """A department whose work no scorecard names (an export of another house) still has its KPIs."""
    await make_pack()
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    for i in range(12):
        part = await make_chat(f"r{i}", batch=batch, unit=unit, person=agent, kind="returns", on=date(2023, 8, 3),
                               asked=None, replied_in_3_min=None, first_reply_seconds=None, converted=None,
                               average_reply_seconds=None, handle_seconds=None, transferred_out=None,
                               closed_after_seconds=None)  # fmt: skip
        await make_survey(part, 5 if i else 1)
    run_id = await commands.compute_month(HOUSE, unit, date(2023, 8, 1))
    run = await queries.run(HOUSE, run_id)
    assert run["is_trial"], "the rules begin in 2026: nothing of this run drives money"
    states = {one["kpi"]: one["state"] for one in await queries.kpi_results(HOUSE, run_id)}
    assert states.pop("satisfaction") == "ok"
    assert set(states.values()) == {"none"}
    card = (await queries.scorecards(HOUSE, run_id))[0]
    assert (card["state"], card["explanation"]["reason"]) == ("not_scored", "no-card")


async def test_a_half_written_run_is_read_by_nobody_and_swept_by_the_next(engine, monkeypatch):
    made = await make_department(1, marks=2)
    whole, calls = commands.bulk_insert, []

    async def killed(table, columns, lines):
        await whole(table, columns, lines)
        calls.append(table)
        if table == "scorecard":
            raise KeyboardInterrupt

    monkeypatch.setattr(commands, "bulk_insert", killed)
    with pytest.raises(KeyboardInterrupt):
        await commands.compute_month(HOUSE, made["unit"], MONTH)
    half = await scalar("SELECT id FROM score_run WHERE state = 'computing'")
    assert await scalar("SELECT COUNT(*) AS n FROM kpi_result WHERE run = {}", half) > 0
    assert await queries.newest_run(made["unit"], MONTH) is None
    with pytest.raises(NotFound):
        await queries.run(HOUSE, half)
    monkeypatch.setattr(commands, "bulk_insert", whole)
    run_id = await commands.compute_month(HOUSE, made["unit"], MONTH)
    assert (await queries.newest_run(made["unit"], MONTH))["id"] == run_id
    assert await scalar("SELECT state FROM score_run WHERE id = {}", half) == "swept"
    assert await scalar("SELECT COUNT(*) AS n FROM kpi_result WHERE run = {}", half) == 0
    assert (await verify(None)).is_whole


async def test_a_start_sweeps_what_a_kill_left_and_leaves_a_young_run_to_who_computes_it(engine):
    made = await make_department(1, marks=2)
    published = await commands.compute_month(HOUSE, made["unit"], MONTH)
    await rows("UPDATE score_run SET state = 'computing' WHERE id = {}", published)
    assert await commands.sweep_runs() == 0
    with clock.standing_at(clock.now() + commands.LONGEST + timedelta(minutes=1)):
        assert await commands.sweep_runs() == 1
        assert await commands.sweep_runs() == 0
    assert await scalar("SELECT state FROM score_run WHERE id = {}", published) == "swept"
    assert await scalar("SELECT COUNT(*) AS n FROM kpi_result WHERE run = {}", published) == 0


async def test_who_was_overtaken_publishes_nothing(engine, monkeypatch):
    made = await make_department(1, marks=2)

    async def overtaken(run_id, *, results=""):
        async with transaction():
            await rows("UPDATE score_run SET state = 'swept' WHERE id = {} RETURNING id", run_id)

    async def progress(done, total, stage):
        if stage == "正在写入结果":
            await overtaken(await scalar("SELECT id FROM score_run WHERE state = 'computing'") or -1)

    with pytest.raises(RunSwept):
        await commands.compute_month(HOUSE, made["unit"], MONTH, progress=progress)
    assert await queries.newest_run(made["unit"], MONTH) is None


async def test_the_same_inputs_give_the_same_digests_and_another_mark_others(engine):
    made = await make_department(2, marks=3)
    first, second = [await queries.run(HOUSE, await commands.compute_month(HOUSE, made["unit"], MONTH)) for _ in "ab"]
    for name in ("inputs_digest", "results_digest", "random_seed"):
        assert first[name] == second[name], name
    await make_mark(made["people"][0], made["monitors"][0], 40, unit=made["unit"], form=made["form"])
    third = await queries.run(HOUSE, await commands.compute_month(HOUSE, made["unit"], MONTH))
    assert third["inputs_digest"] != first["inputs_digest"]
    assert third["results_digest"] != first["results_digest"]
    assert [one["id"] for one in await queries.runs(HOUSE)] == [third["id"]]


async def test_only_released_random_undisputed_marks_of_the_month_count(engine):
    made = await make_department(1, marks=3)
    person, monitor = made["people"][0], made["monitors"][0]
    here = {"unit": made["unit"], "form": made["form"]}
    for changes in ({"origin": "risk"}, {"origin": "imported"}, {"state": "superseded"}, {"state": "draft"},
                    {"pay_month": date(2026, 9, 1)}, {"subject_kind": "live_observation"}):  # fmt: skip
        await make_mark(person, monitor, 1, **here, **changes)
    appealed = await make_mark(person, monitor, 1, **here)
    from qa_service import clock

    await Dispute.insert(
        Dispute(
            evaluation=appealed, item="x", filed_by=person, reason="r", filed_at=clock.now(), decide_by_at=clock.now()
        )  # fmt: skip
    )
    run_id = await commands.compute_month(HOUSE, made["unit"], MONTH)
    assert (await queries.qa_estimates(HOUSE, run_id))[0]["n"] == 6
    kpi = next(one for one in await queries.kpi_results(HOUSE, run_id) if one["kpi"] == "qa_mark")
    assert kpi["left_out"] == 1


async def test_what_cannot_be_computed_is_refused_in_words(engine):
    unit = await make_unit()
    with pytest.raises(RuleUnknown):
        await commands.compute_month(HOUSE, unit, MONTH)
    await make_pack()
    with pytest.raises(NothingToScore) as empty:
        await commands.compute_month(HOUSE, unit, MONTH)
    assert "2026年10月" in empty.value.text()
    with pytest.raises(NotAMonth):
        await commands.compute_month(HOUSE, unit, date(2026, 10, 2))
    with pytest.raises(NotFound):
        await commands.compute_month(HOUSE, 999, MONTH)
    assert await scalar("SELECT COUNT(*) AS n FROM score_run") == 0


async def test_scores_are_read_and_made_within_ones_reach(engine):
    made = await make_department(2, marks=2)
    other = await make_unit("other")
    run_id = await commands.compute_month(HOUSE, made["unit"], MONTH)
    lead = await actor_of_account(await make_account("lead", Role.SUPERVISOR, unit=other))
    with pytest.raises(NotFound):
        await queries.scorecards(lead, run_id)
    with pytest.raises(NotFound):
        await commands.compute_month(lead, made["unit"], MONTH)
    assert await queries.runs(lead) == []
    agent = await actor_of_account(await make_account("k0", Role.AGENT, unit=made["unit"], person=made["people"][0]))
    with pytest.raises(NotAllowed):
        await commands.compute_month(agent, made["unit"], MONTH)
    with pytest.raises(NotFound):
        await queries.run(agent, run_id)
    mine = await queries.my_month(agent)
    assert mine["scorecard"]["person"] == made["people"][0]
    assert {one["person"] for one in mine["kpis"]} == {made["people"][0]}
    with pytest.raises(NotFound):
        await queries.my_month(agent, date(2026, 9, 1))


async def test_long_work_tells_how_far_it_is(engine):
    made = await make_department(1, marks=2)
    told = []

    async def progress(done, total, stage):
        told.append((done / total, stage))

    await commands.compute_month(HOUSE, made["unit"], MONTH, progress=progress)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1] == (1.0, "已发布")
