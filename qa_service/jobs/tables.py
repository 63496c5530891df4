"""Long work: claimed under a lease, resumed or swept after a restart."""

from piccolo.table import Table

from qa_service.database.columns import flag, instant, optional_instant, optional_text, optional_whole, text, whole


class Job(Table):
    kind = text()
    arguments = text("{}")
    state = text("waiting")  # waiting, running, done, refused, failed, cancelled
    progress = whole()
    total = whole()
    stage = text()
    attempts = whole()
    lease_until = optional_instant()
    is_cancel_requested = flag()
    result = optional_text()
    error = optional_text()
    account = optional_whole()
    created_at = instant()
    ended_at = optional_instant()
    version = whole(1)
