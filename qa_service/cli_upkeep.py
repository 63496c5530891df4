"""`qa migrate`, `qa backup`, `qa restore` and `qa doctor`: keep the database whole, and say what is wrong with it."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from qa_service.cli_kit import Database, Json, answer, console, errors, with_opened
from qa_service.language import N_, _, labelled, listed
from qa_service.settings import examine_settings, read_settings


def migrate(database: Database = None, as_json: Json = False) -> None:
    """更新数据库结构 · bring the database to this version."""

    async def work(opened: Any) -> dict[str, Any]:
        from qa_service.database.failures import shown_address

        shown = shown_address(opened.settings.database_url)
        return {"database": shown, "state": "current", "ran": opened.migrations}

    done = with_opened(database, work, may_create=True)
    ran = done["ran"]
    sentence = _("数据库已是当前版本，没有要执行的迁移")
    if ran:
        sentence = _("执行了%(count)s个迁移：%(ran)s；数据库已是当前版本", count=len(ran), ran=listed(ran))
    answer(done, as_json, sentence)


def backup(
    target: Path,
    database: Database = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的备份 · replace a former backup")] = False,
    as_json: Json = False,
) -> None:
    """备份，可在服务运行时进行 · back up while serving."""
    from qa_service.operations import backup as operations
    from qa_service.operations.keys import places

    settings = read_settings(database_url=database)
    report = operations.backup(settings.database_url, target, force=force)
    _tell_copy(report, as_json, N_("已备份到%(file)s：%(rows)s行，日志头%(head)s，摘要%(digest)s"), places(settings))
    if not as_json:
        sentence = N_("备份里没有密钥。恢复时还需要：%(keys)s；请另外保存，不要和备份放在一起")
        text = _(sentence, keys=listed(places(settings)))
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _tell_copy(report: Any, as_json: bool, sentence: str, keys: list[str]) -> None:
    facts = {"file": report.file, "rows": report.rows, "head": report.journal_head, "digest": report.digest}
    answer({**msgspec.to_builtins(report), "keys": keys}, as_json, _(sentence, **facts))


def restore(source: Path, database: Database = None, force: bool = False, as_json: Json = False) -> None:
    """从备份恢复 · restore a backup."""
    from qa_service.operations.keys import faults_at, places
    from qa_service.operations.restore import restore as put_back

    settings = read_settings(database_url=database)
    report = put_back(source, settings.database_url, force=force)
    _tell_copy(report, as_json, N_("已恢复%(file)s：%(rows)s行，日志头%(head)s，摘要%(digest)s"), places(settings))
    for fault in asyncio.run(faults_at(settings)):
        errors.print(fault.text(), markup=False, highlight=False, soft_wrap=True)


def doctor(database: Database = None, as_json: Json = False) -> None:
    """检查安装与设置 · what is wrong with the set-up, and how to mend it."""
    from qa_service.operations.doctor import examine

    found = asyncio.run(examine(*examine_settings(database_url=database)))
    if as_json:
        answer(found, True, "")
    else:
        marks = {"ok": "✓", "warning": "△", "error": "◆"}
        for finding in found:
            line = f"{marks[finding.level]} {labelled(finding.topic, finding.sentence)}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if any(finding.level == "error" for finding in found):
        raise typer.Exit(1)
