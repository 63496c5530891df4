"""JSON routes of accounts and staff."""

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people import commands, queries, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


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


@post("/tokens", opt=LOGGED_IN)
async def create_token(request: Request, data: JSONBody[schemas.NewToken]) -> schemas.CreatedToken:
    """A token for a program, shown once."""
    token = await commands.create_token(actor_of(request), data.name, data.scopes, days=data.days)
    return schemas.CreatedToken(token)


@get("/people", opt=needs(Permission.PEOPLE_READ))
async def people(
    request: Request, search: FromQuery[str] = "", after: FromQuery[int] = 0, limit: FromQuery[int] = 50
) -> list[schemas.PersonOut]:
    """Staff in your units, by id."""
    found = await queries.people(actor_of(request), search[:60], after, min(max(limit, 1), 200))
    return msgspec.convert(found, list[schemas.PersonOut])


@get("/accounts", opt=needs(Permission.ACCOUNT_WRITE))
async def accounts() -> list[schemas.AccountOut]:
    """Every log-in with its roles."""
    return msgspec.convert(await queries.accounts(), list[schemas.AccountOut])


@post("/accounts", opt=needs(Permission.ACCOUNT_WRITE))
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


@post("/accounts/{account_id:int}/close", opt=needs(Permission.ACCOUNT_WRITE), status_code=204)
async def close_account(request: Request, account_id: FromPath[int], data: JSONBody[schemas.CloseAccount]) -> None:
    """Stop a log-in at once."""
    await commands.close_account(actor_of(request), account_id, data.reason)
    request.app.state.actors.forget_all()


routes = Router(
    "/api", route_handlers=[me, create_token, people, accounts, create_account, close_account], tags=["people"]
)
