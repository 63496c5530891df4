"""What the API says about long work."""

from datetime import datetime
from typing import Any

import msgspec


class JobOut(msgspec.Struct, frozen=True, kw_only=True):
    """`total` 0 means that the size is not known yet; `href` is where the result is once the job is done."""

    id: int
    kind: str
    label: str
    state: str
    state_name: str
    done: int
    total: int
    stage: str
    started_by: str | None
    created_at: datetime
    ended_at: datetime | None
    attempts: int
    result: dict[str, Any]
    href: str
    error: str | None
