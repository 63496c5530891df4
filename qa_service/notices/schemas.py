"""What the API says of notices."""

from datetime import datetime

import msgspec


class NoticeOut(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    subject: str
    text: str
    href: str
    created_at: datetime
    read_at: datetime | None


class ReadOut(msgspec.Struct, frozen=True):
    read: int
