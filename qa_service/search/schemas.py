"""Structs out of the search room's API."""

from datetime import date, datetime

import msgspec


class PersonFound(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    key: str
    employee_no: str | None
    name: str
    left_on: date | None
    units: list[str]


class InteractionFound(msgspec.Struct, frozen=True, kw_only=True):
    """One agent part of a record; names are null for whom they are not meant."""

    id: int
    part: int
    external_id: str
    order_no: str | None
    local_on: date | None
    channel: str
    kind: str
    person_name: str | None
    employee_no: str | None


class EvaluationFound(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    form: str
    state: str
    revision: int
    final_hundredths: int | None
    released_at: datetime | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """At most 20 of each kind, only what you may open."""

    people: list[PersonFound]
    interactions: list[InteractionFound]
    evaluations: list[EvaluationFound]
