"""What the `qa` commands use: open the database and do the work, answer, refuse, read arguments; never a traceback."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from qa_service.calendar.months import read_month
from qa_service.database.reasons import reason_of
from qa_service.errors import Refusal
from qa_service.language import _, set_language, with_commas
from qa_service.settings import DEFAULT_DATABASE, Settings, read_settings

console, errors = Console(), Console(stderr=True)

Database = Annotated[str | None, typer.Option("--database", help="sqlite:///file or postgresql://… (QA_DATABASE_URL)")]
MOST_ID = 2**63 - 1  # no database holds a greater number
Json = Annotated[bool, typer.Option("--json", help="the answer as JSON, for programs")]


def run_cli(cli: typer.Typer) -> None:
    """Run the command line: a refusal, also one of the database's driver, is a sentence and exit status 1."""
    set_language("en" if os.environ.get("QA_LANGUAGE", "zh").startswith("en") else "zh")
    try:
        cli(standalone_mode=True)
    except Refusal as refusal:
        refuse(refusal)
    except Exception as error:
        refusal = _of_the_database(error)
        if refusal is None:
            raise
        refuse(refusal)


def _of_the_database(error: Exception) -> Refusal | None:
    import sqlite3

    from asyncpg.exceptions import PostgresError

    from qa_service.database.failures import DatabaseFault, as_refusal, shown_address

    address = _address()
    known = as_refusal(error, address)
    if known is None and isinstance(error, sqlite3.DatabaseError | PostgresError):
        return DatabaseFault(database=shown_address(address), reason=reason_of(error))
    return known


def _address() -> str:
    """The database that this command line names, for a sentence about it."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word == "--database" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--database="):
            return word.removeprefix("--database=")
    return os.environ.get("QA_DATABASE_URL") or DEFAULT_DATABASE


def refuse(refusal: Refusal) -> None:
    from qa_service.web.errors import plain_text, problem

    if "--json" in sys.argv:
        print(json.dumps(problem(refusal), ensure_ascii=False))
    else:
        errors.print(plain_text(refusal), markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(1)


def with_database(url: str | None, work: Callable[[Settings], Awaitable[Any]], *, may_create: bool = False) -> Any:
    """Open the database that the options name, do the work, close it. A mistyped address makes no new database:
    only a command that says `may_create` does."""
    return with_opened(url, lambda opened: work(opened.settings), may_create=may_create)


def with_opened(url: str | None, work: Callable[[Any], Awaitable[Any]], *, may_create: bool = False) -> Any:
    """Like with_database; the work is told what was opened (app.Opened)."""
    from qa_service.app import open_database

    settings = read_settings(database_url=url)

    async def run() -> Any:
        async with open_database(settings, may_create=may_create) as opened:
            return await work(opened)

    return asyncio.run(run())


def answer(value: Any, as_json: bool, sentence: str) -> None:
    """A struct as JSON for programs, else a sentence for people."""
    if as_json:
        print(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, default=str))
    else:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


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


def grid_of(table: Any) -> Grid:
    """A page's table on the console: the same figures, with interval and n."""
    grid = Grid(*(column.label for column in table.columns))
    for row in table.rows:
        grid.add_row(*(console_text(cell) for cell in row.cells))
    return grid


def console_text(cell: Any) -> str:
    """A cell in one line: text, state with its note, or a figure with interval and n."""
    if cell.shape == "state":
        return with_commas(part for part in (cell.word, cell.note) if part)
    if cell.shape == "measure":
        return f"{cell.value_text()} {cell.range_text()} n={cell.n:,}"
    if cell.shape == "none":
        return cell.reason
    return f"{cell.value:,}" if cell.shape == "count" else cell.text


def month_of(text: str) -> date:
    """The first day of 2026-10; wrong usage otherwise."""
    if (found := read_month(text)) is None:
        raise typer.BadParameter(_("月份应写成2026-10这样"))
    return found


def day_of(text: str) -> date:
    """The day 2026-10-05; wrong usage otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("日期应写成2026-10-05这样")) from None


async def unit_named(name: str) -> int:
    """A unit by its code or name; refused with the names that there are."""
    from qa_service.people import account_queries

    return await account_queries.unit_named(name)
