"""员工名册 as a workbook; the same people give the same bytes."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from qa_service.demo.shapes import Person

HEADS = (
    "工号",
    "姓名",
    "部门",
    "组别",
    "岗位",
    "角色",
    "范围",
    "直属主管工号",
    "平台账号",
    "入职日期",
    "合同类型",
    "合同开始",
    "合同到期",
    "试用期截止",
)
DEPARTMENT = "客服部"
HOUSE_SCOPE, WHOLE_HOUSE = "全公司", {"经理", "质检主管", "质检员"}  # who looks at work of other groups


def write_staff(path: Path, people: tuple[Person, ...]) -> None:
    """One sheet, one row a person, dates as date cells."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        # The library would write the present time into the file's properties.
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("员工名册")
        sheet.set_column(0, len(HEADS) - 1, 14)
        sheet.write_row(0, 0, HEADS, book.add_format({"bold": True}))
        for row, person in enumerate(people, start=1):
            for column, value in enumerate(_cells(person)):
                if value is not None:
                    sheet.write(row, column, value)
        sheet.freeze_panes(1, 0)


def _cells(person: Person) -> tuple:
    accounts = "；".join(f"{platform}/{account}" for platform, account in person.accounts)
    return (
        person.staff_no,
        person.name,
        DEPARTMENT,
        person.group or None,
        person.post,
        person.role,
        HOUSE_SCOPE if person.role in WHOLE_HOUSE else None,
        person.manager_no,
        accounts,
        person.hired_on,
        person.contract_kind,
        person.contract_from,
        person.contract_until,
        person.probation_until,
    )
