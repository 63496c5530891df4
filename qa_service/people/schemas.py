"""Structs in and out of the people room's API."""

from datetime import date, datetime

import msgspec


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
    """contract_kind only for who may read contracts, probation_until_on only for who may read probation."""

    id: int
    key: str
    employee_no: str | None
    name: str
    hired_on: date | None
    left_on: date | None
    contract_kind: str | None
    probation_until_on: date | None


class UnitOut(msgspec.Struct):
    """A unit by number, code and name; parent null for one at the top."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    parent: int | None


class PostOut(msgspec.Struct):
    """A post in a unit, from a day until a day (null: still held)."""

    unit: int
    unit_name: str
    position: str
    kind: str
    from_on: date
    until_on: date | None


class HolderOut(msgspec.Struct):
    """A platform account and who held it from when until when."""

    platform_account: int
    platform: str
    name: str
    person: int
    person_name: str
    employee_no: str | None
    from_at: datetime
    until_at: datetime | None
    source: str


class ManagerOut(msgspec.Struct):
    person: int
    name: str
    employee_no: str | None
    from_on: date
    until_on: date | None


class ContractOut(msgspec.Struct):
    """kind: fixed, open, part_time, task; until null for a contract without end."""

    kind: str | None
    from_on: date | None
    until_on: date | None


class PersonWhole(msgspec.Struct):
    """One person; contract is null for whoever may not read contracts. `merged_into`: whom an alias stands for."""

    id: int
    key: str
    employee_no: str | None
    name: str
    hired_on: date | None
    left_on: date | None
    probation_until_on: date | None
    posts: list[PostOut]
    managers: list[ManagerOut]
    holders: list[HolderOut]
    contract: ContractOut | None
    merged_into: int | None


class CountOut(msgspec.Struct, frozen=True):
    """So many rows of a kind, in your language."""

    label: str
    count: int


class ObstacleOut(msgspec.Struct, frozen=True):
    """Why two entries cannot be one person, or not yet; `href` is the page where that is seen, if there is one."""

    code: str
    sentence: str
    href: str


class MergePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to the other entry and what stays; nothing can be done while there is an obstacle."""

    moves: list[CountOut]
    stays: list[CountOut]
    signed_months: list[date]
    obstacles: list[ObstacleOut]


class MergeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`into`: the person who it really is, by number of the entry."""

    into: int
    reason: str


class MergeReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str


class MergeOut(msgspec.Struct, frozen=True):
    merge: int


class GrantOut(msgspec.Struct):
    """A role and the unit that it reaches with all below it; unit null: the whole house."""

    role: str
    unit: int | None
    unit_name: str | None


class AccountOut(msgspec.Struct):
    """state: invited (waits for its first password), active, closed."""

    id: int
    username: str
    state: str
    language: str
    person: int | None
    name: str | None
    employee_no: str | None
    created_at: datetime
    version: int
    roles: list[str]
    grants: list[GrantOut]


class RoleChange(msgspec.Struct, forbid_unknown_fields=True):
    """`version` is the account's that was read; unit null means the whole house."""

    role: str
    version: int
    unit: int | None = None


class CodesFor(msgspec.Struct, forbid_unknown_fields=True):
    """Account ids, in the order in which the codes are to be printed."""

    accounts: list[int]


class CodeOut(msgspec.Struct):
    """The only place where the code is readable."""

    employee_no: str
    name: str
    username: str
    code: str


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    new: str


class ChosenLanguage(msgspec.Struct, forbid_unknown_fields=True):
    """zh or en."""

    language: str


class TokenOut(msgspec.Struct):
    """A token without its secret."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
