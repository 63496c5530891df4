"""What a password, a user name and a one-time code must be. Pure."""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

PASSWORD_LEAST, PASSWORD_MOST = 10, 200
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letters that read like digits
ATTEMPTS_PER_NAME, ATTEMPTS_PER_ADDRESS = 8, 40
ATTEMPT_WINDOW = timedelta(minutes=15)
CODE_LIFE = timedelta(days=14)
DEMO_PASSWORD = "demo-demo-2026"  # printed on the log-in page of a demo, and only there


def digest(token: str) -> str:
    """SHA-256 hex of a token: all that is ever stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A printable one-time code of 12 letters, about 59 bits, in three groups."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


def clean_code(typed: str) -> str:
    """What a person typed, as it was printed: blanks, case and full-width letters forgiven."""
    letters = [c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum()]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, len(letters), 4))


def clean_username(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    return 2 <= len(name) <= 60 and not any(c.isspace() or unicodedata.category(c).startswith("C") for c in name)


def password_fault(password: str, username: str) -> str | None:
    """Why a password cannot be used: too-short, too-long, is-name, one-letter; None when it can."""
    if len(password) < PASSWORD_LEAST:
        return "too-short"
    if len(password) > PASSWORD_MOST:
        return "too-long"
    if password.lower() == username or password.lower() in {username * 2, username[::-1]}:
        return "is-name"
    if len(set(password)) < 4:
        return "one-letter"
    return None


def is_limited(by_name: int, by_address: int) -> bool:
    """Whether the failures of the last window close the door for now."""
    return by_name >= ATTEMPTS_PER_NAME or by_address >= ATTEMPTS_PER_ADDRESS


def window_start(now: datetime) -> datetime:
    return now - ATTEMPT_WINDOW
