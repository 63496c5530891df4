"""审计日志: append-only, chained, each line keyed."""

from piccolo.table import Table

from qa_service.database.columns import instant, optional_whole, text, whole


class JournalLine(Table):
    """`mac` = HMAC-SHA-256(key, canonical text of this line with `previous_mac`); `position` has no gaps."""

    position = whole()
    at = instant()
    account = optional_whole()
    actor = text()
    action = text()
    subject = text(index=True)
    reason = text()
    inputs = text("{}")  # JSON: digests of what went in
    previous_mac = text()
    mac = text()
