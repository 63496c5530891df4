"""The `qa` command: everything a person does with the service from a shell. Exit 0 done, 1 refused, 2 wrong usage."""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from qa_service.errors import Refusal
from qa_service.language import N_, _, set_language
from qa_service.settings import Settings, read_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="客服质检与绩效 · quality and performance")
journal_cli = typer.Typer(no_args_is_help=True, help="审计日志 · the journal")
user_cli = typer.Typer(no_args_is_help=True, help="账号 · accounts")
cli.add_typer(journal_cli, name="journal")
cli.add_typer(user_cli, name="user")
console, errors = Console(), Console(stderr=True)

KINDS = {
    "gap": N_("缺行"),
    "order": N_("顺序被改"),
    "chain": N_("链条断开"),
    "edited": N_("内容被改"),
    "head": N_("与印出的头不符"),
}

SHEET_STATES = {
    "draft": N_("草稿"),
    "submitted": N_("已提交"),
    "approved": N_("已批准"),
    "locked": N_("已锁定"),
    "paid": N_("已发放"),
}

Database = Annotated[str | None, typer.Option("--database", help="sqlite:///file or postgresql://… (QA_DATABASE_URL)")]
Json = Annotated[bool, typer.Option("--json", help="the answer as JSON, for programs")]


def main() -> None:
    """Entry point: refusals become a sentence and exit status 1, never a traceback."""
    set_language("en" if os.environ.get("QA_LANGUAGE", "zh").startswith("en") else "zh")
    try:
        cli(standalone_mode=True)
    except Refusal as refusal:
        refuse(refusal)


def refuse(refusal: Refusal) -> None:
    from qa_service.web.errors import plain_text, problem

    if "--json" in sys.argv:
        print(json.dumps(problem(refusal), ensure_ascii=False))
    else:
        errors.print(plain_text(refusal), markup=False, highlight=False)
    raise SystemExit(1)


def with_database(url: str | None, work: Callable[[Settings], Awaitable[Any]]) -> Any:
    """Open the database that the options name, do the work, close it."""
    from qa_service.app import open_database

    settings = read_settings(database_url=url)

    async def run() -> Any:
        async with open_database(settings):
            return await work(settings)

    return asyncio.run(run())


def answer(value: Any, as_json: bool, sentence: str) -> None:
    """A struct as JSON for programs, else a sentence for people."""
    if as_json:
        print(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, default=str))
    else:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


@cli.command()
def serve(database: Database = None, host: str | None = None, port: int | None = None) -> None:
    """启动服务 · run the service."""
    import uvicorn

    from qa_service.app import create_app

    settings = read_settings(database_url=database)
    host, port = host or settings.host, port or settings.port
    code = with_database(database, lambda _settings: _setup_code())
    console.print(_("服务地址：http://%(host)s:%(port)s", host=host, port=port), highlight=False)
    if code:
        console.print(_("数据库还没有账号。设置页需要这个一次性代码：%(code)s", code=code), highlight=False)
    app = create_app(settings)
    gc.freeze()  # what is loaded now stays for good: a full collection would walk it for a tenth of a second
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


async def _setup_code() -> str | None:
    from qa_service.people.commands import print_setup_code

    return await print_setup_code()


@cli.command()
def demo(
    folder: Path = Path("var/demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="重新建立 · make it anew")] = False,
    as_json: Json = False,
) -> None:
    """用生成的样例部门走完三个月 · three months of a generated department in a fresh demo database."""
    from qa_service.demo.month import DemoReport, run

    file, told = folder / "qa.sqlite", folder / "report.json"
    if told.is_file() and file.is_file() and not fresh:
        report = msgspec.json.decode(told.read_bytes(), type=DemoReport)  # a second demo starts in seconds
    else:
        for old in (file, Path(f"{file}-wal"), Path(f"{file}-shm"), told):
            old.unlink(missing_ok=True)

        async def work(_settings: Settings) -> DemoReport:
            async def tell(sentence: str) -> None:
                if not as_json:
                    errors.print(sentence, highlight=False)

            return await run(folder / "files", tell=tell)

        report = with_database(f"sqlite:///{file}", work)
        told.write_bytes(msgspec.json.encode(report))
    if as_json:
        answer(report, True, "")
        return
    _print_demo(report, file)


def _print_demo(report: Any, file: Path) -> None:
    """The summary table, what was found, where everything is, and who may log in."""
    console.print(_("样例部门：%(people)s人，%(units)s个部门和组", people=report.people, units=report.units))
    grid = Grid(_("月份"), _("读入"), _("接受"), _("待认领"), _("抽出"), _("已评"))
    for one in report.months:
        figures = (one.read, one.accepted, one.held, one.drawn, one.marked)
        grid.add_row(f"{one.month:%Y-%m}", *(f"{figure:,}" for figure in figures))
    console.print(grid)
    for found in report.findings:
        console.print(f"{found.employee_no} {found.name}：{found.text}", highlight=False, soft_wrap=True)
    for sheet in report.sheets:
        facts = {
            "unit": sheet.unit,
            "lines": sheet.lines,
            "total": f"{sheet.total_fen / 100:,.2f}",
            "state": _(SHEET_STATES[sheet.state]),
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
    command = f"QA_DEMO=1 QA_DATABASE_URL=sqlite:///{file} make serve"
    console.print(_("启动服务：%(command)s", command=command), highlight=False, soft_wrap=True)
    console.print(_("然后打开http://127.0.0.1:8000，用上面的账号登录"), highlight=False)


@cli.command("import")
def import_command(
    file: Path,
    profile: Annotated[str, typer.Option(help="映射方案名称或.toml文件 · a mapping profile, by name or path")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试读，不写入 · read only")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """按映射方案导入一个文件 · import a file by a mapping profile."""
    from qa_service.imports.codes import print_new_codes
    from qa_service.imports.commands import import_file
    from qa_service.imports.profiles import read_profile
    from qa_service.people.access import house_actor

    if file.is_dir():
        raise typer.BadParameter(_("%(path)s是文件夹，请给出一个文件", path=file))
    if not file.is_file():
        raise typer.BadParameter(_("没有文件%(path)s", path=file))

    async def work(_settings: Settings) -> Any:
        house, chosen = house_actor("qa import"), profile
        if profile.endswith(".toml"):
            chosen = read_profile(Path(profile))
        with progress_bar(_("导入"), hidden=as_json) as progress:
            report = await import_file(house, file, chosen, dry_run=dry_run, progress=progress)
        return report, await print_new_codes(house, report.batch)

    report, codes = with_database(database, work)
    if as_json:
        answer({**msgspec.to_builtins(report), "codes": msgspec.to_builtins(codes)}, True, "")
        return
    numbers = {
        name: getattr(report, name) for name in ("read", "accepted", "updated", "rejected", "duplicates", "held")
    }
    sentence = N_(
        "读入%(read)s条：接受%(accepted)s（其中更新%(updated)s），拒绝%(rejected)s，重复%(duplicates)s，待认领%(held)s"
    )
    console.print(_(sentence, **numbers), highlight=False)
    for note in report.notes:
        console.print(f"  {note}", markup=False, highlight=False, soft_wrap=True)
    for one in report.rejects[:10]:
        line = _("第%(line)s行 %(sentence)s", line=one.line, sentence=one.sentence)
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    for code in codes:
        console.print(f"  {code.employee_no} {code.name} {code.username} {code.code}", highlight=False)
    if report.rejects_path:
        console.print(_("拒绝的行：%(path)s", path=report.rejects_path), highlight=False, soft_wrap=True)
    done = _("试读完成，没有写入任何内容") if report.batch is None else _("批次%(batch)s已生效", batch=report.batch)
    console.print(done, highlight=False)


@cli.command()
def score(
    month: Annotated[str, typer.Argument(help="2026-10")],
    unit: Annotated[str | None, typer.Option(help="部门代码 · a unit by code; the top one unless told")] = None,
    pack: Annotated[str | None, typer.Option(help="先让这个行业包生效 · put a pack in force first")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """计算一个月的指标、绩效分、质检估计和异常提示 · score a unit's month and flag the unusual."""
    from qa_service.flags.summary import score_month
    from qa_service.people.access import house_actor

    first = month_of(month)

    async def work(_settings: Settings) -> Any:
        with progress_bar(_("计算当月得分"), hidden=as_json) as progress:
            return await score_month(house_actor("qa score"), first, unit_code=unit, pack=pack, progress=progress)

    report = with_database(database, work)
    if as_json:
        answer(report, True, "")
        return
    for line in report.lines():
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@cli.command()
def report(
    kind: Annotated[str, typer.Argument(help="agent-month, training-needs, sheet")],
    month: Annotated[str | None, typer.Option(help="2026-10")] = None,
    unit: Annotated[str | None, typer.Option(help="部门代码或名称 · a unit by code or name")] = None,
    person: Annotated[str | None, typer.Option(help="工号 · employee number")] = None,
    sheet: Annotated[int | None, typer.Option(help="奖罚评分表的编号 · number of the sheet")] = None,
    folder: Annotated[Path, typer.Option(help="写到哪里 · where to")] = Path("."),
    database: Database = None,
    as_json: Json = False,
) -> None:
    """出具一份报告，写成PDF和XLSX · issue a report and write it as PDF and XLSX."""
    from qa_service.people.access import house_actor
    from qa_service.reports.files import write_report

    first = month_of(month) if month else None

    async def work(_settings: Settings) -> Any:
        unit_id = await unit_of(unit) if unit else None
        return await write_report(
            house_actor("qa report"), kind, folder, month=first, unit_id=unit_id, employee_no=person, sheet_id=sheet
        )

    written = with_database(database, work)
    answer(written, as_json, "\n".join([_("报告%(id)s已出具", id=written.id), *written.paths]))


def month_of(text: str) -> date:
    """The first day of 2026-10; wrong usage otherwise."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(_("月份应写成2026-10这样")) from None


@cli.command()
def draw(
    unit: Annotated[str, typer.Option(help="部门或组的名称 · name of the unit")],
    month: Annotated[str, typer.Option(help="2026-10")],
    value: Annotated[str, typer.Option(help="事先点名、现已公布的公开值 · the published value that was named")],
    named: Annotated[str, typer.Option(help="这个公开值是什么 · what that value is")],
    pack: Annotated[
        str | None, typer.Option(help="抽样方案所在的岗位包；还没发布时先发布 · the pack of the plan")
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """按方案抽一个月 · commit, draw and assign a month's periods."""
    from qa_service.people.access import house_actor
    from qa_service.sampling.month import draw_month

    first = month_of(month)
    house = house_actor("qa draw")

    async def work(_settings: Settings) -> Any:
        unit_id = await unit_of(unit)
        plan = await plan_of(pack, first)
        return await draw_month(house, unit_id, first, plan_code=plan, named_value=named, value=value)

    drawn = with_database(database, work)
    if as_json:
        answer(drawn, True, "")
        return
    grid = Grid(_("抽样期"), _("抽样框"), _("抽出"), _("已分派"), _("根"))
    for one in drawn:
        grid.add_row(
            f"{one.from_on} – {one.until_on}", f"{one.leaves:,}", str(one.drawn), str(one.assigned), one.root[:16]
        )
    console.print(grid)
    for note in dict.fromkeys(note for one in drawn for note in one.notes):
        console.print(_(note), highlight=False, soft_wrap=True)


async def unit_of(name: str) -> int:
    from qa_service.database import scalar
    from qa_service.errors import NotFound

    found = await scalar("SELECT id FROM unit WHERE name = {} OR code = {} ORDER BY id LIMIT 1", name, name)
    if found is None:
        raise NotFound(name)
    return found


async def plan_of(pack: str | None, on: date) -> str:
    """The pack whose rules hold; a named one is published first where it is not in force yet."""
    from qa_service import clock
    from qa_service.people.access import house_actor
    from qa_service.rule_versions.definitions import pack_code
    from qa_service.rule_versions.packs import apply_pack

    if pack is None:
        return await pack_code(max(on, clock.today()))
    await apply_pack(house_actor("qa draw"), pack, on=clock.today())
    return pack


@contextmanager
def progress_bar(label: str, *, hidden: bool) -> Iterator[Callable[[int, int, str], Awaitable[None]]]:
    """A bar for people; nothing where a program reads the answer."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn(),
        console=errors, disable=hidden, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task(label, total=None)

        async def move(done: int, total: int, stage: str) -> None:
            bar.update(task, completed=done, total=total or None, description=_(stage) if stage else label)

        yield move


@cli.command()
def migrate(database: Database = None, as_json: Json = False) -> None:
    """更新数据库结构 · bring the database to this version."""

    async def work(settings: Settings) -> dict[str, str]:
        return {"database": settings.database_url.split("@")[-1], "state": "current"}

    answer(with_database(database, work), as_json, _("数据库已是当前版本"))


@journal_cli.command("verify")
def journal_verify(
    against: Annotated[str | None, typer.Option(help="a head printed earlier")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """核对审计日志 · find an edit, gap, reordering, rewriting or cut tail."""
    from qa_service.journal import queries

    found = with_database(database, lambda _settings: queries.verify(against))
    if found.is_whole:
        text = _("审计日志完整：%(lines)s行，头%(head)s", lines=found.lines, head=found.head)
    else:
        text = _(
            "审计日志在第%(position)s行不对：%(kind)s", position=found.fault_position, kind=_(KINDS[found.fault_kind])
        )
    answer(found, as_json, text)
    if not found.is_whole:
        raise typer.Exit(1)


@journal_cli.command("head")
def journal_head(database: Database = None) -> None:
    """打印审计日志的头 · print the head."""
    from qa_service.journal import queries

    print(with_database(database, lambda _settings: queries.head()))


@user_cli.command("add")
def user_add(
    username: str,
    role: Annotated[list[str], typer.Option(help="agent, monitor, qa_lead, supervisor, manager, hr, auditor, admin")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """新建账号，打印一次性代码 · a new account and its one-time code."""
    from qa_service.people import commands
    from qa_service.people.access import house_actor

    async def work(_settings: Settings) -> dict[str, Any]:
        actor = house_actor("qa user")
        account = await commands.create_account(actor, username, roles=[(name, None) for name in role])
        return {"account": account, "code": await commands.print_code(actor, account)}

    made = with_database(database, work)
    answer(made, as_json, _("账号“%(username)s”已建立，一次性代码：%(code)s", username=username, code=made["code"]))


@user_cli.command("list")
def user_list(database: Database = None, as_json: Json = False) -> None:
    """列出账号 · list the accounts."""
    from qa_service.people import queries

    found = with_database(database, lambda _settings: queries.accounts())
    if as_json:
        answer(found, True, "")
        return
    grid = Grid(_("用户名"), _("姓名"), _("角色"), _("状态"))
    for account in found:
        grid.add_row(account["username"], account["name"] or "-", "、".join(account["roles"]), account["state"])
    console.print(grid)


@cli.command()
def backup(target: Path, database: Database = None, as_json: Json = False) -> None:
    """备份，可在服务运行时进行 · back up while serving."""
    from qa_service.operations import backup as operations

    report = operations.backup(read_settings(database_url=database).database_url, target)
    facts = {"file": report.file, "rows": report.rows, "head": report.journal_head, "digest": report.digest}
    answer(report, as_json, _("已备份到%(file)s：%(rows)s行，日志头%(head)s，摘要%(digest)s", **facts))


@cli.command()
def restore(source: Path, database: Database = None, force: bool = False, as_json: Json = False) -> None:
    """从备份恢复 · restore a backup."""
    from qa_service.operations import backup as operations

    report = operations.restore(source, read_settings(database_url=database).database_url, force=force)
    facts = {"file": report.file, "rows": report.rows, "head": report.journal_head, "digest": report.digest}
    answer(report, as_json, _("已恢复%(file)s：%(rows)s行，日志头%(head)s，摘要%(digest)s", **facts))


@cli.command()
def doctor(database: Database = None, as_json: Json = False) -> None:
    """检查安装与设置 · what is wrong with the set-up, and how to mend it."""
    from qa_service.operations.doctor import check_database, check_machine

    settings = read_settings(database_url=database)
    found = [*check_machine(settings), *asyncio.run(check_database(settings))]
    if as_json:
        answer(found, True, "")
    else:
        marks = {"ok": "✓", "warning": "△", "error": "◆"}
        for finding in found:
            console.print(f"{marks[finding.level]} {finding.topic}: {finding.sentence}", markup=False, highlight=False)
    if any(finding.level == "error" for finding in found):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
