"""All reads of this room under one name."""

from qa_service.rewards.event_queries import event, event_rules, events, own_events
from qa_service.rewards.sheet_queries import gate, own_lines, sheet, sheet_lines, sheets
from qa_service.rewards.tracing import trace
from qa_service.rewards.wage_queries import wages

__all__ = [
    "event", "event_rules", "events", "gate", "own_events", "own_lines", "sheet", "sheet_lines", "sheets", "trace",
    "wages",
]  # fmt: skip
