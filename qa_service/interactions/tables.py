"""Records of service as they came: interactions with agent parts and messages, later facts, business records.

A row counts when its batch is published and no published batch has superseded it (queries.LIVE). A corrected row is
a new row with a higher revision; the old one stays, so that results pinned to it keep their meaning and a batch can
be undone as a whole.
"""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_day,
    optional_flag,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.people.tables import Person, PlatformAccount, Unit


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
    lease_until = optional_instant()  # renewed with every chunk; past it, whoever was loading is gone
    published_at = optional_instant()
    version = whole(1)


class BatchUndo(Table):
    """Who took a batch back, when and why; its rows are removed in steps, and `cleaned_at` says that none is left."""

    batch = reference(ImportBatch)
    account = optional_whole()
    reason = text()
    at = instant()
    cleaned_at = optional_instant()


class Interaction(Table):
    source = text()
    external_id = text()
    revision = whole(1)
    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    digest = text()
    channel = text()
    kind = text()
    direction = text("in")  # in, out
    category = optional_text()
    subcategory = optional_text()
    customer_key = optional_text()
    order_no = optional_text(index=True)
    started_at = optional_instant()
    ended_at = optional_instant()
    time_known = flag(True)
    local_on = optional_day()  # by the clock that the profile declares; none where the source has no time
    remark = optional_text()
    recording_url = optional_text()  # where the source keeps the recording; https, on another server
    attributes = text("{}")


class AgentPart(Table):
    """One agent's share of an interaction: what is drawn, marked and counted.

    `person` is empty while the account is 待认领. `public_id` is what leaves of a sampling frame are named by.
    """

    interaction = reference(Interaction)
    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    public_id = text()
    sequence = whole(1)
    person = optional_reference(Person)
    platform_account = optional_reference(PlatformAccount)
    agent_label = optional_text()  # what the export said
    unit = optional_reference(Unit)
    channel = text()
    kind = text()
    local_on = optional_day()
    started_at = optional_instant()
    ended_at = optional_instant()
    time_known = flag(True)
    handle_seconds = optional_whole()
    first_reply_seconds = optional_whole()
    average_reply_seconds = optional_whole()
    longest_silence_seconds = optional_whole()
    closed_after_seconds = optional_whole()
    response_seconds = optional_whole()  # reported to answered, where both clocks are known
    asked = optional_flag()
    replied_in_3_min = optional_flag()
    converted = optional_flag()
    order_amount_fen = optional_whole()
    transferred_out = optional_flag()
    message_count = whole()
    resolved_at = optional_instant()
    version = whole(1)


class Message(Table):
    interaction = reference(Interaction)
    sequence = whole(1)
    part_sequence = whole(1)
    sender = text("customer")  # customer, agent, robot, system
    kind = text("text")  # text, image, card, voice, recalled
    body = text()
    sent_at = optional_instant()


class SurveyAnswer(Table):
    """A customer's later score of an interaction; inserted, never written into the interaction."""

    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    interaction = reference(Interaction)
    external_id = text(index=True)
    source = text()
    score = whole()
    scale_max = whole(5)
    responded_on = optional_day()
    comment = optional_text()
    digest = text()


class BusinessRecord(Table):
    """Order remark, 售后登记表, 退货记录表 ...: stands beside the transcript by order number and buyer."""

    batch = reference(ImportBatch)
    kind = text()
    order_no = optional_text(index=True)
    buyer_key = optional_text(index=True)
    recorded_at = optional_instant()
    recorded_on = optional_day()
    person = optional_reference(Person)
    recorded_by = optional_text()
    body = text()
    columns = text("{}")
    digest = text(index=True)


class PartResolution(Table):
    """Who was named, by whom and when, for a part that waited in 待认领; undone by a row with no person."""

    part = reference(AgentPart)
    person = optional_reference(Person)
    unit_before = optional_reference(Unit)  # where the part stood, to go back there
    account = whole()
    reason = text()
    at = instant()
    day_on = day()
