"""What came in: profiles, batches with their digest and counts, and every row that was refused."""

from piccolo.table import Table

from qa_service.database.columns import instant, optional_instant, optional_text, optional_whole, reference, text, whole


class ImportProfile(Table):
    """A mapping profile as it was on the day: facts are inserted, a changed profile is a new version."""

    name = text()
    version = whole(1)
    definition = text()  # TOML
    digest = text()
    created_at = instant()


class ImportBatch(Table):
    """One file. Nothing of it is read before state is 'published'; the sum rule holds in every state.

    accepted + rejected + duplicates + held = records_read; updated counts within accepted, unchanged within
    duplicates.
    """

    profile_name = text()
    profile_version = whole(1)
    profile_digest = text()
    source = text()
    target = text()
    file_name = text()
    file_sha256 = text(index=True)
    file_bytes = whole()
    stored_path = optional_text()
    state = text("loading")  # loading, published, refused, undone, cancelled
    records_read = whole()
    accepted = whole()
    rejected = whole()
    duplicates = whole()
    held = whole()
    updated = whole()
    unchanged = whole()
    notes = text("[]")  # JSON list of quality notes
    account = optional_whole()
    started_at = instant()
    published_at = optional_instant()
    version = whole(1)


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


class HeldRow(Table):
    """A late row (score, business record) whose interaction or person is not here yet: shown, never guessed."""

    batch = reference(ImportBatch)
    line = whole()
    reason = text()
    key = text(index=True)
    row = text("{}")
    resolved_at = optional_instant()
