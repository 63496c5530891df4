"""What a roster is made of: shift types, cells, a plan, and the facts about a person that the gate needs.

Minutes count from midnight of the cell's date; an end past 1,440 reaches into the next day. Planned minutes are the
time between start and end less unpaid breaks: paid breaks and the nursing hour count as work (DOMAIN 8).
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from qa_service.language import N_
from qa_service.roster.errors import CellInvalid, ShiftTypeInvalid

DAY_MINUTES = 1440


class ShiftType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of shift (班次). All numbers are minutes; `nursing_minutes` are paid and count as work."""

    code: str
    start_minute: int
    end_minute: int
    paid_break_minutes: int = 0
    unpaid_break_minutes: int = 0
    nursing_minutes: int = 0
    name: str = ""
    name_en: str = ""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One square of the grid: who works which shift on which date.

    `shift` None is a day of rest. `overtime_minutes` follow the end of the shift. `is_rest_day`: this is work on the
    person's own rest day. `lieu_on`: the day off given for it. `clock_known` False: only the length of the work is
    known, so that rules about the time of day cannot judge it.
    """

    person: int
    on: date
    shift: ShiftType | None
    overtime_minutes: int = 0
    reason: str | None = None
    is_rest_day: bool = False
    lieu_on: date | None = None
    clock_known: bool = True


class Plan(msgspec.Struct, frozen=True):
    """Cells to be judged from `first_on` to `last_on`; cells outside are context: they count and are not judged."""

    first_on: date
    last_on: date
    cells: tuple[Cell, ...]


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """法定限制 from HR, without its reason. `until_on` None: open."""

    from_on: date
    until_on: date | None = None
    no_work: bool = False
    no_overtime: bool = False
    no_night: bool = False

    def covers(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Approval of comprehensive hours: number, the posts it covers, its validity, and the cycle.

    `cycle` is week, month, quarter or year.
    """

    number: str
    posts: frozenset[str]
    from_on: date
    until_on: date
    cycle: str = "month"


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate may know of a person.

    `rest_days`: 'calendar' (weekends and notices; make-up weekends are work days) or 'rostered' (the grid itself says
    which days are rest days). `hours`: 'standard' or 'comprehensive' (only while `approval` is valid for the post).
    """

    person: int
    post: str = ""
    rest_days: str = "rostered"
    hours: str = "standard"
    approval: Approval | None = None
    limits: tuple[Limit, ...] = ()


def limit_of(word: str, *, from_on: date, until_on: date | None = None) -> Limit:
    """A limit from the word HR stores: `no_work`, `no_overtime`, `no_night`, `no_overtime_no_night`."""
    return Limit(
        from_on=from_on,
        until_on=until_on,
        no_work="no_work" in word,
        no_overtime="no_overtime" in word,
        no_night="no_night" in word,
    )


def check_shift_type(shift: ShiftType) -> ShiftType:
    """The shift itself, or ShiftTypeInvalid naming what does not fit."""
    breaks = (shift.paid_break_minutes, shift.unpaid_break_minutes, shift.nursing_minutes)
    if not 0 <= shift.start_minute < DAY_MINUTES:
        raise ShiftTypeInvalid(shift=shift.code, reason=N_("开始时间应在0:00至23:59之间"), field="start_minute")
    if not shift.start_minute < shift.end_minute <= shift.start_minute + DAY_MINUTES:
        raise ShiftTypeInvalid(
            shift=shift.code, reason=N_("结束应晚于开始，最长24小时；跨午夜的结束时间加24小时"), field="end_minute"
        )
    if min(breaks) < 0 or sum(breaks) >= shift.end_minute - shift.start_minute:
        raise ShiftTypeInvalid(shift=shift.code, reason=N_("休息时间不能为负，合计应短于班次"), field="breaks")
    return shift


def check_cell(cell: Cell) -> Cell:
    """The cell itself, or CellInvalid: its shift fits, overtime is 0 to 24 hours and follows a shift."""
    if not 0 <= cell.overtime_minutes <= DAY_MINUTES:
        raise CellInvalid(on=cell.on.isoformat(), reason=N_("加班应为0至1440分钟"), field="overtime_minutes")
    if cell.shift is None:
        if cell.overtime_minutes:
            raise CellInvalid(
                on=cell.on.isoformat(), reason=N_("休息日不能只排加班，请先选班次"), field="overtime_minutes"
            )
        return cell
    check_shift_type(cell.shift)
    return cell


def shift_minutes(shift: ShiftType) -> int:
    """Planned minutes of a shift: unpaid breaks do not count, paid ones and nursing time do."""
    return shift.end_minute - shift.start_minute - shift.unpaid_break_minutes


def cell_minutes(cell: Cell) -> int:
    """Planned minutes of a cell with its overtime; 0 for a day of rest."""
    return 0 if cell.shift is None else shift_minutes(cell.shift) + cell.overtime_minutes


def span(cell: Cell) -> tuple[int, int]:
    """From when to when the person is there, minutes counted from day 1 of the calendar, breaks included."""
    midnight = cell.on.toordinal() * DAY_MINUTES
    return midnight + cell.shift.start_minute, midnight + cell.shift.end_minute + cell.overtime_minutes


def night_minutes(start_minute: int, end_minute: int, *, night_start: int = 1320, night_end: int = 1800) -> int:
    """Minutes of a stretch that lie in the night, 22:00 to 06:00 by default; breaks are not taken out.

    >>> night_minutes(1080, 1560)  # 18:00 to 02:00
    240
    """
    nights = ((night_start + day * DAY_MINUTES, night_end + day * DAY_MINUTES) for day in (-1, 0, 1, 2))
    return sum(max(0, min(end_minute, end) - max(start_minute, start)) for start, end in nights)


def worked_cell(
    person: int, on: date, *, minutes: int, start_minute: int | None = None, is_rest_day: bool = False
) -> Cell:
    """Hours really worked as a cell; without a start only its length is known."""
    start = start_minute or 0
    shift = ShiftType(code="worked", start_minute=start, end_minute=start + minutes)
    return Cell(person=person, on=on, shift=shift, is_rest_day=is_rest_day, clock_known=start_minute is not None)


def by_person(cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    """Cells with work in them, per person, in order of time."""
    people: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.shift is not None:
            people.setdefault(cell.person, []).append(cell)
    for own in people.values():
        own.sort(key=span)
    return people


def by_date(cells: Iterable[Cell]) -> dict[date, list[Cell]]:
    """Cells per date, dates in order."""
    days: dict[date, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: cell.on):
        days.setdefault(cell.on, []).append(cell)
    return days
