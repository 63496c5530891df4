"""A mark in words: what each item was answered, weighed and cost, and which single answers would have changed it.

The same structs feed page, API and PDF, so that no two of them can explain a mark differently.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import msgspec

from rubrics.answers import Answer
from rubrics.forms import Form, Item, Reason, exact, plain
from rubrics.marking import mark
from rubrics.marks import CriticalMark, ItemMark, Mark, SectionMark
from rubrics.tally import running_range

MAX_SCALE_STEPS = 50
CLASSES: dict[str, tuple[str, str]] = {
    "customer": ("客户类", "customer"),
    "business": ("业务类", "business"),
    "compliance": ("合规类", "compliance"),
}
EFFECTS: dict[str, tuple[str, str]] = {
    "form_0": ("全表计0分", "the whole form counts 0"),
    "section_0": ("本部分计0分", "its section counts 0"),
    "cap_at": ("最终不超过{cap}分", "the final mark is at most {cap}"),
    "fail_only": ("结论为不合格，分数不变", "the outcome is fail, the mark stays"),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item of an explained mark: its texts, the answer in words, and its numbers (see ItemMark).

    `answer` is empty when there is none. `critical` says what a triggered critical item does.
    """

    text: str
    text_en: str
    answer: str
    answer_en: str
    cause: str
    cause_en: str
    critical: str
    critical_en: str
    occurrences: int
    mark: ItemMark


class SectionLines(msgspec.Struct, frozen=True, kw_only=True):
    """One section with its lines."""

    name: str
    name_en: str
    mark: SectionMark
    lines: tuple[Line, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A mark with everything that it came from, section by section, and its arithmetic in one sentence."""

    name: str
    name_en: str
    mark: Mark
    sections: tuple[SectionLines, ...]
    sentence: str
    sentence_en: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One other answer to one item, and where the mark would then be.

    `delta_hundredths` is against the present final mark. When the answer would open further items, these stand in
    `opens`, and the mark would lie between `low_hundredths` and `final_hundredths`.
    """

    item: str
    answer: Answer
    answer_text: str
    answer_text_en: str
    final_hundredths: int
    delta_hundredths: int
    low_hundredths: int
    outcome: str | None
    opens: tuple[str, ...]


def explain(form: Form, answers: Iterable[Answer]) -> Explanation:
    """The mark of the answers with every line of its making. Raises AnswersRefused as `mark` does."""
    answers = list(answers)
    result, given = mark(form, answers), {answer.item: answer for answer in answers}
    marks = {each.key: each for each in result.items}
    criticals = {each.item: each for each in result.criticals}
    sections = tuple(
        SectionLines(
            name=section.name,
            name_en=section.name_en or section.name,
            mark=section_mark,
            lines=tuple(_line(item, given.get(item.key), marks[item.key], criticals) for item in section.items),
        )
        for section, section_mark in zip(form.sections, result.sections, strict=True)
    )
    sentence, sentence_en = _sentence(form, result)
    return Explanation(
        name=form.name,
        name_en=form.name_en or form.name,
        mark=result,
        sections=sections,
        sentence=sentence,
        sentence_en=sentence_en,
    )


def what_would_change(form: Form, answers: Iterable[Answer]) -> tuple[Change, ...]:
    """Every other single answer that would move the final mark or the outcome, the largest gain first.

    Not applicable is left out: it is no answer that an agent could have earned. Empty unless the mark is scored.
    """
    answers = list(answers)
    now = mark(form, answers)
    if now.state != "scored":
        return ()
    given = {answer.item: answer for answer in answers}
    items = {item.key: item for _, item in form.items()}
    found = []
    for each in now.items:
        if each.is_shown and each.is_applicable and each.state in ("scored", "bonus", "guard"):
            for other in _other_answers(form, items[each.key], given[each.key]):
                changed = [other if answer.item == each.key else answer for answer in answers]
                found.append(_change(form, now, items[each.key], changed, other=other))
    moving = [each for each in found if each.delta_hundredths or each.outcome != now.outcome or each.opens]
    return tuple(sorted(moving, key=lambda each: -each.delta_hundredths))


def answer_text(item: Item, answer: Answer | None) -> tuple[str, str]:
    """The answer in words, Chinese and English; empty when there is none."""
    if answer is None:
        return "", ""
    if answer.na_reason is not None:
        zh, en = _reason(item.na_reasons, answer.na_reason)
        return f"不适用：{zh}", f"Not applicable: {en}"
    if answer.number is not None:
        unit, unit_en = (item.number.unit, item.number.unit_en or item.number.unit) if item.number else ("", "")
        return f"{answer.number}{unit}", f"{answer.number} {unit_en}".strip()
    if answer.none_chosen:
        return "都不选", "None of them"
    if answer.occurrences:
        count = len(answer.occurrences)
        return f"{count}处", f"{count} occurrence{'s' if count > 1 else ''}"
    if answer.on is not None:
        return answer.on.isoformat(), answer.on.isoformat()
    if answer.choices:
        return _choices(item, answer.choices)
    return answer.text, answer.text


def _choices(item: Item, keys: Sequence[str]) -> tuple[str, str]:
    names = {option.key: (option.name, option.name_en or option.name) for option in item.options}
    names |= {"yes": ("是", "Yes"), "no": ("否", "No")} if item.type == "yes_no" else {}
    chosen = [names.get(key, (key, key)) for key in keys]
    return "、".join(zh for zh, _ in chosen), ", ".join(en for _, en in chosen)


def _reason(reasons: Sequence[Reason], key: str | None) -> tuple[str, str]:
    return next(((reason.name, reason.name_en or reason.name) for reason in reasons if reason.key == key), ("", ""))


def _line(item: Item, answer: Answer | None, item_mark: ItemMark, criticals: dict[str, CriticalMark]) -> Line:
    words, words_en = answer_text(item, answer if item_mark.is_shown else None)
    cause, cause_en = _reason(item.causes, answer.cause if answer is not None else None)
    critical, critical_en = _critical_text(criticals.get(item.key))
    return Line(
        text=item.text,
        text_en=item.text_en or item.text,
        answer=words,
        answer_en=words_en,
        cause=cause,
        cause_en=cause_en,
        critical=critical,
        critical_en=critical_en,
        occurrences=len(answer.occurrences) if answer is not None else 0,
        mark=item_mark,
    )


def _critical_text(critical: CriticalMark | None) -> tuple[str, str]:
    if critical is None:
        return "", ""
    cap = plain(Fraction(critical.cap_hundredths or 0, 100))
    (kind, kind_en), (effect, effect_en) = CLASSES[critical.kind], EFFECTS[critical.effect]
    return f"关键项触发（{kind}）：{effect.format(cap=cap)}", f"Critical ({kind_en}): {effect_en.format(cap=cap)}"


def _sentence(form: Form, result: Mark) -> tuple[str, str]:
    """How the final mark follows from the base, in one sentence."""
    if result.base_hundredths is None or result.final_hundredths is None:
        if result.state == "not_scored":
            return "没有适用的计分项，不计分", "No item applied, so there is no mark"
        count = len(result.missing)
        return f"还有{count}项未评", f"{count} item{'s are' if count > 1 else ' is'} not answered yet"
    base, final = _points(result.base_hundredths), _points(result.final_hundredths)
    zh, en = [f"原始分{base}"], [f"base {base}"]
    if result.bonus_hundredths:
        bonus = _points(result.bonus_hundredths)
        zh, en = [*zh, f"加分{bonus}"], [*en, f"bonus {bonus}"]
    if exact(form.cap) * 100 < result.base_hundredths + result.bonus_hundredths:
        zh, en = [*zh, f"上限{form.cap}"], [*en, f"cap {form.cap}"]
    names = {item.key: (item.text, item.text_en or item.text) for _, item in form.items()}
    for critical in result.criticals:
        words, words_en = _critical_text(critical)
        name, name_en = names.get(critical.item, (critical.item, critical.item))
        zh, en = [*zh, f"“{name}”{words}"], [*en, f"“{name_en}” {words_en}"]
    return "，".join([*zh, f"最终{final}"]), ", ".join([*en, f"final {final}"])


def arithmetic(form: Form, result: Mark) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sums of a mark in sentences, Chinese and English: 100 − 17.78 − 22.22 = 60.00, then what followed.

    A figure that the rounding of the parts moves, or the floor of 0, is said as such, so that everybody arrives at the
    same number. Nothing that follows the base (bonus, caps, critical items) leaves only the first sentence.
    """
    sentence, sentence_en = _sentence(form, result)
    if result.base_hundredths is None or result.final_hundredths is None:
        return (sentence,), (sentence_en,)
    lost = [each.cost_hundredths for each in result.items if each.cost_hundredths]
    sums = " − ".join(["100", *(_points(each) for each in lost)]) + f" = {_points(result.base_hundredths)}"
    zh, en = [sums if lost else "没有扣分：100.00"], [sums if lost else "nothing lost: 100.00"]
    rest = 10_000 - sum(lost) - result.base_hundredths
    if form.mode == "deduction" and sum(lost) >= 10_000:
        zh, en = [f"{zh[0]}（最低0分）"], [f"{en[0]} (never below 0)"]
    elif rest:
        off = _points(abs(rest))
        zh, en = [f"{zh[0]}（每项各自四舍五入，合起来差{off}）"], [f"{en[0]} (each rounded by itself, {off} apart)"]
    is_all = result.final_hundredths == result.base_hundredths and not result.bonus_hundredths and not result.criticals
    return (tuple(zh), tuple(en)) if is_all else ((*zh, sentence), (*en, sentence_en))


def _points(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _other_answers(form: Form, item: Item, answer: Answer) -> Iterator[Answer]:
    """The other answers that the item has, one by one; for repeats one occurrence fewer, and none."""
    if item.type in ("yes_no", "single"):
        if len(answer.occurrences) > 1:
            yield msgspec.structs.replace(answer, occurrences=answer.occurrences[:-1])
        for key in item.answer_keys():
            is_now = key in answer.choices or (not answer.choices and item.type == "yes_no" and key != item.good)
            if not is_now:
                yield Answer(item=item.key, choices=(key,))
    elif item.type == "multiple":
        for key in item.answer_keys():
            left = tuple(each for each in item.answer_keys() if (each in answer.choices) != (each == key))
            yield Answer(item=item.key, choices=left, none_chosen=not left)
    elif item.type in ("scale", "number"):
        for number in _numbers(item):
            if answer.number is None or number != exact(answer.number):
                yield Answer(item=item.key, number=plain(number))


def _numbers(item: Item) -> Iterator[Fraction]:
    """Each step of a scale (its ends only when there are very many), the near edge of each range of a number."""
    if item.number is not None:
        yield from (exact(part.low) for part in item.number.ranges)
    elif item.scale is not None:
        low, high, step = exact(item.scale.min), exact(item.scale.max), exact(item.scale.step)
        steps = int((high - low) / step)
        yield from (low + n * step for n in range(steps + 1)) if steps <= MAX_SCALE_STEPS else (low, high)


def _change(form: Form, now: Mark, item: Item, answers: list[Answer], *, other: Answer) -> Change:
    then = mark(form, answers)
    if then.final_hundredths is not None:
        low = high = then.final_hundredths
    else:
        reach = running_range(form, answers)
        low, high = reach.low_hundredths or 0, reach.high_hundredths or 0
    words, words_en = answer_text(item, other)
    return Change(
        item=item.key,
        answer=other,
        answer_text=words,
        answer_text_en=words_en,
        final_hundredths=high,
        delta_hundredths=high - (now.final_hundredths or 0),
        low_hundredths=low,
        outcome=then.outcome,
        opens=then.missing,
    )
