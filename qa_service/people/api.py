"""JSON routes of accounts and staff."""

from typing import Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people import account_queries, commands, directory, queries, schemas
from qa_service.people.access import Permission
from qa_service.people.account_queries import AccountFilter
from qa_service.web.guards import IN_PERSON, LOGGED_IN, needs
from qa_service.web.sessions import COOKIE, actor_of

KEEPER = needs(Permission.ACCOUNT_WRITE)
RoleName = Literal["", "agent", "monitor", "qa_lead", "supervisor", "manager", "hr", "auditor", "admin"]


@get("/me", opt=LOGGED_IN)
async def me(request: Request) -> schemas.Me:
    """Who you are, and what you may do."""
    actor = actor_of(request)
    return schemas.Me(
        account=actor.account_id,
        name=actor.name,
        language=actor.language,
        roles=sorted({grant.role.value for grant in actor.grants}),
        permissions=sorted(actor.permissions),
    )


@post("/me/password", opt=IN_PERSON, status_code=204)
async def change_password(request: Request, data: JSONBody[schemas.NewPassword]) -> None:
    """A new password, with the present one; every other session of yours ends."""
    address = request.client.host if request.client else "-"
    keep = queries.token_digest(request.cookies.get(COOKIE, ""))
    await commands.change_password(actor_of(request), data.current, data.new, address=address, keep=keep)
    request.app.state.actors.forget_all()


@post("/me/language", opt=IN_PERSON, status_code=204)
async def choose_language(request: Request, data: JSONBody[schemas.ChosenLanguage]) -> None:
    """The language of your pages and notices."""
    await commands.choose_language(actor_of(request), data.language)
    request.app.state.actors.forget_all()


@get("/tokens", opt=IN_PERSON)
async def tokens(request: Request) -> list[schemas.TokenOut]:
    """Your tokens, newest first, without their secrets."""
    return msgspec.convert(await account_queries.own_tokens(actor_of(request)), list[schemas.TokenOut])


@post("/tokens", opt=IN_PERSON)
async def create_token(request: Request, data: JSONBody[schemas.NewToken]) -> schemas.CreatedToken:
    """A token for a program, shown once."""
    token = await commands.create_token(actor_of(request), data.name, data.scopes, days=data.days)
    return schemas.CreatedToken(token)


@post("/tokens/{token_id:int}/revocation", opt=IN_PERSON, status_code=204)
async def revoke_token(request: Request, token_id: FromPath[int]) -> None:
    """End one of your tokens now."""
    await commands.revoke_token(actor_of(request), token_id)
    request.app.state.actors.forget_all()


@get("/people", opt=needs(Permission.PEOPLE_READ))
async def people(
    request: Request,
    search: FromQuery[str] = "",
    unit: FromQuery[int | None] = None,
    having: FromQuery[Literal["", "here", "left"]] = "",
    after: FromQuery[int] = 0,
    limit: FromQuery[int] = 50,
) -> list[schemas.PersonOut]:
    """Staff in your units, by id; `having` is here, left or empty, `after` the id to go on from."""
    limit = min(max(limit, 1), 200)
    found = await queries.people(actor_of(request), search[:60], after, limit, unit=unit, state=having)
    return msgspec.convert(found, list[schemas.PersonOut])


@get("/units", opt=needs(Permission.PEOPLE_READ))
async def units(request: Request) -> list[schemas.UnitOut]:
    """The units of your reach as they hang together today; their numbers go into draws, scores, rosters and sheets."""
    return msgspec.convert(await directory.units_in_reach(actor_of(request)), list[schemas.UnitOut])


@get("/people/{person_id:int}", opt=LOGGED_IN)
async def person(request: Request, person_id: FromPath[int]) -> schemas.PersonWhole:
    """One person with dated posts, managers and platform accounts; oneself, or somebody in your units."""
    return msgspec.convert(await directory.person(actor_of(request), person_id), schemas.PersonWhole)


@get("/accounts", opt=KEEPER)
async def accounts(
    request: Request,
    search: FromQuery[str] = "",
    having: FromQuery[Literal["", "invited", "active", "closed"]] = "",
    role: FromQuery[RoleName] = "",
    page: FromQuery[int] = 1,
    limit: FromQuery[int] = 200,
) -> list[schemas.AccountOut]:
    """Log-ins in your reach with their roles, by user name; `having` is invited, active, closed or empty."""
    asked = AccountFilter(search=search[:60], state=having, role=role, page=min(max(page, 1), 100_000))
    found, _total = await account_queries.accounts(actor_of(request), asked, min(max(limit, 1), 500))
    return [_account(one) for one in found]


def _account(found: dict) -> schemas.AccountOut:
    return msgspec.convert({**found, "roles": [grant["role"] for grant in found["grants"]]}, schemas.AccountOut)


@get("/accounts/{account_id:int}", opt=KEEPER)
async def account(request: Request, account_id: FromPath[int]) -> schemas.AccountOut:
    """One log-in; its `version` goes with every change."""
    return _account(await account_queries.account(actor_of(request), account_id))


@get("/accounts/{account_id:int}/tokens", opt=KEEPER)
async def tokens_of(request: Request, account_id: FromPath[int]) -> list[schemas.TokenOut]:
    """The tokens of a log-in in your reach, newest first, without their secrets."""
    return msgspec.convert(await account_queries.tokens_of(actor_of(request), account_id), list[schemas.TokenOut])


@post("/accounts/{account_id:int}/tokens/{token_id:int}/revocation", opt=KEEPER, status_code=204)
async def revoke_token_of(request: Request, account_id: FromPath[int], token_id: FromPath[int]) -> None:
    """End a token of somebody else now; its owner is not logged out."""
    await commands.revoke_token_of(actor_of(request), account_id, token_id)
    request.app.state.actors.forget_all()


@post("/accounts", opt=KEEPER)
async def create_account(request: Request, data: JSONBody[schemas.NewAccount]) -> schemas.CreatedAccount:
    """A new log-in; without a password it answers a one-time code to print."""
    actor = actor_of(request)
    account_id = await commands.create_account(
        actor,
        data.username,
        roles=[(grant.role, grant.unit) for grant in data.roles],
        person_id=data.person,
        password=data.password,
        language=data.language,
    )
    code = None if data.password else await commands.print_code(actor, account_id)
    return schemas.CreatedAccount(account_id, code)


@post("/accounts/codes", opt=KEEPER)
async def print_codes(request: Request, data: JSONBody[schemas.CodesFor]) -> list[schemas.CodeOut]:
    """New one-time codes; former ones stop working, the password works until a code is used."""
    made = await commands.print_codes(actor_of(request), data.accounts)
    return [schemas.CodeOut(one.employee_no, one.name, one.username, one.code) for one in made]


@post("/accounts/{account_id:int}/roles", opt=KEEPER, status_code=204)
async def grant_role(request: Request, account_id: FromPath[int], data: JSONBody[schemas.RoleChange]) -> None:
    """One more role, in a unit and all below it, or in the whole house."""
    await commands.grant_role(actor_of(request), account_id, data.role, data.unit, version=data.version)
    request.app.state.actors.forget_all()


@post("/accounts/{account_id:int}/roles/removal", opt=KEEPER, status_code=204)
async def revoke_role(request: Request, account_id: FromPath[int], data: JSONBody[schemas.RoleChange]) -> None:
    """Take a role away."""
    await commands.revoke_role(actor_of(request), account_id, data.role, data.unit, version=data.version)
    request.app.state.actors.forget_all()


@post("/accounts/{account_id:int}/close", opt=KEEPER, status_code=204)
async def close_account(request: Request, account_id: FromPath[int], data: JSONBody[schemas.CloseAccount]) -> None:
    """Stop a log-in at once."""
    await commands.close_account(actor_of(request), account_id, data.reason)
    request.app.state.actors.forget_all()


@post("/accounts/{account_id:int}/reopen", opt=KEEPER, status_code=204)
async def reopen_account(request: Request, account_id: FromPath[int], data: JSONBody[schemas.CloseAccount]) -> None:
    """Let a stopped log-in in again; its wrong attempts are forgotten."""
    await commands.reopen_account(actor_of(request), account_id, data.reason)
    request.app.state.actors.forget_all()


routes = Router(
    "/api",
    route_handlers=[
        me, change_password, choose_language, tokens, create_token, revoke_token, tokens_of, revoke_token_of, people,
        person, units, accounts, account, create_account, print_codes, grant_role, revoke_role, close_account,
        reopen_account,
    ],
    tags=["people"],
)  # fmt: skip
