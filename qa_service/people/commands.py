"""Changes of the people room: accounts, roles, log-ins, one-time codes, tokens."""

import asyncio
from datetime import timedelta

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from qa_service import clock
from qa_service.database import rows, scalar, transaction
from qa_service.errors import NotFound, TooMany
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people import errors, queries, rules
from qa_service.people.access import Actor, Permission, Role, house_actor
from qa_service.people.tables import Account, AccountRole, ApiToken, LoginAttempt, OneTimeCode, Session

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODY = HASHER.hash("nobody has this password")  # so that an unknown name takes as long as a wrong password


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
    actor.require(Permission.ACCOUNT_WRITE)
    name = rules.clean_username(username)
    if not rules.is_username(name):
        raise errors.UsernameInvalid(username=username, field="username")
    for role, _unit in roles:
        if role not in set(Role):
            raise errors.RoleUnknown(role=role, known=", ".join(Role), field="roles")
    hashed = await _hashed(password, name) if password is not None else None
    async with transaction():
        if await queries.account_for_login(name):
            raise errors.UsernameTaken(username=name, field="username")
        account = await Account.insert(
            Account(
                username=name,
                person=person_id,
                password_hash=hashed,
                language=language,
                state="active" if hashed else "invited",
                created_at=clock.now(),
            )
        ).returning(Account.id)
        account_id = account[0]["id"]
        for role, unit in roles:
            await AccountRole.insert(AccountRole(account=account_id, role=role, unit=unit))
        await record(actor, "account:create", f"account:{account_id}", inputs={"username": name, "roles": roles})
    return account_id


async def _hashed(password: str, username: str) -> str:
    if rules.password_fault(password, username):
        raise errors.PasswordWeak(least=rules.PASSWORD_LEAST, field="password")
    return await asyncio.to_thread(HASHER.hash, password)


async def print_code(actor: Actor, account_id: int) -> str:
    """A new one-time code for an account; the former ones stop working. Only its digest is kept."""
    actor.require(Permission.ACCOUNT_WRITE)
    code, now = rules.new_code(), clock.now()
    async with transaction():
        if await scalar("SELECT id FROM account WHERE id = {}", account_id) is None:
            raise NotFound(N_("这个账号"))
        await rows("UPDATE one_time_code SET used_at = {} WHERE account = {} AND used_at IS NULL", now, account_id)
        await OneTimeCode.insert(
            OneTimeCode(
                code_sha256=rules.digest(code),
                purpose="first-login",
                account=account_id,
                created_at=now,
                expires_at=now + rules.CODE_LIFE,
            )
        )
        await record(actor, "account:code", f"account:{account_id}")
    return code


async def print_setup_code() -> str | None:
    """For an empty database: the code that opens the set-up page, or None where accounts exist."""
    if await queries.has_accounts():
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


async def set_up(code: str, username: str, password: str) -> int:
    """The first administrator of an empty database, once, with the code that the server printed."""
    if await queries.has_accounts():
        raise errors.SetupDone()
    await _check_code(code, "setup")
    account_id = await create_account(house_actor("set-up"), username, roles=[(Role.ADMIN, None)], password=password)
    await rows(
        "UPDATE one_time_code SET used_at = {} WHERE code_sha256 = {}",
        clock.now(),
        rules.digest(rules.clean_code(code)),
    )
    return account_id


async def _check_code(code: str, purpose: str) -> int | None:
    found = await rows(
        "SELECT account FROM one_time_code WHERE code_sha256 = {} AND purpose = {} AND used_at IS NULL"
        " AND expires_at > {}",
        rules.digest(rules.clean_code(code)),
        purpose,
        clock.now(),
    )
    if not found:
        raise errors.CodeInvalid(field="code")
    return found[0]["account"]


async def choose_password(code: str, password: str) -> int:
    """A person's first password, with the printed code. Answers the account."""
    account_id = await _check_code(code, "first-login")
    username = await scalar("SELECT username FROM account WHERE id = {}", account_id)
    hashed = await _hashed(password, username)
    actor = await queries.actor_of_account(account_id)
    async with transaction():
        taken = await rows(
            "UPDATE one_time_code SET used_at = {} WHERE code_sha256 = {} AND used_at IS NULL RETURNING id",
            clock.now(),
            rules.digest(rules.clean_code(code)),
        )
        if not taken:
            raise errors.CodeInvalid(field="code")
        await rows(
            "UPDATE account SET password_hash = {}, state = 'active', version = version + 1 WHERE id = {}",
            hashed,
            account_id,
        )
        await rows("DELETE FROM session WHERE account = {}", account_id)
        await record(actor, "account:password", f"account:{account_id}")
    return account_id


async def log_in(username: str, password: str, *, address: str, hours: int) -> str:
    """Check a log-in; answers a fresh session token. Failures are counted by name and by address."""
    name, now = rules.clean_username(username), clock.now()
    failures = await queries.failed_attempts(name, address, rules.window_start(now))
    if rules.is_limited(*failures):
        raise TooMany(minutes=int(rules.ATTEMPT_WINDOW.total_seconds() // 60))
    account = await queries.account_for_login(name)
    is_right = await asyncio.to_thread(_verify, (account or {}).get("password_hash") or NOBODY, password)
    if account is None or not is_right or account["password_hash"] is None:
        await _note_attempt(name, address, succeeded=False)
        raise errors.LoginFailed()
    if account["state"] == "closed":
        raise errors.AccountClosed(username=name)
    return await _open_session(account["id"], name, address, hours)


def _verify(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password[: rules.PASSWORD_MOST])
    except VerificationError:
        return False


async def _note_attempt(name: str, address: str, *, succeeded: bool) -> None:
    async with transaction():
        await LoginAttempt.insert(
            LoginAttempt(username=name[:200], address=address, at=clock.now(), succeeded=succeeded, account=None)
        )


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


async def create_token(actor: Actor, name: str, scopes: list[str], *, days: int | None = 365) -> str:
    """An API token of the actor's own account, never wider than the account. Shown once."""
    for scope in scopes:
        if scope not in actor.permissions:
            raise errors.ScopeTooWide(scope=scope, field="scopes")
    token, now = rules.new_token(), clock.now()
    async with transaction():
        await ApiToken.insert(
            ApiToken(
                token_sha256=rules.digest(token),
                account=actor.account_id,
                name=name[:100],
                scopes=msgspec.json.encode(sorted(set(scopes))).decode(),
                created_at=now,
                expires_at=now + timedelta(days=days) if days else None,
            )
        )
        await record(actor, "token:create", f"account:{actor.account_id}", inputs={"name": name, "scopes": scopes})
    return token


async def close_account(actor: Actor, account_id: int, reason: str) -> None:
    """Stop a log-in at once; its history stays."""
    actor.require(Permission.ACCOUNT_WRITE)
    async with transaction():
        closed = await rows(
            "UPDATE account SET state = 'closed', version = version + 1 WHERE id = {} RETURNING id", account_id
        )
        if not closed:
            raise NotFound(N_("这个账号"))
        await rows("DELETE FROM session WHERE account = {}", account_id)
        await record(actor, "account:close", f"account:{account_id}", reason)
