"""A simulated monitor: sees what was done and missed in a chat, and answers a form with strictness and slips."""

from collections.abc import Mapping, Sequence
from random import Random

import msgspec

from qa_service.demo.form_items import ALWAYS_DONE, FORM_BEHAVIOURS, ONLY_IF_SEEN, FormItem, true_reason
from qa_service.demo.people import monitors
from qa_service.demo.shapes import Person, Trace, Truth
from qa_service.demo.talk import AGENT, SYSTEM

YES, PARTIAL, NO, NOT_APPLICABLE = "yes", "partial", "no", "na"
_VERDICT = {"done": YES, "partial": PARTIAL, "missed": NO}
STRICT_POINTS = -12.0
# Of what a form asks about this share, by weight, is half done: the strict monitor takes it for missed.
HALF_DONE_SHARE = 0.24


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """One answer with its evidence.

    `verdict` is yes, partial, no or na (then with its `reason`). `kind` says which evidence there is: a quote (with
    its 0-based `message`), a business_record (its text in `record`), or absence (searched messages `first`..`last`,
    a computed `fact` where there is one). What is in order may come without evidence. `cause` is one of the item's
    causes, given with every deduction.
    """

    verdict: str
    reason: str | None = None
    cause: str | None = None
    kind: str | None = None
    message: int | None = None
    quote: str | None = None
    first: int | None = None
    last: int | None = None
    fact: str | None = None
    record: str | None = None


def make_monitors(rng: Random, people: Sequence[Person]) -> tuple[dict[str, float], dict[str, float], str]:
    """Leniency in points, share of slips, and who is the strict one."""
    staff = [person.staff_no for person in monitors(tuple(people))]
    strict = staff[1]
    others = iter((1.0, -1.0))
    leniency = {number: STRICT_POINTS if number == strict else next(others) for number in staff}
    return leniency, {number: round(rng.uniform(0.01, 0.025), 4) for number in staff}, strict


def mark_chat(
    messages: Sequence[Mapping[str, str]], items: Sequence[FormItem], *, form: str, traces: Mapping[str, Trace],
    truth: Truth, monitor: str, record_id: str,
) -> dict[str, Observed]:  # fmt: skip
    """Answer each item of `form` for one chat; the same answer for the same (seed, monitor, record, item).

    `messages` as in the export, `traces` the chat's behaviours from behaviours.json.gz. Raises KeyError for a form,
    an item or a monitor that is unknown. A critical or bonus item is answered as it is, and so is what was plainly
    done or plainly missed: strictness is a habit with what is half done, not an invention.
    """
    table = FORM_BEHAVIOURS[form]
    transferred = any(m["发送方"] == SYSTEM and m["内容"].startswith("会话已转接") for m in messages)
    answers = {}
    for item in items:
        rng = Random(f"{truth.seed}/{monitor}/{record_id}/{item.key}")
        trace = _worst([traces[key] for key in table[item.key] if key in traces])
        fair = _fair(item, table[item.key], trace)
        if fair == NOT_APPLICABLE:
            reason = true_reason(item, behaviours=frozenset(traces), transferred=transferred)
            # A form that offers no true reason is answered in the agent's favour.
            answers[item.key] = Observed(verdict=NOT_APPLICABLE if reason else YES, reason=reason)
            continue
        given = _habit(rng, fair, item=item, leniency=truth.leniency[monitor], noise=truth.noise[monitor])
        answers[item.key] = _evidence(rng, given, trace, item=item, messages=messages)
    return answers


def _worst(traces: list[Trace]) -> Trace | None:
    order = ("missed", "partial", "done")
    return min(traces, key=lambda trace: order.index(trace.state), default=None)


def _fair(item: FormItem, behaviours: tuple[str, ...], trace: Trace | None) -> str:
    """The verdict of somebody without habits."""
    if trace is not None:
        return _VERDICT[trace.state]
    if ONLY_IF_SEEN in behaviours:
        return NO
    return YES if ALWAYS_DONE in behaviours else NOT_APPLICABLE


def _habit(rng: Random, fair: str, *, item: FormItem, leniency: float, noise: float) -> str:
    """What plainly shows is marked as it shows; strictness, kindness and inattention decide what is half done."""
    bend, slip, half = rng.random(), rng.random(), rng.random() < 0.5
    if item.unbent or fair != PARTIAL:
        return fair
    if bend < _chance(abs(leniency)):
        return NO if leniency < 0 else YES
    if slip < noise or not item.has_partial:
        return YES if half else NO
    return PARTIAL


def _chance(points: float) -> float:
    """How often what is half done must be bent to move the mean mark by `points`; a bend moves it by half an item."""
    return points / 100 / HALF_DONE_SHARE * 2


def _evidence(
    rng: Random, verdict: str, trace: Trace | None, *, item: FormItem, messages: Sequence[Mapping[str, str]]
) -> Observed:
    """Where it can be seen, in a kind that the item declares; a deduction has always one."""
    kinds, deduction = item.evidence_kinds, verdict != YES and not item.unbent
    answer = Observed(verdict=verdict, cause=rng.choice(item.causes) if deduction and item.causes else None)
    if trace is not None and trace.record and "business_record" in kinds:
        return msgspec.structs.replace(answer, kind="business_record", record=trace.record, fact=trace.fact)
    if trace is not None and trace.message is not None and "quote" in kinds:
        return _quoted(answer, trace.message, messages=messages)
    if trace is not None and "absence" in kinds and (deduction or trace.fact):
        first = trace.first if trace.message is None else trace.message
        last = len(messages) - 1
        return msgspec.structs.replace(answer, kind="absence", first=min(first, last), last=last, fact=trace.fact)
    if not deduction:
        return answer
    spoken = [place for place, message in enumerate(messages) if message["发送方"] == AGENT and message["内容"]]
    return _quoted(answer, rng.choice(spoken), messages=messages)


def _quoted(answer: Observed, message: int, *, messages: Sequence[Mapping[str, str]]) -> Observed:
    return msgspec.structs.replace(answer, kind="quote", message=message, quote=messages[message]["内容"])
