"""What the marking page and the result page show, from one evaluation as it is stored."""

from collections.abc import Mapping
from typing import Any

import msgspec

from qa_service import clock
from qa_service.errors import Refusal, StaleEdit
from qa_service.evaluations import proving
from qa_service.evaluations.facts import facts_of, part_words
from qa_service.evaluations.faults import Fault, errors_of, faults_of
from qa_service.evaluations.rules import Record
from qa_service.evaluations.views import Given, ItemView, SectionView, item_view, quotes_of, said, shown_messages
from qa_service.forms.queries import form_version
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web import formatting
from qa_service.web.cells import Cell, StateCell
from qa_service.web.figures import Mark
from qa_service.web.parts import Action, Message, Option, Quote
from rubrics import marking
from rubrics.answers import Answer
from rubrics.errors import AnswersRefused
from rubrics.forms import Form, is_weighted
from rubrics.marks import RunningRange
from rubrics.tally import running_range

STATES = {
    "agree": ("done", N_("已同意")), "seen": ("done", N_("已阅")), "appeal": ("hold", N_("已申诉")),
    "waiting": ("wait", N_("待回应")), "overdue": ("warn", N_("逾期未回应")),
}  # fmt: skip
NOTE_STATES = {
    "open": ("wait", N_("待跟进")), "done": ("done", N_("已做到")), "not_done": ("warn", N_("没有做到")),
    "lapsed": ("none", N_("更正后不再需要")),
}  # fmt: skip


class NoteView(msgspec.Struct, frozen=True, kw_only=True):
    """An improvement note and what became of it; `may_follow` where this reader closes it."""

    id: int
    version: int
    body: str
    state: StateCell
    result: str
    told: str  # who and when
    may_follow: bool


class WorkPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/marking.html and result.html. `sums` says the arithmetic of the mark in sentences;
    `low` to `high` is where a draft can still end."""

    id: int
    version: int
    title: str
    lead: str
    crumbs: list[tuple[str, str]]
    is_marking: bool
    messages: list[Message]
    quotes: list[Quote]
    records: list[tuple[str, str]]
    sections: list[SectionView]
    facts: list[tuple[str, str | Cell]]
    improvement_note: str = ""
    notes: list[NoteView] = []
    outcomes: list[Option] = []
    mark: Mark | None = None
    sums: list[str] = []
    state: StateCell | None = None
    low: str = ""
    high: str = ""
    open_count: int = 0
    errors: dict[str, str] = {}
    faults: list[Fault] = []
    actions: list[Action] = []
    superseded: bool = False


async def work_page(
    actor: Actor,
    whole: dict[str, Any],
    *,
    typed: Mapping[str, list[str]] | None = None,
    refusal: Refusal | None = None,
) -> WorkPage:
    found = whole["evaluation"]
    version, form = await form_version(found["form"])
    is_marking = found["state"] in ("queued", "draft") and found["monitor"] == actor.person_id
    numbers = {one["id"]: one["sequence"] for one in whole["messages"]}
    given = Given(form, whole, typed, numbers)
    answers = [msgspec.convert(one, Answer) for one in whole["answers"]]
    running = _running(form, answers) if is_marking else None
    state = STATES.get(whole["response_state"] or "")
    return WorkPage(
        id=found["id"],
        version=_version(found, typed, refusal),
        title=said(form, "name"),
        lead=part_words(whole["part"]),
        crumbs=_crumbs(actor, found, is_marking=is_marking) + [(said(form, "name"), "")],
        is_marking=is_marking,
        messages=shown_messages(whole["messages"]),
        quotes=quotes_of(whole["evidence"], numbers, form),
        records=[(_record_head(one), one["body"]) for one in whole["business_records"]],
        sections=_sections(form, whole, given, answers, await _record(found)),
        facts=facts_of(actor, whole, version),
        improvement_note=given.one("improvement_note"),
        notes=[_note(actor, found, one) for one in whole["improvement_notes"]],
        outcomes=[Option(value=key, label=gettext(NOTE_STATES[key][1])) for key in ("done", "not_done")],
        mark=_mark(whole),
        sums=whole["sums"],
        state=StateCell(kind=state[0], word=gettext(state[1])) if state else None,
        low=formatting.score(running.low_hundredths) if running else "",
        high=formatting.score(running.high_hundredths) if running else "",
        open_count=len(running.open_items) if running else 0,
        errors=errors_of(refusal),
        faults=faults_of(refusal, form),
        actions=_actions(actor, whole),
        superseded=found["state"] == "superseded",
    )


def _version(found: dict[str, Any], typed: Mapping[str, list[str]] | None, refusal: Refusal | None) -> int:
    """The version to send back: after a stale edit the old one, so that pressing again cannot overwrite the other's."""
    given = (typed or {}).get("version", [""])[-1]
    is_kept = isinstance(refusal, StaleEdit) and given.isdecimal() and len(given) < 10
    return int(given) if is_kept else found["version"]


def _running(form: Form, answers: list[Answer]) -> RunningRange | None:
    try:
        return running_range(form, answers)
    except AnswersRefused:  # a draft of answers that no longer fit shows no range
        return None


async def _record(found: dict[str, Any]) -> Record:
    return (await proving.beside(found["part"])).record


def record_options(whole: dict[str, Any]) -> list[Option]:
    return [
        Option(value=str(one["id"]), label=f"{_record_head(one)}{gettext(N_('：'))}{one['body'][:60]}")
        for one in whole["business_records"]
    ]


def _record_head(one: dict[str, Any]) -> str:
    on = formatting.day(one["recorded_on"], weekday=False) if one["recorded_on"] else ""
    return " ".join(filter(None, (gettext(one["kind"]), on)))


def _sections(
    form: Form, whole: dict[str, Any], given: Given, answers: list[Answer], record: Record
) -> list[SectionView]:
    """Every section with its items numbered through the form, and what the mark says of each."""
    mark = _mark_of(form, whole, answers)
    marks = {one["key"]: one for one in mark["items"]} if mark else {}
    sums = {one["key"]: one for one in mark["sections"]} if mark else {}
    records = record_options(whole)
    places = {item.key: place for place, (_section, item) in enumerate(form.items(), 1)}
    return [
        SectionView(
            name=said(section, "name"),
            items=[
                _with_critical(
                    item_view(
                        item, places[item.key], given, mark=marks.get(item.key), records=records, record=record,
                        is_weighted=is_weighted(form, item),
                    ),
                    whole,
                )
                for item in section.items
            ],
            weight_hundredths=sums[section.key]["weight_hundredths"] if sums else None,
            cost_hundredths=sums[section.key]["cost_hundredths"] if sums else None,
        )
        for section in form.sections
    ]


def _mark_of(form: Form, whole: dict[str, Any], answers: list[Answer]) -> dict[str, Any] | None:
    """The mark as it was stored; of a draft the effective weights by the answers so far."""
    if whole["explanation"] is not None:
        return whole["explanation"]["mark"]
    try:
        return msgspec.to_builtins(marking.mark(form, answers))
    except AnswersRefused:
        return None


def _with_critical(view: ItemView, whole: dict[str, Any]) -> ItemView:
    """With the effect of a triggered critical item in words."""
    if whole["explanation"] is None:
        return view
    lines = [line for section in whole["explanation"]["sections"] for line in section["lines"]]
    line = next((one for one in lines if one["mark"]["key"] == view.key), None)
    return msgspec.structs.replace(view, critical=said_of(line, "critical")) if line and line["critical"] else view


def said_of(line: dict[str, Any], name: str) -> str:
    return line[f"{name}_en"] if current_language() == "en" else line[name]


def _mark(whole: dict[str, Any]) -> Mark | None:
    final = whole["evaluation"]["final_hundredths"]
    if whole["explanation"] is None:
        return None
    return Mark(value_hundredths=final, out_of_hundredths=10_000, reason=gettext(N_("不计分")))


def _crumbs(actor: Actor, found: dict[str, Any], *, is_marking: bool) -> list[tuple[str, str]]:
    """Where the reader came from: the own results, the queue, or the list of records."""
    if actor.person_id is not None and found["person"] == actor.person_id:
        return [(gettext(N_("我的质检")), "/my/results")]
    if is_marking:
        return [(gettext(N_("待评")), "/queue")]
    if actor.may(Permission.INTERACTION_READ):
        return [(gettext(N_("服务记录")), "/interactions")]
    return [(gettext(N_("首页")), "/")]


def _note(actor: Actor, found: dict[str, Any], note: dict[str, Any]) -> NoteView:
    kind, word = NOTE_STATES[note["state"]]
    when = formatting.moment(note["followed_at"]) if note["followed_at"] else ""
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    return NoteView(
        id=note["id"],
        version=note["version"],
        body=note["body"],
        state=StateCell(kind=kind, word=gettext(word)),
        result=note["result"] or "",
        told=" ".join(filter(None, (note["followed_by"] or "", when))) if when else "",
        may_follow=note["state"] == "open" and not is_own and actor.may(Permission.FOLLOW_UP_WRITE),
    )


def _actions(actor: Actor, whole: dict[str, Any]) -> list[Action]:
    """For the agent while there is time: 已阅, 同意, 申诉; for the QA lead a correction."""
    found = whole["evaluation"]
    if found["state"] != "released":
        return []
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    if not is_own:
        may_correct = actor.may(Permission.EVALUATION_MANAGE)
        href = f"/evaluations/{found['id']}/correction"
        return [Action(label=gettext(N_("更正")), href=href)] if may_correct else []
    until = found["respond_by_at"]
    if until is not None and clock.now() >= until:
        return []
    href = f"/evaluations/{found['id']}/respond"
    seen = Action(label=gettext(N_("已阅")), href=href, method="post", fields={"kind": "seen"})
    agree = Action(label=gettext(N_("同意")), href=href, method="post", fields={"kind": "agree"}, kind="primary")
    appeal = Action(label=gettext(N_("提出申诉")), href=f"/disputes/new?evaluation={found['id']}")
    state = whole["response_state"]
    return [appeal] if state == "agree" else [agree, appeal] if state in ("seen", "appeal") else [seen, agree, appeal]
