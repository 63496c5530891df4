"""A row as it would come in, for a person to check: the file's columns by name, values as people write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from qa_service.imports.columns import Bound, read_chunk
from qa_service.imports.dates import Moment
from qa_service.imports.loading import Mapped
from qa_service.imports.masking import Masker
from qa_service.imports.profiles import Column, Profile
from qa_service.imports.reports import Preview
from qa_service.imports.values import as_text
from qa_service.interactions.records import InteractionRecord
from qa_service.language import N_, current_language, gettext

LONGEST = 200


def preview_of(one: Mapped, profile: Profile, masker: Masker) -> Preview:
    values = read_chunk(one.binding, [(one.line, one.cells)]).row(0)
    zone = ZoneInfo(profile.timezone)
    keep = tuple(str(values[name]) for name in ("order_no", "external_id") if name in values)
    fields = {}
    for bound in one.binding.bound:
        if bound.column.field in values:
            text = said(bound.column, values[bound.column.field], zone)
            if bound.column.type == "free_text":
                text = masker.mask(text, keep)
            elif bound.column.type == "text" and profile.target in ("interaction", "business_record", "survey"):
                text = masker.mask_field(bound.head, text, keep)
            fields[label_of(bound)] = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if isinstance(one.record, InteractionRecord) and one.record.messages:
        fields[gettext(N_("消息数"))] = str(len(one.record.messages))
    return Preview(one.line, fields)


def label_of(bound: Bound) -> str:
    """The column's name in the reader's language where the profile has one, else as the file has it."""
    in_english = current_language() == "en"
    return next((alias for alias in bound.column.aliases if alias.isascii() == in_english), bound.head)


def said(column: Column, value: object, zone: ZoneInfo) -> str:
    """A value as a person would write it: 11,000.00, 固定期限, 2026-10-31 17:05."""
    if column.type == "money":
        return f"{value // 100:,}.{value % 100:02d}" if value >= 0 else f"-{-value // 100:,}.{-value % 100:02d}"
    if column.type == "decimal":
        return f"{value / 100:g}"
    if column.type in ("percent", "share"):
        return f"{value / 100:g}%"
    if column.type in ("duration", "minutes", "hours", "days"):
        return f"{value // 3600}:{value // 60 % 60:02d}:{value % 60:02d}"
    if column.type == "bool":
        return gettext(N_("是")) if value else gettext(N_("否"))
    if column.type == "month":
        return f"{value:%Y-%m}"
    if isinstance(value, Moment):
        return _moment(value, column, zone)
    if isinstance(value, list):
        return "；".join("/".join(one) if isinstance(one, tuple) else _word(column, one) for one in value)
    return _word(column, value)


def _moment(moment: Moment, column: Column, zone: ZoneInfo) -> str:
    if moment.at is None or column.type == "date":
        return moment.on.isoformat()
    return f"{moment.at.astimezone(zone):%Y-%m-%d %H:%M}"


def _word(column: Column, value: object) -> str:
    """The file's word for a stored value, in the reader's language where the profile has one."""
    words = [word for word, stored in column.values.items() if stored == value]
    in_english = current_language() == "en"
    word = next((word for word in words if word.isascii() == in_english), words[0] if words else None)
    if word is not None:
        return word
    return value.isoformat() if isinstance(value, (date, datetime)) else as_text(value)
