"""Deny by default: a route says which permission opens it, or that it is public; one that says nothing stays shut."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import parse_qs

from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from litestar.types import Scope

from qa_service.errors import FieldError, InvalidInput, NotLoggedIn, Refusal
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


class QueryUnknown(InvalidInput):
    """A name that an address of the API does not know: left alone, it would answer something else than was asked."""

    def __init__(self, names: Sequence[str], known: Collection[str]) -> None:
        facts = {"known": ", ".join(sorted(known))}
        sentence = N_("没有这个查询参数；可用的是：%(known)s") if known else N_("没有这个查询参数；这个地址不用参数")
        super().__init__(fields=[FieldError(name, "query-unknown", sentence, facts) for name in names])


@lru_cache(maxsize=1024)
def query_names(handler: BaseRouteHandler) -> frozenset[str]:
    """The names that a handler takes from its address."""
    found = handler.parsed_fn_signature.parameters.values()
    return frozenset(one.name for one in found if isinstance(one.kwarg_definition, QueryParameter))


def check_query(scope: Scope) -> None:
    """Refuse names that the API does not know at this address."""
    text = scope["query_string"]
    if not text or not scope["path"].startswith("/api/"):
        return
    known = query_names(scope["route_handler"])
    asked = parse_qs(text.decode("latin-1"), keep_blank_values=True)
    if wrong := [name for name in asked if name not in known and name != "lang"]:
        raise QueryUnknown(wrong, known)


def check_access(scope: Scope) -> None:
    """Raises NotLoggedIn, InPersonOnly, RouteUndeclared or Forbidden unless the route opens to who is asking.

    A Litestar guard gets a copy of the route's handler for each request, a tenth of the time of a small answer:
    the session middleware calls this with the bare scope.
    """
    options, actor = scope["route_handler"].opt, scope["user"]
    if options.get("public"):
        return
    if actor is None:
        raise NotLoggedIn()
    if options.get("in_person") and actor.is_program:
        raise InPersonOnly()
    if options.get("logged_in"):
        return
    permission = options.get("permission")
    if permission is None:
        raise RouteUndeclared()
    actor.require(permission)
