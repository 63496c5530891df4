"""The real exports come in whole, once, with their faults counted (figures of ../shared/data/README.md)."""

import pytest

from qa_service.database import rows, scalar
from qa_service.evaluations.agreement import rater_agreement
from qa_service.evaluations.ratings import take_ratings
from qa_service.imports import sinks
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.journal.queries import verify
from tests.builders import HOUSE

FAULTS_OF_AUGUST = (
    "8月28日：3,452条答复中有3,378条写着00:00，时间不详，差值不论正负都不计入响应时长",
    "另有64条答复写着00:00，时间不详，不计入响应时长",
    "另有20条答复早于提问，已列出",
    "其中252条在别的月份开始",
    "85,665条（共85,907条）没有处理时长，均值须看样本数",
    "58条的下单时间晚于来访，已列出；下单时间不参与计算",
    "1条除编号外与另一条完全相同，已列出；各算一条",
    "861条备注里有“????”，是丢了的表情或文字，已列出",
    "33条备注是乱码（编码读错），已列出",
)
pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    sinks.register("rating", take_ratings)


async def test_85907_contacts_and_17182_scores_come_in_once(engine, shared):
    folder = shared / "data" / "ecommerce"
    first = await import_file(HOUSE, folder / "interactions_2023-08.csv.gz", "ecommerce-contacts")
    assert (first.read, first.accepted, first.rejected, first.held) == (85_907, 85_907, 0, 0)
    assert await scalar("SELECT COUNT(DISTINCT person) AS n FROM agent_part") == 1_371
    lost = await scalar("SELECT COUNT(*) AS n FROM interaction WHERE NOT time_known AND local_on = '2023-08-28'")
    assert lost == 3_378
    in_july = "SELECT COUNT(*) AS n FROM interaction WHERE started_at < '2023-07-31 18:30:00+00:00'"
    leaders = "SELECT COUNT(*) AS n FROM reporting_line r JOIN person p ON p.id = r.person"
    supervisors = f"{leaders} JOIN post q ON q.person = p.id WHERE q.kind = 'supervisor'"
    assert await scalar(supervisors) == 117  # 40 supervisors, 38 of them under several managers
    assert await scalar(f"{leaders} WHERE p.name = 'Dylan Kim'") == 4
    assert "40位主管中有38位归不止一位经理（共117对），都已保留" in first.notes
    for sentence in FAULTS_OF_AUGUST:
        assert sentence in first.notes
    listed = await rows("SELECT note, COUNT(*) AS n FROM noted_record GROUP BY note")
    assert {one["note"]: one["n"] for one in listed} == {
        "lost-times-2023-08-28": 3_378, "lost-times": 64, "backwards": 20, "ordered-later": 58, "equal-rows": 1,
        "lost-signs": 861, "garbled": 33,
    }  # fmt: skip
    assert await scalar(in_july) == 252  # reported in July by the shop's clock, answered in August
    scores = await import_file(HOUSE, folder / "survey_batch1.csv.gz", "ecommerce-survey")
    assert (scores.read, scores.accepted, scores.held) == (17_182, 17_182, 0)
    again = await import_file(HOUSE, folder / "survey_batch1.csv.gz", "ecommerce-survey")
    assert (again.accepted, again.duplicates) == (0, 17_182)
    assert (await verify()).is_whole


async def test_3000_dialogues_come_in_with_57000_ratings_and_no_agents(engine, shared):
    path = shared / "data" / "helpdesk_zh" / "rated_dialogues_3000.json.gz"
    report = await import_file(HOUSE, path, "helpdesk-rated")
    assert (report.read, report.accepted, report.held) == (3_000, 3_000, 0)
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation WHERE origin = 'imported'") == 57_000
    assert await scalar("SELECT COUNT(*) AS n FROM agent_part WHERE person IS NOT NULL") == 0
    found = await rater_agreement(HOUSE, "helpdesk", resamples=0)
    assert (found.ratings, len(found.raters)) == (57_000, 19)
    assert all(0 < one.alpha < 0.8 for one in found.items)  # raters disagree a lot: that is the point
    assert any(one.excludes_zero and one.points < 0 for one in found.raters)
