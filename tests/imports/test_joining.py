"""What waits finds what it waits for, once, whichever comes first."""

from pathlib import Path

import pytest

from qa_service.database import row, rows, scalar
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from tests.builders import HOUSE
from tests.imports.test_import_file import HEAD, contact

pytestmark = pytest.mark.anyio
SCORES = "Unique id,CSAT Score\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_score_that_came_before_its_contact_joins_it_when_it_comes(engine, tmp_path):
    early = write(tmp_path, SCORES + "id-1,4\nid-9,5\n", "early.csv")
    first = await import_file(HOUSE, early, "ecommerce-survey")
    assert (first.held, await scalar("SELECT COUNT(*) AS n FROM survey_answer")) == (2, 0)
    report = await import_file(HOUSE, write(tmp_path, HEAD + contact(1), "contacts.csv"), "ecommerce-contacts")
    assert "先前等待的1条满意度评价接到了对应的服务记录" in report.notes
    answer = await row("SELECT a.score, a.batch, a.superseded_by, i.external_id FROM survey_answer a"
                       " JOIN interaction i ON i.id = a.interaction")  # fmt: skip
    assert answer == {"score": 4, "batch": first.batch, "superseded_by": None, "external_id": "id-1"}
    waiting = await rows("SELECT key, resolved_at FROM held_row ORDER BY key")
    assert [(one["key"], one["resolved_at"] is None) for one in waiting] == [("id-1", False), ("id-9", True)]
    again = await import_file(HOUSE, early, "ecommerce-survey")
    assert (again.accepted, again.held, again.duplicates) == (0, 0, 2), "what waits is not held twice"
    assert await scalar("SELECT COUNT(*) AS n FROM held_row") == 2


async def test_of_two_scores_that_waited_the_later_batch_holds(engine, tmp_path):
    await import_file(HOUSE, write(tmp_path, SCORES + "id-1,4\n", "one.csv"), "ecommerce-survey")
    second = await import_file(HOUSE, write(tmp_path, SCORES + "id-1,2\n", "two.csv"), "ecommerce-survey")
    assert second.held == 1
    await import_file(HOUSE, write(tmp_path, HEAD + contact(1), "contacts.csv"), "ecommerce-contacts")
    answers = await rows("SELECT score, superseded_by FROM survey_answer ORDER BY id")
    assert answers == [{"score": 4, "superseded_by": second.batch}, {"score": 2, "superseded_by": None}]
    later = await import_file(HOUSE, write(tmp_path, SCORES + "id-1,5\n", "three.csv"), "ecommerce-survey")
    assert (later.accepted, later.updated) == (1, 1)
    assert await scalar("SELECT COUNT(*) AS n FROM survey_answer WHERE superseded_by IS NULL") == 1


async def test_a_business_record_is_given_to_whoever_came_into_the_staff_list_later(engine, tmp_path):
    head = "单据类型,订单号,客户,登记时间,登记人工号,内容\n"
    records = write(tmp_path, head + "退货记录表,DD1,买家,2026-10-06 10:00:00,K1,已退\n", "records.csv")
    await import_file(HOUSE, records, "shop-business-records")
    staff = write(tmp_path, "工号,姓名,部门,岗位,角色\nK1,沈若溪,客服部,客服,客服\n", "staff.csv")
    report = await import_file(HOUSE, staff, "staff-list")
    assert "先前没有归到人的1条业务单据归到了登记人" in report.notes
    found = "SELECT p.name FROM business_record r JOIN person p ON p.id = r.person"
    assert await scalar(found) == "沈若溪"
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line WHERE action = 'import:join'") == 1
