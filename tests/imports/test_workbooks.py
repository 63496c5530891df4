"""What people keep in workbooks: titles, several sheets, merged heads, formulas, dates; read row by row."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from qa_service.database import scalar
from qa_service.imports import errors
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.looking import look
from qa_service.imports.sheets import letters_of
from qa_service.imports.sniffing import Limits, Source, survey
from qa_service.imports.styles import kind_of_format, moment_of
from qa_service.imports.workbooks import open_workbook, read_sheet, visible_sheets
from qa_service.language import speaking
from tests.builders import HOUSE
from tests.imports.test_looking import PROFILES

HEAD = ["unique_id", "channel_name", "issue_reported_at", "issue_responded", "agent_name", "supervisor", "manager"]
WHEN = datetime(2023, 8, 17, 14, 55)  # noqa: DTZ001 -- a workbook knows no zone


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def workbook(fill, **options) -> bytes:
    """A workbook whose sheets `fill` writes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm", **options})
    fill(book)
    book.close()
    return file.getvalue()


def changed(content: bytes, part: str, *pairs: tuple[str, str]) -> bytes:
    """The workbook with texts of one part replaced, as other programs write them."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode()
                for before, after in pairs:
                    assert before in text, text
                    text = text.replace(before, after)
                data = text.encode()
            new.writestr(name, data)
    return file.getvalue()


def rows_of(content: bytes, sheet: str | None = None, **limits: int) -> list[tuple[int, list]]:
    source = Source(content, limits=Limits(**limits))
    book = open_workbook(source, survey(source))
    return list(read_sheet(book, sheet or visible_sheets(book, None)[0]))


def contact(sheet, row: int, number: int, when: datetime = WHEN) -> None:
    sheet.write_row(row, 0, [f"id-{number}", "Inbound"])
    sheet.write_datetime(row, 2, when)
    sheet.write_datetime(row, 3, when + timedelta(minutes=4, seconds=9))
    sheet.write_row(row, 4, ["Dr. Ann Bee", "Sue Lee", "Max Cho"])


@pytest.mark.anyio
async def test_the_sheet_that_fits_is_read_from_its_head_below_the_titles(engine, tmp_path):
    def fill(book):
        notes, data, hidden = (book.add_worksheet(name) for name in ("说明", "八月", "旧"))
        notes.write_column(0, 0, ["导出说明", "每月一次"])
        data.merge_range(0, 0, 0, 6, "八月服务记录")
        data.write(1, 0, "导出时间：2023-09-01")
        data.write_row(3, 0, HEAD)
        contact(data, 4, 1)
        contact(data, 6, 2)  # an empty row between them
        hidden.write_row(0, 0, HEAD)
        hidden.hide()
        notes.activate()

    path = tmp_path / "八月.xlsx"
    path.write_bytes(workbook(fill))
    report = await import_file(HOUSE, path, "ecommerce-contacts")
    assert (report.read, report.accepted) == (2, 2)
    assert "没有读的工作表：说明" in report.notes
    assert await scalar("SELECT response_seconds FROM agent_part ORDER BY id LIMIT 1") in (249, 240)


def test_a_head_over_two_rows_stands_for_its_columns_and_data_that_are_merged_stay_as_they_are():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "评价导出")
        sheet.merge_range(1, 0, 2, 0, "记录编号")
        sheet.merge_range(1, 1, 1, 2, "评价")
        sheet.write_row(2, 1, ["满意度", "评价时间"])
        sheet.merge_range(3, 0, 4, 0, "A1")
        sheet.write_row(3, 1, [4, "2026-10-01 09:05:53"])
        sheet.write_row(4, 1, [5, "2026-10-01 09:05:53"])

    content = workbook(fill)
    assert rows_of(content)[2:] == [
        (3, ["", "满意度", "评价时间"]), (4, ["A1", "4", "2026-10-01 09:05:53"]),
        (5, ["", "5", "2026-10-01 09:05:53"]),
    ]  # fmt: skip
    (table,) = look(Source(content), PROFILES, name="x.xlsx").sheets
    assert (table.head_line, table.fits[0].profile, table.fits[0].missing) == (3, "shop-surveys", [])


def test_a_formula_is_worth_what_was_last_worked_out():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["工号", "x", "x", "x", "x", "x"])
        sheet.write(0, 1, "合计")
        sheet.write_formula(1, 1, "=1+2", None, 3)
        sheet.write_formula(2, 1, '=IF(A1="","",1)', None, "")
        sheet.write_formula(3, 1, '="甲"&"乙"', None, "甲乙")
        sheet.write_formula(4, 1, "=1=1", None, True)
        sheet.write_formula(5, 1, "=1/0", None, "#DIV/0!")

    content = changed(workbook(fill), "xl/workbook.xml", (' fullCalcOnLoad="1"', ""))
    # Excel says of an empty result that it is a text.
    content = changed(content, "xl/worksheets/sheet1.xml", ('<c r="B3">', '<c r="B3" t="str">'))
    assert [cells[1] for _line, cells in rows_of(content)] == ["合计", "3", "", "甲乙", "true", "#DIV/0!"]


def test_a_workbook_that_was_never_calculated_says_so():
    def fill(book):
        sheet = book.add_worksheet("十月")
        sheet.write_row(0, 0, ["工号", "合计"])
        sheet.write_formula(1, 1, "=A2*2")

    left_at_zero = workbook(fill)
    left_empty = changed(left_at_zero, "xl/worksheets/sheet1.xml", ("<v>0</v>", ""))
    for content in (left_at_zero, left_empty):
        with pytest.raises(errors.WorkbookNotCalculated) as refused:
            rows_of(content)
        assert refused.value.text().startswith("工作表“十月”的B2是没有计算过的公式")
        with speaking("en"):
            assert refused.value.text().startswith("B2 of the sheet “十月” is a formula that was never calculated")
    # Worked out to 0 by a spreadsheet program, which leaves no wish behind, it is a 0.
    worked_out = changed(left_at_zero, "xl/workbook.xml", (' fullCalcOnLoad="1"', ""))
    assert rows_of(worked_out)[1] == (2, ["", "0"])


CELLS = [
    ("yyyy-mm-dd", 45_216, date(2023, 10, 17)),
    ("yyyy-mm-dd hh:mm", 45_216, datetime(2023, 10, 17)),  # noqa: DTZ001
    ("m/d/yy h:mm", 45_216.711863425924, datetime(2023, 10, 17, 17, 5, 5)),  # noqa: DTZ001
    ('yyyy"年"m"月"d"日"', 45_351, date(2024, 2, 29)),
    ("[$-804]yyyy-m-d;@", 60, "60"),  # Excel's 29 February 1900 was never a day
    ("hh:mm:ss", 0.711863425924, time(17, 5, 5)),
    ("[h]:mm:ss", 1.5, timedelta(hours=36)),
    ("[h]:mm", -0.25, timedelta(hours=-6)),
    ("yyyy-mm-dd", -3, "-3"),
    ("yyyy-mm-dd", 5_000_000, "5000000"),
    ('0.00"元"', 12.5, "12.5"),
    ('#,##0"days"', 12, "12"),
    ("[Red]0;[Blue]-0", 7, "7"),
    ("General", 0.1 + 0.2, "0.3"),
    ("General", 3830401296796826, "3.83040129679683e+15"),  # digits that Excel has lost already: an id is refused
]


@pytest.mark.parametrize(("layout", "number", "value"), CELLS)
def test_a_number_is_what_its_format_shows(layout, number, value):
    def fill(book):
        book.add_worksheet().write_number(0, 0, number, book.add_format({"num_format": layout}))

    ((_line, (cell,)),) = rows_of(workbook(fill))
    if layout.startswith("[$-804]"):  # a day that is none is any day but a crash
        assert isinstance(cell, date)
    else:
        assert cell == value
        assert type(cell) is type(value)


def test_the_calendar_of_old_macs_is_four_years_late():
    def fill(book):
        book.add_worksheet().write_datetime(0, 0, WHEN)

    assert rows_of(workbook(fill, date_1904=True)) == [(1, [WHEN])]


@given(st.integers(min_value=61, max_value=2_958_465), st.integers(min_value=0, max_value=86_399))
def test_every_second_comes_back(day, second):
    said = repr(day + second / 86_400)
    when = datetime(1899, 12, 30) + timedelta(days=day, seconds=second)  # noqa: DTZ001
    assert moment_of(said, "moment", is_1904=False) == when


@pytest.mark.parametrize(
    ("code", "kind"),
    [("yyyy/m/d", "date"), ("mmm-yy", "date"), ("h:mm AM/PM", "time"), ("mm:ss.0", "time"), ("d h", "moment"),
     ("[mm]:ss", "duration"), ("0.00E+00", ""), ("# ?/?", ""), ("General", ""), ('"y"0', ""), ("\\d0", ""), ("@", "")],
)  # fmt: skip
def test_a_format_says_what_it_is(code, kind):
    assert kind_of_format(code) == kind


def test_shared_texts_rich_texts_and_how_they_are_pronounced():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["甲", "乙", "甲", " 前后 "])
        sheet.write_rich_string(1, 0, "红", book.add_format({"bold": True}), "黑")

    content = workbook(fill)
    reading = "<rPh sb='0' eb='1'><t>イ</t></rPh>"
    spoken = changed(content, "xl/sharedStrings.xml", ("<si><t>乙</t>", f"<si><t>乙</t>{reading}"))
    for one in (content, spoken):
        assert rows_of(one) == [(1, ["甲", "乙", "甲", " 前后 "]), (2, ["红黑", "", "", ""])]


def test_cells_without_addresses_prefixes_and_iso_dates_of_other_programs_are_read():
    def fill(book):
        book.add_worksheet().write_row(0, 0, [1, 2])

    sheet = "xl/worksheets/sheet1.xml"
    bare = changed(workbook(fill), sheet, (' r="A1"', ""), (' r="B1"', ""), ('<row r="1"', "<row"))
    assert rows_of(bare) == [(1, ["1", "2"])]
    prefixed = changed(
        workbook(fill), sheet, ("<c ", "<x:c "), ("</c>", "</x:c>"), ("<v>", "<x:v>"), ("</v>", "</x:v>"),
        ("<worksheet ", '<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '),
    )  # fmt: skip
    assert rows_of(prefixed) == [(1, ["1", "2"])]
    iso = changed(workbook(fill), sheet, ('<c r="A1">', '<c r="A1" t="d">'), ("<v>1</v>", "<v>2026-10-31</v>"))
    assert rows_of(iso) == [(1, [date(2026, 10, 31), "2"])]


def test_a_workbook_that_is_broken_inside_is_refused_with_the_reason():
    def fill(book):
        book.add_worksheet().write_row(0, 0, ["a", 2])

    content, sheet = workbook(fill), "xl/worksheets/sheet1.xml"
    cases = [
        changed(content, sheet, ("</worksheet>", "")),
        changed(content, sheet, ("<v>0</v>", "<v>99</v>")),
        changed(content, sheet, ('r="B1"', 'r="ZZZ1"')),
        changed(content, sheet, ('r="B1"', 'r="é1"')),
        changed(content, sheet, ("<v>2</v>", "<v>two</v>")),
        changed(content, sheet, ("<worksheet ", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet ')),
        changed(content, "xl/workbook.xml", ("<sheets>", "<sheets")),
        content.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheetX.xml"),
        content[:-200],
    ]
    for one in cases:
        with pytest.raises((errors.WorkbookDamaged, errors.NestedArchive)) as refused:
            rows_of(one)
        with speaking("en"):
            assert not re.search("[\u4e00-\u9fff]", refused.value.text())


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    def fill(book):
        book.add_worksheet().write_column(0, 0, ["x" * 100] * 5_000)

    with pytest.raises(errors.UnpacksTooLarge):
        rows_of(workbook(fill), suspicious_bytes=100, ratio=1)


def test_what_calamine_reads_is_what_the_stream_reads():
    """Another program's reading of the same workbook, as the old reader had it: same rows, same texts."""

    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "数", "是", "时"])
        for row in range(1, 200):
            sheet.write_row(row, 0, [f"id-{row}" if row % 7 else "", row * 1.25, row % 2 == 0])
            sheet.write_datetime(row, 3, WHEN + timedelta(seconds=row * 7919))

    content = workbook(fill)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    other = [
        [f"{cell:.15g}" if isinstance(cell, float) else str(cell).lower() if isinstance(cell, bool) else cell
         for cell in row] for row in sheet.iter_rows()
    ]  # fmt: skip
    ours = [cells for _line, cells in rows_of(content)]
    assert [row[:3] for row in ours] == [row[:3] for row in other]
    gaps = [abs((a[3] - b[3]).total_seconds()) for a, b in zip(ours[1:], other[1:], strict=True)]
    assert max(gaps) < 1


def test_columns_are_named_as_excel_names_them():
    assert [letters_of(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_rows_written_plainly_and_otherwise_keep_their_order_and_say_the_same():
    def fill(book):
        sheet = book.add_worksheet()
        for row in range(40):
            sheet.write_row(row, 0, [row, f"甲{row}", row / 8, row % 2 == 0])

    plain, sheet = workbook(fill, constant_memory=True), "xl/worksheets/sheet1.xml"
    odd = changed(plain, sheet, ("<t>甲7</t>", "<t>甲&#55;</t>"), ("<t>甲20</t>", "<t><![CDATA[甲20]]></t>"))
    spaced = changed(plain, sheet, ("<c ", "<c  "), ("<row ", "<row\n"))  # nothing of it is taken out of the text
    expected = [
        (row + 1, [str(row), f"甲{row}", f"{row / 8:.15g}", "true" if row % 2 == 0 else "false"]) for row in range(40)
    ]
    assert rows_of(plain) == rows_of(odd) == rows_of(spaced) == expected
    named = changed(plain, sheet, ('encoding="UTF-8"', 'encoding="iso-8859-1"'))
    assert rows_of(named)[1][1][1] == "甲1".encode().decode("latin-1")
