"""Days that differ from the library's calendar."""

from piccolo.table import Table

from qa_service.database.columns import day, instant, text, whole


class CalendarDay(Table):
    """One day declared a working day, a rest day or a statutory holiday, with the notice that says so."""

    on = day()
    kind = text("rest")  # work, rest, statutory
    name = text()
    source = text()
    created_at = instant()
    version = whole(1)
