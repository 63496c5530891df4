"""The generated department: what was planted in it is found, and little else."""

import pytest

from qa_service.flags import commands, queries
from qa_service.scores import commands as scores
from qa_service.scores import queries as results
from tests.builders import HOUSE
from tests.scores.demo import load_department

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_the_strict_monitor_and_the_gaming_agent_are_found(engine, tmp_path):
    data, people, unit = await load_department(tmp_path)
    runs = []
    for month in data.months:
        runs.append(await scores.compute_month(HOUSE, unit, month.month))
        await commands.flag_month(HOUSE, runs[-1])
    strict = people[data.truth.strict_monitor]
    for run in runs:
        leniency = {one["monitor"]: one for one in await results.monitor_severities(HOUSE, run)}
        assert leniency[strict]["upper_hundredths"] < 0, "the interval leaves 0 out"
    flagged = [one["person"] for one in await queries.flags(HOUSE, runs[-1])]
    gaming = people[data.truth.gaming_agent]
    assert flagged[0] == gaming
    assert len(flagged) - 1 <= 2
    cards = await results.scorecards(HOUSE, runs[-1])
    assert len(cards) == 24
    assert {card["state"] for card in cards} == {"scored"}
    assert (await queries.flag_run(HOUSE, runs[0]))["method"].startswith("没有往月可比")
    assert (await queries.flag_run(HOUSE, runs[-1]))["note"]["past_months"] == 2
