"""A table as CSV and as a workbook: figures stay figures, days stay days, and no text becomes a formula."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from qa_service.language import speaking
from qa_service.people.access import Role
from qa_service.web.cells import Date, Link, Moment, Nothing, Text
from qa_service.web.figures import Count, Money, Score
from qa_service.web.tables import Column, Table, TableRow, csv_bytes, xlsx_bytes
from tests.builders import bearer, client_of
from tests.sampling.builders import make_batch

EVIL = ('=HYPERLINK("http://x")', "+86 138", "-1+1", "@SUM(A1)", "＝1")


def make_table(*texts: str) -> Table:
    columns = [
        Column(label="姓名", kind="link"), Column(label="日期", kind="date"), Column(label="时间", kind="moment"),
        Column(label="金额（元）", kind="money"), Column(label="条数", kind="count"),
        Column(label="得分", kind="score"), Column(label="备注"),
    ]  # fmt: skip
    at = datetime(2026, 10, 6, 16, 30, 5, tzinfo=UTC)
    rows = [
        TableRow(
            cells=[
                Link(text="沈若溪", href="/x"), Date(on=date(2026, 10, 6)), Moment(at=at), Money(fen=-1234),
                Count(value=7), Score(value_hundredths=8650, lower_hundredths=8000, upper_hundredths=9000, n=6),
                Text(text=text),
            ]
        )
        for text in texts
    ]  # fmt: skip
    return Table(caption="测试", columns=columns, rows=rows)


def read(table: Table) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes(table)))
    return book.get_sheet_by_index(0).to_python()


def test_figures_and_days_arrive_as_figures_and_days():
    head, row = read(make_table("好"))
    assert head[:4] == ["姓名", "日期", "时间（Asia/Shanghai）", "金额（元）"]
    assert row[:2] == ["沈若溪", date(2026, 10, 6)]
    assert row[2] == datetime.fromisoformat("2026-10-07T00:30:05"), "on the department's clock"
    assert (row[3], row[5]) == (-12.34, 7)
    assert row[6:10] == [86.5, 80, 90, 6], "a score carries its interval and n"


def test_a_text_that_looks_like_a_formula_stays_text():
    table = make_table(*EVIL)
    assert [row[-1] for row in read(table)[1:]] == list(EVIL)
    content = xlsx_bytes(table)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet, "no formula in the workbook"
    lines = csv_bytes(table).decode("utf-8-sig").splitlines()
    assert all(f"'{text[0]}" in line for text, line in zip(EVIL, lines[1:], strict=True))


def test_what_is_missing_is_an_empty_cell_and_a_long_number_stays_exact():
    columns = [Column(label="a", kind="count"), Column(label="b", kind="count"), Column(label="c")]
    cells = [Count(value=None), Count(value=2**60), Nothing()]
    _head, row = read(Table(caption="x", columns=columns, rows=[TableRow(cells=cells)]))
    assert row[:2] == ["", str(2**60)], "never 0, never rounded"


def test_the_heads_are_in_the_readers_language():
    with speaking("en"):
        head = read(make_table("x"))[0]
    assert head[7] == "得分, lower"


@pytest.mark.anyio
async def test_a_page_with_a_table_offers_both_files_of_what_it_shows(engine, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("lead", Role.QA_LEAD)
        empty = await client.get("/imports", headers=headers)
        assert "format=xlsx" not in empty.text, "an empty table has nothing to take along"
        await make_batch()
        page = await client.get("/imports?q=chats", headers=headers)
        assert "/imports?q=chats&amp;format=csv" in page.text
        assert "/imports?q=chats&amp;format=xlsx" in page.text
        file = await client.get("/imports?q=chats&format=xlsx", headers=headers)
        assert file.headers["content-disposition"] == 'attachment; filename="imports.xlsx"'
        assert len(CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()) == 2
