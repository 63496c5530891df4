"""Cells of totals: shares, percents, hours, months and weekdays without a date."""

import pytest

from qa_service.imports import shares, values
from qa_service.imports.values import BadValue, read_integer


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (shares.read_percent, "97", 9_700), (shares.read_percent, "97.5 %", 9_750),
        (shares.read_percent, "９７％", 9_700), (shares.read_share, "0.76", 7_600),
        (shares.read_share, "0.940725424", 9_407), (shares.read_share, "76%", 7_600),
        (shares.read_share, 1.0, 10_000), (values.read_minutes, "3.5", 210), (shares.read_hours, "8", 28_800),
        (shares.read_hours, "0.5", 1_800), (shares.read_weekday, "Monday", 1), (shares.read_weekday, "周日", 7),
        (shares.read_weekday, "星期三", 3), (shares.read_weekday, "7", 7), (shares.read_month_number, "12", 12),
        (shares.read_month_number, "三月", 3), (shares.read_month_number, "Mar", 3),
        (shares.read_month_number, "9月", 9), (shares.read_month_number, "十二月", 12),
        (read_integer, "239,554", 239_554),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_its_column_declares(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (shares.read_weekday, "8", "bad-weekday"), (shares.read_weekday, "someday", "bad-weekday"),
        (shares.read_month_number, "0", "bad-month-number"), (shares.read_month_number, "13", "bad-month-number"),
        (shares.read_share, "high", "not-a-number"), (shares.read_percent, "%", "not-a-number"),
        (shares.read_hours, "8h", "not-a-number"), (read_integer, "239,55", "not-a-number"),
    ],
)  # fmt: skip
def test_a_cell_that_says_something_else_is_refused_with_its_code(read, cell, code):
    with pytest.raises(BadValue) as refused:
        read(cell)
    assert refused.value.code == code
