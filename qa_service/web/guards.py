"""Deny by default: a route says which permission opens it, or that it is public; one that says nothing stays shut."""

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from qa_service.errors import NotLoggedIn, Refusal
from qa_service.language import N_
from qa_service.people.access import Permission

PUBLIC = {"public": True}
LOGGED_IN = {"logged_in": True}


class RouteUndeclared(Refusal):
    status, code = 403, "route-undeclared"
    sentence = N_("这个地址没有声明谁可以使用，因此对所有人关闭")


def needs(permission: Permission) -> dict[str, object]:
    """Route option: only actors who hold this permission."""
    return {"permission": permission}


async def deny_by_default(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    options = handler.opt
    if options.get("public"):
        return
    if connection.scope.get("user") is None:
        raise NotLoggedIn()
    if options.get("logged_in"):
        return
    permission = options.get("permission")
    if permission is None:
        raise RouteUndeclared()
    connection.user.require(permission)
