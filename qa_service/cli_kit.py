"""What every `qa` command uses: open the database and do the work, answer, refuse; never a traceback."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from qa_service.database.reasons import reason_of
from qa_service.errors import Refusal
from qa_service.language import set_language
from qa_service.settings import DEFAULT_DATABASE, Settings, read_settings

console, errors = Console(), Console(stderr=True)

Database = Annotated[str | None, typer.Option("--database", help="sqlite:///file or postgresql://… (QA_DATABASE_URL)")]
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
