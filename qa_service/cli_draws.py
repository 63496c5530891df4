"""`qa draw`: commit to a month's frames, draw when the named value is out, share out to monitors."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table as Grid

from qa_service.cli_kit import Database, Json, answer, console, day_of, month_of, unit_named, with_database
from qa_service.language import _
from qa_service.settings import Settings


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
        unit_id = await unit_named(unit)
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
