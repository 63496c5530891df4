"""A month of a real service department without audits or transcripts: what is known is scored, the rest is a state."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from qa_service.database import scalar
from qa_service.flags.summary import score_month
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.reports.files import write_report
from qa_service.scores import listing, queries
from tests.builders import HOUSE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
AUGUST, PACK = date(2023, 8, 1), "ecommerce-contacts"
FILES = {
    "ecommerce-contacts": "interactions_2023-08.csv.gz",
    "ecommerce-survey": "survey_batch1.csv.gz",
}


async def test_1371_agents_with_contacts_and_late_scores(engine, shared, tmp_path):
    configure(b"a masking key for tests", tmp_path)
    for profile, name in FILES.items():
        await import_file(HOUSE, shared / "data" / "ecommerce" / name, profile)
    found = await score_month(HOUSE, AUGUST, pack=PACK)
    assert (found.people, found.is_trial) == (1371, True)
    assert found.qa == {"none": 1371}
    kpis = await queries.kpi_results(HOUSE, found.run)
    check_kpis(found.kpis, kpis)
    check_cards(found, await queries.scorecards(HOUSE, found.run))
    assert 1 <= len(found.flagged) <= 10
    said = " ".join(sentence for one in found.flagged for sentence in one.sentences)
    assert "日均办理量" in said
    assert "答复" in said, "more than satisfaction is looked at"
    json.dumps([one.sentences for one in found.flagged])
    again = await score_month(HOUSE, AUGUST)
    assert again.results_digest == found.results_digest
    page = await listing.page_of_cards(HOUSE, found.run, listing.Asked(search="john bailey"))
    assert [one["person_name"] for one in page.rows] == ["John Bailey"]
    await check_reports(tmp_path)


def check_kpis(states: dict, kpis: list[dict]) -> None:
    # Asked of a fifth of 85,907 contacts: most people have some answers, few have the ten that the KPI wants.
    assert states["satisfaction"]["ok"] + states["satisfaction"]["thin"] + states["satisfaction"]["none"] == 1371
    assert states["satisfaction"]["ok"] == 803
    satisfied = [one for one in kpis if one["kpi"] == "satisfaction"]
    assert sum(one["denominator"] or 0 for one in satisfied) == 17_182, "every late score went to somebody, once"
    handling = [one for one in kpis if one["kpi"] == "handling_time"]
    assert sum(one["n"] for one in handling) == 242
    assert sum(one["n"] + one["left_out"] for one in handling) == 85_907, "what has no time is left out and counted"
    for key in ("response_in_hour", "response_time"):
        timed = [one for one in kpis if one["kpi"] == key]
        assert sum(one["n"] for one in timed) == 82_465
        assert sum(one["left_out"] for one in timed) == 3_442, "3,378 of 28 August and 64 others say 00:00"
    handled = [one for one in kpis if one["kpi"] == "handled_a_day"]
    assert sum(one["numerator"] for one in handled) == 85_907


def check_cards(found, cards: list[dict]) -> None:
    """A score for those with enough records, each with n; too few for the others, and which KPI lacks them."""
    assert sum(found.scorecards.values()) == 1371
    assert 700 < found.scorecards["scored"] < 900
    assert found.scorecards["not_scored"] == found.thin
    for card in cards:
        lines = card["explanation"]["kpis"]
        if card["state"] == "scored":
            assert all(line["n"] >= 10 for line in lines if line["weight"])
        else:
            assert any(line["state"] == "thin" for line in lines)


async def check_reports(folder: Path) -> None:
    month = await write_report(HOUSE, "agent-month", folder, month=AUGUST, person="John Bailey")
    unit = await scalar("SELECT id FROM unit WHERE name = '电商客服'")
    needs = await write_report(HOUSE, "training-needs", folder, month=AUGUST, unit_id=unit)
    for written in (month, needs):
        paper, book = (Path(path).read_bytes() for path in written.paths)
        assert paper.startswith(b"%PDF-")
        assert CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    values = CalamineWorkbook.from_path(month.paths[1]).get_sheet_by_name("各项指标").to_python()
    assert any("平均答复时长" in str(line[0]) for line in values)
    told = CalamineWorkbook.from_path(needs.paths[1]).get_sheet_by_index(0).to_python()
    assert any("证据不足" in str(cell) for line in told for cell in line)
