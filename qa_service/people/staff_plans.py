"""From what the list says and what is known to what changes, one plan a person. Pure: the trial reading plans too."""

from datetime import date, timedelta
from typing import Any

import msgspec

from qa_service.errors import FieldError, Refusal
from qa_service.language import N_
from qa_service.people import errors, rules
from qa_service.people.access import ROLE_NAMES, Actor, Permission, Role
from qa_service.people.granting import check_grant, is_administrator
from qa_service.people.staff_house import HeldPost, HeldRole, House, KnownPerson
from qa_service.people.staff_lists import HOUSE_SCOPE, PERSON_FIELDS, TWO_HOLDERS, Merged, PostEntry, fault, who

Note = dict[str, Any]
HOUSE_ROLES = {Role.HR, Role.AUDITOR, Role.ADMIN}  # whoever holds these serves the whole house
ONCE_HOUSE_ROLES = {*HOUSE_ROLES, Role.MONITOR, Role.QA_LEAD, Role.MANAGER}  # before roles named their post


class NewPost(msgspec.Struct, frozen=True):
    unit_path: tuple[str, ...]
    position: str
    role: str
    scope: str | None  # code of a unit, None for the whole house

    @property
    def unit_code(self) -> str:
        return "/".join(self.unit_path)


class NewRole(msgspec.Struct, frozen=True):
    """A role to give: with a post that stands, or with the new post of this place."""

    role: str
    scope: str | None
    post: int | None = None
    new_post: int | None = None


class Plan(msgspec.Struct):
    """All that changes for one person. `left_on` is set for whoever has left or will leave."""

    merged: Merged
    known: KnownPerson | None
    left_on: date | None = None
    fields: dict[str, Any] = {}
    until: dict[int, date | None] = {}  # post → its new last day
    begins: list[NewPost] = []
    line_ends: dict[int, date] = {}
    line_begins: list[str] = []
    accounts: list[tuple[str, str]] = []
    roles_off: list[HeldRole] = []
    roles_on: list[NewRole] = []
    relinked: dict[int, NewRole] = {}  # a role that stays while its post changes
    makes_account: bool = False
    closes: bool = False
    kept_blank: int = 0
    notes: list[Note] = []

    @property
    def changes(self) -> bool:
        return any((self.fields, self.until, self.begins, self.line_ends, self.line_begins, self.accounts,
                    self.roles_off, self.roles_on, self.makes_account, self.closes))  # fmt: skip

    @property
    def fate(self) -> str:
        return "created" if self.known is None else "updated" if self.changes else "unchanged"


def plan_person(merged: Merged, house: House, *, with_accounts: bool) -> Plan:
    entry = merged.entry
    known = house.people.get(entry.employee_no)
    plan = Plan(merged, known)
    _plan_fields(plan)
    is_gone = plan.left_on is not None and plan.left_on < house.today
    kept = _plan_posts(plan, house, is_gone=is_gone)
    _plan_lines(plan, house.today, is_gone=is_gone)
    held = known.open_accounts if known else set()
    plan.accounts = [] if is_gone else [pair for pair in entry.platform_accounts if pair not in held]
    if known is None or known.account is None:
        plan.makes_account = with_accounts and not is_gone
    else:
        _plan_roles(plan, house, kept)
        plan.closes = is_gone and known.state != "closed"
    if plan.makes_account:
        plan.roles_on = _distinct(
            [NewRole(post.kind, _scope_of(want, post.kind, post.unit_code, house), post.id) for want, post in kept]
            + [NewRole(post.role, post.scope, new_post=place) for place, post in enumerate(plan.begins)]
        )
    _note_leaving(plan, is_gone=is_gone)
    _note_return(plan)
    return plan


def _plan_fields(plan: Plan) -> None:
    """A value that is given is set; an empty cell takes a value away only where the profile says so."""
    entry, known = plan.merged.entry, plan.known
    before = known.fields if known else dict.fromkeys(PERSON_FIELDS)
    for name in PERSON_FIELDS:
        value = getattr(entry, name)
        if value is None and name not in entry.clears:
            plan.kept_blank += known is not None and name in entry.blanks and before[name] is not None
        elif value != before[name] and known is not None:
            plan.fields[name] = value
    came_back = before["left_on"] and entry.left_on is None and entry.hired_on and entry.hired_on > before["left_on"]
    if came_back:
        plan.fields["left_on"] = None
    plan.left_on = plan.fields["left_on"] if "left_on" in plan.fields else entry.left_on or before["left_on"]


def _plan_posts(plan: Plan, house: House, *, is_gone: bool) -> list[tuple[PostEntry, HeldPost]]:
    """Posts that go on, end and begin; answers those that go on with what the list says of them."""
    current = list(plan.known.posts) if plan.known else []
    kept, wanted = [], []
    for want in plan.merged.entry.posts:
        post = next((post for post in current if _is_same(want, post)), None)
        if post is None:
            wanted.append(want)
        else:
            current.remove(post)
            kept.append((want, post))
    for _want, post in kept:
        if post.until_on != plan.left_on:
            plan.until[post.id] = plan.left_on
    for post in current:
        ends = house.today - timedelta(days=1)
        plan.until[post.id] = min(ends, plan.left_on) if plan.left_on else ends
    if not (is_gone and plan.known):
        plan.begins = [_new_post(want, current, house) for want in wanted]
    return kept


def _is_same(want: PostEntry, post: HeldPost) -> bool:
    code = want.unit_code
    in_unit = post.unit_code == code or (not want.is_group_known and post.unit_code.startswith(f"{code}/"))
    return in_unit and want.position in (None, post.position) and want.role in (None, post.kind)


def _new_post(want: PostEntry, ending: list[HeldPost], house: House) -> NewPost:
    """What the list has no column for goes on from the one post that ends."""
    former = ending[0] if len(ending) == 1 else None
    position = want.position if want.position is not None else former.position if former else ""
    role = want.role or (former.kind if former and former.kind in set(Role) else Role.AGENT.value)
    return NewPost(want.unit_path, position, role, _scope_of(want, role, want.unit_code, house))


def _scope_of(want: PostEntry, role: str, unit_code: str, house: House) -> str | None:
    """Where the role reaches: what the list says, else the post's unit; HR, auditors and administrators everywhere."""
    if want.scope == HOUSE_SCOPE or (want.scope is None and role in HOUSE_ROLES):
        return None
    return scope_code(want.scope, house) or unit_code if want.scope else unit_code


def scope_code(scope: str, house: House) -> str | None:
    """The code of the unit that a list names by code or by its one name."""
    if scope in house.units:
        return scope
    codes = house.names.get(scope, [])
    return codes[0] if len(codes) == 1 else None


def _plan_lines(plan: Plan, today: date, *, is_gone: bool) -> None:
    """Former lines end the day before the new ones begin; a leaver's end with the last day."""
    entry, current = plan.merged.entry, plan.known.lines if plan.known else {}
    says = bool(entry.manager_nos) or "manager_numbers" in entry.clears
    if says:
        plan.line_ends = {
            line: today - timedelta(days=1) for no, line in current.items() if no not in entry.manager_nos
        }
        plan.line_begins = [number for number in entry.manager_nos if number not in current]
    if is_gone:
        plan.line_ends, plan.line_begins = dict.fromkeys(current.values(), plan.left_on), []
    plan.kept_blank += not says and "manager_numbers" in entry.blanks and bool(current)


def _plan_roles(plan: Plan, house: House, kept: list[tuple[PostEntry, HeldPost]]) -> None:
    """Roles of posts that end go, those of posts that begin come; one that only changes its post stays."""
    kept_ids, roles = {post.id for _want, post in kept}, list(plan.known.roles)
    for post in plan.known.posts:
        if post.id not in kept_ids and (role := _role_of_post(post, roles)):
            plan.roles_off.append(role)
            roles.remove(role)
    wanted = [NewRole(post.role, post.scope, new_post=place) for place, post in enumerate(plan.begins)]
    for want, post in kept:
        if want.scope is not None and (role := _role_of_post(post, roles)):
            new = NewRole(post.kind, _scope_of(want, post.kind, post.unit_code, house), post.id)
            if house.code_of(role.unit) != new.scope:
                plan.roles_off.append(role)
                roles.remove(role)
                wanted.append(new)
    for new in _distinct(wanted):
        unit = _id_of(new.scope, house)
        same = [role for role in plan.known.roles if role.role == new.role and role.unit == unit]
        if not same:
            plan.roles_on.append(new)
        elif same[0] in plan.roles_off:
            plan.roles_off.remove(same[0])
            plan.relinked[same[0].id] = new
    plan.notes += [_role_note(plan, TAKEN, role.role, house.code_of(role.unit)) for role in plan.roles_off]
    plan.notes += [_role_note(plan, GIVEN, role.role, role.scope) for role in plan.roles_on]


def _id_of(scope: str | None, house: House) -> int | None:
    """The unit's id; -1 for one that the list is about to make."""
    return None if scope is None else house.units.get(scope, -1)


def _role_of_post(post: HeldPost, roles: list[HeldRole]) -> HeldRole | None:
    """The role that came with a post: linked to it, else (before roles were linked) the one that a list gave then."""
    linked = [role for role in roles if role.post == post.id]
    by_unit = [role for role in roles if role.post is None and (role.role, role.unit) == (post.kind, post.unit)]
    by_house = [
        role for role in roles
        if role.post is None and role.unit is None and role.role == post.kind and post.kind in ONCE_HOUSE_ROLES
    ]  # fmt: skip
    return next(iter([*linked, *by_unit, *by_house]), None)


def _distinct(roles: list[NewRole]) -> list[NewRole]:
    """One role a kind and scope: two posts in one unit give it once."""
    return list({(role.role, role.scope): role for role in reversed(roles)}.values())[::-1]


TAKEN, GIVEN = N_("%(who)s：收回角色“%(role)s”（%(unit)s）"), N_("%(who)s：给予角色“%(role)s”（%(unit)s）")


def _role_note(plan: Plan, sentence: str, role: str, scope: str | None) -> Note:
    unit = N_("全公司") if scope is None else scope
    return {
        "sentence": sentence,
        "facts": {"who": who(plan.merged.entry), "role": ROLE_NAMES[Role(role)], "unit": unit},
    }


def _note_leaving(plan: Plan, *, is_gone: bool) -> None:
    is_new = plan.until or plan.closes or "left_on" in plan.fields
    if plan.left_on is None or plan.known is None or not is_new:
        return
    gone = N_("%(who)s：%(on)s离职，岗位到这一天为止，账号停用")
    going = N_("%(who)s：%(on)s离职，岗位和账号到这一天为止")
    facts = {"who": who(plan.merged.entry), "on": plan.left_on.isoformat()}
    plan.notes.append({"sentence": gone if is_gone else going, "facts": facts})


def _note_return(plan: Plan) -> None:
    """Somebody who left and comes back: the log-in stays closed until a person opens it again."""
    if "left_on" not in plan.fields or plan.fields["left_on"] is not None or plan.left_on is not None:
        return
    again = N_("%(who)s：%(on)s重新入职，是同一个人的又一段任职")
    closed = N_("%(who)s：%(on)s重新入职，是同一个人的又一段任职；登录账号仍停用，请在账号页恢复")
    is_closed = plan.known.account is not None and plan.known.state == "closed"
    hired_on = plan.merged.entry.hired_on
    facts = {"who": who(plan.merged.entry), "on": hired_on.isoformat() if hired_on else ""}
    plan.notes.append({"sentence": closed if is_closed else again, "facts": facts})


def plan_faults(actor: Actor, plan: Plan, house: House) -> list[FieldError]:
    """Why this actor may not make the change, or why it cannot be made: the same rules as on the account pages."""
    entry, faults = plan.merged.entry, []
    for post in entry.posts:
        if post.scope not in (None, HOUSE_SCOPE) and scope_code(post.scope, house) is None:
            text = N_("范围“%(value)s”不是已有部门的名称或代码；全公司请写“全公司”")
            faults.append(fault(entry.line, "scope-unknown", text, "scope", value=post.scope))
    try:
        _check_rights(actor, plan, house)
    except Refusal as refusal:
        field = {"unit": "department", "username": "employee_no"}.get(refusal.fields[0].field, "role")
        faults.append(fault(entry.line, refusal.code, refusal.sentence, field, **refusal.facts))
    for pair in plan.accounts if plan.left_on is None else ():
        others = [
            {"text": name, "aside": number}
            for number, name in house.holders.get(pair, [])
            if number != entry.employee_no
        ]
        if others:
            facts = {"value": "/".join(pair), "one": others[0], "other": who(entry)}
            faults.append(fault(entry.line, "two-holders", TWO_HOLDERS, "accounts", **facts))
    return faults


def _check_rights(actor: Actor, plan: Plan, house: House) -> None:
    known, entry = plan.known, plan.merged.entry
    for post in plan.begins:
        check_grant(actor, post.role, None if post.scope is None else _nearest(post.scope, house))
    for role in plan.roles_on:
        check_grant(actor, role.role, None if role.scope is None else _nearest(role.scope, house))
    reach = actor.units(Permission.PEOPLE_WRITE)
    if reach is not None and plan.fate != "unchanged":
        places = {_nearest(post.unit_code, house) for post in plan.begins} | {
            post.unit for post in (known.posts if known else ())
        }
        if not places or not places <= reach:
            raise errors.UnitOutOfReach(field="unit")
    if known and known.account and (plan.roles_off or plan.roles_on or plan.closes):
        if any(role.role == Role.ADMIN for role in known.roles) and not is_administrator(actor):
            raise errors.AdministratorOnly(field="role")
        if known.account == actor.account_id:
            raise errors.OwnAccount(field="role")
    username = rules.clean_username(entry.employee_no)
    if plan.makes_account and username in house.usernames:
        raise errors.UsernameTaken(username=username, field="employee_no")


def _nearest(code: str, house: House) -> int:
    """The unit itself or the nearest one above it that is known; a new root lies in nobody's reach."""
    while code and code not in house.units:
        code = code.rpartition("/")[0]
    return house.units.get(code, -1)
