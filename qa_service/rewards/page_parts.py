"""What the pages of this room share: the month in the address, a refusal beside its field, what was just done."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.response import Redirect

from qa_service.calendar.months import next_month, previous_month
from qa_service.errors import FieldError, InvalidInput, Refusal
from qa_service.language import N_, current_language, gettext
from qa_service.rewards.lines import KIND_NAMES, STATE_NAMES, Kind, State
from qa_service.web.cells import StateCell
from qa_service.web.formatting import field_errors
from qa_service.web.parts import Option

EVENT_STATES = {
    "entered": ("done", N_("已记入")), "waiting_second": ("wait", N_("待第二人批准")),
    "appealed": ("hold", N_("申诉未决")), "upheld": ("done", N_("申诉后维持")), "dropped": ("none", N_("已作废")),
}  # fmt: skip
SHEET_STATES = {"draft": "wait", "submitted": "wait", "approved": "done", "locked": "done", "paid": "done"}
LINE_STATES = {State.NORMAL: "done", State.HELD: "hold", State.DISPUTED: "hold"}
NOTICES = {
    "entered": N_("已记入，并已通知本人"), "approved": N_("已批准"), "appealed": N_("申诉已提交"),
    "decided": N_("裁决已记录，并已通知本人"), "void": N_("已作废，并已通知本人"), "wage": N_("工资记录已保存"),
    "drafted": N_("草稿已按最新得分和记录编制"), "submit": N_("已提交，等待批准"), "return": N_("已退回"),
    "approve": N_("已批准，可以锁定"), "lock": N_("已锁定，并已通知表上的每个人"), "pay": N_("已记为发放"),
    "ask_withdraw": N_("已提出撤回，等待第二人确认"), "withdraw": N_("已撤回为草稿"),
    "edited": N_("草稿已重新计算"), "told": N_("已通知"),
}  # fmt: skip


def state_of(text: str) -> str:
    """A state to filter by, or none; refused when there is no such state."""
    if text and text not in EVENT_STATES:
        raise InvalidInput(fields=[FieldError("having", "state-unknown", N_("没有这个状态"))])
    return text


def neighbours(path: str, month: date) -> tuple[str, str]:
    """Addresses of the same page a month earlier and later."""
    return tuple(f"{path}?month={other:%Y-%m}" for other in (previous_month(month), next_month(month)))


def notices_in(request: Request) -> list[tuple[str, str]] | None:
    """What was just done, from ?notice=, as the shell shows it."""
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


def done(path: str, notice: str, **more: str) -> Redirect:
    return Redirect(f"{path}?{urlencode({**more, 'notice': notice})}", status_code=303)


def errors_in(refusal: Refusal) -> dict[str, str]:
    """Sentences by field; "" holds what belongs to none."""
    return field_errors(refusal.fields) or {"": refusal.text()}


def named(data: Any, field: str = "name") -> str:
    """A name in the reader's language, from a row or a record."""
    get = data.get if isinstance(data, dict) else lambda key: getattr(data, key, "")
    return (get(f"{field}_en") if current_language() == "en" else get(field)) or get(field)


def kind_word(kind: str) -> str:
    return gettext(KIND_NAMES[Kind(kind)])


def line_state(state: str) -> StateCell:
    return StateCell(kind=LINE_STATES[State(state)], word=gettext(STATE_NAMES[State(state)]))


def event_state(state: str) -> StateCell:
    kind, word = EVENT_STATES[state]
    return StateCell(kind=kind, word=gettext(word))


def people_options(people: list[dict[str, Any]], key: str = "id", name: str = "name") -> list[Option]:
    return [Option(value=str(one[key]), label=f"{one[name]} {one['employee_no'] or ''}".strip()) for one in people]


async def typed(request: Request) -> dict[str, str]:
    """What was typed, to fill the form again; cut, since it goes into a page."""
    return {name: str(value)[:2000] for name, value in (await request.form()).items() if isinstance(value, str)}
