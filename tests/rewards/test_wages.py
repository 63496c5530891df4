"""工资记录 from HR's list."""

from datetime import date

import pytest

from qa_service.database import row, rows
from qa_service.demo.wages import write_wages
from qa_service.errors import NotAllowed
from qa_service.imports import sinks
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.records import WageRecordRecord
from qa_service.rewards import commands, errors, queries
from qa_service.rewards.wage_queries import floor_notes
from tests.builders import HOUSE
from tests.rewards.builders import HANGZHOU, OCTOBER, make_department, make_wage_entry

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
NOVEMBER = date(2026, 11, 1)


def make_row(employee_no: str = "K017", **changes) -> WageRecordRecord:
    given = {"month": NOVEMBER, "base_fen": 435000, "variable_base_fen": 110000, "region": HANGZHOU}
    return WageRecordRecord(employee_no=employee_no, **(given | changes))


async def test_a_list_goes_in_once_and_a_changed_row_updates():
    await make_department()
    first = await commands.take_wages(HOUSE, None, [make_row(), make_row("K018")])
    again = await commands.take_wages(HOUSE, None, [make_row(), make_row("K018", base_fen=440000)])
    assert (first.accepted, first.updated, first.unchanged) == (2, 0, 0)
    assert (again.accepted, again.updated, again.unchanged) == (1, 1, 1)
    found = await rows("SELECT base_fen FROM wage_record WHERE pay_month = {} ORDER BY id", NOVEMBER)
    assert [one["base_fen"] for one in found] == [435000, 440000]


async def test_hrs_file_comes_in_by_the_profile_and_a_second_time_changes_nothing(tmp_path):
    await make_department()
    configure(b"a key for tests only", tmp_path)
    sinks.register("wage", commands.take_wages)
    file = tmp_path / "wages.csv"
    known = ("K017", "2026-11", "4350.00", "1100.00", HANGZHOU, "固定期限")
    write_wages(file, [known, ("K999", "2026-11", "1.00", "", HANGZHOU, "固定期限")])
    report = await import_file(HOUSE, file, "wage-records")
    assert (report.read, report.accepted, report.rejected) == (2, 1, 1)
    found = await row("SELECT * FROM wage_record WHERE pay_month = {}", NOVEMBER)
    assert (found["base_fen"], found["variable_base_fen"], found["region"]) == (435000, 110000, HANGZHOU)
    assert found["variable_source"] == f"人事导入的工资记录（批次{found['batch']}）"


async def test_wrong_rows_are_named_and_the_others_go_in():
    await make_department()
    result = await commands.take_wages(HOUSE, None, [make_row("K999"), make_row(base_fen=-1), make_row("K018")])
    assert result.accepted == 1
    assert [(fault.row, fault.field, fault.code) for fault in result.faults] == [
        (0, "employee_no", "wage-person-unknown"),
        (1, "base_fen", "wage-amount-wrong"),
    ]


async def test_a_record_behind_an_approved_sheet_no_longer_changes():
    department = await make_department()
    sheet_id = await commands.draft_sheet(await department.actor("lead"), department.unit, OCTOBER)
    await rows("UPDATE sheet SET state = 'approved' WHERE id = {}", sheet_id)
    with pytest.raises(errors.WageMonthClosed):
        await commands.set_wage(HOUSE, make_wage_entry(base_fen=1))
    assert (await row("SELECT base_fen FROM wage_record WHERE person = {}", department.shen))["base_fen"] == 420000


async def test_only_hr_writes_wages_and_agents_and_supervisors_do_not_read_them():
    department = await make_department()
    with pytest.raises(NotAllowed):
        await commands.take_wages(await department.actor("lead"), None, [make_row()])
    await commands.take_wages(await department.actor("hr"), None, [make_row()])
    assert await queries.wages(await department.actor("lead"), OCTOBER) == []
    found = await queries.wages(await department.actor("hr"), OCTOBER)
    assert [one["employee_no"] for one in found] == ["K017", "K018"]


async def test_the_region_of_a_record_says_how_well_its_minimum_wage_is_known():
    notes = floor_notes({HANGZHOU, "火星市"}, OCTOBER)
    assert "未经核对" in notes[0]
    assert notes[1].startswith("没有“火星市”在2026-10-01的最低工资标准")


def test_a_wage_list_says_what_a_contract_says_and_in_words():
    from qa_service.rewards.wage_pages import wages_table

    row = {"person_name": "沈若溪", "employee_no": "K017", "base_fen": 420000, "variable_base_fen": 400000,
           "normal_wage_fen": 420000, "region": "杭州", "contract_kind": "fixed",
           "variable_source": "合同"}  # fmt: skip
    bare = row | {"variable_base_fen": None, "normal_wage_fen": None, "contract_kind": "返聘协议"}
    written = [[value for cell in line.cells for value in cell.values()] for line in wages_table([row, bare]).rows]
    assert written[0][4:8] == [4000, None, 4200, None]
    assert written[1][4:8] == [None, "没有约定", None, "按基本工资"]
    assert [line[9] for line in written] == ["固定期限", "返聘协议"]
