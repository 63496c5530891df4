"""Reports: one model, three renderers; fixed once issued; money only for who may read it."""

import io
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from qa_service.database import rows, scalar
from qa_service.errors import NotAllowed, NotFound
from qa_service.journal.queries import head
from qa_service.language import speaking
from qa_service.people.commands import create_token
from qa_service.people.tables import Person
from qa_service.reports import commands, queries
from qa_service.reports.errors import MissingSubject, NothingToReport, UnknownKind
from qa_service.reports.model import digest_of, report_of
from qa_service.reports.rendering import file_of
from qa_service.rewards import commands as rewards
from qa_service.scores.tables import KpiResult
from tests.builders import client_of
from tests.rewards.builders import OCTOBER, make_department, make_entry
from tests.rewards.test_pages import log_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]


async def make_locked_sheet(made, at):
    """October's sheet of the small department with one reward event for Shen, locked by the manager."""
    lead, boss = await made.actor("lead"), await made.actor("boss")
    at(datetime(2026, 10, 12, 8, tzinfo=UTC))
    await rewards.enter_event(lead, make_entry(made))
    at(datetime(2026, 11, 10, 1, 30, tzinfo=UTC))
    sheet = await rewards.draft_sheet(lead, made.unit, OCTOBER)
    for actor, step in ((lead, rewards.submit_sheet), (boss, rewards.approve_sheet), (boss, rewards.lock_sheet)):
        version = await scalar("SELECT version FROM sheet WHERE id = {}", sheet)
        await step(actor, sheet, version=version)
    return sheet


async def test_a_sheet_reads_the_same_on_page_paper_and_in_the_workbook(database_url, at):
    made = await make_department()
    sheet = await make_locked_sheet(made, at)
    boss = await made.actor("boss")
    found = await queries.report(boss, await commands.issue(boss, "sheet", sheet_id=sheet))
    model = report_of(found["model"]).of("zh")
    lines = next(part for part in model.sections if part.title == "每个人的明细")
    total = await scalar("SELECT total_fen FROM sheet WHERE id = {}", sheet)

    assert lines.rows[-1].cells[-1].number == total
    own = [row for row in lines.rows if not row.is_total]
    assert sum(row.cells[-1].number for row in own) == total
    assert {row.cells[5].text for row in own} == {"绩效表部分", "质检部分", "订单备注不及时或不完整"}

    book = CalamineWorkbook.from_filelike(io.BytesIO((await file_of(found, "xlsx")).content))
    assert book.sheet_names == ["说明", "每个人的明细", "按类别合计", "进度"]
    table = book.get_sheet_by_name("每个人的明细").to_python()
    assert table[0][:3] == ["姓名", "工号", "第几条"]
    assert table[0][-1] == "本月计发（元）"
    assert table[1][:3] == ["沈若溪", "K017", 1]
    assert round(table[-1][-1] * 100) == total

    paper = await file_of(found, "pdf")
    assert paper.content.startswith(b"%PDF-")
    assert paper.content == (await file_of(found, "pdf")).content

    async with client_of(database_url) as client:
        await log_in(client, "boss")
        page = (await client.get(f"/reports/{found['id']}")).text
        for row in lines.rows:
            assert row.cells[-1].text in page
        assert found["digest"] in page
        assert (await client.get(f"/reports/{found['id']}/pdf")).headers["content-type"] == "application/pdf"


async def test_the_journal_head_and_the_digest_are_printed(at):
    made = await make_department()
    sheet = await make_locked_sheet(made, at)
    boss = await made.actor("boss")
    before = await head()
    found = await queries.report(boss, await commands.issue(boss, "sheet", sheet_id=sheet))

    assert found["journal_head"] == before
    assert found["digest"] == digest_of(found["model"])
    front = CalamineWorkbook.from_filelike(io.BytesIO((await file_of(found, "xlsx")).content)).get_sheet_by_name("说明")
    words = [cell for row in front.to_python() for cell in row]
    assert before in words
    assert found["digest"] in words


async def test_what_is_kept_on_paper_for_years_carries_the_year(at):
    made = await make_department()
    sheet = await make_locked_sheet(made, at)
    boss = await made.actor("boss")
    found = await queries.report(boss, await commands.issue(boss, "sheet", sheet_id=sheet))
    book = CalamineWorkbook.from_filelike(io.BytesIO((await file_of(found, "xlsx")).content))
    front = {row[0]: row[1] for row in book.get_sheet_by_name("说明").to_python()}
    assert (front["发薪日"], front["批准期限"]) == ("2026年11月13日周五", "2026年11月12日周四 18:00")
    steps = book.get_sheet_by_name("进度").to_python()[1:]
    assert all(when.startswith("2026年") for when in [front["出具时间"], *(row[2] for row in steps)])


async def test_an_unlocked_sheet_says_that_it_is_no_basis_for_pay():
    made = await make_department()
    lead = await made.actor("lead")
    sheet = await rewards.draft_sheet(lead, made.unit, OCTOBER)
    found = await queries.report(lead, await commands.issue(lead, "sheet", sheet_id=sheet))
    model = report_of(found["model"])

    assert "不作发薪依据" in model.zh.warning
    assert "no basis for pay" in model.en.warning


async def test_the_same_facts_give_the_same_report_and_a_change_gives_a_new_one(at):
    made = await make_department()
    lead = await made.actor("lead")
    sheet = await rewards.draft_sheet(lead, made.unit, OCTOBER)
    first = await commands.issue(lead, "sheet", sheet_id=sheet)
    assert await commands.issue(lead, "sheet", sheet_id=sheet) == first

    version = await scalar("SELECT version FROM sheet WHERE id = {}", sheet)
    await rewards.submit_sheet(lead, sheet, version=version)
    assert await commands.issue(lead, "sheet", sheet_id=sheet) != first
    kept = await queries.report(lead, first)
    assert "草稿" in kept["model"]


async def test_agents_read_their_own_month_and_nobody_elses(database_url, at):
    made = await make_department()
    shen, bai, lead = [await made.actor(name) for name in ("shen", "bai", "lead")]
    own = await commands.issue(shen, "agent-month", month=OCTOBER)

    model = report_of((await queries.report(shen, own))["model"]).of("zh")
    assert model.title == "沈若溪2026年10月个人月报"
    pay = next(part for part in model.sections if part.title == "得分").rows[1].cells[1]
    assert pay.text == "75.00（区间73.00–77.00，n=8）"
    assert [part.number for part in pay.parts] == [7500, 7300, 7700, 8]
    assert (await queries.report(lead, own))["id"] == own
    with pytest.raises(NotFound):
        await queries.report(bai, own)
    with pytest.raises(NotAllowed):
        await commands.issue(bai, "agent-month", month=OCTOBER, person_id=made.shen)
    assert [one["id"] for one in await queries.reports(bai)] == []
    assert [one["id"] for one in await queries.reports(shen)] == [own]


async def test_an_agents_month_shows_money_only_once_the_sheet_is_locked(at):
    made = await make_department()
    shen = await made.actor("shen")
    early = report_of((await queries.report(shen, await commands.issue(shen, "agent-month", month=OCTOBER)))["model"])
    assert next(part for part in early.zh.sections if part.title == "奖罚").rows == []
    assert next(part for part in early.zh.sections if part.title == "奖罚").empty == "本月的奖罚评分表还没有锁定"

    await make_locked_sheet(made, at)
    late = report_of((await queries.report(shen, await commands.issue(shen, "agent-month", month=OCTOBER)))["model"])
    money = next(part for part in late.zh.sections if part.title == "奖罚").rows
    assert money[-1].is_total
    assert money[-1].cells[-1].number == sum(row.cells[-1].number for row in money[:-1])
    english = next(part for part in late.en.sections if part.title == "Rewards and deductions").rows
    assert [row.cells[-1].number for row in english] == [row.cells[-1].number for row in money]


async def test_what_cannot_be_reported_is_refused_with_a_sentence():
    made = await make_department()
    lead = await made.actor("lead")
    with pytest.raises(UnknownKind, match="没有“weather”这种报告"):
        await commands.issue(lead, "weather", month=OCTOBER)
    with pytest.raises(MissingSubject, match="月份"):
        await commands.issue(lead, "agent-month", person_id=made.shen)
    with pytest.raises(NothingToReport, match="沈若溪2026年1月还没有发布的得分"):
        await commands.issue(lead, "agent-month", person_id=made.shen, month=date(2026, 1, 1))
    with pytest.raises(NotFound):
        await commands.issue(lead, "sheet", sheet_id=999)


async def test_the_api_issues_reads_and_sends_the_files(database_url):
    made = await make_department()
    async with client_of(database_url) as client:
        shen = await made.actor("shen")
        token = await create_token(shen, "reports", sorted(shen.permissions))
        client.headers["authorization"] = f"Bearer {token}"
        answer = await client.post("/api/reports", json={"kind": "agent-month", "month": "2026-10-01"})
        assert answer.status_code == 201, answer.text
        report = answer.json()["id"]
        read = (await client.get(f"/api/reports/{report}?lang=en")).json()
        assert read["person"] == made.shen
        assert read["sheet"]["title"] in ("沈若溪2026年10月个人月报", "沈若溪: month report, October 2026")
        assert (await client.get("/api/reports")).json()[0]["digest"] == read["digest"]
        assert (await client.get(f"/api/reports/{report}/xlsx")).content[:2] == b"PK"
        assert (await client.get(f"/api/reports/{report}/pdf")).content[:5] == b"%PDF-"
        refused = await client.post("/api/reports", json={"kind": "sheet", "sheet": 1})
        assert refused.status_code == 403


async def test_the_pages_say_what_is_wrong_and_keep_what_was_chosen(database_url):
    await make_department()
    async with client_of(database_url) as client:
        await log_in(client, "shen")
        page = (await client.get("/reports")).text
        assert "还没有出具过报告" in page
        token = page.split('name="_csrf_token" value="')[1].split('"')[0]
        given = {"_csrf_token": token, "kind": "agent-month", "month": "2026-01"}
        refused = await client.post("/reports", data=given)
        assert refused.status_code == 409
        assert "还没有发布的得分" in refused.text
        assert 'value="2026-01"' in refused.text
        done = await client.post("/reports", data=given | {"month": "2026-10"})
        assert done.status_code == 303
        english = (await client.get(done.headers["location"] + "?lang=en")).text
        assert "month report" in english
        assert "interval 73.00–77.00, n=8" in english


async def test_formulas_in_names_stay_text(at):
    made = await make_department()
    await Person.update({Person.name: "=1+1"}).where(Person.id == made.shen)
    lead = await made.actor("lead")
    found = await queries.report(lead, await commands.issue(lead, "agent-month", person_id=made.shen, month=OCTOBER))
    with speaking("zh"):
        book = CalamineWorkbook.from_filelike(io.BytesIO((await file_of(found, "xlsx")).content))
    assert "=1+1" in [cell for row in book.get_sheet_by_name("说明").to_python() for cell in row]


async def test_kpi_values_are_numbers_with_their_unit_in_the_workbook():
    made = await make_department()
    await rows("UPDATE kpi_result SET value_hundredths = 520, lower_hundredths = 480, upper_hundredths = 560")
    order = {"person": made.shen, "run": made.run, "n": 120, "left_out": 0, "weight_hundredths": 0}
    for kpi, value in (("conversion", 3680), ("average_order", 868000)):
        await KpiResult.insert(KpiResult(kpi=kpi, value_hundredths=value, **order))
    shen = await made.actor("shen")
    found = await queries.report(shen, await commands.issue(shen, "agent-month", month=OCTOBER))
    book = CalamineWorkbook.from_filelike(io.BytesIO((await file_of(found, "xlsx")).content))
    head_, *lines = book.get_sheet_by_name("各项指标").to_python()
    assert head_[1:6] == ["值 值", "值 下限", "值 上限", "值 单位", "值 n"]
    values = {line[0].splitlines()[0]: line[1:6] for line in lines}
    assert values["首次响应"] == [5.2, 4.8, 5.6, "秒", 120]
    assert values["询单转化率"][0] == 0.368
    assert (values["询单转化率"][3], values["客单价"][0], values["客单价"][3]) == ("%", 86.8, "元/单")
