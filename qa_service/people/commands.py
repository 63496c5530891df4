"""Changes of the people room: set-up, first password, log-in; accounts and one's own log-in stand beside it."""

from datetime import timedelta

from qa_service import clock
from qa_service.database import rows, scalar, transaction
from qa_service.journal.commands import record
from qa_service.people import attempts, errors, passwords, queries, rules
from qa_service.people.access import Role, house_actor
from qa_service.people.account_commands import (
    checked_account,
    close_account,
    create_account,
    grant_role,
    insert_account,
    print_code,
    print_codes,
    reopen_account,
    revoke_role,
    revoke_token_of,
)
from qa_service.people.own_commands import change_password, choose_language, create_token, revoke_token
from qa_service.people.tables import OneTimeCode, Session

__all__ = [
    "change_password", "choose_language", "choose_password", "close_account", "create_account", "create_token",
    "grant_role", "log_in", "log_out", "print_code", "print_codes", "print_setup_code", "reopen_account",
    "revoke_role", "revoke_token", "revoke_token_of", "set_up",
]  # fmt: skip


async def print_setup_code() -> str | None:
    """While nobody administers: the code that opens the set-up page, or None where there is an administrator."""
    if await queries.has_administrator():
        return None
    code, now = rules.new_code(), clock.now()
    async with transaction():
        await rows("UPDATE one_time_code SET used_at = {} WHERE purpose = 'setup' AND used_at IS NULL", now)
        await OneTimeCode.insert(
            OneTimeCode(
                code_sha256=rules.digest(code), purpose="setup", created_at=now, expires_at=now + rules.CODE_LIFE
            )
        )
        await record(house_actor("qa serve"), "setup:code", "setup")
    return code


async def set_up(code: str, username: str, password: str, *, address: str | None = None) -> int:
    """The first administrator, once, with the code that the server printed: all of it or nothing.

    `address` is where a page was sent from; wrong codes of one address close the door for a while.
    """
    await attempts.check_codes(address)
    if await queries.has_administrator():
        raise errors.SetupDone()
    await _check_code(code, "setup", address)
    actor = house_actor("set-up")
    new = await checked_account(actor, username, roles=[(Role.ADMIN, None)], password=password)
    async with transaction():
        if await queries.has_administrator():
            raise errors.SetupDone()
        await _use_code(code)
        return await insert_account(actor, new)


async def _use_code(code: str) -> None:
    """Once: of two who type the same code at a time, the second is refused."""
    taken = await rows(
        "UPDATE one_time_code SET used_at = {} WHERE code_sha256 = {} AND used_at IS NULL RETURNING id",
        clock.now(),
        rules.digest(rules.clean_code(code)),
    )
    if not taken:
        raise errors.CodeInvalid(field="code")


async def _check_code(code: str, purpose: str, address: str | None) -> int | None:
    found = await rows(
        "SELECT c.account FROM one_time_code c LEFT JOIN account a ON a.id = c.account"
        " LEFT JOIN person p ON p.id = a.person WHERE c.code_sha256 = {} AND c.purpose = {} AND c.used_at IS NULL"
        " AND c.expires_at > {} AND (p.left_on IS NULL OR p.left_on >= {})",
        rules.digest(rules.clean_code(code)),
        purpose,
        clock.now(),
        clock.today(),
    )
    if not found:
        await attempts.note_wrong_code(address)
        raise errors.CodeInvalid(field="code")
    return found[0]["account"]


async def choose_password(code: str, password: str, *, address: str | None = None) -> int:
    """A person's first password, with the printed code. Answers the account."""
    await attempts.check_codes(address)
    account_id = await _check_code(code, "first-login", address)
    username = await scalar("SELECT username FROM account WHERE id = {}", account_id)
    hashed = await passwords.hashed(password, username)
    actor = await queries.actor_of_account(account_id)
    async with transaction():
        await _use_code(code)
        await rows(
            "UPDATE account SET password_hash = {}, state = 'active', version = version + 1 WHERE id = {}",
            hashed,
            account_id,
        )
        await rows("DELETE FROM session WHERE account = {}", account_id)
        await rows("DELETE FROM login_attempt WHERE username = {}", username)  # the code has shown who it is
        await record(actor, "account:password", f"account:{account_id}")
    return account_id


async def log_in(username: str, password: str, *, address: str, hours: int) -> str:
    """Check a log-in; answers a fresh session token. Failures are counted by name and by address."""
    name = rules.clean_username(username)
    await attempts.check_limit(name, address)
    account = await queries.account_for_login(name)
    if not await passwords.is_right(account["password_hash"] if account else None, password):
        await attempts.note_failure(name, address)
        raise errors.LoginFailed()
    if account["state"] == "closed" or account["has_left"]:
        raise errors.AccountClosed(username=name)
    return await _open_session(account["id"], name, address, hours)


async def _open_session(account_id: int, name: str, address: str, hours: int) -> str:
    token, now = rules.new_token(), clock.now()
    async with transaction():
        await rows("DELETE FROM session WHERE expires_at < {}", now)
        await rows("DELETE FROM login_attempt WHERE username = {} OR at < {}", name, rules.window_start(now))
        await Session.insert(
            Session(
                token_sha256=rules.digest(token),
                account=account_id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=hours),
            )
        )
    return token


async def log_out(token: str) -> None:
    async with transaction():
        await rows("DELETE FROM session WHERE token_sha256 = {}", rules.digest(token))
