"""Where the head of a table stands and what its columns are called, merged cells included; units of cells."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from qa_service.imports.columns import parser_of
from qa_service.imports.dates import DateFormat
from qa_service.imports.heads import head_names, head_place
from qa_service.imports.profiles import Column
from qa_service.imports.values import BadValue

KNOWN = {"登记日期", "订单号", "登记人", "昵称"}
TITLE = (1, ["售后登记表", "", "", ""])


def test_a_head_of_two_rows_is_one_head():
    head = [(2, ["登记日期", "客户", "", "登记人"]), (3, ["", "昵称", "电话", ""])]
    rows = [TITLE, *head, (4, ["2026-10-01", "a", "1", "沈"])]
    place = head_place(rows, KNOWN)
    assert (place, head_names(rows, place)) == (2, ["登记日期", "昵称", "电话", "登记人"])


def test_a_name_that_comes_twice_takes_its_group_in_front():
    rows = [(1, ["客户", "", "客服", ""]), (2, ["姓名", "电话", "姓名", "工号"])]
    assert head_names(rows, 1) == ["客户 姓名", "电话", "客服 姓名", "工号"]


def test_rows_of_data_are_no_second_head():
    rows = [(1, ["登记日期", "", "订单号"]), (2, ["2026-10-01", "x", ""])]
    assert head_place(rows, KNOWN) == 0
    assert head_names([TITLE, (2, ["订单号", "", "登记人"])], 1) == ["订单号", "", "登记人"], "a title is no group"


def read(cell: object, **column: object) -> object:
    return parser_of(Column(field="x", aliases=["x"], **column), ZoneInfo("Asia/Shanghai"))(cell)


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("1,5", {"type": "minutes", "decimal_mark": ","}, 90),
        ("7", {"type": "minutes"}, 420),
        ("0.00365", {"type": "days"}, 315),
        (timedelta(minutes=5), {"type": "days"}, 300),
        (time(0, 5), {"type": "minutes"}, 300),
        ("1.234,50", {"type": "money", "decimal_mark": ","}, 123450),
        ("Ja", {"type": "bool", "values": {"Ja": "yes", "Nein": "no"}}, True),
        ("nein", {"type": "bool", "values": {"Ja": "yes", "Nein": "no"}, "keep_others": True}, False),
    ],
)
def test_units_marks_and_words_are_read_as_declared(cell, column, value):
    assert read(cell, **column) == value


def test_a_point_is_no_decimal_mark_where_the_comma_is():
    with pytest.raises(BadValue):
        read("1234.5", type="decimal", decimal_mark=",")


def test_a_clock_of_twelve_hours_knows_midnight_and_noon():
    layout = DateFormat("%m/%d/%Y %I:%M %p")
    hours = [layout.read(f"3/4/2026 {text}").hour for text in ("12:05 AM", "1:05 am", "12:05 PM", "11:05 p.m.")]
    assert hours == [0, 1, 12, 23]
    assert layout.read("3/4/2026 13:05 PM") is None
    with pytest.raises(ValueError, match="%I"):
        DateFormat("%m/%d/%Y %I:%M")
