"""Files as careless programs leave them: each is read, or refused as a whole or row by row, with what is wrong."""

import csv
import gzip
import io
import re
from datetime import timedelta

import pytest
import xlsxwriter

from qa_service import clock
from qa_service.imports import errors
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.reports import ImportReport
from qa_service.imports.sniffing import Source
from qa_service.imports.values import BadValue, read_duration, read_seconds
from qa_service.language import speaking
from tests.builders import HOUSE
from tests.imports.test_import_file import HEAD, contact, sums

pytestmark = pytest.mark.anyio
PROFILE = "ecommerce-contacts"
SURVEY = "编号,满意度\n"
TEXT = HEAD + contact(1, remark="退货，已处理") + contact(2)


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


async def tried(content: bytes | str, *, name: str = "八月.csv", profile: str = PROFILE) -> ImportReport:
    content = content if isinstance(content, bytes) else content.encode()
    report = await import_file(HOUSE, Source(content), profile, dry_run=True, name=name)
    assert sums(report) == report.read
    return report


async def test_every_encoding_of_a_chinese_export_is_read(engine):
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"):
        report = await tried(TEXT.encode(encoding))
        assert (report.read, report.accepted) == (2, 2), encoding
        assert any("退货，已处理" in one.fields.values() for one in report.preview), encoding


async def test_every_line_end_is_one(engine):
    for ends in ("\n", "\r\n", "\r"):
        assert (await tried(TEXT.replace("\n", ends))).accepted == 2, repr(ends)
    mixed = HEAD.replace("\n", "\r\n") + contact(1) + contact(2).replace("\n", "\r") + contact(3).rstrip("\n")
    report = await tried(mixed + "\n\n")
    assert (report.read, report.accepted) == (3, 3)


@pytest.mark.parametrize(
    ("content", "refusal", "said", "english"),
    [
        (TEXT.encode("utf-16")[:-1], errors.WideTextBroken, "UTF-16", "UTF-16"),
        ((TEXT + "\ud800" + TEXT).encode("utf-16-le", "surrogatepass"), errors.WideTextBroken, "UTF-16", "UTF-16"),
        (TEXT.encode("utf-16").replace(b"\n\x00", b"\x00\xdc"), errors.WideTextBroken, "UTF-16", "UTF-16"),
        (b"\x00" * 5000, errors.FileEmpty, "文件是空的", "empty"),
        (b"\x00\x01\x02" * 900, errors.NotAnyTable, "认不出的文件内容", "not recognised"),
        (HEAD.encode(), errors.HeadOnly, "只有表头（第1行）", "line 1"),
        ("unique_id," + HEAD + "x," + contact(1), errors.DuplicateColumns, "unique_id、unique_id", "unique_id"),
        (contact(1) + contact(2), errors.MissingColumns, "缺少必需的列", "unique_id"),
        (HEAD + contact(1) + 'id-2,"Inbound,' + contact(3) * 3, errors.UnclosedQuote, "第3行开始的引号", "line 3"),
        (gzip.compress(TEXT.encode() * 50, mtime=0)[:-20], errors.GzipTruncated, "gzip 文件不完整", "cut off"),
        (gzip.compress(TEXT.encode(), mtime=0)[:10] + b"\x07" * 40, errors.GzipDamaged, "gzip 文件已损坏", "damaged"),
        (b"<html><table><tr><td>unique_id</td></tr></table>", errors.WorkbookIsHtml, "网页（HTML）", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", errors.NotAnyTable, "认不出的文件内容", "not recognised"),
        (b"<?xml version='1.0'?>\n<html><table></table>", errors.WorkbookIsHtml, "网页（HTML）", "web page"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 99\n", errors.LfsPointer, "99字节", "99"),
    ],
    ids=range(15),
)  # fmt: skip
async def test_a_file_that_is_no_table_is_refused_for_what_it_is(engine, content, refusal, said, english):
    with pytest.raises(refusal) as found:
        await tried(content)
    assert said in found.value.text()
    with speaking("en"):
        assert english in found.value.text()


async def test_an_xls_that_is_really_text_is_read_as_the_text_that_it_is(engine):
    assert (await tried(TEXT.replace(",", "\t"), name="八月.xls")).accepted == 2


async def test_an_encrypted_workbook_says_that_it_has_a_password(engine):
    start, name = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
    locked = start + b"\x00" * 600 + name + b"\x00" * 900
    with pytest.raises(errors.WorkbookEncrypted):
        await tried(locked, name="八月.xlsx")


async def test_rows_that_cannot_be_read_are_rejected_and_the_others_come_in(engine):
    rows = [
        contact(1), contact(2, remark="x" * 1_000_001), contact(3, remark="\x00"), "id-4,Inbound\n",
        contact(5).rstrip("\n") + ",more,cells\n", 'id-6,"a"b",Inbound,,,,,\n', contact(7, reply="2023-08-17 14:56"),
        contact(8, reply="29/02/2023 10:00"), contact(9).replace("17/08/2023 14:55", "29/02/2024 08:00"),
        contact(10).replace("id-10", "3.83040129679683E+15"), contact(11).replace("id-11", "7" * 40),
        contact(12, reply="17/08/0023 10:00"), contact(13, reply="17/08/2923 10:00"),
    ]  # fmt: skip
    report = await tried(HEAD + "".join(rows))
    assert [(one.line, one.code) for one in report.rejects] == [
        (3, "cell-too-long"), (4, "control-characters"), (5, "ragged-row"), (6, "ragged-row"), (7, "broken-quotes"),
        (8, "bad-date"), (9, "bad-date"), (11, "id-in-scientific-notation"), (13, "out-of-range"), (14, "out-of-range"),
    ]  # fmt: skip
    assert (report.read, report.accepted) == (13, 3)
    assert {one.fields.get("unique_id") for one in report.preview} == {"id-1", "id-9", "7" * 40}
    with speaking("en"):
        again = await tried(HEAD + "".join(rows))
    assert not [one.sentence for one in again.rejects if re.search("[\u4e00-\u9fff]", one.sentence)]


async def test_a_cell_of_a_million_characters_is_the_longest(engine):
    report = await tried(HEAD + contact(1, remark="字" * 1_000_000))
    assert [one.code for one in report.rejects] == ["too-long"]


async def test_days_to_come_are_counted_so_that_nobody_overlooks_them(engine):
    day = clock.today() + timedelta(days=40)
    report = await tried(HEAD + contact(1) + contact(2, reply=f"{day:%d/%m/%Y} 10:00"))
    assert report.accepted == 2
    assert any(f"1条的日期在今天以后（最晚{day.isoformat()}）" in note for note in report.notes)
    assert not any("今天以后" in note for note in (await tried(HEAD + contact(1))).notes)


async def test_ids_of_a_workbook_that_excel_has_rounded_are_refused(engine):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, next(csv.reader([HEAD.strip()])))
    sheet.write_row(1, 0, next(csv.reader([contact(1).strip()])))
    sheet.write_row(2, 0, [3830401296796826, *next(csv.reader([contact(2).strip()]))[1:]])
    book.close()
    report = await tried(file.getvalue(), name="八月.xlsx")
    assert [(one.line, one.code) for one in report.rejects] == [(3, "id-in-scientific-notation")]


@pytest.mark.parametrize(
    ("read", "cell"),
    [(read_seconds, "-5"), (read_seconds, "99999999999"), (read_seconds, timedelta(days=400)),
     (read_duration, "9999:59:59"), (read_duration, timedelta(days=-1))],
)  # fmt: skip
def test_a_duration_is_neither_negative_nor_longer_than_a_year(read, cell):
    with pytest.raises(BadValue) as found:
        read(cell)
    assert found.value.code == "out-of-range"
