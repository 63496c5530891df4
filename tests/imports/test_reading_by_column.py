"""Rows read column by column answer what each row alone would; dates read by place, what the pattern reads."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.imports import columns
from qa_service.imports.columns import bind, read_chunk
from qa_service.imports.dates import DateFormat
from qa_service.imports.profiles import Column, Profile

LAYOUTS = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日", "%m.%d.%Y", "%Y/%m/%dT%H:%M", "%Y%m%d")
HEADS = ["编号", "渠道", "时间", "秒", "备注"]
COLUMNS = [
    {"field": "external_id", "aliases": ["编号"], "type": "id", "required": True},
    {"field": "channel", "aliases": ["渠道"], "type": "choice", "values": {"在线": "chat"}},
    {"field": "started_at", "aliases": ["时间"], "type": "datetime", "formats": ["%d/%m/%Y %H:%M"]},
    {"field": "handle_seconds", "aliases": ["秒"], "type": "seconds", "minimum": 0, "missing": ["-"]},
    {"field": "remark", "aliases": ["备注"], "type": "free_text"},
]
NAMES = {"name": "x", "name_zh": "x", "name_en": "x", "version": 1, "target": "interaction", "source": "x"}
PROFILE = msgspec.convert(
    {**NAMES, "timezone": "Asia/Shanghai", "key": {"kind": "external_id"}, "columns": COLUMNS}, Profile
)
FIRST, LAST = datetime(1900, 1, 1), datetime(2199, 12, 31)  # noqa: DTZ001 -- as a file writes them


@given(
    layout=st.sampled_from(LAYOUTS),
    when=st.datetimes(min_value=FIRST, max_value=LAST),
    noise=st.one_of(st.none(), st.tuples(st.integers(0, 18), st.text(max_size=2))),
)
def test_a_date_read_by_place_is_what_the_pattern_reads(layout, when, noise):
    text = f"{when.year:04d}".join(when.strftime(layout.replace("%Y", "\x00")).split("\x00"))
    if noise is not None:
        at, put = noise
        text = text[:at] + put + text[at + len(put) :]
    by_place, by_pattern = DateFormat(layout), DateFormat(layout)
    by_pattern.places = None
    assert by_place.read(text) == by_pattern.read(text)


def test_layouts_of_full_width_are_read_by_place():
    assert [DateFormat(layout).places is not None for layout in LAYOUTS] == [True, True, True, True, True, False]
    assert DateFormat("%d-%b-%y").places is None
    assert DateFormat("%Y-%m-%d %H:%M:%S%z").places is None


CELLS = st.tuples(
    st.sampled_from(["A1", "A2", "", "1.2E+18", "A\x01"]),
    st.sampled_from(["在线", "电话", ""]),
    st.sampled_from(["28/08/2023 10:05", "31/02/2023 10:05", ""]),
    st.sampled_from(["12", "-", "-3", "x"]),
    st.sampled_from(["好", "", "多\n行"]),
)


@given(rows=st.lists(st.tuples(CELLS, st.sampled_from([3, 4, 5, 6])), max_size=12))
def test_a_chunk_answers_what_each_of_its_rows_alone_would(rows):
    taken = [(number, [*cells, "多"][:width]) for number, (cells, width) in enumerate(rows, 2)]
    chunk = read_chunk(bind(PROFILE, HEADS, line=1), taken)
    assert sorted([*chunk.whole, *chunk.problems]) == list(range(len(taken)))
    for place, row in enumerate(taken):
        alone = read_chunk(bind(PROFILE, HEADS, line=1), [row])
        assert alone.problems.get(0) == chunk.problems.get(place)
        if place in chunk.whole:
            assert chunk.row(chunk.whole.index(place)) == alone.row(0)


def test_every_fault_of_a_row_is_named_and_the_other_rows_come_in():
    rows = [(2, ["", "信鸽", "x", "-3", "好"]), (3, ["A1", "在线", "28/08/2023 10:05", "-", ""])]
    chunk = read_chunk(bind(PROFILE, HEADS, line=1), rows)
    assert [(one.column, one.code) for one in chunk.problems[0]] == [
        ("编号", "missing"), ("渠道", "unknown-choice"), ("时间", "bad-date"), ("秒", "out-of-range"),
    ]  # fmt: skip
    assert chunk.whole == [1]
    assert set(chunk.row(0)) == {"external_id", "channel", "started_at"}


def test_a_cell_that_holds_a_list_is_refused_and_equal_texts_are_read_once(monkeypatch):
    binding = bind(PROFILE, HEADS, line=1, keyed=True)
    chunk = read_chunk(binding, [(1, {"编号": "A1", "渠道": ["在线"]}), (2, {"编号": "A2", "渠道": "在线"})])
    assert [one.code for one in chunk.problems[0]] == ["not-a-value"]
    assert chunk.whole == [1]
    seconds = next(one for one in binding.bound if one.column.field == "handle_seconds").readings
    read = []
    monkeypatch.setattr(seconds, "parse", lambda cell: read.append(cell) or 7)
    assert seconds.all(["12", "12", "13", "12"]) == [7, 7, 7, 7]
    assert read == ["12", "13"]


@pytest.mark.parametrize("size", [1, 3])
def test_what_is_remembered_is_bounded(monkeypatch, size):
    monkeypatch.setattr(columns, "MEMO_SIZE", size)
    readings = bind(PROFILE, HEADS, line=1).bound[3].readings
    assert readings.all([str(number) for number in range(50)] * 2) == [*range(50)] * 2
    assert len(readings) <= size


@pytest.mark.parametrize(("kind", "seconds"), [("hours", 27_000), ("minutes", 450), ("days", 648_000)])
def test_a_decimal_comma_is_read_in_every_unit_of_time(kind, seconds):
    column = {"field": "handle_seconds", "aliases": ["时长"], "type": kind, "decimal_mark": ","}
    profile = msgspec.structs.replace(PROFILE, columns=[msgspec.convert(column, Column)])
    chunk = read_chunk(bind(profile, ["时长"], line=1), [(2, ["7,5"])])
    assert chunk.values["handle_seconds"] == [seconds]
