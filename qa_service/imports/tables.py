"""What was read and what was refused: profiles, rejected rows, late rows that wait for theirs."""

from piccolo.table import Table

from qa_service.database.columns import instant, optional_instant, reference, text, whole
from qa_service.interactions.tables import ImportBatch


class ImportProfile(Table):
    """A mapping profile as it was on the day: facts are inserted, a changed profile is a new version."""

    name = text()
    version = whole(1)
    definition = text()  # TOML
    digest = text()
    created_at = instant()


class ImportReject(Table):
    """A row that did not come in: where, what stood there, why, and the row itself to mend and bring back."""

    batch = reference(ImportBatch)
    line = whole()
    column = text()
    value = text()
    code = text()
    sentence = text()
    facts = text("{}")
    row = text("{}")


class ImportRequest(Table):
    """A key under which a program asked for an import, kept for a day. `key` is unique in the database."""

    key = text()  # account/key
    file_sha256 = text()
    profile = text()
    job = whole()
    created_at = instant()


class NotedRecord(Table):
    """A record that a quality note of its batch speaks of: its name in its source, and what stands there."""

    batch = reference(ImportBatch)
    note = text()
    external_id = text()
    value = text()


class HeldRow(Table):
    """A late row (score, business record) whose interaction or person is not here yet: shown, never guessed."""

    batch = reference(ImportBatch)
    line = whole()
    reason = text()
    key = text(index=True)
    row = text("{}")
    resolved_at = optional_instant()
