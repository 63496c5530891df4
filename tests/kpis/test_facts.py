"""One statement gives every count of a month, for each person and local day, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qa_service.kpis.facts import fact_names, ratio_of
from qa_service.kpis.queries import agent_days
from rubrics.pack_records import Kpi
from rubrics.packs import load_pack, packs
from tests.builders import make_unit
from tests.kpis.builders import DAY, make_chat, make_complaint, make_survey
from tests.sampling.builders import make_agent, make_batch

pytestmark = pytest.mark.anyio
MONTH = (date(2026, 10, 1), date(2026, 10, 31))


async def summed(units=None, people=None):
    found = await agent_days(units, *MONTH)
    people = people or sorted(set(found.person.tolist()))
    return {name: column.tolist() for name, column in found.by_person(people).items()}


async def test_counts_sums_and_squares_of_a_person(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    await make_chat("a", batch=batch, unit=unit, person=agent)
    await make_chat("b", batch=batch, unit=unit, person=agent, on=date(2026, 10, 7), first_reply_seconds=40,
                    replied_in_3_min=False, converted=True, order_amount_fen=9_900, transferred_out=True,
                    closed_after_seconds=700)  # fmt: skip
    found = await summed()
    assert (found["parts"], found["first_reply_parts"], found["first_reply_seconds_sum"]) == ([2], [2], [52])
    assert found["first_reply_seconds_squares"] == [12**2 + 40**2]
    assert (found["asked_parts"], found["replied_in_3_min_parts"]) == ([2], [1])
    assert (found["converted_parts"], found["priced_parts"], found["order_amount_fen_sum"]) == ([1], [1], [9_900])
    assert (found["transferred_parts"], found["closed_in_time_parts"], found["ended_parts"]) == ([1], [1], [2])
    days = await agent_days(None, *MONTH)
    assert days.day.tolist() == [date(2026, 10, 6).toordinal(), date(2026, 10, 7).toordinal()]


async def test_what_is_unknown_is_counted_nowhere_and_said(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    unknown = {"first_reply_seconds": None, "handle_seconds": None, "transferred_out": None, "converted": None,
               "replied_in_3_min": None, "time_known": False, "closed_after_seconds": None}  # fmt: skip
    await make_chat("a", batch=batch, unit=unit, person=agent, **unknown)
    found = await summed()
    for name in ("first_reply_parts", "handled_parts", "transfer_known_parts", "inquiry_parts", "asked_parts"):
        assert found[name] == [0], name
    assert (found["untimed_parts"], found["unhandled_parts"], found["transfer_unknown_parts"]) == ([1], [1], [1])


async def test_questions_at_night_are_outside_the_three_minute_rate(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    for name, hour in (("before", 23), ("first", 0), ("last", 14), ("after", 15)):
        at = datetime(2026, 10, 6, hour, 59 if hour in (14, 23) else 0, tzinfo=UTC)  # Shanghai is 8 hours ahead
        await make_chat(name, batch=batch, unit=unit, person=agent, started_at=at)
    assert (await summed())["asked_parts"] == [2]


async def test_only_published_current_and_claimed_records_count(engine):
    unit, batch, loading = await make_unit(), await make_batch(), await make_batch(state="loading")
    agent = await make_agent("K1", unit)
    newer = await make_batch()
    await make_chat("a", batch=batch, unit=unit, person=agent)
    await make_chat("half", batch=loading, unit=unit, person=agent)
    await make_chat("old", batch=batch, unit=unit, person=agent, superseded_by=newer)
    await make_chat("kept", batch=batch, unit=unit, person=agent, superseded_by=loading)
    await make_chat("nobody", batch=batch, unit=unit, person=None)
    assert (await summed())["parts"] == [2]


async def test_a_unit_sees_its_own_records_only(engine):
    one, two, batch = await make_unit("one"), await make_unit("two"), await make_batch()
    agent = await make_agent("K1", one)
    await make_chat("a", batch=batch, unit=one, person=agent)
    await make_chat("b", batch=batch, unit=two, person=agent)
    assert (await summed([one]))["parts"] == [1]
    assert (await summed([one, two]))["parts"] == [2]


async def test_the_first_answer_counts_and_four_of_five_is_satisfied(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    parts = [await make_chat(f"c{i}", batch=batch, unit=unit, person=agent) for i in range(3)]
    await make_survey(parts[0], 4)
    await make_survey(parts[0], 1)
    await make_survey(parts[1], 3)
    await make_survey(parts[2], 8, scale=10)
    found = await summed()
    assert (found["survey_answers"], found["satisfied_answers"]) == ([3], [2])


async def test_without_any_complaint_record_complaints_are_unknown(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    await make_chat("a", batch=batch, unit=unit, person=agent)
    assert not (await agent_days(None, *MONTH)).complaints_known
    await make_complaint(agent, batch=batch)
    found = await agent_days(None, *MONTH)
    assert found.complaints_known
    assert found.by_person([agent])["complaints"].tolist() == [1]
    assert found.day[0] == DAY.toordinal()


async def test_people_without_a_record_have_zero_counts_not_missing_rows(engine):
    unit, batch = await make_unit(), await make_batch()
    one, two = await make_agent("K1", unit), await make_agent("K2", unit)
    await make_chat("a", batch=batch, unit=unit, person=two)
    assert (await summed(people=[one, two]))["parts"] == [0, 1]


async def test_answers_of_unknown_time_are_left_out_and_counted(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    for name, seconds in (("a", 3_600), ("b", 3_601), ("c", None)):
        known = seconds is not None
        await make_chat(name, batch=batch, unit=unit, person=agent, response_seconds=seconds, time_known=known)
    found = await summed(people=[agent])
    assert (found["responded_in_hour_parts"], found["response_parts"], found["untimed_parts"]) == ([1], [2], [1])


async def test_a_days_volume_counts_days_with_work_only(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    for name, day in (("a", DAY), ("b", DAY), ("c", DAY), ("d", DAY + timedelta(days=2))):
        part = await make_chat(name, batch=batch, unit=unit, person=agent, on=day)
    await make_survey(part, 5)  # an arm of its own, which adds no day
    found = await summed(people=[agent])
    assert (found["parts"], found["active_days"], found["parts_squares"]) == ([4], [2], [10])


@pytest.mark.parametrize("pack", packs())
def test_every_kpi_of_the_packs_can_be_computed(pack):
    for key, kpi in load_pack(pack).all(Kpi, date(2026, 10, 1)).items():
        ratio = ratio_of(key, kpi)
        assert ratio.kind == "qa" or {ratio.numerator, ratio.denominator} <= set(fact_names())
