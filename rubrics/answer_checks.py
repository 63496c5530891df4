"""What keeps an evaluation from being submitted: unfit and missing answers, causes, texts, evidence."""

from collections.abc import Iterable
from typing import Any

from rubrics.answers import Answer, Evidence
from rubrics.errors import Problem, problem
from rubrics.forms import EVIDENCE_NAMES, Form, exact, first_control
from rubrics.plans import Plan, Read, plan_of, reason_names, say

MAX_ANSWER_TEXT = 4000


def check_answers(form: Form, answers: Iterable[Answer], evidence: Iterable[Evidence] = ()) -> list[Problem]:
    """Everything that keeps an evaluation from being submitted, item by item; empty when it may be.

    Answers that do not fit the form, missing answers, missing causes of a low mark, deductions without evidence of the
    declared kind. `at` of a problem is the item's key.
    """
    plan, answers, evidence = plan_of(form), list(answers), list(evidence)
    found: list[Problem] = []
    reads = plan.read(answers, found=found)
    refused = {each.at for each in found}
    for read in reads:
        if read.plan.key in refused or not read.is_shown:
            continue
        if read.is_open and read.plan.item.required:
            found.append(say("answer-missing", read.plan.item))
        elif read.answer is not None and not read.is_open:
            found += _text_problems(read) + _cause_problems(plan, read)
            found += _evidence_problems(plan, read, [each for each in evidence if each.item == read.plan.key])
    known = {each.key for each in plan.items}
    found += [problem("item-unknown", each.item, item=each.item) for each in evidence if each.item not in known]
    order = {each.key: number for number, each in enumerate(plan.items)}
    return sorted(found, key=lambda each: order.get(each.at, len(order)))


def _text_problems(read: Read) -> list[Problem]:
    item, answer = read.plan.item, read.answer
    assert answer is not None
    found = []
    for field, text in (("text", answer.text), ("note", answer.note), *(("note", o.note) for o in answer.occurrences)):
        if len(text) > MAX_ANSWER_TEXT:
            found.append(say("text-long", item, field=field, length=len(text), limit=MAX_ANSWER_TEXT))
        elif bad := first_control(text):
            found.append(say("text-control", item, field=field, value=f"U+{ord(bad):04X}"))
    return found


def _cause_problems(plan: Plan, read: Read) -> list[Problem]:
    item, answer = read.plan.item, read.answer
    assert answer is not None
    causes = reason_names(item.causes)
    if answer.cause is not None and answer.cause not in {cause.key for cause in item.causes}:
        return [say("cause-unknown", item, value=answer.cause, **causes)]
    is_low = read.level is not None and 100 * read.level < exact(item.cause_below_percent) * plan.one
    if item.causes and answer.cause is None and is_low and read.plan.role != "bonus":
        return [say("cause-missing", item, **causes)]
    return []


def _evidence_problems(plan: Plan, read: Read, evidence: list[Evidence]) -> list[Problem]:
    """Each deduction (for a bonus: the award) needs evidence of a declared kind; each occurrence its own."""
    item, answer = read.plan.item, read.answer
    assert answer is not None
    places = max(1, len(answer.occurrences))
    found = [
        say("evidence-place", item, number=each.occurrence + 1)
        for each in evidence
        if not 0 <= each.occurrence < places
    ]
    if not (item.evidence_kinds and _needs_evidence(plan, read)):
        return found
    have = {each.occurrence for each in evidence if each.kind in item.evidence_kinds}
    names: dict[str, Any] = {
        "wanted": "、".join(EVIDENCE_NAMES[kind][0] for kind in item.evidence_kinds),
        "wanted_en": " or ".join(EVIDENCE_NAMES[kind][1] for kind in item.evidence_kinds),
    }
    return found + [say("evidence-missing", item, number=n + 1, **names) for n in range(places) if n not in have]


def _needs_evidence(plan: Plan, read: Read) -> bool:
    if read.level is None:
        return False
    if read.plan.item.evidence_when == "always" or read.triggered:
        return True
    return read.level > 0 if read.plan.role == "bonus" else read.level < plan.one
