"""Deny by default: a route says which permission opens it, or that it is public; one that says nothing stays shut."""

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from qa_service.errors import NotLoggedIn, Refusal
from qa_service.language import N_
from qa_service.people.access import Permission

PUBLIC = {"public": True}
LOGGED_IN = {"logged_in": True}
# One's own log-in is kept by the person, never by a program: a narrow token could else make itself a wide one.
IN_PERSON = {"logged_in": True, "in_person": True}


class RouteUndeclared(Refusal):
    status, code = 403, "route-undeclared"
    sentence = N_("这个地址没有声明谁可以使用，因此对所有人关闭")


class InPersonOnly(Refusal):
    status, code = 403, "in-person-only"
    sentence = N_("令牌不能改密码、语言和令牌：请用浏览器登录后办理")


def needs(permission: Permission) -> dict[str, object]:
    """Route option: only actors who hold this permission."""
    return {"permission": permission}


async def deny_by_default(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    options = handler.opt
    if options.get("public"):
        return
    if connection.scope.get("user") is None:
        raise NotLoggedIn()
    if options.get("in_person") and connection.user.is_program:
        raise InPersonOnly()
    if options.get("logged_in"):
        return
    permission = options.get("permission")
    if permission is None:
        raise RouteUndeclared()
    connection.user.require(permission)
