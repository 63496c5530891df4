"""Items of a form as pages show them: how each may be answered, what stands there, what it weighs and what it cost."""

from collections.abc import Mapping
from typing import Any

import msgspec

from qa_service.evaluations import rules, words
from qa_service.evaluations.typed import MOST_OCCURRENCES, places_of
from qa_service.language import N_, current_language, gettext, listed
from qa_service.web.parts import Message, Option, Quote
from rubrics.forms import Form, Item

SLOW_SECONDS = 180
PAUSE_SECONDS = 60
SPANS = {"quote": "quote", "absence": "absence", "business_record": "record"}


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence to read: `kind` of the macro evidence(), what it is called, the message it points to.

    `occurrence` counts from 1 where the item repeats and has several, else it is 0."""

    kind: str
    words: str
    label: str = ""
    place: str = ""
    cite: str = ""
    occurrence: int = 0


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """Where evidence of an item is typed: the item itself, or one of its occurrences (`number` from 1, else 0).

    `fact` is what its range bears now, `is_stamped` whether it is evidence, `span_fact` the time that was counted."""

    name: str
    number: int = 0
    note: str = ""
    message: str = ""
    quote: str = ""
    is_stamped: bool = False
    fact: str = ""
    first: str = ""
    last: str = ""
    looked_for: str = ""
    span_first: str = ""
    span_last: str = ""
    span_fact: str = ""
    record: str = ""

    def has_any(self) -> bool:
        return bool(self.message or self.is_stamped or self.span_first or self.record)


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """One item with its number on the form, and the places of its evidence: one, or one for each occurrence.

    `may_add`: it repeats, and one more occurrence can be listed."""

    key: str
    number: int
    text: str
    guidance: str
    kind: str  # choice, multiple, number, date, text
    required: bool = True
    options: list[Option]
    value: str = ""
    values: list[str] = []
    causes: list[Option] = []
    cause: str = ""
    asks_quote: bool = False
    asks_fact: bool = False
    asks_span: bool = False
    records: list[Option] = []
    places: list[PlaceView] = []
    may_add: bool = False
    weight_hundredths: int | None = None
    cost_hundredths: int | None = None
    bonus_hundredths: int | None = None
    critical: str = ""
    answer: str = ""
    evidence: list[Piece] = []

    def asks_evidence(self) -> bool:
        return bool(self.asks_quote or self.asks_fact or self.asks_span or self.records)

    def has_evidence(self) -> bool:
        return any(place.has_any() for place in self.places)


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A section with its effective weight and what was lost in it; both None until the mark is known."""

    name: str
    items: list[ItemView]
    weight_hundredths: int | None = None
    cost_hundredths: int | None = None


def said(part: Any, name: str) -> str:
    """A text of the form in the reader's language, Chinese where it has no English."""
    return (current_language() == "en" and getattr(part, f"{name}_en", "")) or getattr(part, name)


class Given:
    """What stands in the fields: what was typed, else what is stored."""

    def __init__(
        self, form: Form, whole: dict[str, Any], typed: Mapping[str, list[str]] | None, numbers: dict[int, int]
    ) -> None:
        repeating = {item.key: item for _section, item in form.items() if item.repeats}
        self.typed = dict(typed) if typed is not None else _stored(whole, numbers, repeating)
        self.notes = {one["item"]: [o.get("note", "") for o in one.get("occurrences", [])] for one in whole["answers"]}
        self.evidence: dict[str, list[Piece]] = {}
        for piece in sorted(whole["evidence"], key=lambda one: one["occurrence"]):
            is_one_of_several = len(self.notes.get(piece["item"], [])) > 1
            place = piece["occurrence"] + 1 if is_one_of_several else 0
            self.evidence.setdefault(piece["item"], []).append(_piece(piece, whole, numbers, place))

    def one(self, name: str) -> str:
        return (self.typed.get(name) or [""])[-1]

    def all(self, name: str) -> list[str]:
        return list(self.typed.get(name, []))


def _piece(piece: dict[str, Any], whole: dict[str, Any], numbers: dict[int, int], occurrence: int) -> Piece:
    place = numbers.get(piece["message"])
    return Piece(
        kind=SPANS.get(piece["kind"], "span"),
        words=piece["quote"] or piece["fact"] or _record_text(whole, piece["business_record"]),
        label=piece["label"],
        place=str(place or ""),
        cite=words.range_text(place, place) if place else "",
        occurrence=occurrence,
    )


def _record_text(whole: dict[str, Any], record: int | None) -> str:
    return next((one["body"] for one in whole["business_records"] if one["id"] == record), "")


def _stored(whole: dict[str, Any], numbers: dict[int, int], repeating: dict[str, Item]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {"improvement_note": [whole["evaluation"]["improvement_note"] or ""]}
    for one in whole["answers"]:
        key = one["item"]
        if one.get("na_reason"):
            typed[f"a.{key}"] = [f"na:{one['na_reason']}"]
        elif one.get("none_chosen"):
            typed[f"a.{key}"] = ["none:"]
        elif one.get("number") is not None or one.get("on"):
            typed[f"a.{key}"] = [str(one.get("number") if one.get("number") is not None else one["on"])]
        else:
            typed[f"a.{key}"] = [str(value) for value in one.get("choices", [])] or [one.get("text", "")]
        typed[f"c.{key}"] = [one.get("cause") or ""]
    for piece in whole["evidence"]:
        place = f"{piece['item']}.{piece['occurrence']}" if piece["item"] in repeating else piece["item"]
        typed |= {f"{name}.{place}": [value] for name, value in _fields(piece, numbers).items()}
    return typed | _occurrences(whole, repeating)


def _occurrences(whole: dict[str, Any], repeating: dict[str, Item]) -> dict[str, list[str]]:
    """How many occurrences are stored, with or without evidence, and what each was."""
    typed: dict[str, list[str]] = {}
    counts = dict.fromkeys(repeating, 1)
    for one in whole["answers"]:
        if one.get("occurrences") and not one.get("choices"):  # through the API: occurrences alone are the bad answer
            typed[f"a.{one['item']}"] = ["no" if repeating[one["item"]].good == "yes" else "yes"]
        for number, occurrence in enumerate(one.get("occurrences", [])):
            typed[f"o.{one['item']}.{number}"] = [occurrence.get("note", "")]
            counts[one["item"]] = max(counts[one["item"]], number + 1)
    for piece in whole["evidence"]:
        if piece["item"] in repeating:
            counts[piece["item"]] = max(counts[piece["item"]], piece["occurrence"] + 1)
    return typed | {f"n.{key}": [str(count)] for key, count in counts.items()}


def _fields(piece: dict[str, Any], numbers: dict[int, int]) -> dict[str, str]:
    """The fields of one stored piece of evidence, as typed.py reads them."""
    if piece["kind"] == "quote":
        return {"m": str(numbers.get(piece["message"], "")), "q": piece["quote"]}
    if piece["kind"] == "business_record":
        return {"b": str(piece["business_record"])}
    ends, _, looked_for = (piece["searched"] or "").partition(" ")
    first, _, last = ends.partition("-")
    if piece["kind"] == "absence":
        return {"f": "1", "ff": first, "fl": last or first, "fw": looked_for}
    return {"sf": first, "sl": last}


def item_view(
    item: Item, number: int, given: Given, *, mark: dict[str, Any] | None, records: list[Option], record: rules.Record,
    is_weighted: bool = True,
) -> ItemView:
    """One item as the page shows it; one that only guards or adds has no weight to show."""
    options = options_of(item)
    values = given.all(f"a.{item.key}")
    names = {option.value: option.label for option in options}
    last = record.numbers()[1]
    asks_fact = "absence" in item.evidence_kinds and last > 0
    places = places_of(item, given.typed)
    return ItemView(
        key=item.key,
        number=number,
        text=said(item, "text"),
        guidance=said(item, "guidance"),
        kind=input_kind(item),
        required=item.required,
        options=options,
        value=values[-1] if values else "",
        values=values,
        causes=[Option(value=one.key, label=said(one, "name")) for one in item.causes],
        cause=given.one(f"c.{item.key}"),
        asks_quote="quote" in item.evidence_kinds,
        asks_fact=asks_fact,
        asks_span="time_span" in item.evidence_kinds and last > 0,
        records=records if "business_record" in item.evidence_kinds else [],
        places=[_place(item, name, n if item.repeats else 0, given, record) for n, name in enumerate(places, 1)],
        may_add=item.repeats and len(places) < MOST_OCCURRENCES,
        weight_hundredths=mark["weight_hundredths"] if mark and is_weighted else None,
        cost_hundredths=mark and mark["cost_hundredths"],
        bonus_hundredths=mark and mark["bonus_hundredths"],
        answer=_answer(item, listed(names.get(value, value) for value in values), given),
        evidence=given.evidence.get(item.key, []),
    )


def _place(item: Item, name: str, number: int, given: Given, record: rules.Record) -> PlaceView:
    first, last = record.numbers()
    spans = [one for one in given.evidence.get(item.key, []) if one.kind == "span" and one.occurrence in (0, number)]
    return PlaceView(
        name=name,
        number=number,
        note=given.one(f"o.{name}"),
        message=given.one(f"m.{name}"),
        quote=given.one(f"q.{name}"),
        is_stamped=bool(given.one(f"f.{name}")),
        fact=_fact(item, name, given, record) if "absence" in item.evidence_kinds and last > 0 else "",
        first=given.one(f"ff.{name}") or str(first),
        last=given.one(f"fl.{name}") or str(last),
        looked_for=given.one(f"fw.{name}") or "、".join(item.looks_for),
        span_first=given.one(f"sf.{name}"),
        span_last=given.one(f"sl.{name}"),
        span_fact=spans[0].words if spans else "",
        record=given.one(f"b.{name}"),
    )


def _answer(item: Item, chosen: str, given: Given) -> str:
    """The answer in words, with how often where a fault was listed several times, and what each time was."""
    notes = given.notes.get(item.key, [])
    if not notes:
        return chosen
    told = listed(note for note in notes if note)
    often = gettext(N_("%(answer)s，%(count)s处"), answer=chosen, count=len(notes))
    return often + (gettext(N_("：")) + told if told else "")


def _fact(item: Item, name: str, given: Given, record: rules.Record) -> str:
    """What the chosen range bears at this moment; nothing for a range that is none."""
    first, last = record.numbers()
    ends = f"{given.one(f'ff.{name}') or first}-{given.one(f'fl.{name}') or last}"
    searched = rules.read_searched(f"{ends} {given.one(f'fw.{name}')}", record, item.looks_for)
    return words.fact_text(rules.borne(item, searched, record)) if searched is not None else ""


def input_kind(item: Item) -> str:
    if item.type in ("scale", "number"):
        return "number"
    if item.type == "multiple":
        return "multiple"
    return item.type if item.type in ("text", "date") else "choice"


def options_of(item: Item) -> list[Option]:
    """Answers with their keyboard digits, then the reasons for not applicable."""
    if item.type == "yes_no":
        found = [("yes", gettext(N_("是"))), ("no", gettext(N_("否")))]
    else:
        found = [(option.key, said(option, "name")) for option in item.options]
    if item.type == "multiple":
        found.append(("none:", gettext(N_("都不选"))))
    given = [Option(value=key, label=label, key=str(place)) for place, (key, label) in enumerate(found, 1)]
    na = gettext(N_("不适用"))
    between = gettext(N_("："))
    return given + [Option(value=f"na:{one.key}", label=f"{na}{between}{said(one, 'name')}") for one in item.na_reasons]


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


def quotes_of(evidence: list[dict[str, Any]], numbers: dict[int, int], form: Form) -> list[Quote]:
    """Quoted places with the number of the item that they speak for."""
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
