"""Who leaves gives back what was lent on the last day; who comes back under the same number is the same person."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qa_service import clock
from qa_service.app import register_sinks
from qa_service.database import row, rows, scalar
from qa_service.imports import commands as imports
from qa_service.imports.configuring import configure
from qa_service.interactions.commands import read_directory
from qa_service.language import gettext
from qa_service.people.staff import import_staff
from tests.builders import HOUSE
from tests.imports.test_import_file import write
from tests.people.test_staff import make_entry

pytestmark = pytest.mark.anyio
SHOP = (("旗舰店", "小宜"),)


@pytest.fixture(autouse=True)
def configured(engine, tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    register_sinks()


def at(day: date, hour: int = 4) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def spells() -> list[tuple[str, datetime, datetime | None]]:
    found = await rows(
        "SELECT p.key, h.from_at, h.until_at FROM account_holder h JOIN person p ON p.id = h.person ORDER BY h.from_at"
    )
    return [(one["key"], one["from_at"], one["until_at"]) for one in found]


async def whose(day: date) -> str | None:
    """The key of whoever held the shop's account at noon of a day."""
    directory = await read_directory()
    person = directory.holder(directory.accounts[SHOP[0]], at(day))
    return await scalar("SELECT key FROM person WHERE id = {}", person) if person else None


async def test_a_leavers_account_passes_to_the_next_holder_in_the_same_list_with_dates(engine):
    last = clock.today() - timedelta(days=3)
    await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP), make_entry("K2")])
    await import_staff(
        HOUSE, [make_entry("K1", platform_accounts=SHOP, left_on=last), make_entry("K2", platform_accounts=SHOP)]
    )
    assert [(key, until is None) for key, _from, until in await spells()] == [("K1", False), ("K2", True)]
    assert await whose(last) == "K1"
    assert await whose(last + timedelta(days=1)) == "K2"


async def test_whoever_stands_first_on_the_list_gets_it_from_the_same_day(engine):
    last = clock.today() - timedelta(days=3)
    await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP), make_entry("K2")])
    await import_staff(
        HOUSE, [make_entry("K2", platform_accounts=SHOP), make_entry("K1", platform_accounts=SHOP, left_on=last)]
    )
    assert await whose(last) == "K1"
    assert await whose(last + timedelta(days=1)) == "K2"


async def test_who_will_leave_keeps_the_account_until_then(engine):
    last = clock.today() + timedelta(days=10)
    await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP), make_entry("K2")])
    await import_staff(
        HOUSE, [make_entry("K1", platform_accounts=SHOP, left_on=last), make_entry("K2", platform_accounts=SHOP)]
    )
    assert await whose(last) == "K1"
    assert await whose(last + timedelta(days=1)) == "K2"


async def test_who_comes_back_under_the_same_number_is_the_same_person_with_a_second_post(engine):
    left, back = clock.today() - timedelta(days=60), clock.today() - timedelta(days=5)
    await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP), make_entry("K2")])
    await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP, left_on=left), make_entry("K2")])
    assert (await row("SELECT state FROM account WHERE username = 'k1'"))["state"] == "closed"
    report = await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP, hired_on=back), make_entry("K2")])
    assert await scalar("SELECT COUNT(*) AS n FROM person") == 2
    posts = await rows(
        "SELECT q.from_on, q.until_on FROM post q JOIN person p ON p.id = q.person WHERE p.key = 'K1' ORDER BY q.id"
    )
    assert [(one["from_on"], one["until_on"]) for one in posts] == [(date(2025, 3, 1), left), (back, None)]
    assert (await row("SELECT left_on FROM person WHERE key = 'K1'"))["left_on"] is None
    assert await whose(left) == "K1"
    assert await whose(left + timedelta(days=1)) is None
    assert await whose(back) == "K1"
    told = [gettext(note["sentence"], **{**note["facts"], "who": "K1"}) for note in report.notes]
    assert any("账号仍停用" in one for one in told), told
    again = await import_staff(HOUSE, [make_entry("K1", platform_accounts=SHOP, hired_on=back), make_entry("K2")])
    assert again.unchanged == 2


async def test_a_list_of_holders_ends_one_spell_and_begins_the_next(engine, tmp_path):
    await import_staff(HOUSE, [make_entry("K1"), make_entry("K2")])
    head = "平台,账号,工号,起,止\n"
    first = head + "旗舰店,小宜,K1,2026-09-01 00:00,\n"
    await imports.import_file(HOUSE, write(tmp_path, first, "one.csv"), "account-holders")
    later = head + "旗舰店,小宜,K1,2026-09-01 00:00,2026-10-01 00:00\n旗舰店,小宜,K2,2026-10-01 00:00,\n"
    report = await imports.import_file(HOUSE, write(tmp_path, later, "two.csv"), "account-holders")
    assert (report.accepted, report.updated, report.rejected) == (2, 1, 0)
    assert await whose(date(2026, 9, 15)) == "K1"
    assert await whose(date(2026, 10, 2)) == "K2"
