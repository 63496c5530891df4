"""A first look at a file that nobody has described."""

import gzip
import io
import json

import pytest
import xlsxwriter

from qa_service.imports.errors import FileEmpty, HeadOnly, LfsPointer
from qa_service.imports.guessing import Reading
from qa_service.imports.looking import look
from qa_service.imports.profile_texts import known_profiles, load_profile
from qa_service.imports.sniffing import Source

PROFILES = [load_profile(name) for name in known_profiles()]


def look_at(content: bytes | str):
    return look(Source(content.encode() if isinstance(content, str) else content), PROFILES, name="x")


def test_a_table_under_titles_with_its_broken_rows():
    rows = 'A1;4;2026-10-01 09:05:53\nA2;"x"y;2026-10-02 10:00:00\nA3;5;\n'
    found = look_at("满意度导出\n\n记录编号;满意度;评价时间\n" + rows)
    (table,) = found.sheets
    assert (found.shape, found.encoding, table.head_line, table.rows, table.broken) == ("csv", "utf-8-sig", 3, 2, 1)
    assert [one.head for one in table.columns] == ["记录编号", "满意度", "评价时间"]
    assert table.columns[2].reading == Reading("datetime", "%Y-%m-%d %H:%M:%S")
    assert (table.columns[2].filled, table.columns[2].empty) == (1, 1)
    assert (table.fits[0].profile, table.fits[0].missing) == ("shop-surveys", [])


def test_a_profile_that_lacks_a_column_stands_behind_one_that_fits_and_says_what_it_lacks():
    (table,) = look_at("unique_id,channel_name,CSAT Score,新列\na,Inbound,5,x\n").sheets
    fits = {one.profile: one for one in table.fits}
    assert table.fits[0].profile == "ecommerce-survey"
    assert fits["ecommerce-survey"].unread == ["channel_name", "新列"]
    assert fits["ecommerce-contacts"].missing == ["issue_reported_at", "issue_responded", "agent_name"]


def test_every_visible_sheet_of_a_workbook_is_looked_at():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    first, empty, hidden = (book.add_worksheet(name) for name in ("十月", "空", "旧"))
    first.write_row(0, 0, ["工号", "月份", "基本工资"])
    first.write_row(1, 0, ["1001", "2026-10", 4950])
    hidden.write_row(0, 0, ["a"])
    hidden.hide()
    book.close()
    assert empty.name == "空"
    found = look_at(file.getvalue())
    assert [(one.name, one.rows) for one in found.sheets] == [("十月", 1)]
    assert [one.reading.type for one in found.sheets[0].columns] == ["integer", "month", "integer"]


@pytest.mark.parametrize("as_lines", [True, False])
def test_json_records_are_a_table_of_their_keys(as_lines):
    records = [{"id": "3830401296796826", "turns": [{"sender": "customer"}]}, {"id": "2", "rated": "是"}]
    text = "\n".join(map(json.dumps, records)) if as_lines else json.dumps(records)
    (table,) = look_at(gzip.compress(text.encode())).sheets
    assert [(one.head, one.filled) for one in table.columns] == [("id", 2), ("turns", 1), ("rated", 1)]
    assert table.columns[1].reading.type == "nested"
    assert table.fits[0].profile == "helpdesk-rated"


def test_what_is_no_table_is_refused_with_its_reason():
    for content, refusal in (
        ("", FileEmpty),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3471369\n", LfsPointer),
        ("[]", HeadOnly),
    ):
        with pytest.raises(refusal):
            look_at(content)
