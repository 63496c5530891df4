"""A simulated monitor: sees what was done and missed in a chat, and answers a form with strictness and slips."""

from collections.abc import Mapping, Sequence
from random import Random

import msgspec

from qa_service.demo.form_items import ALWAYS_DONE, FORM_BEHAVIOURS
from qa_service.demo.people import monitors
from qa_service.demo.shapes import Person, Trace, Truth
from qa_service.demo.talk import AGENT

YES, PARTIAL, NO, NOT_APPLICABLE = "yes", "partial", "no", "na"
_VERDICT = {"done": YES, "partial": PARTIAL, "missed": NO}
STRICT_POINTS = -8.0
# Of what is asked about this share is done: the strict monitor takes from it, the lenient ones add to the rest.
DONE_SHARE = 0.85


class FormItem(msgspec.Struct, frozen=True):
    """One item of a form as far as a monitor's answer depends on it."""

    key: str
    has_partial: bool = False
    critical: bool = False


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """One answer with its evidence.

    `verdict` is yes, partial, no or na. Either `message` (0-based) with its `quote`, or the searched messages
    `first`..`last` of something absent; `fact` and `record` as in Trace. A yes may come without evidence.
    """

    verdict: str
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
    messages: Sequence[Mapping[str, str]],
    items: Sequence[FormItem],
    *,
    form: str,
    traces: Mapping[str, Trace],
    truth: Truth,
    monitor: str,
    record_id: str,
) -> dict[str, Observed]:
    """Answer each item of `form` for one chat; the same answer for the same (seed, monitor, record, item).

    `traces` are the chat's behaviours from behaviours.json.gz. Raises KeyError for a form, an item or a monitor that
    is unknown. A critical item that was fulfilled is never marked down: strictness is a habit, not an invention.
    """
    table, answers = FORM_BEHAVIOURS[form], {}
    leniency, noise = truth.leniency[monitor], truth.noise[monitor]
    for item in items:
        rng = Random(f"{truth.seed}/{monitor}/{record_id}/{item.key}")
        trace = _worst([traces[key] for key in table[item.key] if key in traces])
        if trace is None and ALWAYS_DONE not in table[item.key]:
            answers[item.key] = Observed(verdict=NOT_APPLICABLE)
            continue
        fair = _VERDICT[trace.state] if trace else YES
        given = _habit(rng, fair, item=item, leniency=leniency, noise=noise)
        answers[item.key] = _evidence(rng, given, trace, messages=messages)
    return answers


def _worst(traces: list[Trace]) -> Trace | None:
    order = ("missed", "partial", "done")
    return min(traces, key=lambda trace: order.index(trace.state), default=None)


def _habit(rng: Random, fair: str, *, item: FormItem, leniency: float, noise: float) -> str:
    """The fair verdict bent by strictness, then by inattention."""
    bend, slip, half = rng.random(), rng.random(), rng.random() < 0.5
    if fair == PARTIAL and not item.has_partial:
        fair = YES if half else NO
    middle = PARTIAL if item.has_partial and half else None
    if item.critical:
        return fair
    if leniency < 0 and fair == YES and bend < _chance(-leniency, DONE_SHARE, halved=item.has_partial):
        return middle or NO
    if leniency > 0 and fair == NO and bend < _chance(leniency, 1 - DONE_SHARE, halved=item.has_partial):
        return middle or YES
    if slip < noise:
        return {YES: NO, NO: YES, PARTIAL: PARTIAL}[fair]
    return fair


def _chance(points: float, share: float, *, halved: bool) -> float:
    """How often a verdict must be bent to move the mean mark by `points`; half of the bends move it by half only."""
    return points / 100 / share / (0.75 if halved else 1.0)


def _evidence(rng: Random, verdict: str, trace: Trace | None, *, messages: Sequence[Mapping[str, str]]) -> Observed:
    """Where it can be seen; a deduction always has a quote, a record, or the range that was searched."""
    if trace is not None and trace.message is not None:
        quote = messages[trace.message]["内容"]
        return Observed(verdict=verdict, message=trace.message, quote=quote, fact=trace.fact, record=trace.record)
    if trace is not None and (verdict == YES or trace.state != "done" or trace.record):
        absent = trace.state == "missed"
        return Observed(
            verdict=verdict,
            first=trace.first if absent else None,
            last=trace.last if absent else None,
            fact=trace.fact,
            record=trace.record,
        )
    if verdict == YES:
        return Observed(verdict=verdict)
    spoken = [place for place, message in enumerate(messages) if message["发送方"] == AGENT and message["内容"]]
    chosen = rng.choice(spoken) if spoken else 0
    return Observed(verdict=verdict, message=chosen, quote=messages[chosen]["内容"], fact=trace.fact if trace else None)
