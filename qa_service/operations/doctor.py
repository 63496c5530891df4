"""qa doctor: what is wrong with the set-up, in words, and how to mend it."""

import shutil
import sqlite3
import stat
import sys
from pathlib import Path

import msgspec

import qa_service.database as database
from qa_service.database.migrating import applied_migrations, known_migrations
from qa_service.database.reasons import in_words
from qa_service.language import N_, gettext
from qa_service.settings import Settings


class Finding(msgspec.Struct, frozen=True):
    """level: ok, warning, error; the sentence says what to do."""

    level: str
    topic: str
    sentence: str


def _say(level: str, topic: str, sentence: str, **facts: object) -> Finding:
    return Finding(level, gettext(topic), gettext(sentence, **facts))


def check_machine(settings: Settings) -> list[Finding]:
    """Python, disk, keys, fonts: all that needs no database."""
    return [_python(), _disk(settings.data_folder), *_keys(settings.data_folder), _sqlite(), _fonts()]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return _say("ok", N_("Python"), N_("版本%(version)s"), version=version)


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < (3, 35):
        return _say(
            "error", "SQLite", N_("版本%(version)s太旧，需要3.35或更新：请更新Python"), version=sqlite3.sqlite_version
        )
    return _say("ok", "SQLite", N_("版本%(version)s"), version=sqlite3.sqlite_version)


def _disk(folder: Path) -> Finding:
    where = folder if folder.exists() else Path(".")
    free = shutil.disk_usage(where).free // 2**20
    level = "warning" if free < 1024 else "ok"
    return _say(level, N_("磁盘"), N_("%(folder)s剩余%(free)s MB（建议至少1024 MB）"), folder=str(folder), free=free)


def _keys(folder: Path) -> list[Finding]:
    found = []
    for name in ("journal.key", "cookie.key", "masking.key"):
        path = folder / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            text = N_("%(path)s可被其他用户读取：请执行chmod 600 %(path)s")
            found.append(_say("warning", N_("密钥"), text, path=str(path)))
    return found or [_say("ok", N_("密钥"), N_("只有本用户可读"))]


def _fonts() -> Finding:
    import noto_cjk_sans_otc

    if Path(noto_cjk_sans_otc.FONT_PATH).exists():
        return _say("ok", N_("字体"), N_("PDF用的中文字体可用"))
    return _say("warning", N_("字体"), N_("缺少PDF用的中文字体：请重新执行make setup；PDF仍会生成"))


async def check_database(settings: Settings) -> list[Finding]:
    """Reachable, at this version, with an administrator."""
    engine = database.make_engine(settings.database_url)
    database.bind(engine)
    try:
        applied, known = await applied_migrations(engine), known_migrations()
    except Exception as error:  # any driver's error is a finding here, not a crash
        return [_say("error", N_("数据库"), N_("连接不上：%(reason)s"), reason=gettext(in_words(error)))]
    finally:
        await engine.close_connection_pool()
    if applied - known:
        return [_say("error", N_("数据库"), N_("属于更新的版本：请升级程序"))]
    if known - applied:
        text = N_("还有%(count)s个迁移没有执行：qa migrate，或直接qa serve")
        return [_say("warning", N_("数据库"), text, count=len(known - applied))]
    return [_say("ok", N_("数据库"), N_("可用，版本一致"))]
