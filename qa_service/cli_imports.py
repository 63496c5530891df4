"""`qa import` and `qa agreement`: records and outside ratings, from a file to what is known of them."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from qa_service.cli_kit import MOST_ID, Database, Json, answer, console, grid_of, progress_bar, with_database
from qa_service.language import N_, _, listed
from qa_service.settings import Settings


def import_records(
    file: Path,
    profile: Annotated[
        str, typer.Option(help="映射方案的名称，或它的TOML、JSON文件 · a mapping profile, by name or file")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试读，不写入 · read only")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """按映射方案导入一个文件 · import a file by a mapping profile."""
    from qa_service.imports.codes import print_new_codes
    from qa_service.imports.commands import import_file
    from qa_service.imports.profile_texts import SUFFIXES
    from qa_service.imports.storing import profile_of_file
    from qa_service.people.access import house_actor

    of_file = Path(profile) if profile.endswith(SUFFIXES) else None
    for path in (file, *([of_file] if of_file else [])):
        check_file(path)

    async def work(_settings: Settings) -> Any:
        house = house_actor("qa import")
        chosen = await profile_of_file(house, of_file, dry_run=dry_run) if of_file else profile
        with progress_bar(_("导入"), hidden=as_json) as progress:
            report = await import_file(house, file, chosen, dry_run=dry_run, progress=progress)
        codes = [await print_new_codes(house, one.batch) for one in report.files or [report]]
        return report, [code for some in codes for code in some]

    report, codes = with_database(database, work, may_create=True)
    is_refused = report.rejected > 0 and not (report.accepted or report.duplicates or report.held)
    if as_json:
        answer({**msgspec.to_builtins(report), "codes": msgspec.to_builtins(codes)}, True, "")
        raise typer.Exit(int(is_refused))
    for one in report.files:
        console.print(one.file, markup=False, highlight=False, soft_wrap=True)
        _print_report(one)
    if report.files:
        console.print(_("合计"), highlight=False)
    _print_report(report)
    for code in codes:
        console.print(f"  {code.employee_no} {code.name} {code.username} {code.code}", highlight=False)
    batches = listed(one.batch for one in report.files or [report])
    done = _("试读完成，没有写入任何内容") if report.dry_run else _("批次%(batch)s已生效", batch=batches)
    if is_refused:
        done = _("没有一行被接受，数据没有变化：请按上面的原因改正文件或映射方案后再导入")
    console.print(done, highlight=False)
    raise typer.Exit(int(is_refused))


def _print_report(report: Any) -> None:
    """What one file brought, or several together."""
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
    if report.rejects_path:
        console.print(_("拒绝的行：%(path)s", path=report.rejects_path), highlight=False, soft_wrap=True)


def undo_import(
    batch: Annotated[int, typer.Argument(help="批次号，导入页上有 · the number of the batch", min=1, max=MOST_ID)],
    reason: Annotated[str, typer.Option(help="撤销的理由 · why")] = "",
    uses: Annotated[bool, typer.Option("--uses", help="只列出什么在用它 · only list what rests on it")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """把一批导入整批撤销 · undo an import batch as a whole, while nothing rests on it."""
    from qa_service.imports import undoing
    from qa_service.interactions.undoing import finish
    from qa_service.people.access import house_actor

    async def work(_settings: Settings) -> Any:
        house = house_actor("qa undo-import")
        found = await undoing.uses(house, batch)
        if not uses:
            await undoing.undo_batch(house, batch, reason)
            await finish(batch)
        return found

    found = with_database(database, work)
    told = [one.sentence for one in found] or [_("没有什么在用这批数据")]
    done = [] if uses else [_("批次%(batch)s已撤销：它的行都不计入，原文件可以再导入", batch=batch)]
    answer({"batch": batch, "is_undone": not uses, "uses": msgspec.to_builtins(found)}, as_json, "\n".join(told + done))


def look(
    file: Path,
    target: Annotated[
        str | None, typer.Option("--draft", help="起草映射方案，如interaction · draft a profile for this target")
    ] = None,
    sheet: Annotated[str, typer.Option(help="工作表 · of a workbook, for the draft")] = "",
    database: Database = None,
    as_json: Json = False,
) -> None:
    """看看一个文件：列、日期写法、读得了它的映射方案 · what a file holds and which profiles fit; writes nothing."""
    from qa_service.imports.commands import drafted
    from qa_service.imports.look_words import told
    from qa_service.imports.looking import look as look_at
    from qa_service.imports.profiles import title_of
    from qa_service.imports.sniffing import Source

    check_file(file)
    known = _known_profiles(database)
    found = look_at(Source(file), known)
    if target is not None:
        made = drafted(found, target, sheet=sheet)
        answer(made, as_json, made.text.rstrip())
        return
    answer(found, as_json, "\n".join(told(found, {one.name: title_of(one) for one in known})))


def _known_profiles(database: str | None) -> list[Any]:
    """Those of the database; where none was named and there is none yet, those that come with the service."""
    from qa_service.database.failures import NoDatabase
    from qa_service.imports.profile_texts import known_profiles, load_profile
    from qa_service.imports.queries import profiles

    try:
        return with_database(database, lambda _settings: profiles())
    except NoDatabase:
        if database is not None:
            raise
        return [load_profile(name) for name in known_profiles()]


def check_file(path: Path) -> None:
    if path.is_dir():
        raise typer.BadParameter(_("%(path)s是文件夹，请给出一个文件", path=path))
    if not path.is_file():
        raise typer.BadParameter(_("没有文件%(path)s", path=path))


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
