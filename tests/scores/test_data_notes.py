"""The notes of a batch stand beside the KPIs that they touch: on the page, in the API and in the monthly report."""

import re
from datetime import date

import pytest

from qa_service.database import scalar
from qa_service.flags.summary import score_month
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.people.access import Role
from qa_service.reports import agent_month
from qa_service.rule_versions.packs import apply_pack
from tests.builders import HOUSE, bearer, client_of
from tests.imports.test_import_file import write
from tests.imports.test_quality_notes import FAULTY, HEAD

pytestmark = pytest.mark.anyio
OCTOBER = date(2026, 10, 1)
# The month of the file, moved to one in which the rules are in force.
MOVED = FAULTY.replace("/08/2023", "/10/2026").replace("/07/2023", "/09/2026")
LEFT_OUT = "未计入33条：10月28日：31条答复中有30条写着00:00，时间不详，差值不论正负都不计入响应时长"


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture
async def scored(engine, tmp_path) -> dict[str, int]:
    configure(b"a masking key of tests", tmp_path / "data")
    await apply_pack(HOUSE, "ecommerce-contacts", on=date(2026, 1, 1))
    await import_file(HOUSE, write(tmp_path, HEAD + MOVED), "ecommerce-contacts")
    found = await score_month(HOUSE, OCTOBER)
    return {"run": found.run, "person": await scalar("SELECT id FROM person WHERE name = 'Ann Bee'")}


async def test_a_persons_page_and_the_api_say_how_many_are_left_out_and_why(scored, database_url, tmp_path):
    address = f"/scores/{scored['run']}/people/{scored['person']}"
    async with client_of(database_url, data_folder=tmp_path) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        page = await client.get(address, headers=lead)
        assert LEFT_OUT in plain(page.text)
        assert "来自导入批次的质量说明" in page.text
        english = plain((await client.get(f"{address}?lang=en", headers=lead)).text)
        assert "33 are left out: 28 Oct: 30 of 31 answers say 00:00" in english
        for api in (f"/api/scores/{scored['run']}/kpis?person={scored['person']}&lang=zh", f"/api{address}?lang=zh"):
            found = (await client.get(api, headers=lead)).json()
            kpis = {one["kpi"]: one for one in (found if isinstance(found, list) else found["kpis"])}
            assert kpis["response_time"]["left_out"] == 33
            assert kpis["response_time"]["notes"][0].startswith(LEFT_OUT)
            assert kpis["satisfaction"]["notes"] == []


async def test_the_monthly_report_says_it_in_both_languages(scored):
    report, _ = await agent_month.build(scored["person"], OCTOBER, None)
    for sheet, words in ((report.zh, LEFT_OUT), (report.en, "33 are left out: 28 Oct: 30 of 31 answers say 00:00")):
        assert words in repr(sheet)
