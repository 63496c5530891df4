"""All changes of this room under one name: 奖惩记录, wage records, the sheet and its steps."""

from qa_service.rewards.event_commands import appeal_event, approve_event, decide_event, drop_event, enter_event
from qa_service.rewards.scheme_commands import tell_scheme
from qa_service.rewards.sheet_commands import (
    approve_sheet,
    ask_withdraw,
    draft_sheet,
    lock_sheet,
    pay_sheet,
    return_sheet,
    submit_sheet,
    withdraw_sheet,
)
from qa_service.rewards.sheet_edits import add_line, strike_line, undo_edit
from qa_service.rewards.wage_commands import set_wage, take_wages

__all__ = [
    "add_line", "appeal_event", "approve_event", "approve_sheet", "ask_withdraw", "decide_event", "draft_sheet",
    "drop_event", "enter_event", "lock_sheet", "pay_sheet", "return_sheet", "set_wage", "strike_line", "submit_sheet",
    "take_wages", "tell_scheme", "undo_edit", "withdraw_sheet",
]  # fmt: skip
