"""A rule version as its readers read it: records with their fields in words, forms with their items and points."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from qa_service.language import N_, clauses, current_language, gettext, labelled, listed
from qa_service.rule_versions.words import CURVE, FIELDS, GROUPS, INNER, MODES, NA_POLICIES, WORDS
from qa_service.web.formatting import money
from rubrics.explaining import CLASSES, EFFECTS
from rubrics.forms import EVIDENCE_NAMES, Form, Item, full_worth, plain
from rubrics.loading import form_from_json


def records_of(definition: str, names: Mapping[str, str] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, (label, value) pairs) of each record of a pack's rules, in the reader's language.

    `names`: what keys of KPIs and form items are called, where the definition itself does not say (`names_in`).
    """
    records = json.loads(definition)
    called = {**(names or {}), **names_in("kpis", definition)}
    found = []
    for key, record in sorted(records.items()):
        group, _, name = key.partition(".")
        title = own_text(record, "name") or name
        pairs = [
            (_label(field), _value(field, value, record, called))
            for field, value in sorted(record.items(), key=_place)
            if _is_shown(field, record) and value not in ("", [], None)
        ]
        label = gettext(GROUPS[group]) if group in GROUPS else group
        found.append((gettext(N_("%(group)s：%(title)s"), group=label, title=title) if title else label, pairs))
    return found


def _label(field: str) -> str:
    known = FIELDS.get(field.removesuffix("_en"))
    return gettext(known) if known else field


def _place(pair: tuple[str, Any]) -> int:
    """Fields stand in the order of the vocabulary, since stored definitions are sorted by letter."""
    name = pair[0].removesuffix("_en")
    return list(FIELDS).index(name) if name in FIELDS else len(FIELDS)


def names_in(kind: str, definition: str) -> dict[str, str]:
    """What a definition calls its KPIs, or a form its items, in the reader's language."""
    if kind == "form":
        return {item.key: _text(item, "text") for _, item in form_from_json(definition).items()}
    keyed = ((key.partition("."), record) for key, record in json.loads(definition).items())
    return {name: own_text(record, "name") for (group, _, name), record in keyed if group == "kpi"}


def own_text(record: Mapping[str, Any], field: str) -> str:
    """A text of a record in the reader's language, Chinese where there is no other."""
    return (record.get(f"{field}_en") if current_language() == "en" else "") or record.get(field) or ""


def _is_shown(field: str, record: dict[str, Any]) -> bool:
    """One language of each text, the name only in the title."""
    english = current_language() == "en"
    if field in ("name", "name_en", *INNER):
        return False
    if field.endswith("_en"):
        return english and field.removesuffix("_en") in record
    return not (english and f"{field}_en" in record)


def _value(field: str, value: Any, record: dict[str, Any], called: Mapping[str, str]) -> str:
    if field.endswith("_fen") and isinstance(value, int):
        return money(value)
    if field == "bands":
        return clauses(_band(record, *band) for band in value)
    if field in CURVE and "better" in record:
        return _measured(record, value)
    if field == "enough_of":
        return gettext(N_("至少有%(part)s/%(whole)s的权重"), part=value[0], whole=value[1])
    if isinstance(value, list):
        return clauses(_one(one, called) for one in value)
    if isinstance(value, dict):
        return clauses(f"{name} {one}" for name, one in value.items())
    return _one(value, called)


def _one(value: Any, called: Mapping[str, str]) -> str:
    """A plain value in words; an inner record as its name and what it holds."""
    if isinstance(value, str):
        return gettext(WORDS[value]) if value in WORDS else called.get(value, value)
    if not isinstance(value, dict):
        return str(value)
    if "kpis" in value:
        weights = listed(f"{_one(one['kpi'], called)} {one['weight']}" for one in value["kpis"])
        return gettext(N_("%(group)s：%(title)s"), group=own_text(value, "name"), title=weights)
    return gettext(N_("%(name)s（%(rule)s）"), name=own_text(value, "name"), rule=own_text(value, "rule"))


def _band(record: dict[str, Any], limit: float, worth: int) -> str:
    """[limit, points] of a KPI, or [line, percent earned] of a share."""
    if "better" not in record:
        return gettext(N_("%(line)s分以上发%(percent)s%%"), line=limit, percent=worth)
    sign = "≤" if record["better"] == "lower" else "≥"
    return gettext(N_("%(limit)s得%(points)s分"), limit=f"{sign}{_measured(record, limit)}", points=worth)


def _measured(kpi: dict[str, Any], value: float) -> str:
    """A value of a KPI with its unit, told by what its numerator sums: money, time, marks, else a share in percent."""
    numerator = kpi["numerator"]
    if "_fen" in numerator:
        return gettext(N_("%(amount)s元"), amount=money(round(value)))
    if "seconds" in numerator:
        return gettext(N_("%(seconds)s秒"), seconds=f"{value:g}")
    if "mark" in numerator:
        return gettext(N_("%(points)s分"), points=f"{value:g}")
    return f"{value:g}‰" if numerator == "complaints" else f"{value:g}%"


def form_facts(definition: str) -> list[tuple[str, str]]:
    """How the whole form counts: its mode, what not applicable does, its caps."""
    form = form_from_json(definition)
    facts = [
        (gettext(N_("计分方式")), gettext(MODES[form.mode])),
        (gettext(N_("封顶")), str(form.cap)),
    ]
    if form.mode == "percent":
        facts.append((gettext(N_("不适用的项")), gettext(NA_POLICIES[form.na_policy])))
    if form.bonus_cap is not None:
        facts.append((gettext(N_("加分合计最多")), str(form.bonus_cap)))
    return facts


class ItemLine(msgspec.Struct, frozen=True):
    """One item of a form as it is read: how it is answered, what it weighs and needs, and its guidance."""

    text: str
    options: str
    notes: str
    guidance: str


def sections_of(definition: str) -> list[tuple[str, str, list[ItemLine]]]:
    """(section, its weight in words, items) of a form."""
    form = form_from_json(definition)
    return [
        (
            _text(section, "name"),
            gettext(N_("权重%(weight)s"), weight=section.weight) if section.weight is not None else "",
            [
                ItemLine(_text(item, "text"), _options(item), _notes(form, item), _text(item, "guidance"))
                for item in section.items
            ],
        )
        for section in form.sections
    ]


def _text(part: Any, field: str) -> str:
    return (getattr(part, f"{field}_en") if current_language() == "en" else "") or getattr(part, field)


def _options(item: Item) -> str:
    if item.type == "yes_no":
        found = [gettext(N_("是")), gettext(N_("否"))]
    elif item.scale is not None:
        found = [f"{item.scale.min}–{item.scale.max}"]
    elif item.number is not None:
        unit = _text(item.number, "unit")
        found = [labelled(f"{part.low}–{part.high} {unit}", part.points) for part in item.number.ranges]
    else:
        found = [
            _text(option, "name") + (f" {option.points}" if option.points is not None else "")
            for option in item.options
        ]
    found += [gettext(N_("不适用：%(why)s"), why=_text(one, "name")) for one in item.na_reasons]
    return " / ".join(found)


def _notes(form: Form, item: Item) -> str:
    """What the item weighs, what evidence it asks for, and what happens when it is a critical one."""
    notes = [_worth(form, item)]
    pick = 1 if current_language() == "en" else 0
    if item.critical is not None:
        effect = EFFECTS[item.critical.effect][pick].format(cap=item.critical.cap)
        notes.append(
            gettext(N_("关键项（%(kind)s）：%(effect)s"), kind=CLASSES[item.critical.kind][pick], effect=effect)
        )
    if item.evidence_kinds:
        kinds = gettext(N_("或")).join(EVIDENCE_NAMES[kind][pick] for kind in item.evidence_kinds)
        notes.append(gettext(N_("证据：%(kinds)s"), kinds=kinds))
    if item.looks_for:
        notes.append(gettext(N_("未发生时查找：%(words)s"), words=listed(item.looks_for)))
    return clauses(note for note in notes if note)


def _worth(form: Form, item: Item) -> str:
    if item.bonus is not None:
        return gettext(N_("加%(points)s分"), points=item.bonus)
    if form.mode == "percent":
        return gettext(N_("权重%(weight)s"), weight=item.weight) if item.weight is not None else ""
    full = full_worth(item)
    if full is None:
        return ""
    sentence = N_("最多扣%(points)s分") if form.mode == "deduction" else N_("满分%(points)s分")
    return gettext(sentence, points=plain(full))


def why_no_money(found: dict[str, Any]) -> list[str]:
    """What keeps a version from money (劳动合同法 4); nothing where it may drive it."""
    reasons = []
    if found["state"] != "published":
        reasons.append(gettext(N_("还没有公布")))
    if found["barred_from_money"]:
        reasons.append(gettext(N_("已被限制，不作奖罚依据")))
    if not (found["approved_at"] or found["approver_label"]):
        reasons.append(gettext(N_("没有批准人")))
    if not found["consulted_on"]:
        reasons.append(gettext(N_("没有征求意见的记录（劳动合同法第4条）")))
    if not found["published_on"]:
        reasons.append(gettext(N_("没有公示或告知的记录（劳动合同法第4条）")))
    return reasons
