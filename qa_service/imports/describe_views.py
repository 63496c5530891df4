"""The steps of a description as their pages show them, made of the answers so far."""

import re
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.answers import SPANS, TIMES, Answers, ColumnAnswer, column_of
from qa_service.imports.columns import NUMBERS, parser_of
from qa_service.imports.dates import DateFormat
from qa_service.imports.describe_models import (
    ColumnOut,
    ColumnsPage,
    ConstantOut,
    OpeningOut,
    TablePage,
    ValueOut,
    WritingOut,
    WritingPage,
)
from qa_service.imports.describe_steps import BESIDE, choices_of, has_comma, layouts_of
from qa_service.imports.describing import Described
from qa_service.imports.field_words import TARGET_HELP, field_word, fields_of, has_family
from qa_service.imports.guessing import ColumnFound
from qa_service.imports.look_words import questions_of
from qa_service.imports.matching import DEFAULTS, DRAFTED, few, is_unit_sure, readable_heads, vocabulary_of
from qa_service.imports.openings import Opening
from qa_service.imports.places import NAME_HEADS, PHONE_HEADS
from qa_service.imports.previewing import said
from qa_service.imports.profiles import Column
from qa_service.imports.reports import Preview
from qa_service.imports.values import BadValue, Problem
from qa_service.imports.words import TARGETS, TYPES, layout_word, reading_word
from qa_service.interactions.words import channel_word, kind_word
from qa_service.language import N_, gettext, listed
from qa_service.web.cells import Text
from qa_service.web.figures import Count
from qa_service.web.parts import Option
from qa_service.web.tables import Column as TableColumn
from qa_service.web.tables import Table, TableRow

STEPS = (N_("选择文件"), N_("表头和内容"), N_("列"), N_("写法和值"), N_("编号、月份和客服"), N_("试读和保存"))
WHY = {
    "head": N_("按列名认出"), "part": N_("列名相近，请确认"), "content": N_("按内容猜的，请确认"), "": "",
}  # fmt: skip
EXAMPLES, PREVIEWED = 3, 8


def steps() -> list[str]:
    return [gettext(one) for one in STEPS]


def table_page(known: Described, note: str, fits: Table | None, errors: dict[str, str]) -> TablePage:
    openings = [_opening(one, known) for one in known.openings]
    return TablePage(
        steps=steps(), token=known.token, file=known.file, note=note, openings=openings, sheet=known.sheet.name,
        targets=[Option(value=one, label=gettext(TARGETS[one]), help=gettext(TARGET_HELP[one])) for one in DRAFTED],
        target=known.answers.target, errors=errors, fits=fits,
    )  # fmt: skip


def _opening(one: Opening, known: Described) -> OpeningOut:
    line = known.sheet.head_line if one.name == known.sheet.name else 0
    return OpeningOut(name=one.name, line=line, rows=one.rows, width=max(len(texts) for _line, texts in one.rows))


def columns_page(known: Described, errors: dict[str, str]) -> ColumnsPage:
    readable = readable_heads(known.sheet.columns)
    columns = [
        _column(known, place, one, found, is_readable=place in readable)
        for place, (one, found) in enumerate(zip(known.answers.columns, known.sheet.columns, strict=True))
        if found.head or found.filled
    ]
    asked = known.answers.unanswered()
    columns.sort(key=lambda one: (_rank(one, errors), one.place not in asked))
    return ColumnsPage(
        steps=steps(), token=known.token, file=known.file, columns=columns, fields=_fields(known.answers),
        doubtful=sum(bool(one.doubts) for one in columns), unread=sum(not one.field for one in columns),
        target=gettext(TARGETS[known.answers.target]), errors=errors,
    )  # fmt: skip


def _rank(one: ColumnOut, errors: dict[str, str]) -> int:
    """Faults first, then doubts, what is read, what is not."""
    if f"field-{one.place}" in errors or f"type-{one.place}" in errors:
        return 0
    return 1 if one.doubts else 2 if one.field else 3


def _fields(answers: Answers) -> list[Option]:
    beside = [Option(value=BESIDE, label=gettext(N_("附在旁边，用原来的列名")))] if has_family(answers.target) else []
    known = [Option(value=one, label=field_word(one)) for one in fields_of(answers.target)]
    return [Option(value="", label=gettext(N_("不读这一列"))), *beside, *known]


def _column(known: Described, place: int, one: ColumnAnswer, found: ColumnFound, *, is_readable: bool) -> ColumnOut:
    target = known.answers.target
    types = choices_of(found, target, one.field) if one.field else []
    layout = layout_word(found.reading.layout) if found.reading.layout != "," else ""
    return ColumnOut(
        place=place, head=found.head, filled=found.filled, empty=found.empty,
        looks=layout or reading_word(found.reading.type), field=_shown(one, found),
        types=[Option(value=kind, label=gettext(TYPES[kind])) for kind in dict.fromkeys([*types, one.type]) if kind],
        type=one.type, examples=examples_of(known.answers, one, found),
        why=gettext(WHY[one.by]) if one.field and one.by == "head" else "",
        doubts=_doubts(one, found, is_readable=is_readable), is_readable=is_readable,
    )  # fmt: skip


def _shown(one: ColumnAnswer, found: ColumnFound) -> str:
    return BESIDE if one.field.endswith("." + found.head) else one.field


def _doubts(one: ColumnAnswer, found: ColumnFound, *, is_readable: bool) -> list[str]:
    if not is_readable:
        return [gettext(N_("没有列名，或与别的列同名：读不了，要读就先在文件里改列名"))]
    if not one.is_read():
        return []
    if one.formats:
        found = msgspec.structs.replace(found, doubt=None)  # somebody has said which
    said_ = questions_of(found) if one.type in TIMES or one.type in NUMBERS or one.type == "duration" else []
    if one.by in ("part", "content"):
        said_ = [gettext(WHY[one.by]), *said_]
    if one.field in ("customer_key", "buyer_key") and (NAME_HEADS.search(one.head) or PHONE_HEADS.search(one.head)):
        said_.append(gettext(N_("认客户的列原样保存、不遮盖；姓名、电话最好附在旁边（会遮盖）")))
    if one.type in SPANS and one.type != "duration" and not is_unit_sure(found):
        said_.append(gettext(N_("列名没有说单位，请看例子对不对")))
    return said_


def examples_of(answers: Answers, one: ColumnAnswer, found: ColumnFound) -> list[tuple[str, str]]:
    """Cells of the file, each with what is read of it; a sentence where it cannot be."""
    return [(text, read_as(answers, one, found, text)) for text in found.examples[:EXAMPLES]]


def read_as(answers: Answers, one: ColumnAnswer, found: ColumnFound, text: str) -> str:
    if not one.is_read():
        return ""
    column = msgspec.convert(column_of(answers, one, found), Column)
    if text in column.missing:
        return gettext(N_("没有"))
    try:
        zone = ZoneInfo(answers.timezone)
        parse = parser_of(_spoken(column, found), zone)
    except (KeyError, ValueError, OSError, re.error):  # no such zone or layout: told at its own input
        return ""
    try:
        value = parse(text)
    except BadValue as bad:
        return Problem(line=0, column=one.head, value=text, code=bad.code, facts=bad.facts).text()
    if column.type in SPANS:
        return said(msgspec.structs.replace(column, type="duration"), value, zone)
    return str(value) if column.type in ("choice", "text", "id", "free_text") else said(column, value, zone)


def _spoken(column: Column, found: ColumnFound) -> Column:
    """Examples are texts; what a workbook holds as a date or a duration reads as it is shown."""
    if column.type in TIMES and not found.reading.layout:
        return msgspec.structs.replace(column, formats=["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"])
    return column


def writing_page(known: Described, errors: dict[str, str]) -> WritingPage:
    answers = known.answers
    pairs = enumerate(zip(answers.columns, known.sheet.columns, strict=True))
    columns = [_writing(place, one, found, answers.target) for place, (one, found) in pairs if one.is_read()]
    wanted = dict.fromkeys([*DEFAULTS.get(answers.target, ()), *answers.lacking()])
    lacking = [field for field in wanted if answers.column_of(field) is None]
    return WritingPage(
        steps=steps(), token=known.token, file=known.file, errors=errors,
        columns=sorted([one for one in columns if one is not None], key=lambda one: not one.is_asked),
        constants=[_constant(answers, field) for field in lacking], missing=" ".join(answers.missing),
        timezone=answers.timezone, scale_max=answers.scale_max if answers.target == "survey" else None,
    )  # fmt: skip


def _constant(answers: Answers, field: str) -> ConstantOut:
    options = [Option(value=one, label=_ours_word(field, one)) for one in vocabulary_of(field, answers.target)]
    return ConstantOut(field=field, label=field_word(field), value=answers.constants.get(field, ""), options=options)


def _ours_word(field: str, ours: str) -> str:
    """What a stored value is called on other pages."""
    if field == "direction":
        return gettext(N_("呼入")) if ours == "in" else gettext(N_("呼出"))
    return channel_word(ours) if field == "channel" else kind_word(ours) if field == "kind" else ours


def _writing(place: int, one: ColumnAnswer, found: ColumnFound, target: str) -> WritingOut | None:
    layouts = layouts_of(found) if one.type in TIMES else []
    has_values = one.type in ("choice", "bool") and few(found)
    is_span, has_marks = one.type in SPANS, one.type in NUMBERS and has_comma(found)
    if not (len(layouts) > 1 or is_span or has_marks or has_values):
        return None
    values = _values(place, one, found) if has_values else []
    ours = _ours(one, target)
    if {value.ours for value in values} - {it.value for it in ours}:
        ours = [Option(value="", label=gettext(N_("请选择"))), *ours]
    return WritingOut(
        place=place, head=found.head, field=field_word(one.field), examples=listed(found.examples[:EXAMPLES]),
        layouts=[Option(value=layout, label=_layout(layout, found)) for layout in layouts] if len(layouts) > 1 else [],
        layout=next(iter(one.formats), ""), is_asked=found.doubt is not None, is_span=is_span,
        zero=one.zero_is_nothing, marks=_marks(found) if has_marks else [], mark=one.decimal_mark,
        values=values, ours=ours, is_free=one.type == "choice" and one.field != "direction",
    )  # fmt: skip


def _ours(one: ColumnAnswer, target: str) -> list[Option]:
    if one.type == "bool":
        return [Option(value="yes", label=gettext(N_("是"))), Option(value="no", label=gettext(N_("否")))]
    return [Option(value=ours, label=_ours_word(one.field, ours)) for ours in vocabulary_of(one.field, target)]


def _values(place: int, one: ColumnAnswer, found: ColumnFound) -> list[ValueOut]:
    default = {"true": "yes", "是": "yes", "false": "no", "否": "no"} if one.type == "bool" else {}
    return [
        ValueOut(f"values-{place}-{number}", text, times,
                 one.values.get(text, default.get(text.casefold(), text.casefold() if one.type == "bool" else text)))
        for number, (text, times) in enumerate(found.values.items())
    ]  # fmt: skip


def _layout(layout: str, found: ColumnFound) -> str:
    """日/月/年：03/04/2026是2026-04-03, with the cell that shows the difference."""
    text = found.doubt.value if found.doubt else found.examples[0]
    when = DateFormat(layout).read(text)
    return gettext(
        N_("%(layout)s：%(text)s是%(day)s"), layout=layout_word(layout), text=text,
        day=when.date().isoformat() if when else "—",
    )  # fmt: skip


def _marks(found: ColumnFound) -> list[Option]:
    text = next((one for one in found.examples if "," in one), "")
    return [
        Option(value=".", label=gettext(N_("点是小数点，逗号分千位（1,234.5）"))),
        Option(value=",", label=gettext(N_("逗号是小数点，点分千位（1.234,5）")), help=text),
    ]


def preview_table(found: list[Preview]) -> Table:
    """The first rows as they would come in, one column for each that any of them fills."""
    heads = list(dict.fromkeys(head for one in found for head in one.fields))
    columns = [TableColumn(label=gettext(N_("行")), kind="count"), *(TableColumn(label=head) for head in heads)]
    rows = [
        TableRow(cells=[Count(value=one.line), *(Text(text=one.fields.get(head, ""), clip=True) for head in heads)])
        for one in found[:PREVIEWED]
    ]
    return Table(
        caption=gettext(N_("前几行会这样写入")), columns=columns, rows=rows, name="preview", is_scrolling=True
    )  # fmt: skip
