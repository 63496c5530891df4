"""`qa demo`: a generated department, walked through three months, and what it found."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as Grid

from qa_service.cli_kit import Json, answer, console, errors, with_database
from qa_service.language import _, labelled
from qa_service.settings import Settings


def demo(
    folder: Path = Path("var/demo"),
    database: Annotated[str | None, typer.Option(help="空的数据库 · an empty one; else a file in the folder")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="重新建立 · make it anew")] = False,
    as_json: Json = False,
) -> None:
    """用生成的样例部门走完三个月 · three months of a generated department in a fresh demo database."""
    from qa_service.demo import place
    from qa_service.demo.month import DemoReport, run

    url = database or f"sqlite:///{folder}/qa.sqlite"
    report = asyncio.run(place.make_room(url, folder, fresh=fresh, may_delete=database is None))
    if report is None:
        if (folder / place.REPORT).is_file() and not as_json:
            errors.print(_("样例的报告%(file)s已不完整，重新建立样例", file=folder / place.REPORT), highlight=False)

        async def tell(sentence: str) -> None:
            if not as_json:
                errors.print(sentence, highlight=False)

        async def work(_settings: Settings) -> DemoReport:
            return await run(folder / "files", tell=tell)

        report = with_database(url, work, may_create=True)
        place.remember(folder, report)
    if as_json:
        answer(report, True, "")
        return
    _print_demo(report, url)


def _print_demo(report: Any, url: str) -> None:
    """The summary table, what was found, where everything is, and who may log in."""
    from qa_service.rewards.gates import STATE_NAMES
    from qa_service.web.formatting import money

    console.print(_("样例部门：%(people)s人，%(units)s个部门和组", people=report.people, units=report.units))
    grid = Grid(_("月份"), _("读入"), _("接受"), _("待认领"), _("抽出"), _("已评"))
    for one in report.months:
        figures = (one.read, one.accepted, one.held, one.drawn, one.marked)
        grid.add_row(f"{one.month:%Y-%m}", *(f"{figure:,}" for figure in figures))
    console.print(grid)
    for found in report.findings:
        who = f"{found.employee_no} {found.name}"
        console.print(labelled(who, found.text), highlight=False, soft_wrap=True)
    for sheet in report.sheets:
        facts = {
            "unit": sheet.unit,
            "lines": sheet.lines,
            "total": money(sheet.total_fen),
            "state": _(STATE_NAMES[sheet.state]),
        }
        console.print(_("%(unit)s奖罚评分表：%(lines)s条，合计%(total)s元，%(state)s", **facts), highlight=False)
    for path in report.reports:
        console.print(path, markup=False, highlight=False, soft_wrap=True)
    people = Grid(_("角色"), _("用户名"), _("姓名"))
    for account in report.accounts:
        people.add_row(account.role, account.username, account.name)
    console.print(people)
    console.print(_("演示密码：%(password)s", password=report.password), highlight=False)
    console.print(_("样例文件：%(folder)s", folder=report.folder), highlight=False, soft_wrap=True)
    console.print(_("审计日志的头：%(head)s", head=report.journal_head), highlight=False, soft_wrap=True)
    command = f"QA_DATABASE_URL={url} make serve"
    console.print(_("启动服务：%(command)s", command=command), highlight=False, soft_wrap=True)
    console.print(_("然后打开http://127.0.0.1:8000，用上面的账号登录"), highlight=False)
