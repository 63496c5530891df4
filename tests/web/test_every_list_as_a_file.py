"""Every list page that shows a table offers it as CSV and XLSX: no text is a formula, every instant names its clock."""

import csv
import html
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from qa_service.database import rows
from qa_service.people.access import Role
from qa_service.web.tables import FORMULA_STARTS
from tests.builders import client_of, make_account
from tests.rewards.test_pages import log_in
from tests.web.test_english import make_english_department

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
# Lists under the addresses of the navigation; pages of one thing (a person, a record) are read, not taken along.
LISTS = (
    "/people", "/accounts", "/journal", "/rules", "/interactions", "/interactions/unclaimed", "/draws", "/my/results",
    "/queue", "/improvement-notes", "/ratings", "/disputes", "/jobs", "/imports", "/imports/describe",
    "/imports/profiles", "/scores", "/scores/1", "/my/month", "/flags", "/my/flags", "/notices", "/calendar",
    "/rewards/events", "/rewards/wages", "/sheets", "/follow-ups", "/cleaning?month=2026-10", "/probation",
    "/training", "/my/training", "/reports", "/search?q=K0",
)  # fmt: skip


def tables_on(page: str) -> dict[str, str]:
    """The tables of a page that have rows: name → what is drawn of it."""
    blocks = re.split(r'(?=<div class="table-block")', page)[1:]
    return {re.search(r'id="([^"]*)"', block)[1]: block for block in blocks if '<table class="data-table"' in block}


def check(cells: list[list[str]], place: str) -> None:
    head, *lines = cells
    assert lines, place
    for line in lines:
        for name, value in zip(head, line, strict=True):
            assert not INSTANT.fullmatch(value) or "Asia/Shanghai" in name, (place, name)
            assert not value.startswith(FORMULA_STARTS) or is_number(value), (place, name, value)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("role", [Role.QA_LEAD, Role.MANAGER, Role.AGENT, Role.ADMIN, Role.HR])
async def test_every_table_of_every_list_comes_as_both_files(database_url, role):
    made = await make_english_department()
    await rows("UPDATE person SET name = '=HYPERLINK(1)' WHERE id = {}", made["people"][0])
    await make_account("reader", role, person=made["people"][0] if role is Role.AGENT else None)
    found = set()
    async with client_of(database_url) as client:
        await log_in(client, "reader")
        for path in LISTS:
            page = await client.get(path)
            assert page.status_code in (200, 403, 404), path
            for name, block in tables_on(page.text if page.status_code == 200 else "").items():
                hrefs = [html.unescape(one) for one in re.findall(r'href="([^"]*format=(?:csv|xlsx))"', block)]
                assert len(hrefs) == 2, (path, name)
                text, book = [await client.get(href) for href in hrefs]
                check(list(csv.reader(io.StringIO(text.content.decode("utf-8-sig")))), f"{path} {name}")
                sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
                assert len(sheet.to_python()) > 1, (path, name)
                found.add((path, name))
    assert len(found) >= {Role.AGENT: 3, Role.HR: 2, Role.ADMIN: 5}.get(role, 8), found

