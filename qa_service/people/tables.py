"""Units as a dated tree, people with several posts, platform accounts apart from people, and who may log in."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_day,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)


class Unit(Table):
    """A department, group, office or branch; its place in the tree is dated in UnitPlace."""

    code = text()
    name = text()
    name_en = text()
    kind = text("group")  # company, branch, department, group
    version = whole(1)


class UnitPlace(Table):
    """From when until when a unit hangs under a parent; no parent means a root."""

    unit = reference(Unit)
    parent = optional_reference(Unit)
    from_on = day()
    until_on = optional_day()


class Person(Table):
    """Somebody who works or worked here. `key` is what exports know them by: the 工号, else the name as written."""

    key = text()
    employee_no = optional_text()
    name = text()
    hired_on = optional_day()
    left_on = optional_day()
    contract_kind = optional_text()  # fixed, open, part_time, task
    contract_from_on = optional_day()
    contract_until_on = optional_day()
    probation_until_on = optional_day()
    merged_into = optional_reference("self")  # somebody entered twice: this entry is an alias of that one
    created_at = instant()
    version = whole(1)


class PersonMerge(Table):
    """Two entries of one person made one: `former` is an alias of `person` from then on, until it is undone.

    `counts`: how many rows named each of the two afterwards, so that an undoing can see whether anything came since.
    """

    former = reference(Person)
    person = reference(Person)
    account = optional_whole()
    reason = text()
    at = instant()
    counts = text()
    undone_at = optional_instant()
    undone_by = optional_whole()


class PersonMergeMove(Table):
    """A row that a merge gave to the other entry: table and column (`place`), and the row."""

    merge = reference(PersonMerge)
    place = text()
    row_id = whole()


class Post(Table):
    """A post held in a unit for a time; a person may hold several."""

    person = reference(Person)
    unit = reference(Unit)
    position = text()
    kind = text("agent")  # agent, monitor, qa_lead, supervisor, manager, hr, auditor, admin, other
    group_label = optional_text()  # tenure or shift label as the export gives it
    from_on = day()
    until_on = optional_day()


class ReportingLine(Table):
    """Who reports to whom for a time; a supervisor may work under several managers."""

    person = reference(Person)
    reports_to = reference(Person)
    from_on = day()
    until_on = optional_day()


class DeclaredRelation(Table):
    """Two people of whom neither may mark the other (family, former pair, complaint)."""

    person = reference(Person)
    other = reference(Person)
    reason = text()
    from_on = day()
    until_on = optional_day()


class PlatformAccount(Table):
    """A shop or telephone account; exports name it, people hold it in turn."""

    platform = text()
    name = text()
    unit = optional_reference(Unit)
    is_main = flag()  # 主号: takes no customers
    created_at = instant()


class AccountHolder(Table):
    """Who held a platform account from when until when."""

    platform_account = reference(PlatformAccount)
    person = reference(Person)
    from_at = instant()
    until_at = optional_instant()
    source = text("typed")  # typed, import, roster


class Account(Table):
    """A log-in. A person has at most one; an integration has none of a person."""

    username = text()
    person = optional_reference(Person)
    password_hash = optional_text()
    language = text("zh")
    state = text("active")  # invited, active, closed
    created_at = instant()
    version = whole(1)


class AccountRole(Table):
    """A role held by an account within a unit and all below it; no unit means the whole house.

    `post` is the post that a staff list gave it with, and leaves with it; none for a role that was given by hand.
    """

    account = reference(Account)
    role = text()
    unit = optional_reference(Unit)
    post = optional_reference(Post)


class Session(Table):
    """A log-in on one device: only the SHA-256 of its 32-byte token is kept."""

    token_sha256 = text()
    account = reference(Account)
    created_at = instant()
    seen_at = instant()
    expires_at = instant()


class ApiToken(Table):
    """A program's key: SHA-256 of the token, a list of permissions (JSON) never wider than the account's own."""

    token_sha256 = text()
    account = reference(Account)
    name = text()
    scopes = text("[]")
    created_at = instant()
    expires_at = optional_instant()
    revoked_at = optional_instant()


class OneTimeCode(Table):
    """A printed code that lets a new account choose its password once, or the first administrator set up."""

    code_sha256 = text()
    purpose = text("first-login")  # first-login, setup
    account = optional_reference(Account)
    created_at = instant()
    expires_at = instant()
    used_at = optional_instant()


class LoginAttempt(Table):
    """Failed log-ins, counted in the database so that every process sees the same limit."""

    username = text(index=True)
    address = text(index=True)
    at = instant(index=True)
    succeeded = flag()
    account = optional_whole()
