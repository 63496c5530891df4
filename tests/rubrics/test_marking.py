"""Marks: modes, conditions, not applicable, bonus, critical effects, and what keeps an evaluation from submission."""

import pytest

from rubrics.answer_checks import check_answers
from rubrics.answers import Answer, Evidence, Occurrence
from rubrics.errors import AnswersRefused
from rubrics.explaining import arithmetic, explain, what_would_change
from rubrics.forms import Condition, Critical, Form, Item, Option, Reason, Scale, Section
from rubrics.marking import mark
from rubrics.tally import running_range
from tests.rubrics.test_marking_reference import make_form, on, yes

NONE = (Reason(key="none", name="没有", name_en="none"),)


def yes_no(key: str, **more: object) -> Item:
    return Item(key=key, text=f"问{key}", text_en=f"Question {key}", type="yes_no", **more)


def guard(key: str, effect: str, **more: object) -> Item:
    critical = Critical(kind="compliance", effect=effect, answers=("yes",), **more)
    return yes_no(key, good="no", critical=critical)


def two_sections(*guards: Item, **more: object) -> Form:
    a = Section(key="A", name="甲", weight=40, items=(yes_no("A1", weight=1), yes_no("A2", weight=3), *guards))
    b = Section(key="B", name="乙", weight=60, items=(yes_no("B1", weight=1, na_reasons=NONE),))
    return make_form("percent", a, b, **more)


def codes(form: Form, answers: list[Answer], evidence: list[Evidence] = []) -> list[tuple[str, str]]:  # noqa: B006
    return [(each.at, each.code) for each in check_answers(form, answers, evidence)]


def test_an_item_costs_its_effective_weight_times_what_is_missing():
    result = mark(two_sections(), [yes("A1"), yes("A2", False), yes("B1")])
    assert [item.weight_hundredths for item in result.items] == [1000, 3000, 6000]
    assert [item.cost_hundredths for item in result.items] == [0, 3000, 0]
    assert [item.earned_hundredths for item in result.items] == [1000, 0, 6000]
    assert (result.base_hundredths, result.final_hundredths, result.outcome) == (7000, 7000, "pass")
    assert [(s.fraction, s.cost_hundredths) for s in result.sections] == [("1/4", 3000), ("1", 0)]


def test_an_unanswered_item_leaves_no_mark_and_is_named():
    result = mark(two_sections(), [yes("A1"), Answer(item="A2", note="再看一遍")])
    assert (result.state, result.missing) == ("incomplete", ("A2", "B1"))
    assert result.base_hundredths is result.final_hundredths is result.outcome is None


def test_nothing_applicable_is_not_scored_and_never_zero_or_hundred():
    form = make_form("percent", Section(key="A", name="甲", weight=1, items=(yes_no("A1", weight=1, na_reasons=NONE),)))
    result = mark(form, [Answer(item="A1", na_reason="none")])
    assert (result.state, result.base_hundredths, result.final_hundredths) == ("not_scored", None, None)
    assert result.outcome == "not_scored", "neither pass nor fail"
    assert running_range(form, [Answer(item="A1", na_reason="none")]).low_hundredths is None


@pytest.mark.parametrize(
    ("effect", "more", "final"),
    [("form_0", {}, 0), ("section_0", {}, 6000), ("cap_at", {"cap": "55.5"}, 5550), ("fail_only", {}, 7000)],
)
def test_critical_effects_change_the_final_and_never_the_base(effect, more, final):
    form = two_sections(guard("K1", effect, **more))
    answers = [yes("A1"), yes("A2", False), yes("B1")]
    harmless, hit = mark(form, [*answers, yes("K1", False)]), mark(form, [*answers, yes("K1")])
    assert (harmless.final_hundredths, harmless.outcome, harmless.criticals) == (7000, "pass", ())
    assert (hit.base_hundredths, hit.final_hundredths, hit.outcome) == (7000, final, "fail")
    assert [(each.item, each.kind, each.effect) for each in hit.criticals] == [("K1", "compliance", effect)]
    assert [item.critical for item in hit.items] == [None, None, effect, None]
    assert [section.is_zeroed for section in hit.sections] == [effect == "section_0", False]


def test_the_lowest_of_several_ceilings_holds():
    form = two_sections(guard("K1", "cap_at", cap=50), guard("K2", "cap_at", cap=30), guard("K3", "fail_only"))
    answers = [yes("A1"), yes("A2"), yes("B1"), yes("K1"), yes("K2"), yes("K3")]
    assert mark(form, answers).final_hundredths == 3000


def test_a_hidden_item_is_not_scored_and_cannot_be_critical():
    hidden = yes_no(
        "A3", weight=4, shown_when=Condition(item="A2", answers=("no",)),
        critical=Critical(kind="business", effect="form_0", answers=("no",)),
    )  # fmt: skip
    form = two_sections(hidden)
    result = mark(form, [yes("A1"), yes("A2"), yes("A3", False), yes("B1")])
    assert (result.items[2].state, result.items[2].weight_hundredths, result.final_hundredths) == ("hidden", 0, 10000)
    shown = mark(form, [yes("A1"), yes("A2", False), yes("A3", False), yes("B1")])
    assert (shown.items[2].is_shown, shown.items[2].weight_hundredths, shown.final_hundredths) == (True, 2000, 0)


def test_a_chain_of_conditions_hides_everything_behind_it():
    last = yes_no("A4", weight=1, shown_when=Condition(item="A3", answers=("no",)))
    form = two_sections(yes_no("A3", weight=1, shown_when=Condition(item="A2", answers=("no",))), last)
    result = mark(form, [yes("A1"), yes("A2"), yes("A3", False), yes("A4", False), yes("B1")])
    assert [item.state for item in result.items[2:4]] == ["hidden", "hidden"]
    assert result.final_hundredths == 10000


def test_a_number_can_decide_what_is_shown():
    score = Item(key="S", text="满意", type="scale", weight=1, scale=Scale(min=1, max=5))
    why = yes_no("W", weight=1, shown_when=Condition(item="S", at_most=2))
    form = make_form("percent", Section(key="A", name="甲", weight=1, items=(score, why)))
    assert mark(form, [on("S", 3)]).state == "scored"
    assert mark(form, [on("S", 2)]).missing == ("W",)


def test_in_points_mode_what_does_not_apply_leaves_both_sides():
    items = (yes_no("a", max=30), yes_no("b", max=10), yes_no("c", max=60, na_reasons=NONE))
    form = make_form("points", Section(key="A", name="甲", items=items))
    result = mark(form, [yes("a"), yes("b", False), Answer(item="c", na_reason="none")])
    assert result.final_hundredths == 7500
    assert [item.weight_hundredths for item in result.items] == [7500, 2500, 0]


def test_in_deduction_mode_what_does_not_apply_cannot_be_lost():
    items = (yes_no("a", points=30), yes_no("b", points=10), yes_no("c", points=60, na_reasons=NONE))
    form = make_form("deduction", Section(key="A", name="甲", items=items))
    answers = [yes("a", False), yes("b"), Answer(item="c", na_reason="none")]
    assert (mark(form, answers).final_hundredths, mark(form, answers).losable_hundredths) == (7000, 4000)
    assert mark(form, [*answers[:2], yes("c")]).losable_hundredths == 10000


def test_a_deduction_form_never_falls_below_zero():
    form = make_form("deduction", Section(key="A", name="甲", items=(yes_no("a", points=70), yes_no("b", points=50))))
    assert mark(form, [yes("a", False), yes("b", False)]).base_hundredths == 0


def test_deducting_choices_cost_their_own_points():
    grave = (
        Option(key="none", name="无", points=0),
        Option(key="some", name="轻", points=3),
        Option(key="bad", name="重", points=8),
    )
    items = (
        Item(key="a", text="错", type="single", options=grave, max=10, repeats=True),
        Item(key="b", text="多", type="multiple", options=grave[1:], max=10),
    )  # fmt: skip
    form = make_form("deduction", Section(key="A", name="甲", items=items))
    twice = Answer(item="a", choices=("some",), occurrences=(Occurrence(), Occurrence()))
    result = mark(form, [twice, Answer(item="b", choices=("some", "bad"))])
    assert [item.cost_hundredths for item in result.items] == [600, 1000]
    clean = mark(form, [Answer(item="a", choices=("none",)), Answer(item="b", none_chosen=True)])
    assert clean.final_hundredths == 10000


def test_ticked_merits_add_up_to_the_whole():
    options = (Option(key="date", name="日期"), Option(key="name", name="姓名"), Option(key="what", name="内容"))
    form = make_form(
        "percent",
        Section(
            key="A", name="甲", weight=1, items=(Item(key="a", text="齐", type="multiple", weight=1, options=options),)
        ),
    )
    assert mark(form, [Answer(item="a", choices=("date", "what"))]).items[0].fraction == "2/3"
    assert mark(form, [Answer(item="a", none_chosen=True)]).final_hundredths == 0


def test_bonus_stays_under_its_cap_and_the_mark_under_the_cap_of_the_form():
    form = two_sections(yes_no("P", bonus=4, required=False), bonus_cap=3, cap=102)
    full = [yes("A1"), yes("A2"), yes("B1")]
    assert mark(form, full).final_hundredths == 10000
    assert (mark(form, [*full, yes("P")]).bonus_hundredths, mark(form, [*full, yes("P")]).final_hundredths) == (
        300,
        10200,
    )


UNFIT = [
    ([yes("Z9")], "Z9", "item-unknown"),
    ([yes("A1"), yes("A1", False)], "A1", "answer-twice"),
    ([Answer(item="A1", choices=("maybe",))], "A1", "answer-unknown"),
    ([Answer(item="A1", choices=("yes", "no"))], "A1", "answer-one"),
    ([Answer(item="A1", number=3)], "A1", "answer-kind"),
    ([Answer(item="A1", na_reason="none")], "A1", "na-not-allowed"),
    ([Answer(item="B1", na_reason="tired")], "B1", "na-reason"),
    ([Answer(item="B1", na_reason="none", choices=("yes",))], "B1", "na-and-answer"),
    ([Answer(item="A1", occurrences=(Occurrence(),))], "A1", "occurrences-not-allowed"),
    ([on("S", 3)], "S", "number-range"),
    ([on("S", "0.5")], "S", "number-step"),
    ([on("S", "many")], "S", "answer-kind"),
    ([Answer(item="T", choices=("yes",))], "T", "answer-kind"),
]


@pytest.mark.parametrize(("answers", "at", "code"), UNFIT, ids=[each[2] + "-" + each[1] for each in UNFIT])
def test_answers_that_do_not_fit_the_form_are_refused_with_their_item(answers, at, code):
    form = two_sections(
        Item(key="S", text="尺度", type="scale", weight=1, scale=Scale(min=-2, max=2)),
        Item(key="T", text="说明", type="text", required=False),
    )
    assert (at, code) in codes(form, answers)
    with pytest.raises(AnswersRefused) as caught:
        mark(form, answers)
    assert [(each.at, each.code) for each in caught.value.problems] == [(at, code)]
    fitting = [yes("A1"), yes("A2"), on("S", 2), Answer(item="T", text="好"), Answer(item="B1", na_reason="none")]
    assert codes(form, fitting) == []


def test_missing_answers_are_all_listed_in_the_order_of_the_form():
    assert codes(two_sections(), [yes("A2")]) == [("A1", "answer-missing"), ("B1", "answer-missing")]


def test_a_low_mark_needs_a_cause_from_the_list():
    causes = (Reason(key="load", name="同时接待过多", name_en="too many talks"),)
    form = two_sections(
        Item(
            key="S",
            text="尺度",
            type="scale",
            weight=1,
            scale=Scale(min=0, max=4),
            causes=causes,
            cause_below_percent=50,
        )
    )
    rest = [yes("A1"), yes("A2"), yes("B1")]
    assert codes(form, [*rest, on("S", 2)]) == []
    assert codes(form, [*rest, on("S", 1)]) == [("S", "cause-missing")]
    assert codes(form, [*rest, Answer(item="S", number=1, cause="load")]) == []
    assert codes(form, [*rest, Answer(item="S", number=1, cause="moon")]) == [("S", "cause-unknown")]


def test_a_deduction_needs_evidence_of_the_declared_kind():
    form = make_form(
        "percent",
        Section(
            key="A", name="甲", weight=1, items=(yes_no("a", weight=1, evidence_kinds=("absence", "business_record")),)
        ),
    )
    assert codes(form, [yes("a")]) == []
    assert codes(form, [yes("a", False)]) == [("a", "evidence-missing")]
    assert codes(form, [yes("a", False)], [Evidence(item="a", kind="quote")]) == [("a", "evidence-missing")]
    assert codes(form, [yes("a", False)], [Evidence(item="a", kind="absence")]) == []
    (found,) = check_answers(form, [yes("a", False)])
    assert (found.zh, found.en) == (
        "“问a”第1处缺少证据，须为：未发生、业务单据",
        "“Question a”, occurrence 1, lacks evidence: an absence or a business record",
    )


def test_each_occurrence_needs_its_own_evidence():
    item = yes_no("a", points=5, max=15, repeats=True, evidence_kinds=("quote",))
    form = make_form("deduction", Section(key="A", name="甲", items=(item,)))
    answers = [Answer(item="a", occurrences=(Occurrence(), Occurrence()))]
    first, second = (Evidence(item="a", kind="quote", occurrence=n) for n in (0, 1))
    assert codes(form, answers, [second]) == [("a", "evidence-missing")]
    assert codes(form, answers, [first, second]) == []
    assert codes(form, answers, [first, second, Evidence(item="a", kind="quote", occurrence=2)]) == [
        ("a", "evidence-place")
    ]
    assert codes(form, answers, [first, second, Evidence(item="b", kind="quote")]) == [("b", "item-unknown")]


def test_an_award_needs_evidence_and_no_award_needs_none():
    form = two_sections(yes_no("P", bonus=2, evidence_kinds=("quote",)), bonus_cap=2)
    rest = [yes("A1"), yes("A2"), yes("B1")]
    assert codes(form, [*rest, yes("P", False)]) == []
    assert codes(form, [*rest, yes("P")]) == [("P", "evidence-missing")]


def test_texts_in_answers_are_bounded_and_clean():
    form = two_sections(Item(key="T", text="说明", type="text"))
    rest = [yes("A1"), yes("A2"), yes("B1")]
    assert codes(form, [*rest, Answer(item="T", text="好\n的")]) == []
    assert codes(form, [*rest, Answer(item="T", text="好" * 4001)]) == [("T", "text-long")]
    assert codes(form, [*rest, Answer(item="T", text="好", note="\x00")]) == [("T", "text-control")]


def test_the_running_range_begins_open_and_ends_at_the_mark():
    form = two_sections(guard("K1", "cap_at", cap=60), guard("K2", "form_0"))
    start = running_range(form, [])
    assert (start.low_hundredths, start.high_hundredths, start.at_worst_hundredths) == (0, 10000, 0)
    assert (start.answered, start.open_items) == (0, ("A1", "A2", "K1", "K2", "B1"))
    half = running_range(form, [yes("A1"), yes("B1"), yes("K1")])
    assert (half.low_hundredths, half.high_hundredths, half.cap_hundredths) == (6000, 6000, 6000)
    assert half.at_worst_hundredths == 0
    answers = [yes("A1"), yes("A2", False), yes("B1"), yes("K1", False), yes("K2", False)]
    end = running_range(form, answers)
    final = mark(form, answers).final_hundredths
    assert (end.low_hundredths, end.high_hundredths, end.at_worst_hundredths) == (final, final, final)
    assert end.open_items == ()


def test_an_explanation_names_answers_costs_and_critical_effects_in_both_languages():
    form = two_sections(guard("K1", "cap_at", cap=60))
    told = explain(form, [yes("A1"), yes("A2", False), yes("K1"), Answer(item="B1", na_reason="none")])
    a1, a2, k1 = told.sections[0].lines
    (b1,) = told.sections[1].lines
    assert (a1.answer, a2.answer_en, b1.answer, b1.answer_en) == ("是", "No", "不适用：没有", "Not applicable: none")
    assert (a2.mark.cost_hundredths, a2.mark.weight_hundredths) == (7500, 7500)
    assert k1.critical == "关键项触发（合规类）：最终不超过60分"
    assert k1.critical_en == "Critical (compliance): the final mark is at most 60"
    assert told.sentence == "原始分25.00，“问K1”关键项触发（合规类）：最终不超过60分，最终25.00"
    assert explain(form, [yes("A1")]).sentence_en == "3 items are not answered yet"


def test_the_sums_of_a_mark_can_be_recomputed_by_its_reader():
    form = two_sections(guard("K1", "cap_at", cap=60))

    def sums(*answers):
        return arithmetic(form, mark(form, answers))

    plain = sums(yes("A1", False), yes("A2", False), yes("B1"), yes("K1", False))
    assert plain[0] == ("100 − 10.00 − 30.00 = 60.00",)
    assert sums(yes("A1"), yes("A2"), yes("B1"), yes("K1", False))[1] == ("nothing lost: 100.00",)
    capped = sums(yes("A1", False), yes("A2"), yes("B1"), yes("K1"))
    assert capped[0] == ("100 − 10.00 = 90.00", "原始分90.00，“问K1”关键项触发（合规类）：最终不超过60分，最终60.00")
    three = Section(key="A", name="甲", weight=1, items=tuple(yes_no(f"A{n}", weight=1) for n in range(3)))
    thirds = make_form("percent", three)
    told = arithmetic(thirds, mark(thirds, [yes("A0", False), yes("A1", False), yes("A2", False)]))
    assert told[0] == ("100 − 33.33 − 33.33 − 33.33 = 0.00（每项各自四舍五入，合起来差0.01）",)
    assert arithmetic(form, mark(form, [Answer(item="B1", na_reason="none")]))[0] == ("还有3项未评",)


def test_single_answers_that_would_have_changed_the_mark_are_listed_by_gain():
    form = two_sections(guard("K1", "cap_at", cap=60))
    changes = what_would_change(form, [yes("A1"), yes("A2", False), yes("K1"), yes("B1")])
    assert [(each.item, each.answer_text, each.delta_hundredths, each.outcome) for each in changes] == [
        ("K1", "否", 1000, "pass"),
        ("B1", "否", -5000, "fail"),
    ]
    assert what_would_change(form, [yes("A1")]) == ()


def test_a_change_that_opens_further_items_gives_a_range():
    form = two_sections(yes_no("A3", weight=4, shown_when=Condition(item="A2", answers=("no",))))
    changes = {each.item: each for each in what_would_change(form, [yes("A1"), yes("A2"), yes("B1")])}
    assert changes["A2"].opens == ("A3",)
    assert (changes["A2"].low_hundredths, changes["A2"].final_hundredths) == (6500, 8500)


def test_fewer_occurrences_would_have_cost_less():
    item = yes_no("a", points=5, max=15, repeats=True)
    form = make_form("deduction", Section(key="A", name="甲", items=(item,)))
    changes = what_would_change(form, [Answer(item="a", occurrences=(Occurrence(), Occurrence()))])
    assert [(each.answer_text, each.delta_hundredths) for each in changes] == [("是", 1000), ("1处", 500)]
