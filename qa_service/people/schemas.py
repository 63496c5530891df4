"""Structs in and out of the people room's API."""

from datetime import date

import msgspec

from qa_service.language import N_


class LogIn(msgspec.Struct, forbid_unknown_fields=True):
    username: str
    password: str


class SetUp(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    username: str
    password: str


class FirstPassword(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    password: str


class RoleGrant(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    unit: int | None = None


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    username: str
    roles: list[RoleGrant]
    person: int | None = None
    password: str | None = None
    language: str = "zh"


class CreatedAccount(msgspec.Struct):
    id: int
    one_time_code: str | None = None


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    scopes: list[str]
    days: int | None = 365


class CreatedToken(msgspec.Struct):
    token: str


class CloseAccount(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class Me(msgspec.Struct):
    account: int
    name: str
    language: str
    roles: list[str]
    permissions: list[str]


class PersonOut(msgspec.Struct):
    id: int
    key: str
    employee_no: str | None
    name: str
    hired_on: date | None
    left_on: date | None
    contract_kind: str | None
    probation_until_on: date | None


class AccountOut(msgspec.Struct):
    id: int
    username: str
    state: str
    language: str
    name: str | None
    employee_no: str | None
    roles: list[str]


STATES = {"invited": N_("待启用"), "active": N_("使用中"), "closed": N_("已停用")}
