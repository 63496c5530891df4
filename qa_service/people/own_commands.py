"""What people do with their own log-in: password, language, tokens for programs."""

from datetime import timedelta

import msgspec

from qa_service import clock
from qa_service.database import row, rows, transaction
from qa_service.errors import FieldError, InvalidInput, NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import LANGUAGES, N_
from qa_service.people import attempts, errors, passwords, rules
from qa_service.people.access import Actor
from qa_service.people.tables import ApiToken

MOST_DAYS = 3650


async def change_password(actor: Actor, current: str, new: str, *, address: str, keep: str = "") -> None:
    """A new password for who knows the present one; every other session ends. `keep` is the digest of one's own.

    Wrong tries count like wrong log-ins, so that a session left open is no way to guess.
    """
    account = await _own(actor)
    await attempts.check_limit(account["username"], address)
    if not await passwords.is_right(account["password_hash"], current):
        await attempts.note_failure(account["username"], address)
        raise errors.PasswordWrong(field="current")
    kept = await passwords.hashed(new, account["username"], field="new")
    async with transaction():
        done = await rows(
            "UPDATE account SET password_hash = {}, version = version + 1 WHERE id = {} AND password_hash = {}"
            " RETURNING id",
            kept,
            account["id"],
            account["password_hash"],
        )
        if not done:
            raise StaleEdit(N_("这个账号"))
        await rows("DELETE FROM session WHERE account = {} AND token_sha256 <> {}", account["id"], keep)
        await record(actor, "account:password", f"account:{account['id']}")


async def _own(actor: Actor) -> dict:
    found = await row(
        "SELECT id, username, password_hash FROM account WHERE id = {}",
        actor.account_id if actor.account_id is not None else -1,
    )
    if found is None:
        raise NotFound(N_("这个账号"))
    return found


async def choose_language(actor: Actor, language: str) -> None:
    """The language in which this log-in reads pages and notices."""
    if language not in LANGUAGES:
        raise errors.LanguageUnknown(language=language, known=", ".join(LANGUAGES), field="language")
    account = await _own(actor)
    async with transaction():
        await rows("UPDATE account SET language = {}, version = version + 1 WHERE id = {}", language, account["id"])
        await record(actor, "account:language", f"account:{account['id']}", inputs={"language": language})


async def create_token(actor: Actor, name: str, scopes: list[str], *, days: int | None = 365) -> str:
    """An API token of the actor's own account, never wider than the account. Shown once."""
    _check_token(name, days)
    for scope in scopes:
        if scope not in actor.permissions:
            raise errors.ScopeTooWide(scope=scope, field="scopes")
    token, now = rules.new_token(), clock.now()
    async with transaction():
        await ApiToken.insert(
            ApiToken(
                token_sha256=rules.digest(token),
                account=actor.account_id,
                name=name.strip(),
                scopes=msgspec.json.encode(sorted(set(scopes))).decode(),
                created_at=now,
                expires_at=now + timedelta(days=days) if days else None,
            )
        )
        await record(actor, "token:create", f"account:{actor.account_id}", inputs={"name": name, "scopes": scopes})
    return token


def _check_token(name: str, days: int | None) -> None:
    faults = []
    if not 1 <= len(name.strip()) <= 100:
        faults.append(FieldError("name", "name-length", N_("名称应为1至100个字")))
    if days is not None and not 1 <= days <= MOST_DAYS:
        faults.append(FieldError("days", "days-range", N_("有效期应为1至%(most)s天"), {"most": MOST_DAYS}))
    if faults:
        raise InvalidInput(fields=faults)


async def revoke_token(actor: Actor, token_id: int) -> None:
    """End one of one's own tokens now."""
    account = await _own(actor)
    async with transaction():
        await end_token(actor, account["id"], token_id)


async def end_token(actor: Actor, account_id: int, token_id: int) -> None:
    """End a living token of this account, inside the caller's transaction, as its one journal line. Raises NotFound."""
    done = await rows(
        "UPDATE api_token SET revoked_at = {} WHERE id = {} AND account = {} AND revoked_at IS NULL RETURNING name",
        clock.now(),
        token_id,
        account_id,
    )
    if not done:
        raise NotFound(N_("这个令牌"))
    await record(actor, "token:revoke", f"account:{account_id}", inputs={"name": done[0]["name"]})
