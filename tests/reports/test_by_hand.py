"""Reports from the command line: people by whatever they are called, needs computed on the way, sheets by month."""

from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from qa_service import clock
from qa_service.database import scalar
from qa_service.people.directory import person_named
from qa_service.people.errors import NameShared, NobodyNamed
from qa_service.people.tables import Person
from qa_service.reports import queries
from qa_service.reports.commands import issue
from qa_service.reports.errors import NoNeeds, NoSheet
from qa_service.reports.files import write_report
from qa_service.reports.model import report_of
from tests.builders import HOUSE
from tests.rewards.builders import OCTOBER, make_department
from tests.sampling.builders import make_agent
from tests.training_plans.builders import make_group, make_marks

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]


async def make_person(key: str, name: str, employee_no: str | None = None) -> int:
    made = Person(key=key, name=name, employee_no=employee_no, created_at=clock.now())
    return (await Person.insert(made).returning(Person.id))[0]["id"]


async def test_a_person_answers_to_number_key_name_and_id():
    imported = await make_person("shop-77", "John Bailey")
    staff = await make_person("K7", "沈若溪", "K7")
    for words in ("shop-77", "John Bailey", str(imported)):
        assert await person_named(words) == imported
    assert await person_named("K7") == staff
    with pytest.raises(NobodyNamed, match="是“Jane Doe”的人"):
        await person_named("Jane Doe")
    with pytest.raises(NobodyNamed):
        await person_named("9" * 30)


async def test_a_shared_name_is_refused_with_everybody_who_bears_it():
    first = await make_person("John Bailey", "John Bailey")  # an export that knows people by name only
    second = await make_person("K8", "John Bailey", "K8")
    with pytest.raises(NameShared) as refused:
        await person_named("John Bailey")
    both = f"John Bailey（工号—，编号{first}）、John Bailey（工号K8，编号{second}）"
    assert refused.value.text() == f"“John Bailey”不止一人：{both}。请改用工号或编号"
    assert await person_named("K8") == second


async def test_the_month_of_an_imported_person_is_written_by_name(tmp_path, at):
    made = await make_department()
    name = "客服" + "1011"
    await Person.update({Person.name: name, Person.employee_no: None}).where(Person.id == made.shen)
    written = await write_report(HOUSE, "agent-month", tmp_path, month=OCTOBER, person=name)
    assert [path.rsplit(".", 1)[1] for path in written.paths] == ["pdf", "xlsx"]


async def test_training_needs_are_computed_on_the_way(tmp_path):
    group = await make_group()
    await make_marks(group, group["agents"][0], 8, failing={"greet": 6})
    with pytest.raises(NoNeeds):
        await issue(HOUSE, "training-needs", month=OCTOBER, unit_id=group["unit"])
    written = await write_report(HOUSE, "training-needs", tmp_path, month=OCTOBER, unit_id=group["unit"])
    book = CalamineWorkbook.from_path(next(path for path in written.paths if path.endswith("xlsx")))
    assert len(book.get_sheet_by_name("评分项失分的比例").to_python()) > 2


async def test_without_a_random_mark_the_report_says_that_nothing_can_be_said(tmp_path):
    group = await make_group()
    await make_agent("K9", group["unit"])
    written = await write_report(HOUSE, "training-needs", tmp_path, month=OCTOBER, unit_id=group["unit"])
    assert await scalar("SELECT COUNT(*) AS n FROM training_need") == 0
    sheet = report_of((await queries.report(HOUSE, written.id))["model"])
    assert sheet.zh.warning.startswith("证据不足：这个月还没有公布的随机抽样评分")
    assert sheet.en.warning.startswith("Not enough evidence")
    assert [part.empty for part in sheet.zh.sections] == ["证据不足，不下结论"] * 2 + ["还没有安排培训"]


async def test_a_sheet_is_found_by_unit_and_month_or_its_absence_is_said(tmp_path):
    group = await make_group()
    with pytest.raises(NoSheet, match="2026年9月还没有奖罚评分表"):
        await write_report(HOUSE, "sheet", tmp_path, month=date(2026, 9, 1), unit_id=group["unit"])
