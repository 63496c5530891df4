"""Log-ins as the administrator and HR keep them: create, roles, codes to print, stop and open again.

Nobody changes their own roles, and only an administrator touches an administrator's account: who may print a code for
an account can become it.
"""

from collections.abc import Sequence

import msgspec

from qa_service import clock
from qa_service.database import among, row, rows, scalar, transaction
from qa_service.errors import FieldError, InvalidInput, NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people import account_queries, errors, passwords, queries, rules
from qa_service.people.access import Actor, Permission
from qa_service.people.granting import check_grant, is_administrator
from qa_service.people.own_commands import end_token
from qa_service.people.tables import Account, AccountRole, OneTimeCode

MOST_CODES = 500
THIS_ACCOUNT = N_("这个账号")


class PrintedCode(msgspec.Struct, frozen=True):
    """A log-in and the code to print for its owner; only here is the code readable, only its digest is kept."""

    employee_no: str
    name: str
    username: str
    code: str


async def create_account(
    actor: Actor,
    username: str,
    *,
    roles: list[tuple[str, int | None]],
    person_id: int | None = None,
    password: str | None = None,
    language: str = "zh",
) -> int:
    """A new log-in with its roles (role, unit or None for the house). Without a password it waits for a code."""
    new = await checked_account(actor, username, roles=roles, person_id=person_id, password=password, language=language)
    async with transaction():
        return await insert_account(actor, new)


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in that may be made: its name is one, its roles are the actor's to give, its password is hashed."""

    name: str
    roles: list[tuple[str, int | None]]
    person_id: int | None
    password_hash: str | None
    language: str


async def checked_account(
    actor: Actor,
    username: str,
    *,
    roles: list[tuple[str, int | None]],
    person_id: int | None = None,
    password: str | None = None,
    language: str = "zh",
) -> NewAccount:
    """What can be refused before the transaction opens; hashing takes too long to hold the writer."""
    actor.require(Permission.ACCOUNT_WRITE)
    name = rules.clean_username(username)
    if not rules.is_username(name):
        raise errors.UsernameInvalid(username=username, field="username")
    for role, unit in roles:
        check_grant(actor, role, unit)
    kept = await passwords.hashed(password, name) if password is not None else None
    return NewAccount(name=name, roles=roles, person_id=person_id, password_hash=kept, language=language)


async def insert_account(actor: Actor, new: NewAccount) -> int:
    """Inside the open transaction, and last in it: the account, its roles, the journal's line."""
    if await queries.account_for_login(new.name):
        raise errors.UsernameTaken(username=new.name, field="username")
    await _check_person(new.person_id)
    account = await Account.insert(
        Account(
            username=new.name,
            person=new.person_id,
            password_hash=new.password_hash,
            language=new.language,
            state="active" if new.password_hash else "invited",
            created_at=clock.now(),
        )
    ).returning(Account.id)
    account_id = account[0]["id"]
    for role, unit in new.roles:
        await _insert_role(account_id, role, unit)
    await record(actor, "account:create", f"account:{account_id}", inputs={"username": new.name, "roles": new.roles})
    return account_id


async def _check_person(person_id: int | None) -> None:
    if person_id is None:
        return
    if await scalar("SELECT id FROM person WHERE id = {}", person_id) is None:
        raise InvalidInput(fields=[FieldError("person", "person-unknown", N_("没有这个人"))])
    taken = await scalar("SELECT username FROM account WHERE person = {}", person_id)
    if taken is not None:
        raise errors.PersonTaken(username=taken, field="person")


async def _insert_role(account_id: int, role: str, unit: int | None) -> None:
    if unit is not None and await scalar("SELECT id FROM unit WHERE id = {}", unit) is None:
        raise InvalidInput(fields=[FieldError("unit", "unit-unknown", N_("没有这个部门"))])
    await AccountRole.insert(AccountRole(account=account_id, role=role, unit=unit))


async def _changeable(actor: Actor, account_id: int) -> dict:
    """The account, in reach; an administrator's is left to administrators."""
    where, values = account_queries.in_reach(actor)
    found = await row(f"SELECT a.* FROM account a WHERE a.id = {{}}{where}", account_id, *values)
    if found is None:
        raise NotFound(THIS_ACCOUNT)
    is_admin = await scalar("SELECT id FROM account_role WHERE account = {} AND role = 'admin'", account_id)
    if is_admin is not None and not is_administrator(actor):
        raise errors.AdministratorOnly()
    return found


async def grant_role(actor: Actor, account_id: int, role: str, unit: int | None, *, version: int) -> None:
    """One more role, in a unit and all below it, or in the whole house."""
    actor.require(Permission.ACCOUNT_WRITE)
    check_grant(actor, role, unit)
    async with transaction():
        await _changeable(actor, account_id)
        _not_own(actor, account_id)
        if await _held(account_id, role, unit) is not None:
            raise errors.RoleHeld(field="role")
        await _insert_role(account_id, role, unit)
        await _next_version(account_id, version)
        await record(actor, "account:grant", f"account:{account_id}", inputs={"role": role, "unit": unit})


async def revoke_role(actor: Actor, account_id: int, role: str, unit: int | None, *, version: int) -> None:
    """Take a role away; what the person did with it stays."""
    actor.require(Permission.ACCOUNT_WRITE)
    async with transaction():
        await _changeable(actor, account_id)
        _not_own(actor, account_id)
        held = await _held(account_id, role, unit)
        if held is None:
            raise NotFound(N_("这个角色"))
        await rows("DELETE FROM account_role WHERE id = {}", held)
        await _next_version(account_id, version)
        await record(actor, "account:revoke", f"account:{account_id}", inputs={"role": role, "unit": unit})


async def _held(account_id: int, role: str, unit: int | None) -> int | None:
    return await scalar(
        "SELECT id FROM account_role WHERE account = {} AND role = {} AND COALESCE(unit, 0) = {}",
        account_id,
        role,
        unit or 0,
    )


def _not_own(actor: Actor, account_id: int) -> None:
    if actor.account_id == account_id:
        raise errors.OwnAccount()


async def _next_version(account_id: int, seen: int) -> None:
    done = await rows(
        "UPDATE account SET version = version + 1 WHERE id = {} AND version = {} RETURNING id", account_id, seen
    )
    if not done:
        raise StaleEdit(THIS_ACCOUNT)


async def print_codes(actor: Actor, account_ids: Sequence[int]) -> list[PrintedCode]:
    """A new one-time code for each account, in the order given; former ones stop working. Only digests are kept."""
    actor.require(Permission.ACCOUNT_WRITE)
    wanted = list(dict.fromkeys(account_ids))
    if not wanted or len(wanted) > MOST_CODES:
        text = N_("一次选1至%(most)s个账号")
        raise InvalidInput(fields=[FieldError("accounts", "accounts-count", text, {"most": MOST_CODES})])
    now, printed = clock.now(), []
    async with transaction():
        for account_id in wanted:
            account = await _changeable(actor, account_id)
            if account["state"] == "closed":
                raise errors.AccountClosed(username=account["username"])
            printed.append(await _printed(account))
        await rows(
            f"UPDATE one_time_code SET used_at = {{}} WHERE account IN {among(len(wanted))} AND used_at IS NULL",
            now,
            *wanted,
        )
        for account_id, one in zip(wanted, printed, strict=True):
            await OneTimeCode.insert(
                OneTimeCode(
                    code_sha256=rules.digest(one.code), purpose="first-login", account=account_id, created_at=now,
                    expires_at=now + rules.CODE_LIFE,
                )
            )  # fmt: skip
        subject = f"account:{wanted[0]}" if len(wanted) == 1 else "account"
        await record(actor, "account:code", subject, inputs={"accounts": wanted})
    return printed


async def _printed(account: dict) -> PrintedCode:
    person = await row("SELECT name, employee_no, key FROM person WHERE id = {}", account["person"] or -1)
    number = (person["employee_no"] or person["key"]) if person else ""
    return PrintedCode(number, person["name"] if person else "", account["username"], rules.new_code())


async def print_code(actor: Actor, account_id: int) -> str:
    """A new one-time code for one account."""
    return (await print_codes(actor, [account_id]))[0].code


async def close_account(actor: Actor, account_id: int, reason: str) -> None:
    """Stop a log-in at once; its history stays."""
    await _set_state(actor, account_id, reason, verb="close")


async def reopen_account(actor: Actor, account_id: int, reason: str) -> None:
    """Let a stopped log-in in again with its former password; wrong attempts are forgotten."""
    await _set_state(actor, account_id, reason, verb="reopen")


async def _set_state(actor: Actor, account_id: int, reason: str, *, verb: str) -> None:
    actor.require(Permission.ACCOUNT_WRITE)
    if not reason.strip():
        raise InvalidInput(fields=[FieldError("reason", "missing", N_("请写明原因"))])
    async with transaction():
        account = await _changeable(actor, account_id)
        _not_own(actor, account_id)
        if (account["state"] == "closed") == (verb == "close"):
            raise errors.StateUnchanged(username=account["username"])
        state = "closed" if verb == "close" else "active" if account["password_hash"] else "invited"
        await rows("UPDATE account SET state = {}, version = version + 1 WHERE id = {}", state, account_id)
        await rows("DELETE FROM session WHERE account = {}", account_id)
        await rows(  # a code printed before would open the door again
            "UPDATE one_time_code SET used_at = {} WHERE account = {} AND used_at IS NULL", clock.now(), account_id
        )
        await rows("DELETE FROM login_attempt WHERE username = {}", account["username"])
        await record(actor, f"account:{verb}", f"account:{account_id}", reason)


async def revoke_token_of(actor: Actor, account_id: int, token_id: int) -> None:
    """End a token of an account in reach, for one that was lost or left with somebody."""
    actor.require(Permission.ACCOUNT_WRITE)
    async with transaction():
        await _changeable(actor, account_id)
        await end_token(actor, account_id, token_id)
