"""What a first look at a file says, in sentences: for the page and for the command line."""

from collections.abc import Iterator, Mapping

from qa_service.imports.guessing import ColumnFound, Doubt
from qa_service.imports.looking import Fit, Look, SheetFound
from qa_service.imports.words import layout_word, reading_word, shape_word
from qa_service.language import N_, bracketed, clauses, gettext, labelled, listed
from qa_service.web.formatting import size


def facts_of(found: Look) -> list[tuple[str, str]]:
    own = gettext(N_("各文件自有") if found.shape == "archive" else N_("工作簿自带"))
    encoding = found.encoding.removesuffix("-sig").upper() if found.encoding else own
    return [
        (gettext(N_("文件")), found.name),
        (gettext(N_("类型")), shape_word(found.shape, compressed=found.compressed)),
        (gettext(N_("编码")), encoding),
        (gettext(N_("大小")), size(found.size_bytes)),
    ]


def note_of(found: SheetFound) -> str:
    """How many rows, where the head stands, what cannot be read at all."""
    if found.head_line:
        parts = [gettext(N_("%(rows)s行，表头在第%(line)s行"), rows=f"{found.rows:,}", line=found.head_line)]
    else:
        parts = [gettext(N_("%(rows)s条记录"), rows=f"{found.rows:,}")]
    if found.broken:
        parts.append(gettext(N_("另有%(count)s行拆不成列"), count=found.broken))
    return clauses(parts)


def questions_of(column: ColumnFound) -> list[str]:
    """What a person has to answer or to look at before this column is read."""
    said = [_doubt(column.doubt)] if column.doubt else []
    if column.unread:
        examples = listed(column.unread_examples[:2])
        said.append(gettext(N_("%(count)s格不是这样写的：%(examples)s"), count=column.unread, examples=examples))
    return said


def _doubt(found: Doubt) -> str:
    return gettext(
        N_("整列都分不清：%(value)s是%(one)s（%(first)s）还是%(other)s（%(second)s）？"),
        value=found.value, one=found.as_one, other=found.as_other, first=layout_word(found.one.layout),
        second=layout_word(found.other.layout),
    )  # fmt: skip


def told(found: Look, titles: Mapping[str, str]) -> Iterator[str]:
    """The whole look as lines of text."""
    for label, fact in facts_of(found):
        yield labelled(label, fact)
    for sheet in found.sheets:
        yield ""
        yield bracketed(sheet.name, note_of(sheet)) if sheet.name else note_of(sheet)
        for column in sheet.columns:
            yield f"  {_line(column)}"
        for fit in sheet.fits:
            yield f"  → {titles.get(fit.profile, fit.profile)} ({fit.profile}) {_fit(fit)}"
        if not sheet.fits:
            yield "  → " + gettext(N_("没有映射方案读得了这些列"))


def _line(column: ColumnFound) -> str:
    layout = layout_word(column.reading.layout)
    kind = bracketed(reading_word(column.reading.type), layout) if layout else reading_word(column.reading.type)
    filled = gettext(N_("%(filled)s格有值"), filled=f"{column.filled:,}")
    parts = [kind, filled, *([listed(column.examples[:3])] if column.examples else []), *questions_of(column)]
    return labelled(column.head or gettext(N_("没有列名")), clauses(parts))


def _fit(fit: Fit) -> str:
    read = gettext(N_("读%(count)s列"), count=len(fit.read))
    if not fit.missing:
        return read
    return clauses([read, gettext(N_("缺必填列%(columns)s"), columns=listed(fit.missing))])
