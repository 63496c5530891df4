"""What holds for every form and every set of answers, whatever they are."""

from datetime import date
from fractions import Fraction

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, assume, given, settings

from rubrics.answers import Answer, Occurrence
from rubrics.form_checks import form_problems
from rubrics.forms import Condition, Critical, Form, Item, Number, Option, Range, Reason, Scale, Section
from rubrics.loading import form_digest, form_from_json, form_to_json
from rubrics.marking import mark
from rubrics.marks import Mark
from rubrics.tally import running_range

NONE = (Reason(key="none", name="没有"),)
WEIGHTS = st.integers(1, 40) | st.sampled_from(["0.5", "2.25", "33.333"])
quick = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def items(draw: st.DrawFn, mode: str, key: str, earlier: list[Item]) -> Item:
    kind = draw(st.sampled_from(["yes_no", "single", "single_ranked", "multiple", "scale", "number"]))
    is_bonus = draw(st.integers(0, 9)) == 0
    parts: dict[str, object] = {"type": kind.removesuffix("_ranked"), "key": key, "text": key}
    tops: dict[str, object] = {}
    own = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True))
    if kind == "single":
        floor = 0 if mode == "deduction" else draw(st.sampled_from([0, "0.5"]))
        parts["options"] = tuple(Option(key=f"o{n}", name="选", points=p) for n, p in enumerate([*own, floor]))
    elif kind == "single_ranked":
        parts["options"] = tuple(Option(key=f"o{n}", name="选") for n in range(draw(st.integers(2, 5))))
        tops = {"max": draw(WEIGHTS)}
    elif kind == "multiple":
        parts["options"] = tuple(Option(key=f"o{n}", name="选", points=p) for n, p in enumerate(own))
    elif kind == "scale":
        parts["scale"] = Scale(min=draw(st.integers(-3, 0)), max=draw(st.integers(1, 6)))
        tops = {"max": draw(WEIGHTS)}
    elif kind == "number":
        parts["number"] = Number(ranges=(Range(low=0, high=3, points=own[0]), Range(low=4, high=9, points=0)))
    else:
        parts["good"] = draw(st.sampled_from(["yes", "no"]))
        tops = (
            {"points": 4, "max": 10, "repeats": draw(st.booleans())} if mode == "deduction" else {"max": draw(WEIGHTS)}
        )
    if is_bonus:
        parts["bonus"] = draw(WEIGHTS)
    elif mode == "percent":
        parts["weight"] = draw(WEIGHTS)
    else:
        parts |= tops
    parts["na_reasons"] = draw(st.sampled_from([(), NONE]))
    yes_nos = [each for each in earlier if each.type == "yes_no"]
    if yes_nos and draw(st.integers(0, 3)) == 0:
        parts["shown_when"] = Condition(
            item=draw(st.sampled_from(yes_nos)).key, answers=(draw(st.sampled_from(["yes", "no"])),)
        )
    if kind == "yes_no" and not is_bonus and draw(st.integers(0, 4)) == 0:
        effect = draw(st.sampled_from(["form_0", "section_0", "cap_at", "fail_only"]))
        parts["critical"] = Critical(
            kind="customer",
            effect=effect,
            below_percent=draw(st.sampled_from([50, 100])),
            cap=60 if effect == "cap_at" else None,
        )
    return Item(**parts)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    mode = draw(st.sampled_from(["percent", "points", "deduction"]))
    sections: list[Section] = []
    earlier: list[Item] = []
    for s in range(draw(st.integers(1, 3))):
        mine = []
        for n in range(draw(st.integers(1, 4))):
            mine.append(draw(items(mode, f"s{s}i{n}", earlier)))
            earlier.append(mine[-1])
        counts = any(item.bonus is None for item in mine)
        weight = draw(WEIGHTS) if mode != "deduction" and counts else None
        sections.append(Section(key=f"s{s}", name="部分", weight=weight, items=tuple(mine)))
    form = Form(
        code="t", name="试", mode=mode, source="手册", from_on=date(2026, 1, 1), subject_kinds=("agent_part",),
        sections=tuple(sections), bonus_cap=draw(WEIGHTS), na_policy=draw(st.sampled_from(["inside", "spread"])),
    )  # fmt: skip
    assume(not form_problems(form))
    return form


def some_answer(draw: st.DrawFn, item: Item) -> Answer:
    if item.na_reasons and draw(st.integers(0, 3)) == 0:
        return Answer(item=item.key, na_reason="none")
    if item.type == "scale":
        return Answer(item=item.key, number=draw(st.integers(item.scale.min, item.scale.max)))
    if item.type == "number":
        return Answer(item=item.key, number=draw(st.integers(0, 9)))
    if item.type == "multiple":
        chosen = draw(st.sets(st.sampled_from(item.answer_keys())))
        return Answer(item=item.key, choices=tuple(sorted(chosen)), none_chosen=not chosen)
    if item.repeats and draw(st.booleans()):
        return Answer(item=item.key, occurrences=(Occurrence(),) * draw(st.integers(1, 4)))
    return Answer(item=item.key, choices=(draw(st.sampled_from(item.answer_keys())),))


@st.composite
def marked_forms(draw: st.DrawFn) -> tuple[Form, list[Answer]]:
    form = draw(forms())
    return form, [some_answer(draw, item) for _, item in form.items()]


def fractions_of(result: Mark) -> dict[str, Fraction]:
    return {item.key: Fraction(item.fraction) for item in result.items if item.fraction is not None}


@quick
@given(marked_forms(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_never_matters(marked, random):
    form, answers = marked
    mixed = answers.copy()
    random.shuffle(mixed)
    assert mark(form, mixed) == mark(form, answers)


@quick
@given(marked_forms())
def test_effective_weights_of_what_applies_sum_to_a_hundred(marked):
    form, answers = marked
    result = mark(form, answers)
    total = sum(Fraction(item.weight) for item in result.items)
    if form.mode == "deduction":
        assert all(Fraction(item.weight) == 0 for item in result.items if not item.is_applicable)
    elif result.state == "scored":
        assert total == 100
        assert abs(sum(section.weight_hundredths for section in result.sections) - 10_000) <= len(result.sections)
    else:
        assert total == 0


@quick
@given(marked_forms())
def test_a_mark_is_missing_exactly_when_nothing_that_counts_applies(marked):
    form, answers = marked
    result = mark(form, answers)
    applies = any(item.is_applicable and item.state == "scored" for item in result.items)
    assert result.state == ("scored" if applies else "not_scored")
    assert (result.final_hundredths is None) is (result.base_hundredths is None) is (not applies)


@quick
@given(marked_forms())
def test_the_base_lies_between_the_worst_and_the_best_fraction(marked):
    form, answers = marked
    result = mark(form, answers)
    assume(result.state == "scored")
    fractions = [Fraction(item.fraction) for item in result.items if item.state == "scored"]
    base = Fraction(result.base) / 100
    assert 0 <= base <= 1
    if form.mode != "deduction":
        assert min(fractions) <= base <= max(fractions)


@quick
@given(marked_forms(), st.data())
def test_a_better_answer_never_lowers_the_base_while_the_same_items_are_shown(marked, data):
    form, answers = marked
    item = data.draw(st.sampled_from([item for _, item in form.items()]))
    better = some_answer(data.draw, item)
    before = mark(form, answers)
    after = mark(form, [better if answer.item == item.key else answer for answer in answers])
    same = [(i.is_shown, i.is_applicable) for i in before.items] == [(i.is_shown, i.is_applicable) for i in after.items]
    assume(same and before.state == "scored" and item.key in fractions_of(before))
    was, now = fractions_of(before)[item.key], fractions_of(after)[item.key]
    if now >= was:
        assert Fraction(after.base) >= Fraction(before.base)
    if now <= was:
        assert Fraction(after.base) <= Fraction(before.base)


@quick
@given(marked_forms())
def test_the_base_is_a_hundred_less_what_each_item_cost(marked):
    form, answers = marked
    result = mark(form, answers)
    assume(result.state == "scored")
    cost = sum(Fraction(i.weight) * (1 - Fraction(i.fraction)) for i in result.items if i.state == "scored")
    assert Fraction(result.base) == max(0, 100 - cost)
    for item in result.items:
        if item.state == "scored":
            exact_cost = 100 * Fraction(item.weight) * (1 - Fraction(item.fraction))
            assert abs(item.cost_hundredths - exact_cost) <= Fraction(1, 2)


@quick
@given(marked_forms(), st.data())
def test_no_completion_falls_outside_the_running_range(marked, data):
    form, answers = marked
    known = data.draw(st.sets(st.sampled_from([answer.item for answer in answers])))
    given_so_far = [answer for answer in answers if answer.item in known]
    reach = running_range(form, given_so_far)
    # An answer to an item that nothing shows yet says nothing so far; its critical may still strike later.
    judged = known & {item.key for item in mark(form, given_so_far).items if item.is_shown}
    end = mark(form, answers)
    assume(end.final_hundredths is not None)
    assert reach.at_worst_hundredths <= end.final_hundredths <= reach.high_hundredths
    assert reach.at_worst_hundredths <= reach.low_hundredths <= reach.high_hundredths
    if all(critical.item in judged for critical in end.criticals):
        assert reach.low_hundredths <= end.final_hundredths


@quick
@given(marked_forms())
def test_a_complete_set_of_answers_leaves_no_range(marked):
    form, answers = marked
    end, reach = mark(form, answers), running_range(form, answers)
    assert {reach.low_hundredths, reach.high_hundredths, reach.at_worst_hundredths} == {end.final_hundredths}
    assert reach.open_items == ()


@quick
@given(forms())
def test_json_keeps_every_form_to_the_byte(form):
    again = form_from_json(form_to_json(form))
    assert (again, form_to_json(again), form_digest(again)) == (form, form_to_json(form), form_digest(form))


@quick
@given(marked_forms())
def test_answers_kept_as_json_earn_the_same_mark(marked):
    form, answers = marked
    again = msgspec.json.decode(msgspec.json.encode(answers), type=list[Answer])
    assert mark(form, again) == mark(form, answers)
