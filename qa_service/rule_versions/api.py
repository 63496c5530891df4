"""JSON routes of the dated rules: everyone may read the rules that they are judged by."""

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Permission
from qa_service.rule_versions import commands, queries, schemas
from qa_service.web.guards import needs
from qa_service.web.sessions import actor_of


@get("/rules", opt=needs(Permission.RULE_READ))
async def rules(kind: FromQuery[str] = "", code: FromQuery[str] = "") -> list[schemas.RuleOut]:
    """All versions of all rules, with their papers."""
    return msgspec.convert(await queries.versions(kind, code), list[schemas.RuleOut])


@get("/rules/{rule_id:int}", opt=needs(Permission.RULE_READ))
async def rule(rule_id: FromPath[int]) -> schemas.RuleWhole:
    """One version with its definition."""
    found = await queries.version(rule_id)
    if found is None:
        raise NotFound(N_("这条规则"))
    return msgspec.convert(found, schemas.RuleWhole)


@post("/rules", opt=needs(Permission.RULE_WRITE))
async def draft(request: Request, data: JSONBody[schemas.DraftIn]) -> schemas.Made:
    """A new version as a draft."""
    return schemas.Made(await commands.draft(actor_of(request), commands.Draft(**msgspec.structs.asdict(data))))


@post("/rules/{rule_id:int}/publication", opt=needs(Permission.RULE_APPROVE), status_code=204)
async def publish(request: Request, rule_id: FromPath[int], data: JSONBody[schemas.PublishIn]) -> None:
    """Publish a draft; what papers are missing keeps it from money."""
    given = msgspec.structs.asdict(data)
    row_version = given.pop("row_version")
    await commands.publish(actor_of(request), rule_id, commands.Papers(**given), row_version=row_version)


@post("/rules/{rule_id:int}/bar", opt=needs(Permission.RULE_APPROVE), status_code=204)
async def bar(request: Request, rule_id: FromPath[int], data: JSONBody[schemas.BarIn]) -> None:
    """Keep a version from money, with a reason."""
    await commands.bar_from_money(actor_of(request), rule_id, data.reason)


routes = Router("/api", route_handlers=[rules, rule, draft, publish, bar], tags=["rules"])
