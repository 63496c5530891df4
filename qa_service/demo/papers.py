"""The demo's reports as files: sheets, the training needs report, two people's months."""

from datetime import date
from pathlib import Path

from qa_service import clock
from qa_service.demo.people import gaming_agent
from qa_service.demo.road import Department, after, at
from qa_service.reports import commands, queries
from qa_service.reports.files import SUFFIXES, write
from qa_service.reports.rendering import file_of


async def issue_all(department: Department, month: date, sheets: list[int], folder: Path) -> list[str]:
    """Issue by the manager, write PDF and XLSX of each; their paths."""
    manager = await department.actor(department.number_of("经理"))
    people = [gaming_agent(department.data.people).staff_no, department.number_of("客服")]
    with clock.standing_at(at(after(month, 10))):
        made = [await commands.issue(manager, commands.SHEET, sheet_id=sheet) for sheet in sheets]
        unit = department.units["客服部"]
        made.append(await commands.issue(manager, commands.TRAINING_NEEDS, unit_id=unit, month=month))
        for number in people:
            person = department.people[number]
            made.append(await commands.issue(manager, commands.AGENT_MONTH, person_id=person, month=month))
    paths: list[str] = []
    for report in made:
        paths += write(folder, [await file_of(await queries.report(manager, report), one) for one in SUFFIXES])
    return paths
