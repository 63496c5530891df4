"""The forms that ship: each loads, speaks both languages, and marks from nothing to everything."""

import re
from datetime import date
from pathlib import Path

import pytest

from rubrics.answer_checks import check_answers
from rubrics.answers import Answer, Evidence
from rubrics.explaining import explain
from rubrics.forms import Form
from rubrics.item_plans import ItemPlan
from rubrics.loading import form_digest, form_from_json, form_to_json, load_form
from rubrics.marking import mark
from rubrics.plans import plan_of
from rubrics.tally import running_range

LIBRARY = Path(__file__).parents[2] / "rubrics" / "library"
FILES = sorted(LIBRARY.rglob("forms/*.toml"))


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def form(request: pytest.FixtureRequest) -> Form:
    return load_form(request.param.read_bytes(), str(request.param.relative_to(LIBRARY)))


def extreme(plan: ItemPlan, *, is_best: bool) -> Answer:
    """The best or the worst answer that an item takes."""
    item = plan.item
    if item.type in ("text", "date"):
        return Answer(item=item.key, text="示例", on=date(2026, 3, 5) if item.type == "date" else None)
    if item.type == "scale":
        numbers = [item.scale.min, item.scale.max]
    else:
        numbers = [part.low for part in item.number.ranges] if item.number else []
    candidates = [Answer(item=item.key, number=number) for number in numbers]
    candidates += [Answer(item=item.key, choices=(key,)) for key in item.answer_keys()]
    return sorted(candidates, key=plan.fraction)[-1 if is_best else 0]


def answers_of(form: Form, *, is_best: bool) -> list[Answer]:
    return [extreme(plan, is_best=is_best) for plan in plan_of(form).items]


def test_the_shop_and_the_shared_forms_are_there():
    assert {path.stem for path in FILES} >= {
        "chat-presale", "chat-aftersale", "helpdesk-3", "product-knowledge-spot-check",
    }  # fmt: skip


def test_it_is_named_like_its_file_and_loses_nothing_as_json(form):
    assert any(path.stem == form.code for path in FILES)
    again = form_from_json(form_to_json(form))
    assert (again, form_digest(again)) == (form, form_digest(form))


def texts(struct: object, at: str = "") -> list[tuple[str, str, str]]:
    """Every Chinese text of a form with its English, place first."""
    found = []
    for name in getattr(struct, "__struct_fields__", ()):
        value = getattr(struct, name)
        english = getattr(struct, f"{name}_en", None)
        if isinstance(value, str) and english is not None:
            found.append((f"{at}.{name}", value, english))
        for n, part in enumerate(value if isinstance(value, tuple) else (value,)):
            found += texts(part, f"{at}.{name}.{getattr(part, 'key', n)}")
    return found


def test_every_text_has_its_english_and_every_item_its_guidance(form):
    for at, chinese, english in texts(form):
        assert bool(chinese) == bool(english), at
        assert not re.search("[一-鿿]", re.sub("《?[一-鿿]+(?:表|已收到)》?", "", english)), at
    for _, item in form.items():
        assert item.guidance, item.key


def test_chinese_texts_use_full_width_marks(form):
    for at, chinese, _ in texts(form):
        assert not re.search("[一-鿿][,;:?!()]|[,;:?!()][一-鿿]| [一-鿿]", chinese.replace("5日 ", "")), at


def test_the_best_answers_earn_everything_and_the_worst_nothing(form):
    best, worst = mark(form, answers_of(form, is_best=True)), mark(form, answers_of(form, is_best=False))
    assert (best.state, best.base_hundredths, best.outcome) == ("scored", 10000, "pass")
    assert (worst.state, worst.base_hundredths, worst.final_hundredths) == ("scored", 0, 0)
    assert worst.outcome == ("fail" if any(item.critical for _, item in form.items()) else "pass")
    start = running_range(form, [])
    assert (start.low_hundredths, start.high_hundredths) == (0, 10000)


def test_weights_are_readable_as_percent(form):
    if form.mode == "percent":
        assert sum(int(section.weight or 0) for section in form.sections) == 100


def test_the_worst_marking_asks_for_evidence_and_causes_and_the_best_for_none_but_awards(form):
    awards = {item.key for _, item in form.items() if item.bonus is not None}
    assert {each.at for each in check_answers(form, answers_of(form, is_best=True))} <= awards
    worst = answers_of(form, is_best=False)
    problems = {(each.at, each.code) for each in check_answers(form, worst)}
    for _, item in form.items():
        if item.evidence_kinds and item.key not in awards:
            assert (item.key, "evidence-missing") in problems
        if item.causes:
            assert (item.key, "cause-missing") in problems
    evidence = [Evidence(item=item.key, kind=item.evidence_kinds[0]) for _, item in form.items() if item.evidence_kinds]
    assert not any(each.code == "evidence-missing" for each in check_answers(form, worst, evidence))


def test_every_line_of_an_explanation_has_words(form):
    for section in explain(form, answers_of(form, is_best=False)).sections:
        assert section.name_en
        assert all(line.text_en and line.answer and line.answer_en for line in section.lines)


@pytest.mark.parametrize("code", ["chat-presale", "chat-aftersale"])
def test_the_shop_forms_can_show_absence_records_compliance_and_bonus(code):
    found = load_form((LIBRARY / "shop-presale-aftersale/forms" / f"{code}.toml").read_bytes())
    items = {item.key: item for _, item in found.items()}
    assert "absence" in items["greet"].evidence_kinds
    assert "absence" in items["close_window"].evidence_kinds
    assert any("business_record" in item.evidence_kinds for item in items.values())
    assert any(item.critical is not None and item.critical.kind == "compliance" for item in items.values())
    assert any(item.bonus is not None for item in items.values())


def test_a_return_after_opening_the_parcel_costs_nothing_and_refusing_it_is_critical():
    """消费者权益保护法 25: within seven days an opened parcel may be returned."""
    found = load_form((LIBRARY / "shop-presale-aftersale/forms/chat-aftersale.toml").read_bytes())
    items = {item.key: item for _, item in found.items()}
    assert "七日" in items["goods_intact"].guidance
    assert items["refuse_right"].critical.answers == ("yes",)


def test_the_helpdesk_form_turns_ratings_of_minus_two_to_two_into_marks():
    form = load_form((LIBRARY / "forms/helpdesk-3.toml").read_bytes())
    ratings = [Answer(item=key, number=number) for key, number in (("A", 2), ("S", -1), ("E", 0))]
    assert mark(form, ratings).final_hundredths == 5833
