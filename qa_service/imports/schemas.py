"""What the API says of imports."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

MOST_RECORDS = 10_000


class NoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch should be read with, in the reader's language.

    `records`: the name under which the records that it speaks of are listed, null where it lists none.
    """

    code: str
    sentence: str
    records: str | None = None


class NotedRecordOut(msgspec.Struct, frozen=True, kw_only=True):
    """A record that a note speaks of: its name in its source and what stands there.

    `interaction` is null where the row came in as nothing new and its record is not the batch's own.
    """

    id: int
    external_id: str
    value: str
    interaction: int | None


class BatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """accepted + rejected + duplicates + held = read."""

    id: int
    profile_name: str
    profile_title: str
    profile_version: int
    source: str
    target: str
    file_name: str
    file_sha256: str
    state: str
    read: int
    accepted: int
    rejected: int
    duplicates: int
    held: int
    updated: int
    unchanged: int
    notes: list[NoteOut]
    started_at: datetime
    published_at: datetime | None


class UseOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something that rests on a batch, in words and with its page; what `refuses` must be seen to before undoing."""

    code: str
    sentence: str
    count: int
    href: str
    refuses: bool


class UndoReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str


class ProfileOut(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    label_en: str
    target: str
    version: int
    digest: str
    note: str
    source: str
    is_shipped: bool


class ProfileWhole(ProfileOut, frozen=True, kw_only=True):
    """One version of a profile with its text; `versions`: all that are kept, newest first."""

    definition: str
    versions: list[int]
    kept_at: datetime | None


class NewProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping profile as the text of a TOML or JSON file."""

    definition: str


class RecordsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records by the heads of a mapping profile, as they would stand in a JSON file."""

    profile: str
    records: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST_RECORDS)]


class HeldOut(msgspec.Struct, frozen=True, kw_only=True):
    """What of a batch came before what it belongs to: its line, or a label with so many rows under it.

    `reason` is a code: no-interaction, unknown-agent. What has been joined since says `is_joined`.
    """

    line: int | None
    key: str
    row_count: int
    reason: str
    sentence: str
    is_joined: bool


class CodeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A code to print for the owner of a log-in; it is shown here and nowhere else."""

    employee_no: str
    name: str
    username: str
    code: str


class Started(msgspec.Struct, frozen=True):
    job: int
