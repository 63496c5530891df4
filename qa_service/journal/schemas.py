"""Structs of the journal's API."""

from datetime import datetime

import msgspec


class LineOut(msgspec.Struct):
    position: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    inputs: str
