"""One frozen settings struct, read from QA_* once at start."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from qa_service.errors import Refusal
from qa_service.language import N_

DEFAULT_DATABASE = "sqlite:///var/qa.sqlite"


class SettingsInvalid(Refusal):
    status, code = 500, "settings-invalid"
    sentence = N_("设置%(name)s的值不能用：%(reason)s")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the service must be told; every field has a QA_ variable of the same name in capitals.

    database_url : where the data is; `sqlite:///file` or `postgresql://…`.
    data_folder : uploaded files, reports, and the keys that must stay outside the database.
    journal_key : keys each journal line; from QA_JOURNAL_KEY or the file `journal.key` in the data folder.
    cookie_secret : signs form tokens; from QA_COOKIE_SECRET or the file `cookie.key`.
    masking_key : keys the masks of personal data; from QA_MASKING_KEY or the file `masking.key`.
    """

    database_url: str = DEFAULT_DATABASE
    data_folder: Path = Path("var")
    journal_key: bytes
    cookie_secret: bytes
    masking_key: bytes
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    session_hours: int = 12
    is_demo: bool = False
    upload_limit_mb: int = 200


def read_settings(environment: Mapping[str, str] | None = None, *, database_url: str | None = None) -> Settings:
    """Settings from QA_* variables; `database_url` (the --database option) wins over QA_DATABASE_URL."""
    env = os.environ if environment is None else environment
    url = database_url or env.get("QA_DATABASE_URL") or DEFAULT_DATABASE
    folder = Path(env.get("QA_DATA_FOLDER") or _folder_beside(url))
    return Settings(
        database_url=url,
        data_folder=folder,
        journal_key=_key(env, "QA_JOURNAL_KEY", folder / "journal.key"),
        cookie_secret=_key(env, "QA_COOKIE_SECRET", folder / "cookie.key"),
        masking_key=_key(env, "QA_MASKING_KEY", folder / "masking.key"),
        host=env.get("QA_HOST", "127.0.0.1"),
        port=_whole(env, "QA_PORT", 8000, 1, 65535),
        secure_cookies=_yes(env, "QA_SECURE_COOKIES"),
        session_hours=_whole(env, "QA_SESSION_HOURS", 12, 1, 720),
        is_demo=_yes(env, "QA_DEMO"),
        upload_limit_mb=_whole(env, "QA_UPLOAD_LIMIT_MB", 200, 1, 4096),
    )


def _folder_beside(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")


def _key(env: Mapping[str, str], name: str, path: Path) -> bytes:
    if env.get(name):
        if len(env[name]) < 16:
            raise SettingsInvalid(name=name, reason=N_("至少需要16个字符"))
        return env[name].encode()
    try:
        return _key_file(path)
    except OSError as error:
        raise SettingsInvalid(name=name, reason=f"{path}: {error.strerror}") from error


def _key_file(path: Path) -> bytes:
    """The key in the file, made on first use; O_EXCL so that two starts agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(handle, "wb") as file:
        key = secrets.token_hex(32).encode()
        file.write(key)
    return key


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsInvalid(name=name, reason=f"“{text[:50]}” ({low}-{high})")
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").strip().lower()
    if text in ("", "0", "no", "false", "off"):
        return False
    if text in ("1", "yes", "true", "on"):
        return True
    raise SettingsInvalid(name=name, reason=f"“{text[:50]}” (1/0)")
