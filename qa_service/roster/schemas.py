"""Structs in and out of the roster room."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from qa_service.roster.commands import CellIn, Id
from qa_service.web.months import MonthText


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which unit and month; `month` is any day of it."""

    unit: Id
    month: MonthText


class Fill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Squares to write, all or none. `version` is the roster's as it was read."""

    version: int
    cells: Annotated[list[CellIn], msgspec.Meta(max_length=20_000)]


class FillPattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes repeated day by day; '' is rest. Each next person starts `step` codes later."""

    version: int
    people: list[Id]
    codes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=62)]
    from_on: date
    until_on: date
    step: Annotated[int, msgspec.Meta(ge=0, le=62)] = 0


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int


class Publish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is needed once the roster was published before."""

    version: int
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Changed(msgspec.Struct, frozen=True):
    """How many squares changed."""

    changed: int


class Told(msgspec.Struct, frozen=True):
    """How many people were told."""

    told: int


class RosterId(msgspec.Struct, frozen=True):
    id: int


class ShiftOut(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    code: str
    name: str
    name_en: str
    start_minute: int
    end_minute: int
    paid_break_minutes: int
    unpaid_break_minutes: int
    from_on: date
    until_on: date | None


class Adopted(msgspec.Struct, frozen=True):
    adopted: int


class RosterLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    unit: int
    unit_name: str
    pay_month: date
    state: str
    version: int


class DutyOut(msgspec.Struct, frozen=True, kw_only=True):
    """One area on one day. `tasks` say what is to be done."""

    id: int
    unit: int
    on: date
    area: str
    area_name: str
    tasks: list[str]
    person: int
    person_name: str
    employee_no: str | None
    done_at: datetime | None
    version: int


class Reassign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    person: Id
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    version: int


class OwnDay(msgspec.Struct, frozen=True, kw_only=True):
    """One's own day: shift is null for rest; minutes from midnight."""

    on: date
    kind: str
    shift: str | None
    start_minute: int | None
    end_minute: int | None
    overtime_minutes: int


class OwnMonth(msgspec.Struct, frozen=True, kw_only=True):
    month: date
    days: list[OwnDay]
    duties: list[DutyOut]
