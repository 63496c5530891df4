"""`qa user`: accounts from a shell, by the same commands as the API: add, list, code, close, reopen, grant, revoke."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.table import Table as Grid

from qa_service.cli_kit import Database, Json, answer, console, with_database
from qa_service.language import _, listed
from qa_service.settings import Settings

user_cli = typer.Typer(no_args_is_help=True, help="账号 · accounts")

ROLES = "agent, monitor, qa_lead, supervisor, manager, hr, auditor, admin"
Unit = Annotated[str | None, typer.Option(help="部门代码或名称，默认全公司 · a unit by code or name; else the house")]
Reason = Annotated[str, typer.Option(help="原因，写进审计日志 · why; goes into the journal")]
Role = Annotated[str, typer.Option(help=ROLES)]


@user_cli.command("add")
def add(
    username: str,
    role: Annotated[list[str], typer.Option(help=ROLES)],
    unit: Unit = None,
    person: Annotated[str | None, typer.Option(help="工号 · employee number")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """新建账号，打印一次性代码 · a new account and its one-time code."""
    from qa_service.people import account_queries, commands
    from qa_service.people.access import house_actor

    async def work(_settings: Settings) -> dict[str, Any]:
        actor = house_actor("qa user")
        where = await account_queries.unit_named(unit) if unit else None
        who = await account_queries.person_numbered(person) if person else None
        roles = [(name, where) for name in role]
        account = await commands.create_account(actor, username, roles=roles, person_id=who)
        return {"account": account, "code": await commands.print_code(actor, account)}

    made = with_database(database, work, may_create=True)
    answer(made, as_json, _("账号“%(username)s”已建立，一次性代码：%(code)s", username=username, code=made["code"]))


@user_cli.command("list")
def list_accounts(database: Database = None, as_json: Json = False) -> None:
    """列出账号 · list the accounts."""
    from qa_service.people import queries
    from qa_service.people.access import ROLE_NAMES
    from qa_service.people.account_pages import STATES

    found = with_database(database, lambda _settings: queries.accounts())
    if as_json:
        answer(found, True, "")
        return
    grid = Grid(_("用户名"), _("姓名"), _("角色"), _("状态"))
    for account in found:
        roles, (_look, state) = listed(_(ROLE_NAMES[role]) for role in account["roles"]), STATES[account["state"]]
        grid.add_row(account["username"], account["name"] or "-", roles, _(state))
    console.print(grid)


def _change(database: str | None, username: str, work: Callable[[Any, dict], Awaitable[Any]]) -> Any:
    """Find the account by its name and do one command on it, as the house."""
    from qa_service.people import account_queries
    from qa_service.people.access import house_actor

    async def run(_settings: Settings) -> Any:
        return await work(house_actor("qa user"), await account_queries.named(username))

    return with_database(database, run)


def _done(username: str, as_json: bool) -> None:
    answer({"username": username, "state": "done"}, as_json, _("账号“%(username)s”已改好", username=username))


@user_cli.command("code")
def code(username: str, database: Database = None, as_json: Json = False) -> None:
    """打印新的一次性代码，旧的作废 · a new one-time code; former ones stop working."""
    from qa_service.people import commands

    made = _change(database, username, lambda actor, account: commands.print_code(actor, account["id"]))
    sentence = _("账号“%(username)s”的新一次性代码：%(code)s", username=username, code=made)
    answer({"username": username, "code": made}, as_json, sentence)


@user_cli.command("close")
def close(username: str, reason: Reason, database: Database = None, as_json: Json = False) -> None:
    """停用账号 · stop a log-in at once."""
    from qa_service.people import commands

    _change(database, username, lambda actor, account: commands.close_account(actor, account["id"], reason))
    _done(username, as_json)


@user_cli.command("reopen")
def reopen(username: str, reason: Reason, database: Database = None, as_json: Json = False) -> None:
    """重新启用账号 · let a stopped log-in in again."""
    from qa_service.people import commands

    _change(database, username, lambda actor, account: commands.reopen_account(actor, account["id"], reason))
    _done(username, as_json)


@user_cli.command("grant")
def grant(username: str, role: Role, unit: Unit = None, database: Database = None, as_json: Json = False) -> None:
    """增加角色 · one more role, in a unit and all below it or in the whole house."""
    from qa_service.people import commands

    _role(commands.grant_role, username, role, unit, database=database)
    _done(username, as_json)


@user_cli.command("revoke")
def revoke(username: str, role: Role, unit: Unit = None, database: Database = None, as_json: Json = False) -> None:
    """收回角色 · take a role away."""
    from qa_service.people import commands

    _role(commands.revoke_role, username, role, unit, database=database)
    _done(username, as_json)


def _role(command: Callable, username: str, role: str, unit: str | None, *, database: str | None) -> None:
    from qa_service.people import account_queries

    async def work(actor: Any, account: dict) -> None:
        where = await account_queries.unit_named(unit) if unit else None
        await command(actor, account["id"], role, where, version=account["version"])

    _change(database, username, work)
