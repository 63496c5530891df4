"""One month of a real service department without audits or chat facts: what is known is scored, the rest is a state."""

import json
from datetime import date

import pytest

from qa_service.flags.summary import score_month
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.scores import queries
from tests.builders import HOUSE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
FILES = {
    "ecommerce-contacts": "interactions_2023-08.csv.gz",
    "ecommerce-survey": "survey_batch1.csv.gz",
}


async def test_1371_agents_with_contacts_and_late_scores(engine, shared, tmp_path):
    configure(b"a masking key for tests", tmp_path)
    for profile, name in FILES.items():
        await import_file(HOUSE, shared / "data" / "ecommerce" / name, profile)
    found = await score_month(HOUSE, date(2023, 8, 1), pack="shop-presale-aftersale")
    assert (found.people, found.is_trial) == (1371, True)
    assert found.scorecards == {"not_scored": 1371}
    assert found.qa == {"none": 1371}
    # Asked of a fifth of 85,907 contacts: most people have some answers, few have the ten that the KPI wants.
    counts = found.kpis["satisfaction"]
    assert counts["ok"] + counts["thin"] + counts.get("none", 0) == 1371
    assert counts["ok"] > 500
    assert set(found.kpis["first_reply"]) == {"none"}
    kpis = await queries.kpi_results(HOUSE, found.run)
    satisfied = [one for one in kpis if one["kpi"] == "satisfaction"]
    assert sum(one["denominator"] or 0 for one in satisfied) == 17_182, "every late score went to somebody, once"
    handling = [one for one in kpis if one["kpi"] == "handling_time"]
    assert sum(one["n"] for one in handling) == 242
    assert sum(one["n"] + one["left_out"] for one in handling) == 85_907, "what has no time is left out and counted"
    assert len(found.flagged) <= 2
    json.dumps([one.sentences for one in found.flagged])
    again = await score_month(HOUSE, date(2023, 8, 1))
    assert again.results_digest == found.results_digest
