"""One renderer for every refusal: problem+json under /api/, a page elsewhere, the same code and sentence in both."""

import logging
import re
from typing import Any

import msgspec
from asyncpg.exceptions import DataError
from litestar import Litestar, Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from qa_service.database.failures import as_refusal as database_refusal
from qa_service.errors import FieldError, InvalidInput, NotFound, NotLoggedIn, Refusal, TooLarge, TooMany, Unreadable
from qa_service.language import N_, gettext
from qa_service.web.messages import fault, unreadable_body

log = logging.getLogger("qa_service")


class MethodRefused(Refusal):
    status, code, sentence = 405, "method-not-allowed", N_("这个地址不支持%(method)s")


class TakesFormsOnly(MethodRefused):
    sentence = N_("这个地址只接收页面上提交的表单，不能直接打开；请回到原来的页面再操作，您没有退出登录")


class FormExpired(Refusal):
    status, code = 403, "form-expired"
    sentence = N_("表单已过期或不是从本页提交的，请刷新页面后再提交；您的输入没有保存")


class Unstorable(Refusal):
    status, code = 422, "unstorable"
    sentence = N_("有一个值无法保存：数字太大，或文字里有空字符，请改正后再试")


class Crash(Refusal):
    status, code = 500, "internal-error"
    sentence = N_("服务出错了，这一步没有保存任何内容。请稍后再试；仍不行时把编号%(number)s告诉管理员")


class BodyUnreadable(Unreadable):
    def __init__(self, detail: str) -> None:
        sentence, facts = unreadable_body(detail)
        super().__init__(reason=FieldError("", self.code, sentence, facts))


def as_refusal(error: Exception, request: Request) -> Refusal:
    """Every exception as a refusal with a code and a sentence; what nobody foresaw is logged and numbered."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return InvalidInput(fields=_faults(error, request))
    if isinstance(error, MethodNotAllowedException):
        return MethodRefused(method=request.method) if of_api(request) else TakesFormsOnly()
    if isinstance(error, NotFoundException):
        return NotFound()
    if isinstance(error, NotAuthorizedException):
        return NotLoggedIn()
    if isinstance(error, PermissionDeniedException):
        return FormExpired()
    if isinstance(error, HTTPException):
        if error.status_code == 413:
            return TooLarge(limit=N_("见本页说明"))
        if error.status_code < 500:
            return BodyUnreadable(error.detail)
    if isinstance(error, OverflowError | DataError):
        return Unstorable()  # what no database takes; the engines say it each in their own way
    known = database_refusal(error, request.app.state.settings.database_url)
    if known is not None:
        log.warning("database at %s %s: %s", request.method, request.url.path, error)
        return known
    number = f"{id(error) & 0xFFFFFF:06x}"
    log.error("crash %s at %s %s", number, request.method, request.url.path, exc_info=error)
    return Crash(number=number)


def _faults(error: ValidationException, request: Request) -> list[FieldError]:
    """What is wrong, field by field; a missing parameter comes as a sentence of its own."""
    extras = [extra for extra in error.extra or [] if isinstance(extra, dict)]
    if not extras:
        return [fault("", error.detail)]
    if any(extra.get("message") == "'data'" for extra in extras):
        return [FieldError("", "missing", N_("请求没有正文：这里要一个JSON对象"))]
    return [fault(key := str(extra.get("key", "")), str(extra["message"]), _given(request, key)) for extra in extras]


STEP = re.compile(r"([^.\[\]]+)")


def _given(request: Request, key: str) -> Any:
    """The value that was sent for a field, where it can be found again; secrets are not repeated."""
    if SECRET & set(STEP.findall(key)):
        return None
    if key in request.query_params:
        return request.query_params[key]
    body = ScopeState.from_scope(request.scope).body
    try:
        found = msgspec.json.decode(body) if isinstance(body, bytes) else None
        for step in STEP.findall(key):
            found = found[int(step) if isinstance(found, list) else step]
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        return None
    return found


SECRET = {"password", "current", "new", "repeat", "code"}


def problem(refusal: Refusal) -> dict[str, Any]:
    """The refusal as RFC 9457 problem details."""
    body: dict[str, Any] = {
        "type": f"urn:qa:{refusal.code}",
        "title": refusal.text(),
        "status": refusal.status,
        "detail": refusal.text(),
    }
    if "permission" in refusal.facts:
        body["permission"] = refusal.facts["permission"]
    if refusal.fields:
        body["errors"] = [{"field": f.field, "code": f.code, "message": f.text()} for f in refusal.fields]
    return body


def of_api(request: Request) -> bool:
    return request.scope["path"].startswith("/api/")


def render_error(request: Request, error: Exception) -> Response:
    """The application's only exception handler."""
    refusal = as_refusal(error, request)
    return rendered(request, refusal) if "user" in request.scope else Late(refusal)


class Late(Response):
    """A refusal before the session was looked at (no such address, no such method): it looks first.

    Else whoever mistypes an address would seem logged out, and read another language.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(None, status_code=refusal.status)
        self.refusal = refusal

    def to_asgi_response(self, app: Litestar | None, request: Request, **more: Any) -> ASGIApp:
        from qa_service.web.sessions import identify

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await identify(scope)
            response = rendered(request, self.refusal)
            await response.to_asgi_response(app, request, **more)(scope, receive, send)

        return answer


def rendered(request: Request, refusal: Refusal) -> Response:
    """The refusal as a problem or as a page, in the language of the task."""
    if of_api(request):
        if isinstance(refusal, NotFound) and refusal.facts.get("what") == NotFound.PAGE:
            refusal = NotFound(N_("这个地址上的内容"))
        kind = "application/problem+json"
        return Response(problem(refusal), status_code=refusal.status, media_type=kind, headers=headers_of(refusal))
    if isinstance(refusal, NotLoggedIn) and request.method in ("GET", "HEAD"):
        return Redirect(f"/login?next={request.url.path}", status_code=303)
    from qa_service.web.rendering import render

    response = render(request, "error.html", ErrorPage(refusal), status_code=refusal.status)
    response.headers.update(headers_of(refusal))
    return response


def headers_of(refusal: Refusal) -> dict[str, str]:
    """When a program may try again, where the refusal knows."""
    return {"retry-after": str(int(refusal.facts["minutes"]) * 60)} if isinstance(refusal, TooMany) else {}


TITLES = {
    401: N_("请先登录"), 403: N_("没有这项权限"), 404: N_("没有找到"), 405: N_("不能这样打开"),
    409: N_("现在不能这样做"), 413: N_("内容太大"), 422: N_("输入有误"), 429: N_("请稍后再试"), 500: N_("服务出错了"),
}  # fmt: skip


class ErrorPage(msgspec.Struct, frozen=True):
    """For templates/error.html: the refusal, in a few words and in its sentence."""

    refusal: Refusal

    def title(self) -> str:
        return gettext(TITLES.get(self.refusal.status, N_("请求被拒绝")))


def plain_text(refusal: Refusal) -> str:
    """For the command line: the sentence, then a line for each field that says more than the sentence."""
    sentence = refusal.text()
    more = [(fault.field, fault.text()) for fault in refusal.fields]
    return "\n".join([sentence, *(f"  {field}: {text}" for field, text in more if text != sentence)])
