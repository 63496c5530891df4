"""The `qa` command: everything a person does with the service from a shell. Exit 0 done, 1 refused, 2 wrong usage.

Here stand the commands in the order of `qa --help`, and the one that runs the service. Each other subject has a module
of its own beside this one; what all of them use is cli_kit.
"""

import gc
from typing import Any

import typer

from qa_service import cli_demo, cli_draws, cli_imports, cli_journal, cli_results, cli_upkeep, cli_users
from qa_service.cli_kit import Database, console, run_cli, with_opened
from qa_service.language import _
from qa_service.settings import Settings, read_settings


def serve(database: Database = None, host: str | None = None, port: int | None = None) -> None:
    """启动服务 · run the service."""
    from qa_service.app import create_app
    from qa_service.operations.listening import listen
    from qa_service.operations.serving import Server

    settings = read_settings(database_url=database)
    with listen(host or settings.host, settings.port if port is None else port) as listener:  # before a code is printed
        settings, code = with_opened(database, _prepare, may_create=True)
        host, port = listener.getsockname()[:2]
        console.print(_("服务地址：http://%(host)s:%(port)s", host=host, port=port), highlight=False)
        if code:
            console.print(_("数据库还没有管理员。设置页需要这个一次性代码：%(code)s", code=code), highlight=False)
        app = create_app(settings)
        gc.freeze()  # what is loaded now stays for good: a full collection would walk it for a tenth of a second
        server = Server(app, listener)
        server.run()
    if not server.started:
        raise typer.Exit(1)


async def _prepare(opened: Any) -> tuple[Settings, str | None]:
    """The settings with the keys that the database has now, and the set-up code where nobody administers it yet."""
    from qa_service.app import refuse_as_demo
    from qa_service.people.commands import print_setup_code

    refuse_as_demo(opened.settings, opened.is_demo)
    return opened.settings, await print_setup_code()


cli = typer.Typer(no_args_is_help=True, add_completion=False, help="客服质检与绩效 · quality and performance")
COMMANDS = {
    "serve": serve,
    "demo": cli_demo.demo,
    "look": cli_imports.look,
    "import": cli_imports.import_records,
    "undo-import": cli_imports.undo_import,
    "agreement": cli_imports.agreement,
    "draw": cli_draws.draw,
    "score": cli_results.score,
    "report": cli_results.report,
    "sheet": cli_results.sheet,
    "migrate": cli_upkeep.migrate,
    "backup": cli_upkeep.backup,
    "restore": cli_upkeep.restore,
    "doctor": cli_upkeep.doctor,
}
for name, command in COMMANDS.items():
    cli.command(name)(command)
cli.add_typer(cli_journal.journal_cli, name="journal")
cli.add_typer(cli_users.user_cli, name="user")


def main() -> None:
    """Entry point of the `qa` script."""
    run_cli(cli)


if __name__ == "__main__":
    main()
