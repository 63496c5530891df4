"""Form files: what is refused, where and with what advice, and what is not refused."""

import json
import re
from fractions import Fraction

import pytest

from rubrics.errors import SENTENCES, FormRefused, Problem
from rubrics.forms import exact, plain
from rubrics.loading import MAX_BYTES, form_digest, form_from_json, form_to_json, load_form

HEAD = """code = "chat"
name = "会话质检表"
mode = "percent"
from = 2026-01-01
source = "QA手册"
subject_kinds = ["agent_part"]
"""
PERCENT = (
    HEAD
    + """
[[sections]]
key = "A"
name = "欢迎"
weight = 60.5

[[sections.items]]
key = "A1"
text = "欢迎语"
type = "yes_no"
weight = 2

[[sections.items]]
key = "A2"
text = "介绍"
type = "single"
weight = 3
options = [
  { key = "good", name = "好", points = 10 },
  { key = "poor", name = "差", points = 0 },
]
shown_when = { item = "A1", answers = ["yes"] }

[[sections.items]]
key = "A3"
text = "尺度"
type = "scale"
weight = 1
scale = { min = -2, max = 2 }

[[sections.items]]
key = "A4"
text = "秒数"
type = "number"
weight = 1
number = { ranges = [
  { low = 0, high = 10, points = 5 },
  { low = 11, high = 60, points = 0 },
] }

[[sections]]
key = "K"
name = "关键项"

[[sections.items]]
key = "K1"
text = "禁语"
type = "yes_no"
good = "no"
critical = { class = "customer", effect = "cap_at", answers = ["yes"], cap = 60 }
"""
)
DEDUCTION = (
    HEAD.replace("percent", "deduction")
    + """
[[sections]]
key = "A"
name = "扣分项"

[[sections.items]]
key = "A1"
text = "错字"
type = "yes_no"
points = 5
max = 15
repeats = true

[[sections.items]]
key = "A2"
text = "程度"
type = "single"
options = [
  { key = "none", name = "没有", points = 0 },
  { key = "bad", name = "严重", points = 10 },
]
"""
)
POINTS = (
    HEAD.replace("percent", "points")
    + """
[[sections]]
key = "A"
name = "部分"

[[sections.items]]
key = "A1"
text = "是否"
type = "yes_no"
max = 4

[[sections.items]]
key = "A2"
text = "多选"
type = "multiple"
options = [
  { key = "a", name = "甲", points = 1 },
  { key = "b", name = "乙", points = 2 },
]

[[sections.items]]
key = "B1"
text = "加分"
type = "yes_no"
bonus = 2
"""
).replace("from = 2026-01-01", "from = 2026-01-01\nbonus_cap = 3")


def refused(text: str | bytes) -> list[Problem]:
    with pytest.raises(FormRefused) as caught:
        load_form(text, "chat.toml")
    return list(caught.value.problems)


def swapped(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize("text", [PERCENT, DEDUCTION, POINTS], ids=["percent", "deduction", "points"])
def test_a_good_file_loads_and_its_json_loses_nothing(text):
    form = load_form(text, "chat.toml")
    again = form_from_json(form_to_json(form))
    assert again == form
    assert form_to_json(again) == form_to_json(form)
    assert form_digest(again) == form_digest(form)


def test_decimals_in_a_file_stay_exact():
    assert exact(load_form(PERCENT).sections[0].weight) == Fraction(121, 2)


def test_the_same_number_written_otherwise_gives_the_same_digest():
    assert form_digest(load_form(swapped(PERCENT, "60.5", '"60.50"'))) == form_digest(load_form(PERCENT))


def test_any_change_gives_another_digest():
    assert form_digest(load_form(swapped(PERCENT, "60.5", "60.6"))) != form_digest(load_form(PERCENT))


# (file, what to replace, by what, code, place, field): each is refused; the file with nothing replaced is not.
BITES = [
    (PERCENT, 'code = "chat"', 'code = "chat"\nnmae = "x"', "field-unknown", "", "nmae"),
    (PERCENT, 'type = "yes_no"\nweight = 2', 'type = "yes_no"\nwieght = 2\nweight = 2',
     "field-unknown", "sections.A.items.A1", "wieght"),
    (PERCENT, 'source = "QA手册"\n', "", "field-missing", "", "source"),
    (PERCENT, 'source = "QA手册"', 'source = " "', "text-empty", "", "source"),
    (PERCENT, 'text = "欢迎语"\n', "", "field-missing", "sections.A.items.A1", "text"),
    (PERCENT, "weight = 60.5\n", "", "field-missing", "sections.A", "weight"),
    (PERCENT, 'type = "yes_no"\nweight = 2', 'type = "yes_no"', "field-missing", "sections.A.items.A1", "weight"),
    (PERCENT, "scale = { min = -2, max = 2 }\n", "", "field-missing", "sections.A.items.A3", "scale"),
    (PERCENT, ', cap = 60', "", "field-missing", "sections.K.items.K1.critical", "cap"),
    (DEDUCTION, "max = 15\n", "", "field-missing", "sections.A.items.A1", "max"),
    (DEDUCTION, "points = 5\nmax = 15\nrepeats = true\n", "", "field-missing", "sections.A.items.A1", "points"),
    (POINTS, "max = 4\n", "", "field-missing", "sections.A.items.A1", "max"),
    (POINTS, "bonus_cap = 3\n", "", "field-missing", "", "bonus_cap"),
    (PERCENT, "weight = 2\n", "weight = 2\nmax = 4\n", "field-unused", "sections.A.items.A1", "max"),
    (PERCENT, "weight = 2\n", "weight = 2\nrepeats = true\n", "field-unused", "sections.A.items.A1", "repeats"),
    (PERCENT, "weight = 2\n", "weight = 2\nrequired = false\n", "field-unused", "sections.A.items.A1", "required"),
    (PERCENT, "weight = 2\n", "weight = 2\nscale = { min = 0, max = 2 }\n",
     "field-unused", "sections.A.items.A1", "scale"),
    (PERCENT, 'name = "关键项"', 'name = "关键项"\nweight = 5', "field-unused", "sections.K", "weight"),
    (PERCENT, "scale = {", 'good = "no"\nscale = {', "field-unused", "sections.A.items.A3", "good"),
    (PERCENT, '"cap_at"', '"form_0"', "field-unused", "sections.K.items.K1.critical", "cap"),
    (PERCENT, 'answers = ["yes"] }', 'answers = ["yes"], at_least = 1 }',
     "field-unused", "sections.A.items.A2.shown_when", "at_least"),
    (POINTS, "bonus = 2", "bonus = 2\nmax = 4", "field-unused", "sections.A.items.B1", "max"),
    (POINTS, "bonus = 2", 'bonus = 2\ncritical = { class = "business", effect = "form_0", answers = ["no"] }',
     "field-unused", "sections.A.items.B1", "critical"),
    (DEDUCTION, 'name = "扣分项"', 'name = "扣分项"\nweight = 5', "field-unused", "sections.A", "weight"),
    (DEDUCTION, 'type = "single"', 'type = "single"\npoints = 3', "field-unused", "sections.A.items.A2", "points"),
    (PERCENT, "from = 2026-01-01", 'from = "soon"', "field-type", "", "from"),
    (PERCENT, 'name = "会话质检表"', "name = 7", "field-type", "", "name"),
    (PERCENT, 'subject_kinds = ["agent_part"]', 'subject_kinds = "agent_part"', "field-type", "", "subject_kinds"),
    (PERCENT, "{ min = -2, max = 2 }", "3", "field-type", "sections.A.items.A3.scale", "scale"),
    (PERCENT, 'subject_kinds = ["agent_part"]', 'subject_kinds = ["dog"]', "choice-unknown", "", "subject_kinds"),
    (PERCENT, 'type = "scale"', 'type = "slider"', "choice-unknown", "sections.A.items.A3", "type"),
    (PERCENT, 'key = "A3"', 'key = "A 3"', "key-form", "sections.A.items.A 3", "key"),
    (PERCENT, 'key = "A3"', 'key = "A1"', "key-twice", "sections.A.items.A1", "key"),
    (PERCENT, 'key = "K"', 'key = "A"', "key-twice", "sections.A", "key"),
    (PERCENT, '"poor"', '"good"', "key-twice", "sections.A.items.A2", "key"),
    (PERCENT, "欢迎语", "长" * 3001, "text-long", "sections.A.items.A1", "text"),
    (PERCENT, "会话质检表", "长" * 301, "text-long", "", "name"),
    (PERCENT, "欢迎语", "欢\\u0007迎", "text-control", "sections.A.items.A1", "text"),
    (PERCENT, "欢迎语", "欢\\u202e迎", "text-control", "sections.A.items.A1", "text"),
    (PERCENT, "60.5", "1e3", "number-form", "sections.A", "weight"),
    (PERCENT, "60.5", "nan", "number-form", "sections.A", "weight"),
    (PERCENT, "60.5", "true", "number-form", "sections.A", "weight"),
    (PERCENT, "60.5", "0.1234567", "number-form", "sections.A", "weight"),
    (PERCENT, "60.5", "1000001", "number-form", "sections.A", "weight"),
    (PERCENT, "60.5", "0", "number-not-positive", "sections.A", "weight"),
    (PERCENT, "weight = 2", "weight = -2", "number-not-positive", "sections.A.items.A1", "weight"),
    (POINTS, "bonus = 2", "bonus = 0", "number-not-positive", "sections.A.items.B1", "bonus"),
    (PERCENT, "cap = 60", "cap = 101", "number-outside", "sections.K.items.K1.critical", "cap"),
    (PERCENT, 'mode = "percent"', 'mode = "percent"\ncap = 0', "number-outside", "", "cap"),
    (PERCENT, "points = 10", "points = -1", "number-outside", "sections.A.items.A2.options.good", "points"),
    (PERCENT, '  { key = "poor", name = "差", points = 0 },\n', "", "options-few", "sections.A.items.A2", "options"),
    (PERCENT, ', points = 0 },\n]\nshown', " },\n]\nshown", "options-mixed", "sections.A.items.A2", "options"),
    (PERCENT, "points = 0", "points = 10", "options-flat", "sections.A.items.A2", "options"),
    (PERCENT, "points = 5 }", "points = 0 }", "options-flat", "sections.A.items.A4.number", "ranges"),
    (POINTS, 'type = "multiple"', 'type = "multiple"\nmax = 4', "options-top", "sections.A.items.A2", "max"),
    (DEDUCTION, "points = 0", "points = 1", "options-no-zero", "sections.A.items.A2", "options"),
    (PERCENT, "min = -2", "min = 2", "scale-order", "sections.A.items.A3.scale", "min"),
    (PERCENT, "max = 2 }", "max = 2, step = 3 }", "scale-step", "sections.A.items.A3.scale", "step"),
    (PERCENT, "low = 11, high = 60", "low = 70, high = 60", "range-order", "sections.A.items.A4.number", "ranges"),
    (PERCENT, "low = 11", "low = 12", "range-gap", "sections.A.items.A4.number", "ranges"),
    (PERCENT, "low = 11", "low = 10", "range-overlap", "sections.A.items.A4.number", "ranges"),
    (PERCENT, "high = 60", "high = 60.5", "range-step", "sections.A.items.A4.number", "ranges"),
    (DEDUCTION, "max = 15", "max = 4", "max-below-deduction", "sections.A.items.A1", "max"),
    (DEDUCTION, 'type = "single"', 'type = "single"\nmax = 9', "max-below-deduction", "sections.A.items.A2", "max"),
    (PERCENT, 'answers = ["yes"], cap', "cap", "critical-trigger", "sections.K.items.K1.critical", "answers"),
    (PERCENT, "cap = 60", "cap = 60, below_percent = 50",
     "critical-trigger", "sections.K.items.K1.critical", "answers"),
    (PERCENT, '"cap_at", answers = ["yes"], cap = 60', '"section_0", answers = ["yes"]',
     "critical-section", "sections.K.items.K1.critical", "effect"),
    (PERCENT, 'answers = ["yes"], cap', 'answers = ["maybe"], cap',
     "answer-unknown", "sections.K.items.K1.critical", "answers"),
    (PERCENT, 'answers = ["yes"] }\n', 'answers = ["si"] }\n',
     "answer-unknown", "sections.A.items.A2.shown_when", "answers"),
    (PERCENT, '{ item = "A1"', '{ item = "A2"', "condition-self", "sections.A.items.A2.shown_when", "item"),
    (PERCENT, '{ item = "A1"', '{ item = "K1"', "condition-later", "sections.A.items.A2.shown_when", "item"),
    (PERCENT, '{ item = "A1"', '{ item = "Z9"', "condition-unknown", "sections.A.items.A2.shown_when", "item"),
    (PERCENT, 'item = "A1", answers = ["yes"] }', 'item = "A1" }',
     "condition-empty", "sections.A.items.A2.shown_when", "answers"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "code", "at", "field"), BITES, ids=[f"{b[3]}-{b[5]}" for b in BITES])
def test_each_mistake_is_refused_with_its_place(text, old, new, code, at, field):
    load_form(text)
    problems = refused(swapped(text, old, new))
    assert (code, at, field) in [(each.code, each.at, each.field) for each in problems]
    assert len(problems) <= 2


def test_a_form_without_counting_items_is_refused():
    assert [each.code for each in refused(HEAD + "sections = []\n")] == ["items-none"]
    empty = HEAD + '[[sections]]\nkey = "A"\nname = "空"\nweight = 1\nitems = []\n'
    assert {each.code for each in refused(empty)} == {"items-none", "section-empty"}


def test_ten_thousand_items_are_refused_at_once():
    item = '[[sections.items]]\nkey = "i{}"\ntext = "问"\ntype = "yes_no"\nweight = 1\n'
    head = HEAD + '[[sections]]\nkey = "A"\nname = "多"\nweight = 1\n'
    assert [each.code for each in refused(head + "".join(item.format(n) for n in range(10_000)))] == ["items-many"]
    load_form(head + "".join(item.format(n) for n in range(500)))
    split = head + "".join(item.format(n) for n in range(300)) + head.replace(HEAD, "").replace('"A"', '"B"')
    assert "items-many" in [e.code for e in refused(split + "".join(item.format(n) for n in range(300, 600)))]


def test_files_that_are_no_forms_are_refused_with_the_line():
    broken = refused(PERCENT.replace('name = "欢迎"', 'name = "欢迎'))
    assert [(each.code, each.file, each.line) for each in broken] == [("file-syntax", "chat.toml", 10)]
    assert [each.code for each in refused(b"\xff\xfe\x00")] == ["file-encoding"]
    assert [each.code for each in refused("#" * (MAX_BYTES + 1))] == ["file-too-large"]
    with pytest.raises(FormRefused, match="must be a table"):
        form_from_json("[]")
    with pytest.raises(FormRefused, match="cannot be read"):
        form_from_json("{")


def test_all_problems_are_listed_at_once_each_with_its_line():
    text = swapped(PERCENT, "weight = 2", "weight = 0")
    text = swapped(text, "max = 2 }", "max = -3 }")
    text = swapped(text, "low = 11", "low = 20")
    text = swapped(text, 'item = "A1"', 'item = "K1"')
    text = swapped(text, 'source = "QA手册"\n', 'source = "QA手册"\ncolour = "red"\n')
    problems = refused(text)
    assert {each.code for each in problems} == {
        "field-unknown", "number-not-positive", "condition-later", "scale-order", "range-gap",
    }  # fmt: skip
    lines = text.splitlines()
    for each in problems:
        assert each.line is not None
        name = {"condition-later": "shown_when", "scale-order": "scale", "range-gap": "number"}.get(
            each.code, each.field
        )
        assert name in lines[each.line - 1], each


def test_every_refusal_speaks_both_languages_and_names_value_and_place():
    (found,) = refused(swapped(PERCENT, "low = 11", "low = 12"))
    assert found.zh == "区间有空档：10之后应从11开始，现为12"
    assert found.en == "The ranges have a gap: after 10 the next must begin at 11, not 12"
    assert found.where().startswith("chat.toml:")
    assert "sections.A.items.A4.number ranges" in found.where()


def test_a_hostile_value_is_cut_in_its_sentence():
    (found,) = refused(swapped(PERCENT, 'type = "scale"', f'type = "{"x" * 9000}"'))[:1]
    assert len(found.zh) < 300
    assert len(found.en) < 300


def test_every_sentence_exists_in_both_languages_with_the_same_facts():
    for code, (zh, en) in SENTENCES.items():
        assert re.search("[一-鿿]", zh), code
        assert not re.search("[一-鿿]", en), code
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), code


@pytest.mark.parametrize("value", [0, 7, -3, "0.5", "-2.25", "0.000001", 1_000_000])
def test_exact_numbers_are_written_back_as_they_were_read(value):
    assert plain(exact(value)) == value


@pytest.mark.parametrize("value", [0.5, True, None, "1e3", "½", "１", "1/3", "", " 1", "0.0000001", 10_000_000])
def test_what_is_not_exact_is_no_number(value):
    with pytest.raises(ValueError):
        exact(value)


def test_words_to_look_for_belong_to_items_whose_evidence_may_be_an_absence():
    base = form_to_json(load_form(PERCENT)).decode()
    raw = json.loads(base)
    item = raw["sections"][0]["items"][0]
    item |= {"looks_for": ["您好"], "evidence_kinds": ["absence"]}
    assert next(form_from_json(json.dumps(raw)).items())[1].looks_for == ("您好",)
    item["evidence_kinds"] = ["quote"]
    with pytest.raises(FormRefused) as refused:
        form_from_json(json.dumps(raw))
    assert [(each.code, each.field) for each in refused.value.problems] == [("field-unused", "looks_for")]
