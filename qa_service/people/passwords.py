"""How passwords are kept: argon2id, computed beside the event loop."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from qa_service.people import errors, rules

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@cache
def _nobody() -> str:
    """Against which an unknown name is checked, so that it takes as long as a wrong password."""
    return HASHER.hash("nobody has this password")


async def hashed(password: str, username: str, *, field: str = "password") -> str:
    """What is kept of a password; PasswordWeak where it cannot be used."""
    if rules.password_fault(password, username):
        raise errors.PasswordWeak(least=rules.PASSWORD_LEAST, field=field)
    return await asyncio.to_thread(HASHER.hash, password)


async def is_right(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; where none is kept, the answer takes as long and is no."""
    matches = await asyncio.to_thread(_verify, kept, password)
    return matches and kept is not None


def _verify(kept: str | None, password: str) -> bool:
    try:
        return HASHER.verify(kept or _nobody(), password[: rules.PASSWORD_MOST])
    except VerificationError:
        return False
