"""One frozen settings struct, read from QA_* once at start.

Reading makes nothing: a key whose file is not there yet is empty, and is made only for a new database
(operations/keys.py).
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from qa_service.errors import Refusal
from qa_service.language import N_

DEFAULT_DATABASE = "sqlite:///var/qa.sqlite"
KEY_LEAST = 16
KEY_FILES = {"QA_JOURNAL_KEY": "journal.key", "QA_COOKIE_SECRET": "cookie.key", "QA_MASKING_KEY": "masking.key"}


class SettingsInvalid(Refusal):
    status, code = 500, "settings-invalid"
    sentence = N_("设置%(name)s的值不能用：%(reason)s")


class KeyShort(SettingsInvalid):
    code = "key-short"
    sentence = N_(
        "密钥%(name)s（%(place)s）是空的或太短，至少需要%(least)s个字符；请从原来的文件夹或备份中复制正确的密钥，不要改写它"
    )


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the service must be told; every field has a QA_ variable of the same name in capitals.

    database_url : where the data is; `sqlite:///file` or `postgresql://…`.
    data_folder : uploaded files, reports, and the keys that must stay outside the database.
    journal_key : keys each journal line; from QA_JOURNAL_KEY or the file `journal.key` in the data folder.
    cookie_secret : signs form tokens; from QA_COOKIE_SECRET or the file `cookie.key`.
    masking_key : keys the masks of personal data; from QA_MASKING_KEY or the file `masking.key`.
    watch_folder : QA_WATCH_FOLDER; files laid into <folder>/<mapping profile>/ are imported as they come.
    expects_demo : QA_DEMO=1 refuses a database that is no demo; what makes a demo is the mark in the database.
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
    expects_demo: bool = False
    upload_limit_mb: int = 200
    watch_folder: Path | None = None


def read_settings(environment: Mapping[str, str] | None = None, *, database_url: str | None = None) -> Settings:
    """Settings from QA_* variables; `database_url` (the --database option) wins over QA_DATABASE_URL."""
    settings, faults = examine_settings(environment, database_url=database_url)
    if faults:
        raise faults[0]
    return settings


def examine_settings(
    environment: Mapping[str, str] | None = None, *, database_url: str | None = None
) -> tuple[Settings, list[SettingsInvalid]]:
    """Settings, and every variable or key file that cannot be used; its place holds the default (the doctor's way)."""
    env = os.environ if environment is None else environment
    url = database_url or env.get("QA_DATABASE_URL") or DEFAULT_DATABASE
    folder = Path(env.get("QA_DATA_FOLDER") or _folder_beside(url))
    faults: list[SettingsInvalid] = []

    def read(reader: Callable[..., Any], default: Any, *asked: Any) -> Any:
        try:
            return reader(env, *asked)
        except SettingsInvalid as fault:
            faults.append(fault)
            return default

    settings = Settings(
        database_url=url,
        data_folder=folder,
        journal_key=read(_key, b"", "QA_JOURNAL_KEY", folder),
        cookie_secret=read(_key, b"", "QA_COOKIE_SECRET", folder),
        masking_key=read(_key, b"", "QA_MASKING_KEY", folder),
        host=env.get("QA_HOST") or "127.0.0.1",
        port=read(_whole, 8000, "QA_PORT", 8000, 1, 65535),
        secure_cookies=read(_yes, False, "QA_SECURE_COOKIES"),
        session_hours=read(_whole, 12, "QA_SESSION_HOURS", 12, 1, 720),
        expects_demo=read(_yes, False, "QA_DEMO"),
        watch_folder=Path(env["QA_WATCH_FOLDER"]) if env.get("QA_WATCH_FOLDER") else None,
        upload_limit_mb=read(_whole, 200, "QA_UPLOAD_LIMIT_MB", 200, 1, 4096),
    )
    return settings, faults


def _folder_beside(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")


def key_place(name: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Where a key comes from, as a person must find it: its variable where that is set, else its file."""
    env = os.environ if environment is None else environment
    return N_("环境变量") if env.get(name) else str(folder / KEY_FILES[name])


def _key(env: Mapping[str, str], name: str, folder: Path) -> bytes:
    """The key in the variable or the file; empty where neither is there yet. An empty or short one is no key."""
    place = key_place(name, folder, env)
    try:
        key = env[name].encode() if env.get(name) else (folder / KEY_FILES[name]).read_bytes().strip()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise SettingsInvalid(name=name, reason=f"{place}: {error.strerror}") from error
    if len(key) < KEY_LEAST:
        raise KeyShort(name=name, place=place, least=KEY_LEAST)
    return key


def make_key(name: str, folder: Path) -> bytes:
    """A new key in its file, readable by this user only; where two starts make one at a time, both get the first."""
    path = folder / KEY_FILES[name]
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
            with contextlib.suppress(FileExistsError):
                os.link(part, path)  # whole or not at all: nobody reads half a key
        finally:
            part.unlink()
        return path.read_bytes().strip()
    except OSError as error:
        raise SettingsInvalid(name=name, reason=f"{path}: {error.strerror}") from error


def with_cookie_key(settings: Settings) -> Settings:
    """The key of form tokens belongs to no database: a missing one is made, and old forms are filled in again."""
    if settings.cookie_secret:
        return settings
    return msgspec.structs.replace(settings, cookie_secret=make_key("QA_COOKIE_SECRET", settings.data_folder))


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
