"""The `qa` command: everything a person does with the service from a shell. Exit 0 done, 1 refused, 2 wrong usage."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from qa_service.calendar.months import read_month
from qa_service.cli_kit import Database, Json, answer, console, errors, run_cli, with_database, with_opened
from qa_service.cli_users import user_cli
from qa_service.language import N_, _
from qa_service.settings import Settings, examine_settings, read_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="客服质检与绩效 · quality and performance")
journal_cli = typer.Typer(no_args_is_help=True, help="审计日志 · the journal")
cli.add_typer(journal_cli, name="journal")
cli.add_typer(user_cli, name="user")

KINDS = {
    "gap": N_("缺行"),
    "order": N_("顺序被改"),
    "chain": N_("链条断开"),
    "edited": N_("内容被改"),
    "head": N_("与印出的头不符"),
    "key": N_("密钥不属于这个审计日志"),
}

SHEET_STATES = {
    "draft": N_("草稿"),
    "submitted": N_("已提交"),
    "approved": N_("已批准"),
    "locked": N_("已锁定"),
    "paid": N_("已发放"),
}


def main() -> None:
    """Entry point of the `qa` script."""
    run_cli(cli)


@cli.command()
def serve(database: Database = None, host: str | None = None, port: int | None = None) -> None:
    """启动服务 · run the service."""
    import uvicorn

    from qa_service.app import create_app
    from qa_service.operations.listening import listen

    settings = read_settings(database_url=database)
    with listen(host or settings.host, settings.port if port is None else port) as listener:  # before a code is printed
        settings, code = with_opened(database, _prepare, may_create=True)
        host, port = listener.getsockname()[:2]
        console.print(_("服务地址：http://%(host)s:%(port)s", host=host, port=port), highlight=False)
        if code:
            console.print(_("数据库还没有管理员。设置页需要这个一次性代码：%(code)s", code=code), highlight=False)
        app = create_app(settings)
        gc.freeze()  # what is loaded now stays for good: a full collection would walk it for a tenth of a second
        # uvloop takes in one new connection per turn: of 32 that came at once the last waited 0.66 s for its first
        # answer of 1.2 ms, with asyncio 0.04 s, which costs 14 µs more per answer.
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, loop="asyncio"))
        server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(1)


async def _prepare(opened: Any) -> tuple[Settings, str | None]:
    """The settings with the keys that the database has now, and the set-up code where nobody administers it yet."""
    from qa_service.app import refuse_as_demo
    from qa_service.people.commands import print_setup_code

    refuse_as_demo(opened.settings, opened.is_demo)
    return opened.settings, await print_setup_code()


@cli.command()
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
    command = f"QA_DATABASE_URL={url} make serve"
    console.print(_("启动服务：%(command)s", command=command), highlight=False, soft_wrap=True)
    console.print(_("然后打开http://127.0.0.1:8000，用上面的账号登录"), highlight=False)


@cli.command()
def look(file: Path, as_json: Json = False, database: Database = None) -> None:
    """看看一个文件：列、日期写法、读得了它的映射方案 · what a file holds and which profiles fit; writes nothing."""
    from qa_service.imports.commands import look_at_file
    from qa_service.imports.look_words import told
    from qa_service.imports.queries import titles

    if not file.is_file():
        raise typer.BadParameter(_("没有文件%(path)s", path=file))

    async def work(_settings: Settings) -> Any:
        return await look_at_file(file), await titles()

    found, named = with_database(database, work, may_create=True)
    answer(found, as_json, "\n".join(told(found, named)))


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

    report, codes = with_database(database, work, may_create=True)
    is_refused = report.rejected > 0 and not (report.accepted or report.duplicates or report.held)
    if as_json:
        answer({**msgspec.to_builtins(report), "codes": msgspec.to_builtins(codes)}, True, "")
        raise typer.Exit(int(is_refused))
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
    if is_refused:
        done = _("没有一行被接受，数据没有变化：请按上面的原因改正文件或映射方案后再导入")
    console.print(done, highlight=False)
    raise typer.Exit(int(is_refused))


@cli.command()
def agreement(
    source: Annotated[str, typer.Argument(help="外来评分的来源，如helpdesk · a source with outside ratings")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """外来评分人之间有多一致，谁偏严谁偏宽 · agreement per item and leniency of outside raters."""
    from qa_service.evaluations.agreement import rater_agreement
    from qa_service.evaluations.rating_pages import items_table, raters_table
    from qa_service.people.access import house_actor

    found = with_database(database, lambda _settings: rater_agreement(house_actor("qa agreement"), source))
    if as_json:
        answer(found, True, "")
        return
    console.print(_("%(source)s：%(count)s份外来评分", source=source, count=f"{found.ratings:,}"), highlight=False)
    for table in (items_table(found), raters_table(found)):
        console.print(table.caption, markup=False, highlight=False, soft_wrap=True)
        console.print(grid_of(table))


def grid_of(table: Any) -> Grid:
    """A page's table on the console: the same figures, with interval and n."""
    grid = Grid(*(column.label for column in table.columns))
    for row in table.rows:
        grid.add_row(*(console_text(cell) for cell in row.cells))
    return grid


def console_text(cell: Any) -> str:
    """A cell in one line: text, state with its note, or a figure with interval and n."""
    if cell.shape == "state":
        return "，".join(part for part in (cell.word, cell.note) if part)
    if cell.shape == "measure":
        return f"{cell.value_text()} {cell.range_text()} n={cell.n:,}"
    if cell.shape == "none":
        return cell.reason
    return f"{cell.value:,}" if cell.shape == "count" else cell.text


@cli.command()
def score(
    month: Annotated[str, typer.Argument(help="2026-10")],
    unit: Annotated[str | None, typer.Option(help="部门代码 · a unit by code; the top one unless told")] = None,
    pack: Annotated[str | None, typer.Option(help="先让这个行业包生效 · put a pack in force first")] = None,
    preliminary: Annotated[
        bool, typer.Option(help="月份没有结束时试算，不作奖罚 · look at a month that is not over")
    ] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """计算一个月的指标、绩效分、质检估计和异常提示 · score a unit's month and flag the unusual."""
    from qa_service.flags.summary import score_month
    from qa_service.people.access import house_actor

    first = month_of(month)

    async def work(_settings: Settings) -> Any:
        with progress_bar(_("计算当月得分"), hidden=as_json) as progress:
            return await score_month(
                house_actor("qa score"), first, unit_code=unit, pack=pack, preliminary=preliminary, progress=progress
            )

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
    person: Annotated[
        str | None, typer.Option(help="工号、来源中的键、姓名或编号 · employee number, source key, exact name or id")
    ] = None,
    sheet: Annotated[
        int | None, typer.Option(help="奖罚评分表的编号，也可写部门和月份 · its number, or unit and month")
    ] = None,
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
            house_actor("qa report"), kind, folder, month=first, unit_id=unit_id, person=person, sheet_id=sheet
        )

    written = with_database(database, work)
    answer(written, as_json, "\n".join([_("报告%(id)s已出具", id=written.id), *written.paths]))


@cli.command()
def sheet(
    unit: Annotated[str, typer.Option(help="部门代码或名称 · a unit by code or name")],
    month: Annotated[str, typer.Option(help="2026-10")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """起草一个月的奖罚评分表，说明缺什么 · draft a month's reward and penalty sheet, or say what is missing."""
    from qa_service.people.access import house_actor
    from qa_service.rewards import commands, queries
    from qa_service.web.formatting import money

    house, first = house_actor("qa sheet"), month_of(month)

    async def work(_settings: Settings) -> dict[str, Any]:
        made = await commands.draft_sheet(house, await unit_of(unit), first)
        found = await queries.sheet(house, made)
        return {name: found[name] for name in ("id", "state", "people", "total_fen", "pending_fen")}

    made = with_database(database, work)
    facts = {**made, "total": money(made["total_fen"])}
    answer(made, as_json, _("奖罚评分表%(id)s已起草：%(people)s人，合计%(total)s元", **facts))


def month_of(text: str) -> date:
    """The first day of 2026-10; wrong usage otherwise."""
    if (found := read_month(text)) is None:
        raise typer.BadParameter(_("月份应写成2026-10这样"))
    return found


@cli.command()
def draw(
    unit: Annotated[str, typer.Option(help="部门或组的名称 · name of the unit")],
    month: Annotated[str, typer.Option(help="2026-10")],
    commit_only: Annotated[
        bool, typer.Option("--commit-only", help="只公布抽样框，点名以后才有的公开值 · commit, name a value to come")
    ] = False,
    value: Annotated[
        str | None, typer.Option(help="已公布的抽样框点名、现已公布的值 · the value that was named, now published")
    ] = None,
    period: Annotated[str | None, typer.Option(help="只抽这一天开始的一期 · only the period from this day")] = None,
    already_known: Annotated[
        str | None,
        typer.Option(
            "--value-already-known",
            metavar="理由 REASON",
            help="公布前已知道这个值：一次抽完，处处标明不能证明 · known beforehand: marked as proving nothing",
        ),
    ] = None,
    named: Annotated[str | None, typer.Option(help="这个已知的值是什么 · what that known value is")] = None,
    assign: Annotated[bool, typer.Option("--assign", help="把还没分的再分给质检员 · share out what is open")] = False,
    pack: Annotated[
        str | None, typer.Option(help="抽样方案所在的岗位包；还没发布时先发布 · the pack of the plan")
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """抽一个月：先公布（--commit-only），值公布后再抽（--value）· commit first, draw when the named value is out."""
    acts = [commit_only, value is not None, assign]
    if sum(acts) != 1 or ((already_known is None) != (named is None)) or (already_known is not None and value is None):
        raise typer.BadParameter(_("请写一步：--commit-only、--value 值，或--assign；已知的值还要写--named和理由"))
    from qa_service.people.access import house_actor
    from qa_service.sampling import month as drawing

    first, house = month_of(month), house_actor("qa draw")
    from_on = day_of(period) if period else None

    async def work(_settings: Settings) -> Any:
        unit_id = await unit_of(unit)
        if assign:
            return await drawing.assign_month(house, unit_id, first)
        if value is not None and already_known is None:
            return await drawing.draw_month(house, unit_id, first, value=value, from_on=from_on)
        plan = await plan_of(pack, first)
        if commit_only:
            return await drawing.commit_month(house, unit_id, first, plan_code=plan)
        return await drawing.draw_known_month(
            house, unit_id, first, plan_code=plan, named_value=named, value=value, reason=already_known
        )

    done = with_database(database, work)
    if as_json:
        answer(done, True, "")
    else:
        _print_draw(done, is_commitment=commit_only)


def _print_draw(done: list[Any], *, is_commitment: bool) -> None:
    """The periods in a table; below it, once each, what was named, what was left out and what to do next."""
    heads = [_("抽样期"), _("抽样框"), _("未列入"), _("根")]
    grid = Grid(*heads, *([] if is_commitment else [_("抽出"), _("已分派"), _("未分派")]))
    for one in (one for one in done if one.frame is not None):
        counts = [] if is_commitment else [f"{n:,}" for n in (one.drawn, one.assigned, one.unassigned)]
        left_out = f"{sum(one.exclusions.values()):,}"
        grid.add_row(f"{one.from_on} – {one.until_on}", f"{one.leaves:,}", left_out, one.root[:16], *counts)
    console.print(grid)
    for sentence in dict.fromkeys(_draw_sentences(done, is_commitment)):
        console.print(sentence, highlight=False, soft_wrap=True)


def _draw_sentences(done: list[Any], is_commitment: bool) -> Iterator[str]:
    from qa_service.clock import HOUSE_ZONE
    from qa_service.sampling.rules import said

    left_out: dict[str, int] = {}
    for one in done:
        for reason, count in one.exclusions.items():
            left_out[reason] = left_out.get(reason, 0) + count
    if left_out:
        yield _("未列入抽样框：%(exclusions)s", exclusions=said(left_out))
    for one in done:
        if one.refused:
            yield one.refused
        if is_commitment and one.public_from:
            moment = one.public_from.astimezone(HOUSE_ZONE).strftime("%Y-%m-%d %H:%M")
            named = {"named": one.named_value, "moment": moment}
            yield _("点名的公开值：%(named)s。%(moment)s之后用--value抽", **named)
    open_items = sum(one.unassigned for one in done)
    if open_items:
        yield _("共%(count)s段没有分给质检员；解决后用--assign再分", count=f"{open_items:,}")
    yield from (note for one in done for note in one.notes)
    if not done:
        yield _("没有要做的：这个月各期都已公布或抽完")


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("日期应写成2026-10-05这样")) from None


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

    async def work(opened: Any) -> dict[str, Any]:
        from qa_service.database.failures import shown_address

        shown = shown_address(opened.settings.database_url)
        return {"database": shown, "state": "current", "ran": opened.migrations}

    done = with_opened(database, work, may_create=True)
    ran = done["ran"]
    sentence = _("数据库已是当前版本，没有要执行的迁移")
    if ran:
        sentence = _("执行了%(count)s个迁移：%(ran)s；数据库已是当前版本", count=len(ran), ran="、".join(ran))
    answer(done, as_json, sentence)


@journal_cli.command("verify")
def journal_verify(
    against: Annotated[str | None, typer.Option(help="a head printed earlier")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """核对审计日志 · find an edit, gap, reordering, rewriting or cut tail."""
    from qa_service.journal import queries

    found = with_database(database, lambda _settings: queries.verify(against))
    answer(found, as_json, _verdict(found))
    if not found.is_whole:
        raise typer.Exit(1)


def _verdict(found: Any) -> str:
    if found.is_whole:
        return _("审计日志完整：%(lines)s行，头%(head)s", lines=found.lines, head=found.head)
    kind = _(KINDS[found.fault_kind])
    if found.fault_position is None:
        return _("无法核对审计日志：%(kind)s", kind=kind)
    sentence = _("审计日志在第%(position)s行不对：%(kind)s", position=found.fault_position, kind=kind)
    if found.fault_source:
        sentence += _("（依据：%(source)s记下的头）", source=found.fault_source)
    return sentence


@journal_cli.command("head")
def journal_head(database: Database = None, as_json: Json = False) -> None:
    """打印审计日志的头 · print the head."""
    from qa_service.journal import queries

    head = with_database(database, lambda _settings: queries.head())
    answer({"head": head}, as_json, head)


@cli.command()
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
        text = _(sentence, keys="、".join(places(settings)))
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _tell_copy(report: Any, as_json: bool, sentence: str, keys: list[str]) -> None:
    facts = {"file": report.file, "rows": report.rows, "head": report.journal_head, "digest": report.digest}
    answer({**msgspec.to_builtins(report), "keys": keys}, as_json, _(sentence, **facts))


@cli.command()
def restore(source: Path, database: Database = None, force: bool = False, as_json: Json = False) -> None:
    """从备份恢复 · restore a backup."""
    from qa_service.operations.keys import faults_at, places
    from qa_service.operations.restore import restore as put_back

    settings = read_settings(database_url=database)
    report = put_back(source, settings.database_url, force=force)
    _tell_copy(report, as_json, N_("已恢复%(file)s：%(rows)s行，日志头%(head)s，摘要%(digest)s"), places(settings))
    for fault in asyncio.run(faults_at(settings)):
        errors.print(fault.text(), markup=False, highlight=False, soft_wrap=True)


@cli.command()
def doctor(database: Database = None, as_json: Json = False) -> None:
    """检查安装与设置 · what is wrong with the set-up, and how to mend it."""
    from qa_service.operations.doctor import examine

    found = asyncio.run(examine(*examine_settings(database_url=database)))
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
