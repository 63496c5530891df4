"""`qa score`, `qa report` and `qa sheet`: what comes out of a month: scores, papers, money."""

from pathlib import Path
from typing import Annotated, Any

import typer

from qa_service.cli_kit import (
    MOST_ID,
    Database,
    Json,
    answer,
    console,
    month_of,
    progress_bar,
    unit_named,
    with_database,
)
from qa_service.language import _
from qa_service.settings import Settings


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


def report(
    kind: Annotated[str, typer.Argument(help="agent-month, training-needs, sheet")],
    month: Annotated[str | None, typer.Option(help="2026-10")] = None,
    unit: Annotated[str | None, typer.Option(help="部门代码或名称 · a unit by code or name")] = None,
    person: Annotated[
        str | None, typer.Option(help="工号、来源中的键、姓名或编号 · employee number, source key, exact name or id")
    ] = None,
    sheet: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_ID, help="奖罚评分表的编号，或部门和月份 · its number, or unit and month"),
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
        unit_id = await unit_named(unit) if unit else None
        return await write_report(
            house_actor("qa report"), kind, folder, month=first, unit_id=unit_id, person=person, sheet_id=sheet
        )

    written = with_database(database, work)
    answer(written, as_json, "\n".join([_("报告%(id)s已出具", id=written.id), *written.paths]))


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
        made = await commands.draft_sheet(house, await unit_named(unit), first)
        found = await queries.sheet(house, made)
        return {name: found[name] for name in ("id", "state", "people", "total_fen", "pending_fen")}

    made = with_database(database, work)
    facts = {**made, "total": money(made["total_fen"])}
    answer(made, as_json, _("奖罚评分表%(id)s已起草：%(people)s人，合计%(total)s元", **facts))
