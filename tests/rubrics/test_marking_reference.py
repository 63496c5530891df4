"""Every case of the reference file, through the public functions (skipped where the file is not there)."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from rubrics.answers import Answer, Occurrence
from rubrics.form_checks import form_problems
from rubrics.forms import Critical, Form, Item, Number, Option, Range, Reason, Scale, Section
from rubrics.marking import mark
from rubrics.marks import Mark


@pytest.fixture
def cases(shared: Path) -> dict[str, dict]:
    return {case["id"]: case for case in json.loads((shared / "reference/forms.json").read_text("utf-8"))["cases"]}


def make_form(mode: str, *sections: Section, **more: object) -> Form:
    form = Form(
        code="t", name="试", mode=mode, source="手册", from_on=date(2026, 1, 1), subject_kinds=("agent_part",),
        sections=sections, **more,
    )  # fmt: skip
    assert form_problems(form) == []
    return form


def points_scale(maximum: int, key: str, **worth: object) -> Item:
    return Item(key=key, text=key, type="scale", scale=Scale(min=0, max=maximum), **worth)


def on(key: str, number: object) -> Answer:
    return Answer(item=key, number=number)


def yes(key: str, good: object = True) -> Answer:
    return Answer(item=key, choices=("yes" if good else "no",))


def test_group_weights_multiply_points_as_genesys_prints(cases):
    case = cases["genesys-groups"]
    sections, answers = [], []
    for s, (group, earned) in enumerate(zip(case["form"]["groups"], case["earned"], strict=True)):
        items = [points_scale(each["max"], f"{s}-{n}", max=each["max"]) for n, each in enumerate(group["items"])]
        answers += [on(item.key, got) for item, got in zip(items, earned, strict=True)]
        sections.append(Section(key=str(s), name="组", weight=group["weight"], items=tuple(items)))
    result = mark(make_form("points", *sections), answers)
    assert result.final_hundredths == case["expected"]["final"]
    weights = [section.weight_hundredths for section in result.sections]
    assert weights == [100 * each for each in case["expected"]["effective_weight_of_groups"]]


def test_scales_convert_as_zendesk_prints(cases):
    for name, expected in cases["zendesk-scales"]["expected"].items():
        top = int(name.split("-")[0])
        item = Item(key="a", text="a", type="scale", weight=1, scale=Scale(min=1, max=top))
        form = make_form("percent", Section(key="s", name="s", weight=1, items=(item,)))
        ranked = Item(
            key="a", text="a", type="single", weight=1, options=tuple(Option(key=str(n), name="o") for n in range(top))
        )
        ordered = make_form("percent", Section(key="s", name="s", weight=1, items=(ranked,)))
        for step, percent in enumerate(expected):
            by_scale = mark(form, [on("a", step + 1)]).items[0].fraction
            by_order = mark(ordered, [Answer(item="a", choices=(str(top - 1 - step),))]).items[0].fraction
            assert 100 * Fraction(by_scale) == 100 * Fraction(by_order) == Fraction(percent)


def test_a_critical_category_below_half_fails_the_form_as_in_zendesk(cases):
    case = cases["zendesk-critical"]
    items = []
    for n, category in enumerate(case["form"]["categories"]):
        below = category.get("critical_below_percent")
        critical = Critical(kind="customer", effect="form_0", below_percent=below) if below else None
        items.append(points_scale(100, str(n), weight=category["weight"], critical=critical))
    form = make_form("percent", Section(key="s", name="s", weight=1, items=tuple(items)))
    result = mark(form, [on(str(n), percent) for n, percent in enumerate(case["percent"])])
    assert result.base_hundredths == case["expected"]["raw"]
    assert result.final_hundredths == case["expected"]["final"]
    assert result.outcome == "fail"


def test_number_ranges_earn_their_points_as_in_connect(cases):
    case = cases["connect-number-ranges"]
    ranges = tuple(Range(low=low, high=high, points=points) for low, high, points in case["ranges"])
    item = Item(key="a", text="a", type="number", number=Number(ranges=ranges))
    form = make_form("points", Section(key="s", name="s", items=(item,)))
    got = [10 * Fraction(mark(form, [on("a", value)]).items[0].fraction) for value in case["values"]]
    assert got == case["expected"]["points"]


def test_thirds_are_exact_and_rounded_once_half_up(cases):
    case = cases["exact-rational"]
    sections, answers = [], []
    for s, (section, fractions) in enumerate(zip(case["form"]["sections"], case["fractions"], strict=True)):
        items = [Item(key=f"{s}-{n}", text="问", type="yes_no", weight=w) for n, w in enumerate(section["items"])]
        answers += [yes(item.key, good) for item, good in zip(items, fractions, strict=True)]
        sections.append(Section(key=str(s), name="部分", weight=section["weight"], items=tuple(items)))
    assert mark(make_form("percent", *sections), answers).final_hundredths == case["expected"]["final"]


@pytest.mark.parametrize("policy", ["inside", "spread"])
def test_not_applicable_stays_inside_its_section_or_spreads(cases, policy):
    case = cases["na-inside-and-spread"]
    sections, answers = [], []
    for s, (section, given) in enumerate(zip(case["form"]["sections"], case["answers"], strict=True)):
        items = []
        for n, (weight, answer) in enumerate(zip(section["items"], given, strict=True)):
            key = f"{s}-{n}"
            items.append(
                Item(key=key, text="问", type="yes_no", weight=weight, na_reasons=(Reason(key="none", name="没有"),))
            )
            answers.append(Answer(item=key, na_reason="none") if answer == "n/a" else yes(key, answer))
        sections.append(Section(key=str(s), name="部分", weight=section["weight"], items=tuple(items)))
    result = mark(make_form("percent", *sections, na_policy=policy), answers)
    assert result.final_hundredths == case["expected"][f"na_{policy}_final"]


def test_deductions_repeat_up_to_the_maximum_of_their_item(cases):
    case = cases["deduction"]
    items = tuple(
        Item(
            key=str(n), text="问", type="yes_no", points=each["points"], max=each["max"],
            repeats=each.get("repeats", False),
        )
        for n, each in enumerate(case["form"]["items"])
    )  # fmt: skip
    form = make_form("deduction", Section(key="s", name="部分", items=items))
    first, second = case["occurrences"]
    assert second == 1
    answers = [Answer(item="0", occurrences=(Occurrence(),) * first), yes("1", False)]
    assert mark(form, answers).final_hundredths == case["expected"]["final"]


def test_bonus_comes_after_the_base_and_critical_effects_last(cases):
    case = cases["bonus-then-critical"]["form"]
    base = round(float(case["base"]))
    cap_at = int(case["critical"].removeprefix("cap at "))
    items = (
        Item(key="good", text="问", type="yes_no", weight=base),
        Item(key="bad", text="问", type="yes_no", weight=100 - base),
        *(Item(key=f"b{n}", text="加", type="yes_no", bonus=bonus) for n, bonus in enumerate(case["bonus"])),
        Item(
            key="k", text="关键", type="yes_no", good="no",
            critical=Critical(kind="customer", effect="cap_at", cap=cap_at, answers=("yes",)),
        ),
    )  # fmt: skip
    section = Section(key="s", name="部分", weight=1, items=items)
    form = make_form("percent", section, bonus_cap=case["bonus_cap"], cap=case["cap"])

    def marked(triggered: bool) -> Mark:
        return mark(form, [yes("good"), yes("bad", False), yes("b0"), yes("b1"), yes("k", triggered)])

    expected = cases["bonus-then-critical"]["expected"]
    assert marked(False).base_hundredths == marked(True).base_hundredths == expected["base"]
    assert marked(False).final_hundredths == expected["with_bonus"]
    assert marked(True).final_hundredths == expected["final"]
