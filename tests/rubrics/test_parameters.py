"""Dated parameters: the value of the day, its source, and every fault of a file at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.canonical import canonical_json
from rubrics.parameters import NotYetInForce, ParameterError, UnknownParameter, load

BAND = """
[late_reply_band]
description = "首次响应的档位"
description_en = "Points for the mean first reply"
unit = "points 0-100"
[[late_reply_band.values]]
from = 2026-07-01
source = "质检手册4.2，2026年6月征求意见"
bands_seconds = [[10, 100]]
[[late_reply_band.values]]
from = 2026-01-01
source = "QA handbook 4.2, consulted 2025-11-20"
bands_seconds = [[15, 100], [20, 90]]
otherwise = 0
"""


def faults(text):
    with pytest.raises(ParameterError) as caught:
        load(text, "wages.toml")
    return [(each.code, each.place) for each in caught.value.errors]


def test_the_value_is_the_one_that_is_valid_on_the_day():
    parameters = load(BAND)
    june = parameters.at("late_reply_band", date(2026, 6, 30))
    assert june == {"bands_seconds": [[15, 100], [20, 90]], "otherwise": 0}
    assert parameters.at("late_reply_band", date(2026, 7, 1)) == {"bands_seconds": [[10, 100]]}
    assert parameters.value_at("late_reply_band", date(2026, 1, 1)).source == "QA handbook 4.2, consulted 2025-11-20"


def test_a_day_before_the_first_value_is_refused_by_name():
    with pytest.raises(NotYetInForce) as caught:
        load(BAND).at("late_reply_band", date(2025, 12, 31))
    assert caught.value.code == "parameter-not-yet-in-force"
    assert caught.value.zh == "参数“late_reply_band”自2026-01-01起才有值，不能用于2025-12-31"


def test_an_unknown_parameter_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownParameter) as caught:
        load(BAND, "qa.toml").at("early_reply_band", date(2026, 1, 1))
    assert caught.value.zh == "qa.toml里没有参数“early_reply_band”；已有：late_reply_band"


def test_all_faults_are_listed_with_their_line():
    text = """[a]
unit = "fen"
[[a.values]]
from = 2026-01-01
fen = 1
[[a.values]]
from = 2026-01-01
source = "x"
[b]
description = "b"
unit = "fen"
note = "?"
c = 1
"""
    assert faults(text) == [
        ("field-missing", "wages.toml:1 [a]"),
        ("source-missing", "wages.toml:3 [a]"),
        ("value-empty", "wages.toml:6 [a]"),
        ("from-duplicate", "wages.toml:6 [a]"),
        ("field-unknown", "wages.toml:9 [b]"),
        ("field-unknown", "wages.toml:9 [b]"),
        ("values-missing", "wages.toml:9 [b]"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("from = 2026-07-01", "from = 2026-01-01"), "from-duplicate"),
        (("from = 2026-07-01", "from = 2026-07-01T00:00:00"), "from-missing"),
        (("from = 2026-07-01", 'from = "2026-07-01"'), "from-missing"),
        (("from = 2026-07-01", "from = [1]"), "from-missing"),
        (('source = "QA handbook 4.2, consulted 2025-11-20"', 'source = " "'), "source-missing"),
        (('unit = "points 0-100"', ""), "field-missing"),
    ],
)
def test_one_wrong_field_is_one_fault(change, code):
    assert [found for found, _ in faults(BAND.replace(*change))] == [code]


def test_a_syntax_error_names_its_line():
    assert faults("[a]\nunit = \n") == [("toml-syntax", "wages.toml:2")]


def test_a_value_outside_any_table_is_refused():
    assert faults("x = 1\n" + BAND) == [("not-a-table", "wages.toml:x")]


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ParameterError) as caught:
        load(tmp_path / "wages.toml")
    assert caught.value.zh == "缺少文件wages.toml"


def test_a_file_that_is_not_utf8_is_a_sentence(tmp_path):
    (tmp_path / "a.toml").write_bytes("工资".encode("gb18030"))
    with pytest.raises(ParameterError) as caught:
        load(tmp_path / "a.toml")
    assert caught.value.code == "file-unreadable"


def test_about_gives_what_a_value_does_not_say_itself():
    text = """
[about]
from = 2026-01-01
source = "办法"
source_en = "rules"
unit = "fen"
[a]
description = "甲"
[[a.values]]
fen = 1
[[a.values]]
from = 2026-02-01
source = "新办法"
fen = 2
"""
    first, second = load(text).get("a").values
    assert (first.from_on, first.source, first.source_en) == (date(2026, 1, 1), "办法", "rules")
    assert (second.from_on, second.source) == (date(2026, 2, 1), "新办法")
    assert load(text).get("a").unit == "fen"


def test_nested_tables_are_groups():
    text = '[wage."杭州"]\ndescription="x"\nunit="fen"\n[[wage."杭州".values]]\nfrom=2026-01-01\nsource="s"\nfen=1\n'
    parameters = load(text)
    assert list(parameters.under("wage")) == ["杭州"]
    assert parameters.at("wage.杭州", date(2026, 1, 1)) == {"fen": 1}


def test_the_digest_does_not_know_order_comments_or_place():
    head, *values = BAND.split("[[late_reply_band.values]]")
    turned = "[[late_reply_band.values]]".join([head, *reversed(values)])
    assert load(BAND, "a").digest == load("# note\n" + turned, "b").digest
    assert load(BAND).digest != load(BAND.replace("[10, 100]", "[11, 100]")).digest
    assert load(BAND).digest != load(BAND.replace("2025-11-20", "2025-11-21")).digest


def test_canonical_json_is_sorted_tight_and_chinese_as_it_is():
    assert canonical_json({"b": date(2026, 1, 1), "a": ["档", 1]}) == '{"a":["档",1],"b":"2026-01-01"}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1, unique=True), st.dates(date(1999, 1, 1)))
def test_the_value_of_a_day_is_the_last_that_began(begins, on):
    rows = "".join(f'[[a.values]]\nfrom = {day}\nsource = "s"\nday = "{day}"\n' for day in begins)
    parameters = load(f'[a]\ndescription = "a"\nunit = "day"\n{rows}')
    fitting = [day for day in begins if day <= on]
    if fitting:
        assert parameters.at("a", on) == {"day": max(fitting).isoformat()}
    else:
        with pytest.raises(NotYetInForce):
            parameters.at("a", on)
