"""What the marking page and the result page show, from one evaluation as it is stored."""

from collections.abc import Mapping
from typing import Any

import msgspec

from qa_service.forms.queries import form_version
from qa_service.language import N_, current_language, gettext, labelled, listed
from qa_service.people.access import Actor
from qa_service.web.cells import Cell, Moment
from qa_service.web.figures import Mark
from qa_service.web.parts import Action, Message, Option, Quote
from rubrics.forms import Form, Item

SLOW_SECONDS = 180
PAUSE_SECONDS = 60


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """One item: how it may be answered, what stands there now, and what it cost once released."""

    key: str
    text: str
    guidance: str
    kind: str  # choice, multiple, number, text
    required: bool = True
    options: list[Option]
    value: str = ""
    values: list[str] = []
    causes: list[Option] = []
    cause: str = ""
    asks_quote: bool = False
    asks_fact: bool = False
    records: list[Option] = []
    message: str = ""
    quote: str = ""
    fact: str = ""
    record: str = ""
    weight_hundredths: int | None = None
    cost_hundredths: int | None = None
    answer: str = ""
    evidence: list[tuple[str, str, str]] = []  # (kind, words, message number)


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    items: list[ItemView]


class WorkPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/marking.html and result.html."""

    id: int
    version: int
    title: str
    is_marking: bool
    messages: list[Message]
    quotes: list[Quote]
    records: list[tuple[str, str]]
    sections: list[SectionView]
    facts: list[tuple[str, str | Cell]]
    improvement_note: str = ""
    mark: Mark | None = None
    errors: dict[str, str] = {}
    labels: dict[str, str] = {}
    actions: list[Action] = []
    superseded: bool = False


async def work_page(
    actor: Actor,
    whole: dict[str, Any],
    *,
    typed: Mapping[str, list[str]] | None = None,
    errors: dict[str, str] | None = None,
) -> WorkPage:
    found = whole["evaluation"]
    version, form = await form_version(found["form"])
    is_marking = found["state"] in ("queued", "draft") and found["monitor"] == actor.person_id
    numbers = {one["id"]: one["sequence"] for one in whole["messages"]}
    given = _Given(whole, typed, numbers)
    costs = {} if whole["explanation"] is None else {i["key"]: i for i in whole["explanation"]["mark"]["items"]}
    records = [
        Option(value=str(one["id"]), label=labelled(one["kind"], one["body"][:60])) for one in whole["business_records"]
    ]
    sections = [
        SectionView(
            name=_said(section, "name"),
            items=[_item(item, given, costs.get(item.key), records) for item in section.items],
        )
        for section in form.sections
    ]
    return WorkPage(
        id=found["id"],
        version=found["version"],
        title=_said(form, "name"),
        is_marking=is_marking,
        messages=shown_messages(whole["messages"]),
        quotes=_quotes(whole["evidence"], numbers, form),
        records=[(one["kind"], one["body"]) for one in whole["business_records"]],
        sections=sections,
        facts=_facts(found, version, whole),
        improvement_note=given.one("improvement_note") or found["improvement_note"] or "",
        mark=Mark(value_hundredths=found["final_hundredths"], out_of_hundredths=10_000) if costs else None,
        errors=errors or {},
        labels={f"a.{item.key}": _said(item, "text") for _s, item in form.items()},
        actions=_actions(actor, found),
        superseded=found["state"] == "superseded",
    )


def _said(part: Any, name: str) -> str:
    """A text of the form in the reader's language, Chinese where it has no English."""
    return (current_language() == "en" and getattr(part, f"{name}_en", "")) or getattr(part, name)


class _Given:
    """What stands in the fields: what was typed, else what is stored."""

    def __init__(self, whole: dict[str, Any], typed: Mapping[str, list[str]] | None, numbers: dict[int, int]) -> None:
        self.typed = dict(typed) if typed is not None else _stored(whole, numbers)
        self.evidence: dict[str, list[tuple[str, str, str]]] = {}
        for piece in whole["evidence"]:
            place = str(numbers.get(piece["message"], ""))
            words = piece["quote"] or piece["fact"] or _record_text(whole, piece["business_record"])
            kind = {"quote": "quote", "absence": "absence", "business_record": "record"}.get(piece["kind"], "span")
            self.evidence.setdefault(piece["item"], []).append((kind, words, place))

    def one(self, name: str) -> str:
        return (self.typed.get(name) or [""])[-1]

    def all(self, name: str) -> list[str]:
        return list(self.typed.get(name, []))


def _record_text(whole: dict[str, Any], record: int | None) -> str:
    return next((one["body"] for one in whole["business_records"] if one["id"] == record), "")


def _stored(whole: dict[str, Any], numbers: dict[int, int]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for one in whole["answers"]:
        key = one["item"]
        if one.get("na_reason"):
            typed[f"a.{key}"] = [f"na:{one['na_reason']}"]
        elif one.get("number") is not None:
            typed[f"a.{key}"] = [str(one["number"])]
        else:
            typed[f"a.{key}"] = [str(value) for value in one.get("choices", [])] or [one.get("text", "")]
        typed[f"c.{key}"] = [one.get("cause") or ""]
    for piece in whole["evidence"]:
        key = piece["item"]
        if piece["kind"] == "quote":
            typed[f"m.{key}"] = [str(numbers.get(piece["message"], ""))]
            typed[f"q.{key}"] = [piece["quote"]]
        elif piece["kind"] == "absence":
            typed[f"f.{key}"] = [piece["fact"] or ""]
        elif piece["kind"] == "business_record":
            typed[f"b.{key}"] = [str(piece["business_record"])]
    return typed


def _item(item: Item, given: _Given, cost: dict[str, Any] | None, records: list[Option]) -> ItemView:
    options = options_of(item)
    values = given.all(f"a.{item.key}")
    words = {option.value: option.label for option in options}
    return ItemView(
        key=item.key,
        text=_said(item, "text"),
        guidance=_said(item, "guidance"),
        kind=input_kind(item),
        required=item.required,
        options=options,
        value=values[-1] if values else "",
        values=values,
        causes=[Option(value=one.key, label=_said(one, "name")) for one in item.causes],
        cause=given.one(f"c.{item.key}"),
        asks_quote="quote" in item.evidence_kinds,
        asks_fact="absence" in item.evidence_kinds,
        records=records if "business_record" in item.evidence_kinds else [],
        message=given.one(f"m.{item.key}"),
        quote=given.one(f"q.{item.key}"),
        fact=given.one(f"f.{item.key}"),
        record=given.one(f"b.{item.key}"),
        weight_hundredths=cost and cost["weight_hundredths"],
        cost_hundredths=cost and cost["cost_hundredths"],
        answer=listed(words.get(value, value) for value in values),
        evidence=given.evidence.get(item.key, []),
    )


def input_kind(item: Item) -> str:
    if item.type in ("scale", "number"):
        return "number"
    if item.type == "multiple_choice":
        return "multiple"
    return "text" if item.type in ("text", "date") else "choice"


def options_of(item: Item) -> list[Option]:
    """Answers with their keyboard digits, then the reasons for not applicable."""
    if item.type == "yes_no":
        found = [("yes", gettext(N_("是"))), ("no", gettext(N_("否")))]
    else:
        found = [(option.key, _said(option, "name")) for option in item.options]
    given = [Option(value=key, label=label, key=str(place)) for place, (key, label) in enumerate(found, 1)]
    na = gettext(N_("不适用"))
    return given + [Option(value=f"na:{one.key}", label=labelled(na, _said(one, "name"))) for one in item.na_reasons]


def shown_messages(found: list[dict[str, Any]]) -> list[Message]:
    made, before = [], None
    for one in found:
        at = one["sent_at"]
        pause = int((at - before).total_seconds()) if at and before and at >= before else None
        made.append(
            Message(
                number=one["sequence"],
                sender=one["sender"],
                name="",
                at=at,
                text=one["body"],
                kind=one["kind"],
                pause_seconds=pause if pause is not None and pause >= PAUSE_SECONDS else None,
                is_slow=pause is not None and pause > SLOW_SECONDS and one["sender"] == "agent",
            )
        )
        before = at or before
    return made


def _quotes(evidence: list[dict[str, Any]], numbers: dict[int, int], form: Form) -> list[Quote]:
    places = {item.key: str(place) for place, (_section, item) in enumerate(form.items(), 1)}
    return [
        Quote(
            message=numbers[one["message"]],
            start=one["start"] or 0,
            end=one["end"] or 0,
            ref=places.get(one["item"], one["item"]),
            href=f"#item-{one['item']}",
        )
        for one in evidence
        if one["kind"] == "quote" and one["message"] in numbers
    ]


def _facts(found: dict[str, Any], version: dict[str, Any], whole: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("质检表")), f"{version['name']} {version['version']}"),
        (gettext(N_("服务记录")), whole["evaluation"]["part_id"] or ""),
    ]
    if found["released_at"]:
        facts += [
            (gettext(N_("公布时间")), Moment(at=found["released_at"])),
            (gettext(N_("回应期限")), Moment(at=found["respond_by_at"], is_deadline=True)),
        ]
    return facts


def _actions(actor: Actor, found: dict[str, Any]) -> list[Action]:
    if found["person"] is None or found["person"] != actor.person_id or found["state"] != "released":
        return []
    href = f"/evaluations/{found['id']}/respond"
    return [
        Action(label=gettext(N_("已阅")), href=href, method="post", fields={"kind": "seen"}),
        Action(label=gettext(N_("同意")), href=href, method="post", fields={"kind": "agree"}, kind="primary"),
        Action(label=gettext(N_("提出申诉")), href=f"/disputes/new?evaluation={found['id']}"),
    ]
