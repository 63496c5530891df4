"""What the API says of imports."""

from datetime import datetime

import msgspec


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
    notes: list[str]
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


class CodeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A code to print for the owner of a log-in; it is shown here and nowhere else."""

    employee_no: str
    name: str
    username: str
    code: str


class Started(msgspec.Struct, frozen=True):
    job: int
