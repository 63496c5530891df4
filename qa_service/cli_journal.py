"""`qa journal`: prove that no line was edited, cut or rewritten; print the head to hold against later."""

from typing import Annotated, Any

import typer

from qa_service.cli_kit import Database, Json, answer, with_database
from qa_service.journal.words import parts_of
from qa_service.language import N_, _

journal_cli = typer.Typer(no_args_is_help=True, help="审计日志 · the journal")

KINDS = {
    "gap": N_("缺行"),
    "order": N_("顺序被改"),
    "chain": N_("链条断开"),
    "edited": N_("内容被改"),
    "head": N_("与印出的头不符"),
    "key": N_("密钥不属于这个审计日志"),
}


@journal_cli.command("verify")
def journal_verify(
    against: Annotated[str | None, typer.Option(help="a head printed earlier")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """核对审计日志 · find an edit, gap, reordering, rewriting or cut tail."""
    from qa_service.journal import queries

    found = with_database(database, lambda _settings: queries.verify(against))
    answer(found, as_json, verdict(found))
    if not found.is_whole:
        raise typer.Exit(1)


def verdict(found: Any) -> str:
    """What a verification found, in one sentence."""
    if found.is_whole:
        return _("审计日志完整：%(lines)s行，头%(head)s", lines=found.lines, head=found.head)
    kind = _(KINDS[found.fault_kind])
    if found.fault_position is None:
        return _("无法核对审计日志：%(kind)s", kind=kind)
    sentence = _("审计日志在第%(position)s行不对：%(kind)s", position=found.fault_position, kind=kind)
    if found.fault_source:
        sentence += _("（依据：%(source)s记下的头）", source=_carrier(found.fault_source))
    return sentence


def _carrier(source: str) -> str:
    """What wrote the head down: report:5 is 报告5号."""
    from qa_service.journal.facts import thing

    return thing(*parts_of(source), "", source)


@journal_cli.command("head")
def journal_head(database: Database = None, as_json: Json = False) -> None:
    """打印审计日志的头 · print the head."""
    from qa_service.journal import queries

    head = with_database(database, lambda _settings: queries.head())
    answer({"head": head}, as_json, head)
