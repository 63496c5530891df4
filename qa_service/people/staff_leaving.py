"""What a leaver gives back, and when: platform accounts pass to the next holder with dates. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from qa_service.people.staff_house import House
from qa_service.people.staff_plans import Plan

HOME = ZoneInfo("Asia/Shanghai")


def gives_back_at(left_on: date) -> datetime:
    """The end of somebody's last day, when what was lent to them is free."""
    return datetime.combine(left_on + timedelta(days=1), time(), HOME).astimezone(UTC)


def release(plans: Sequence[Plan], house: House) -> None:
    """Platform accounts of people whom the list lets go are free for others of the same list from that day on."""
    for plan in plans:
        if plan.left_on is None or plan.known is None:
            continue
        number, free_at = plan.merged.entry.employee_no, gives_back_at(plan.left_on)
        for pair in plan.known.open_accounts:
            house.holders[pair] = [held for held in house.holders.get(pair, []) if held[0] != number]
            house.freed[pair] = max(free_at, house.freed.get(pair, free_at))
