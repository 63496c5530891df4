"""A staff list brings units, people, posts and log-ins; twice changes nothing; a wrong row brings nothing."""

from datetime import date

import pytest

from qa_service.database import rows, scalar
from qa_service.errors import InvalidInput
from qa_service.journal.commands import set_key
from qa_service.people import commands
from qa_service.people.staff import StaffEntry, import_staff
from tests.builders import HOUSE, PASSWORD

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


def make_entry(number="K1", **changes) -> StaffEntry:
    given = {
        "line": int(number[1:]) + 1,
        "employee_no": number,
        "name": f"员工{number}",
        "unit_path": ("客服部", "售前组"),
        "position": "售前客服",
        "role": "agent",
        "hired_on": date(2025, 3, 1),
    }
    return StaffEntry(**{**given, **changes})


LIST = [
    make_entry("K1", manager_nos=("K2",), platform_accounts=(("旗舰店", "小宜"),)),
    make_entry("K2", position="组长", role="supervisor"),
]


async def test_a_list_makes_units_people_posts_lines_and_codes(engine):
    report = await import_staff(HOUSE, LIST)
    assert (report.created, report.units, len(report.codes)) == (2, 2, 2)
    assert await scalar("SELECT COUNT(*) AS n FROM post") == 2
    assert await scalar("SELECT COUNT(*) AS n FROM reporting_line") == 1
    assert await scalar("SELECT name FROM platform_account") == "小宜"
    assert await commands.choose_password(report.codes[0].code, PASSWORD)


async def test_the_same_list_twice_changes_nothing(engine):
    await import_staff(HOUSE, LIST)
    again = await import_staff(HOUSE, LIST)
    assert (again.created, again.updated, again.unchanged, again.codes) == (0, 0, 2, [])
    assert await scalar("SELECT COUNT(*) AS n FROM post") == 2


async def test_a_move_ends_the_old_post_and_begins_a_new_one(engine):
    await import_staff(HOUSE, LIST)
    moved = [make_entry("K1", unit_path=("客服部", "售后组"), position="售后客服"), LIST[1]]
    await import_staff(HOUSE, moved)
    posts = await rows(
        "SELECT p.position, p.until_on FROM post p JOIN person n ON n.id = p.person WHERE n.key = 'K1' ORDER BY p.id"
    )
    assert [post["position"] for post in posts] == ["售前客服", "售后客服"]
    assert posts[0]["until_on"] is not None
    assert posts[1]["until_on"] is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (make_entry("K3", role="boss"), "role-unknown"),
        (make_entry("K3", manager_nos=("K9",)), "manager-unknown"),
        (make_entry("K1"), "twice"),
        (make_entry("K3", unit_path=()), "unit-missing"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_comes_in(engine, entry, code):
    with pytest.raises(InvalidInput) as refused:
        await import_staff(HOUSE, [*LIST, entry])
    assert [fault.code for fault in refused.value.fields] == [code]
    assert await scalar("SELECT COUNT(*) AS n FROM person") == 0
