"""Shared shop accounts held in turn by shift, with a few entries that somebody forgot to make."""

import csv
from datetime import date
from pathlib import Path
from random import Random

from qa_service.demo.people import PERSONAL_PLATFORM, agents
from qa_service.demo.rosters import EARLY, LATE, MIDDLE, month_days, shift_of, statutory_days
from qa_service.demo.shapes import AFTERSALE, PRESALE, Holding, Person

# The first ones go from the early to the late shift, the last ones belong to the middle shift.
SHARED = {
    PRESALE: tuple(("旗舰店", name) for name in ("小宜", "小赞", "小禾", "小麦", "小满"))
    + tuple(("专营店", name) for name in ("小橙", "小柚", "小樱", "小桃", "小茶", "小夏", "小秋")),
    AFTERSALE: tuple(("旗舰店", "售后" + name) for name in ("小安", "小宁", "小和", "小顺"))
    + tuple(("专营店", "售后" + name) for name in ("小暖", "小诚", "小悦", "小喜")),
}
HANDOVER = 15 * 3600 + 1800
HELD_SECONDS = {EARLY: (8 * 3600, HANDOVER), LATE: (HANDOVER, 23 * 3600), MIDDLE: (11 * 3600, 19 * 3600 + 1800)}


def make_holdings(people: tuple[Person, ...], months: tuple[date, ...]) -> list[Holding]:
    """Who really held which shared account, by day and time; no account has two holders at once."""
    statutory, holdings = statutory_days(months), []
    places = list(enumerate(agents(people)))
    for day in (day for month in months for day in month_days(month)):
        for kind, accounts in SHARED.items():
            shifts: dict[str, list[str]] = {EARLY: [], LATE: [], MIDDLE: []}
            for place, person in places:
                shift = shift_of(place, day, statutory=day in statutory)
                if person.kind == kind and day >= person.hired_on and shift in shifts:
                    shifts[shift].append(person.staff_no)
            holdings += _day(day, accounts, shifts)
    return holdings


def _day(day: date, accounts: tuple[tuple[str, str], ...], shifts: dict[str, list[str]]) -> list[Holding]:
    middle = shifts[MIDDLE]
    turning = accounts[: len(accounts) - len(middle)]
    chosen = {MIDDLE: accounts[len(turning) :], EARLY: turning, LATE: turning}
    holdings = []
    for shift, staff in shifts.items():
        free = chosen[shift]
        if len(staff) > len(free):
            raise ValueError(f"{day}: {len(staff)} people on shift {shift}, {len(free)} accounts")
        for place, staff_no in enumerate(staff):
            platform, account = free[(place + day.toordinal()) % len(free)]
            start, end = HELD_SECONDS[shift]
            holdings.append(
                Holding(
                    platform=platform, account=account, staff_no=staff_no, on=day, start_seconds=start, end_seconds=end
                )
            )
    return holdings


def forget(rng: Random, holdings: list[Holding], *, whole: int = 3, late: int = 3) -> list[Holding]:
    """The list as it was kept: `whole` entries missing, `late` entries begun two hours after the account was taken."""
    chosen = rng.sample(range(len(holdings)), whole + late)
    kept = []
    for place, holding in enumerate(holdings):
        if place in chosen[:whole]:
            continue
        if place in chosen[whole:]:
            kept.append(_begun_later(holding))
        else:
            kept.append(holding)
    return kept


def _begun_later(holding: Holding) -> Holding:
    return Holding(
        platform=holding.platform, account=holding.account, staff_no=holding.staff_no, on=holding.on,
        start_seconds=holding.start_seconds + 2 * 3600, end_seconds=holding.end_seconds,
    )  # fmt: skip


def clock(day: date, seconds: int, *, with_seconds: bool = True) -> str:
    """Local time as the exports write it."""
    text = f"{day} {seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if with_seconds else text


def write_holders(path: Path, holdings: list[Holding]) -> None:
    """account_holders.csv: 平台, 账号, 工号, 起, 止."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("平台", "账号", "工号", "起", "止"))
        for held in sorted(holdings, key=lambda held: (held.platform, held.account, held.on, held.start_seconds)):
            start = clock(held.on, held.start_seconds, with_seconds=False)
            end = clock(held.on, held.end_seconds, with_seconds=False)
            writer.writerow((held.platform, held.account, held.staff_no, start, end))


def resolver(people: tuple[Person, ...], holdings: list[Holding]):
    """A function (platform, account, day, seconds) → staff number or None, from the kept list and personal accounts."""
    own = {account: person.staff_no for person in people for account in person.accounts}
    held: dict[tuple[str, str, date], list[Holding]] = {}
    for holding in holdings:
        held.setdefault((holding.platform, holding.account, holding.on), []).append(holding)

    def resolve(platform: str, account: str, day: date, seconds: int) -> str | None:
        if platform == PERSONAL_PLATFORM:
            return own.get((platform, account))
        for holding in held.get((platform, account, day), ()):
            if holding.start_seconds <= seconds < holding.end_seconds:
                return holding.staff_no
        return None

    return resolve
