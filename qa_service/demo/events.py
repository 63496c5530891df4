"""Reward events of the period: praise, slips that leave variable pay unearned, and losses with their proof."""

from collections.abc import Iterator
from datetime import date

from qa_service.demo.chats import MonthChats
from qa_service.demo.shapes import RewardEvent

# Per month: rule, kind, the behaviour and state by which a chat qualifies, and what the entry says.
PLAN = (
    ("customer-praise", "reward", ("solve", "done"), "客户表扬：问题处理及时，主动跟进到底"),
    ("extra-effort", "reward", ("warehouse", "done"), "客户急用，主动与仓库核实库存并跟进当天发出"),
    ("missed-return-record", "unearned", ("return_record", "missed"), "漏登记退货记录：客户已告知运单号，表中没有登记"),
    ("late-remark", "unearned", ("remark", "partial"), "未按规定及时、完整备注订单修改"),
    ("wrong-shipment", "loss", ("remark", "missed"), "未备注订单修改导致错发"),
)  # fmt: skip
LOSSES_FEN = (2640, 3180, 2250)


def make_events(months: tuple[MonthChats, ...], *, spare: frozenset[str]) -> tuple[RewardEvent, ...]:
    """Five events a month, each of another person and tied to a chat of that day; nobody of `spare`."""
    events = []
    for place, made in enumerate(months):
        seen: set[str] = set(spare)
        for step, (rule, kind, wanted, text) in enumerate(PLAN):
            chat = next(_candidates(made, wanted, skip=seen, start=397 * (step + 1) + 211 * place), None)
            if chat is None:
                continue
            seen.add(made.staff[chat["记录编号"]])
            loss = LOSSES_FEN[place % len(LOSSES_FEN)] if kind == "loss" else None
            events.append(_event(made, chat, rule=rule, kind=kind, text=text, loss_fen=loss))
    return tuple(sorted(events, key=lambda event: (event.on, event.staff_no, event.rule_code)))


def _candidates(made: MonthChats, wanted: tuple[str, str], *, skip: set[str], start: int) -> Iterator[dict]:
    """Chats of the wanted kind from somewhere in the month onwards, then from its beginning."""
    key, state = wanted
    start %= max(1, len(made.chats))
    for chat in made.chats[start:] + made.chats[:start]:
        record_id = chat["记录编号"]
        trace = made.traces[record_id].get(key)
        if trace is not None and trace.state == state and made.staff[record_id] not in skip:
            yield chat


def _event(made: MonthChats, chat: dict, *, rule: str, kind: str, text: str, loss_fen: int | None) -> RewardEvent:
    record_id = chat["记录编号"]
    evidence = f"服务记录{record_id}，订单{chat['订单号'] or '未下单'}"
    if loss_fen is not None:
        yuan = f"{loss_fen // 100}.{loss_fen % 100:02d}"
        evidence += f"；快递对账单第{record_id[-3:]}号：退回与补发运费、包装共{yuan}元；本人当天确认未备注"
    return RewardEvent(
        on=date.fromisoformat(chat["开始时间"][:10]), staff_no=made.staff[record_id], kind=kind, rule_code=rule,
        text=f"{text}（{chat['类型']}，客户{chat['客户']}）", evidence=evidence,
        loss_fen=loss_fen,
    )  # fmt: skip
