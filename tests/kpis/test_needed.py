"""Only what the KPIs of a version are made of is counted."""

from datetime import date

import pytest

from qa_service.kpis.facts import fact_names, needed
from qa_service.kpis.queries import agent_days
from rubrics.pack_records import Kpi
from rubrics.packs import load_pack
from tests.builders import make_unit
from tests.kpis.builders import make_chat, make_survey
from tests.sampling.builders import make_agent, make_batch

pytestmark = pytest.mark.anyio
KPIS = load_pack("shop-presale-aftersale").all(Kpi, date(2026, 10, 1))


def test_the_pack_needs_counts_that_exist_and_not_all_of_them():
    found = needed(KPIS)
    assert found < set(fact_names())
    assert {"parts", "first_reply_seconds_squares", "handled_parts", "untimed_parts", "complaints"} <= found


async def test_what_is_not_wanted_is_not_counted_and_the_rest_is_the_same(engine):
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K1", unit)
    await make_survey(await make_chat("a", batch=batch, unit=unit, person=agent), 5)
    month = (date(2026, 10, 1), date(2026, 10, 31))
    everything = (await agent_days(None, *month)).by_person([agent])
    few = await agent_days(None, *month, wanted={"parts"})
    assert set(few.facts) == {"parts"}
    assert few.person.tolist() == [agent], "no rows of the surveys that nobody wants"
    some = (await agent_days(None, *month, wanted=needed(KPIS))).by_person([agent])
    assert {name: column.tolist() for name, column in some.items()} == {
        name: everything[name].tolist() for name in some
    }
