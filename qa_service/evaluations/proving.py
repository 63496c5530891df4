"""Evidence as it is taken: every piece lies in this record, and every fact is counted here, never typed."""

from typing import Any

import msgspec

from qa_service.database import row
from qa_service.evaluations import errors, queries, rules, words
from qa_service.evaluations.schemas import EvidenceIn
from qa_service.language import speaking
from rubrics.forms import Form, Item

LANGUAGES = ("zh", "en")


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What evidence is checked against: messages by id, ids of business records, the record that facts come from."""

    messages: dict[int, dict[str, Any]]
    records: frozenset[int]
    record: rules.Record


async def beside(part: int | None) -> Beside:
    messages = await queries.messages(part)
    records = await queries.business_records(part)
    found = await row("SELECT * FROM agent_part WHERE id = {}", part) if part is not None else None
    return Beside(
        messages={one["id"]: one for one in messages},
        records=frozenset(one["id"] for one in records),
        record=rules.record_of(messages, found, records),
    )


def proven(form: Form, evidence: list[EvidenceIn], against: Beside) -> list[EvidenceIn]:
    """The evidence with its computed facts. Raises EvidenceUnknown, -Empty, -Mismatch, -Range, -Timeless, -Unborne."""
    items = {item.key: item for _section, item in form.items()}
    return [_proven(piece, items.get(piece.item), against) for piece in evidence]


def _proven(piece: EvidenceIn, item: Item | None, against: Beside) -> EvidenceIn:
    """One piece checked; what does not belong to its kind is left out, so that nothing typed passes for a fact."""
    if item is None:
        raise errors.EvidenceUnknown(field=piece.item)
    if piece.kind == "quote":
        return _quoted(piece, against.messages)
    if piece.kind == "business_record":
        if piece.business_record not in against.records:
            raise errors.EvidenceUnknown(field=piece.item)
        return EvidenceIn(
            item=piece.item, kind=piece.kind, occurrence=piece.occurrence, business_record=piece.business_record
        )
    bare = msgspec.structs.replace(piece, quote="", message=None, business_record=None)
    if piece.kind == "absence":
        return _absence(msgspec.structs.replace(bare, start=None, end=None), item, against.record)
    return _span(bare, against.record)


def _quoted(piece: EvidenceIn, messages: dict[int, dict[str, Any]]) -> EvidenceIn:
    """A quote must be what the message says at its place; it ends where its words end."""
    if piece.message not in messages:
        raise errors.EvidenceUnknown(field=piece.item)
    if not piece.quote.strip():
        raise errors.EvidenceEmpty(field=piece.item)
    message, start = messages[piece.message], piece.start or 0
    end = start + len(piece.quote)
    if message["body"][start:end] != piece.quote or (piece.end is not None and piece.end < end):
        raise errors.EvidenceMismatch(message=message["sequence"], field=piece.item)
    return EvidenceIn(
        item=piece.item, kind="quote", occurrence=piece.occurrence, message=piece.message, start=start, end=end,
        quote=piece.quote,
    )  # fmt: skip


def _absence(piece: EvidenceIn, item: Item, record: rules.Record) -> EvidenceIn:
    """The range with what it bears; a fact that was typed must be that very fact."""
    searched = rules.read_searched(piece.searched or "", record, item.looks_for)
    if searched is None:
        first, last = record.numbers()
        raise errors.EvidenceRange(given=piece.searched, first=first, last=last, field=piece.item)
    found = rules.borne(item, searched, record)
    if found.is_nothing():
        raise errors.EvidenceTimeless(field=piece.item)
    if piece.fact and piece.fact.strip() not in _in_every_language(found):
        raise errors.EvidenceUnborne(given=piece.fact, fact=words.fact_text(found), field=piece.item)
    return msgspec.structs.replace(piece, searched=searched.text(), fact=words.stored_fact(found))


def _in_every_language(found: rules.Borne) -> set[str]:
    told = set()
    for language in LANGUAGES:
        with speaking(language):
            told.add(words.fact_text(found))
    return told


def _span(piece: EvidenceIn, record: rules.Record) -> EvidenceIn:
    """From message to message, or from and to in milliseconds of the record; the time between them is counted."""
    start, end, searched = piece.start, piece.end, None
    if piece.searched:
        found = rules.read_searched(piece.searched, record)
        span = rules.span_of(record, found.first, found.last) if found is not None else None
        if found is None or span is None:
            raise errors.EvidenceTimeless(field=piece.item)
        (start, end), searched = span, f"{found.first}-{found.last}"
    if start is None or end is None or not 0 <= start < end:
        raise errors.EvidenceEmpty(field=piece.item)
    length = rules.length_milliseconds(record)
    if length is not None and end > length:
        raise errors.EvidenceTooLong(seconds=length // 1000, field=piece.item)
    with speaking("zh"):
        fact = words.span_text({"start": start, "end": end, "searched": searched})
    return msgspec.structs.replace(piece, start=start, end=end, searched=searched, fact=fact)
