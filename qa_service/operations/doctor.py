"""qa doctor: what is wrong with the set-up, in words, and how to mend it. It looks, and makes or changes nothing."""

import shutil
import sqlite3
import stat
import sys
from collections.abc import Collection
from pathlib import Path

from qa_service.database import file_of
from qa_service.database.failures import DatabaseCorrupt, DatabaseForeign, DatabaseNewer, as_refusal, shown_address
from qa_service.database.migrating import known_migrations
from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.operations import errors, keys
from qa_service.operations.findings import Finding, say
from qa_service.operations.probing import Probe, probing
from qa_service.operations.restore import PART
from qa_service.operations.watched import watched
from qa_service.settings import KEY_FILES, Settings, SettingsInvalid

CHECK_SECONDS = 20.0
DATABASE, KEY, ADMIN = N_("数据库"), N_("密钥"), N_("管理员")


def _refused(topic: str, refusal: Refusal) -> Finding:
    return Finding("error", gettext(topic), refusal.text())


async def examine(settings: Settings, faults: list[SettingsInvalid]) -> list[Finding]:
    """Everything that can be looked at, the machine first; a variable that cannot be used is a finding, not an end."""
    wrong = [_refused(N_("设置"), fault) for fault in faults]
    return [
        *check_machine(settings),
        *wrong,
        *await check_database(settings, unusable={fault.facts["name"] for fault in faults}),
    ]


def check_machine(settings: Settings) -> list[Finding]:
    """Python, disk, keys, fonts: all that needs no database."""
    return [
        _python(),
        _disk(settings.data_folder),
        *_readable_keys(settings.data_folder),
        _sqlite(),
        _fonts(),
        *watched(settings.watch_folder),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return say("ok", N_("Python"), N_("版本%(version)s"), version=version)


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < (3, 35):
        return say(
            "error", "SQLite", N_("版本%(version)s太旧，需要3.35或更新：请更新Python"), version=sqlite3.sqlite_version
        )
    return say("ok", "SQLite", N_("版本%(version)s"), version=sqlite3.sqlite_version)


def _disk(folder: Path) -> Finding:
    where = next(one for one in (folder, *folder.parents, Path(".")) if one.exists())
    free = shutil.disk_usage(where).free // 2**20
    level = "warning" if free < 1024 else "ok"
    return say(level, N_("磁盘"), N_("%(folder)s剩余%(free)s MB（建议至少1024 MB）"), folder=str(folder), free=free)


def _readable_keys(folder: Path) -> list[Finding]:
    found = []
    for name in KEY_FILES.values():
        path = folder / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            text = N_("%(path)s可被其他用户读取：请执行chmod 600 %(path)s")
            found.append(say("warning", KEY, text, path=str(path)))
    return found


def _fonts() -> Finding:
    import noto_cjk_sans_otc

    if Path(noto_cjk_sans_otc.FONT_PATH).exists():
        return say("ok", N_("字体"), N_("PDF用的中文字体可用"))
    return say("warning", N_("字体"), N_("缺少PDF用的中文字体：请重新执行make setup；PDF仍会生成"))


async def check_database(settings: Settings, *, unusable: Collection[str] = ()) -> list[Finding]:
    """Reachable, whole, writable, at this version, with its keys and an administrator who can log in.

    `unusable` names the variables of which a finding has already said that they cannot be used.
    """
    url = settings.database_url
    try:
        file = file_of(url)
    except Refusal as refusal:
        return [_refused(DATABASE, refusal)]
    left = _left_by_a_restore(file) if file else []
    if file is not None and not file.exists():
        text = N_("还没有数据库（%(file)s）：qa serve建立一个新的，qa demo建立样例，qa restore恢复备份")
        return [*left, say("warning", DATABASE, text, file=str(file))]
    try:
        async with probing(url) as probe:
            return [*left, *await _look(probe, settings, unusable)]
    except Refusal as refusal:
        return [*left, _refused(DATABASE, refusal)]


def _left_by_a_restore(file: Path) -> list[Finding]:
    part = file.with_name(file.name + PART)
    if not any(one.exists() for one in (part, part.with_name(part.name + ".part"))):
        return []
    text = N_("一次恢复没有做完（%(file)s）：原来的数据库没有改动；请重新执行qa restore，或删除这个文件")
    return [say("warning", DATABASE, text, file=str(part))]


async def _look(probe: Probe, settings: Settings, unusable: Collection[str]) -> list[Finding]:
    label = shown_address(settings.database_url)
    whole = [_file_check(probe, label)] if probe.is_sqlite else []
    if whole and whole[0].level == "error":
        return whole
    tables, applied, known = await probe.tables(), await probe.applied(), known_migrations()
    if not applied:
        if probe.is_sqlite and tables - {"migration"}:
            return [_refused(DATABASE, DatabaseForeign(database=label))]
        text = N_("“%(database)s”是空的，还没有数据表：qa serve或qa migrate会建立")
        return [say("warning", DATABASE, text, database=label)]
    if unknown := applied - known:
        return [_refused(DATABASE, DatabaseNewer(database=label, unknown=", ".join(sorted(unknown))))]
    return [*whole, await _writing(probe, settings), *_pending(known - applied),
            *await _fitting_keys(probe, settings, applied, unusable), await _administrator(probe)]  # fmt: skip


def _file_check(probe: Probe, label: str) -> Finding:
    fault = probe.quick_check(CHECK_SECONDS)
    if fault is None:
        text = N_("文件很大，检查了%(seconds)s秒没有查完，已查的部分没有问题")
        return say("ok", DATABASE, text, seconds=int(CHECK_SECONDS))
    if fault != "ok":
        return _refused(DATABASE, DatabaseCorrupt(database=label, reason=fault))
    return say("ok", DATABASE, N_("文件完好"))


async def _writing(probe: Probe, settings: Settings) -> Finding:
    try:
        await probe.check_writing()
    except Exception as error:
        refusal = as_refusal(error, settings.database_url)
        if refusal is None:
            raise
        return _refused(DATABASE, refusal)
    return say("ok", DATABASE, N_("可以读写"))


def _pending(missing: set[str]) -> list[Finding]:
    if not missing:
        return [say("ok", DATABASE, N_("可用，版本一致"))]
    text = N_("还有%(count)s个迁移没有执行：qa migrate，或直接qa serve")
    return [say("warning", DATABASE, text, count=len(missing))]


async def _fitting_keys(
    probe: Probe, settings: Settings, applied: set[str], unusable: Collection[str]
) -> list[Finding]:
    held = await keys.held(applied, probe.rows, as_bytes=probe.is_sqlite)
    found = [one for one in keys.states(settings, held) if one.variable not in unusable]
    kinds = {"missing": errors.KeyMissing, "wrong": errors.KeyWrong}
    wrong = [_refused(KEY, kinds[one.state](name=one.variable, place=one.place)) for one in found if one.state in kinds]
    if wrong or unusable:
        return wrong
    return [say("ok", KEY, N_("属于这个数据库；请把密钥和备份分开保存"))]


async def _administrator(probe: Probe) -> Finding:
    found = await probe.rows(
        "SELECT DISTINCT a.username, a.state, a.password_hash IS NOT NULL AS has_password FROM account a"
        " JOIN account_role r ON r.account = a.id WHERE r.role = 'admin' AND a.state <> 'closed' ORDER BY a.username"
    )
    if any(one["state"] == "active" and one["has_password"] for one in found):
        return say("ok", ADMIN, N_("有能登录的管理员"))
    if found:
        text = N_("管理员“%(username)s”还没有设置密码：qa user code %(username)s打印新的一次性代码")
        return say("warning", ADMIN, text, username=found[0]["username"])
    if await probe.rows("SELECT id FROM account LIMIT 1"):
        text = N_("没有能登录的管理员：qa serve会打印设置页的代码，或qa user add 用户名 --role admin")
        return say("error", ADMIN, text)
    return say("warning", ADMIN, N_("还没有账号：qa serve会打印设置页的一次性代码"))
