"""What the API says of imports."""

from datetime import datetime

import msgspec


class BatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """accepted + rejected + duplicates + held = read."""

    id: int
    profile_name: str
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


class ProfileOut(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    label_en: str
    target: str
    version: int
    digest: str
    note: str


class Started(msgspec.Struct, frozen=True):
    job: int
