"""Columns that nobody has described: judged as a whole, doubts asked, nothing guessed per row."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.imports import guessing
from qa_service.imports.guessing import LAYOUTS, Reading, columns_of


def column(*cells: object):
    return columns_of(["x"], [[cell] for cell in cells])[0]


@pytest.mark.parametrize(
    ("cells", "reading"),
    [
        (["13/08/2023 10:40", "05/08/2023 20:14"], Reading("datetime", "%d/%m/%Y %H:%M")),
        (["9/24/2019", "10/9/2019"], Reading("date", "%m/%d/%Y")),
        (["28-Aug-23", "27-Aug-23"], Reading("date", "%d-%b-%y")),
        (["2026年10月6日", "2026年9月30日"], Reading("date", "%Y年%m月%d日")),
        (["2019-08-04 00:00:00+03:00"], Reading("datetime", "%Y-%m-%d %H:%M:%S%z")),
        (["0:05:12", "1:00:00", "12:31"], Reading("duration")),
        (["是", "否", "是"], Reading("bool")),
        (["1", "0", "1", "0"], Reading("integer")),
        (["222,196", "7"], Reading("integer")),
        (["3.94", "2.9"], Reading("decimal")),
        (["¥12.50", "¥3"], Reading("money")),
        (["1849203847561029384", "1849203847561029385"], Reading("id")),
        (["0012", "0471", "1203"], Reading("id")),
        (["KF20261005327", "KF20261005324", "KF20261005321"], Reading("id")),
        (["售前", "售后", "售前", "售前", "售后", "售前"], Reading("choice")),
        (["客户急用，主动与仓库核实库存并跟进当天发出", "问了两次尺码都没有答复，自己下单了"], Reading("free_text")),
        (["沈若溪", "俞蕾"], Reading("text")),
        ([datetime(2026, 10, 6, 9, 30)], Reading("datetime")),  # noqa: DTZ001 -- as a workbook has it
        ([timedelta(minutes=5)], Reading("duration")),
        ([["沈", "俞"], []], Reading("nested")),
        (["2026-08", "2026年9月"], Reading("month")),
        (["", " "], Reading("text")),
        (["3/4/2026 2:15 PM", "3/31/2026 12:05 AM"], Reading("datetime", "%m/%d/%Y %I:%M %p")),
        (["Mar 4, 2026", "Apr 30, 2026"], Reading("date", "%b %d, %Y")),
        (["20261006", "20261031"], Reading("date", "%Y%m%d")),
        (["1.234,50", "12,9"], Reading("decimal", ",")),
        (["1,5", "2,0"], Reading("decimal", ",")),
        (["-", "0:05:12", "N/A", "-"], Reading("duration")),
    ],
)
def test_a_column_reads_as_what_it_is(cells, reading):
    assert column(*cells).reading == reading


def test_days_that_fit_both_ways_are_a_question_and_one_day_decides():
    asked = column("03/04/2026", "05/06/2026").doubt
    assert {asked.one.layout, asked.other.layout} == {"%d/%m/%Y", "%m/%d/%Y"}
    assert {asked.as_one, asked.as_other} == {"2026-04-03", "2026-03-04"}
    assert column("03/04/2026", "05/06/2026", "13/06/2026").doubt is None
    assert column("04/04/2026").doubt is None, "the same day either way is no question"


def test_cells_that_the_proposal_does_not_read_are_counted_and_shown():
    found = column(*["2026-10-06"] * 60, "昨天")
    assert (found.reading.layout, found.unread, found.unread_examples) == ("%Y-%m-%d", 1, ["昨天"])
    assert column(*["2026-10-06"] * 6, "昨天").reading.type != "date", "one in seven is no slip of the pen"


def test_signs_for_nothing_count_as_empty_and_are_told():
    found = column("-", "5", "-", "N/A")
    assert (found.filled, found.empty, found.nothing) == (1, 3, {"-": 2, "N/A": 1})


def test_few_values_are_told_with_their_numbers_and_many_are_not():
    assert column("在线", "呼入", "在线").values == {"在线": 2, "呼入": 1}
    assert column(*map(str, range(100))).values == {}


def test_empty_cells_and_short_rows_are_counted_as_empty():
    first, second = columns_of(["a", "b"], [["1", ""], ["2"], ["", "x"]])
    assert (first.filled, first.empty, first.distinct) == (2, 1, 2)
    assert (second.filled, second.empty) == (1, 2)


def test_a_column_with_more_values_than_are_remembered_is_judged_by_all_of_them(monkeypatch):
    monkeypatch.setattr(guessing, "KEPT", 50)
    found = column(*[f"{day:02}/{month:02}/2026" for month in range(1, 13) for day in range(1, 13)], "13/01/2026")
    assert (found.reading.layout, found.distinct) == ("%d/%m/%Y", None)


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from([one for one in LAYOUTS if "%M" not in one]))
def test_every_layout_reads_back_what_it_wrote_or_asks(on, layout):
    found = column(on.strftime(layout))
    said = {found.reading.layout}
    if found.doubt is not None:
        said |= {found.doubt.one.layout, found.doubt.other.layout}
    readings = {guessing._date_formats()[Reading("date", one)].read(on.strftime(layout)).date() for one in said}
    assert on in readings or found.doubt is not None


def test_the_companion_file_with_another_date_style(shared):
    lines = (shared / "data/operators/telecom_clients.csv").read_text(encoding="utf-8-sig").splitlines()
    found = {one.head: one for one in columns_of(lines[0].split(","), (line.split(",") for line in lines[1:]))}
    assert found["date_start"].reading == Reading("date", "%m/%d/%Y")
    assert found["date_start"].doubt is None
