"""培训需要报告: which items fail, how often out of how many, and who, with 'not enough evidence' as a state."""

from datetime import date
from typing import Any

from qa_service.people.access import Actor
from qa_service.reports.model import Report


async def build(actor: Actor, unit: dict[str, Any], month: date) -> Report:
    raise NotImplementedError
