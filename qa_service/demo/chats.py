"""The chats of one month: whose, when, on which account, about what; and what was done and missed in each."""

from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from qa_service.demo import dialogues_aftersale as after
from qa_service.demo import dialogues_presale as pre
from qa_service.demo import presale_orders as orders
from qa_service.demo.names import buyer_nick
from qa_service.demo.people import PERSONAL_PLATFORM
from qa_service.demo.products_food import FOOD
from qa_service.demo.products_household import HOUSEHOLD
from qa_service.demo.shapes import PRESALE, BusinessRecord, Holding, Person, Skill, Trace
from qa_service.demo.talk import Talk

PRODUCTS = HOUSEHOLD + FOOD
# An order that is changed is no inquiry: its 咨询下单 stays empty.
PRESALE_SERVICE = (
    (orders.change_attribute, 8),
    (orders.change_address, 8),
    (orders.courier_wish, 6),
    (orders.bank_transfer, 3),
    (orders.cancel, 6),
)
AFTERSALE = (
    (after.recall_parcel, 14),
    (after.defect, 23),
    (after.return_goods, 18),
    (after.exchange, 12),
    (after.waybill_told, 12),
    (after.refund_dispute, 8),
    (after.logistics, 8),
    (after.difficult, 5),
)
SERVICE_SHARE, URGENT_SHARE, DIFFICULT_SHARE, PERSONAL_SHARE, NAMED_SHARE = 0.28, 0.06, 0.03, 0.3, 0.03
# The last chat begins this long before the account is handed on.
QUIET_SECONDS = 1500


class MonthChats(msgspec.Struct, frozen=True, kw_only=True):
    """Chats as the export writes them; beside each its true agent, traces and entries in the shop's tables."""

    chats: list[dict[str, Any]]
    staff: dict[str, str]
    traces: dict[str, dict[str, Trace]]
    records: list[BusinessRecord]


def make_month(
    seed: int,
    month: date,
    holdings: list[Holding],
    *,
    people: dict[str, Person],
    skills: dict[tuple[str, date], Skill],
    chats_per_day: int,
) -> MonthChats:
    """All chats of the month in order of beginning, numbered `KF` + month + five digits."""
    rng = Random(f"{seed}/chats/{month}")
    drafts: list[tuple[Talk, str, str]] = []
    for held in holdings:
        if (held.on.year, held.on.month) == (month.year, month.month):
            person, skill = people[held.staff_no], skills[held.staff_no, month]
            drafts += _shift(rng, held, person, skill=skill, chats_per_day=chats_per_day)
    drafts.sort(key=lambda draft: (draft[0].messages[0]["时间"], draft[0].order_no))
    made = MonthChats(chats=[], staff={}, traces={}, records=[])
    for number, (talk, platform, account) in enumerate(drafts, start=1):
        record_id = f"KF{month:%Y%m}{number:05d}"
        made.chats.append(_export(rng, talk, record_id, where=(platform, account)))
        made.staff[record_id] = talk.agent_person.staff_no
        made.traces[record_id] = _finished(talk)
        made.records.extend(talk.records)
    return made


def _shift(
    rng: Random, held: Holding, person: Person, *, skill: Skill, chats_per_day: int
) -> list[tuple[Talk, str, str]]:
    """The chats of one person on one day, on the shared account or on their own."""
    own = next((account for platform, account in person.accounts if platform == PERSONAL_PLATFORM), None)
    drafts = []
    count = max(1, round(rng.gauss(chats_per_day, 1.6)))
    for _ in range(count):
        second = rng.randrange(held.start_seconds, held.end_seconds - QUIET_SECONDS)
        talk = Talk(rng, agent=person, skill=skill, product=rng.choice(PRODUCTS), day_text=str(held.on), seconds=second)
        talk.nick = buyer_nick(rng)
        # What comes back to after-sale was ordered some days before.
        ordered_on = held.on if person.kind == PRESALE else held.on - timedelta(days=rng.randrange(2, 10))
        talk.order_no = f"DD{ordered_on:%y%m%d}{rng.randrange(10**6):06d}"
        _scenario(rng, talk)(talk)
        mine = own is not None and rng.random() < PERSONAL_SHARE
        drafts.append((talk, PERSONAL_PLATFORM, own) if mine else (talk, held.platform, held.account))
    return drafts


def _scenario(rng: Random, talk: Talk):
    """What the customer comes for."""
    skill, presale = talk.skill, talk.agent_person.kind == PRESALE
    if rng.random() < skill.transfer:
        return pre.hand_over if presale else after.hand_over
    if not presale:
        return _weighted(rng, AFTERSALE)
    roll = rng.random()
    if not skill.hasty:
        if roll < SERVICE_SHARE:
            return _weighted(rng, PRESALE_SERVICE)
        if roll < SERVICE_SHARE + DIFFICULT_SHARE:
            return pre.difficult
        if roll < SERVICE_SHARE + DIFFICULT_SHARE + URGENT_SHARE:
            return pre.urgent
    elif roll < SERVICE_SHARE / 2:
        return _weighted(rng, PRESALE_SERVICE)
    return pre.buy if rng.random() < skill.conversion else pre.leave


def _weighted(rng: Random, choices):
    scenarios, weights = zip(*choices, strict=True)
    return rng.choices(scenarios, weights)[0]


def _export(rng: Random, talk: Talk, record_id: str, *, where: tuple[str, str]) -> dict[str, Any]:
    # Without an order in the talk an inquiry has no order number; service on an order always has one.
    without_order = talk.ordered is False
    count = rng.choice((1, 1, 1, 2)) if talk.ordered else 0
    return {
        "记录编号": record_id,
        "渠道": "在线",
        "类型": talk.agent_person.kind,
        "平台": where[0],
        "店铺账号": where[1],
        "客服工号": talk.agent_person.staff_no if rng.random() < NAMED_SHARE else "",
        "客户": talk.nick,
        "订单号": "" if without_order else talk.order_no,
        "开始时间": talk.messages[0]["时间"],
        "结束时间": talk.messages[-1]["时间"],
        "咨询下单": talk.ordered,
        "订单金额元": talk.product.yuan(count) if count else None,
        "转出": talk.transferred,
        "消息": talk.messages,
    }


def _finished(talk: Talk) -> dict[str, Trace]:
    """Traces with the end of the searched range filled in for what is absent."""
    last = len(talk.messages) - 1
    return {
        key: trace if trace.message is not None or trace.record else msgspec.structs.replace(trace, last=last)
        for key, trace in talk.traces.items()
    }
