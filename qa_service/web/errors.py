"""One renderer for every refusal: problem+json under /api/, a page elsewhere, the same code and sentence in both."""

import logging
from typing import Any

from asyncpg.exceptions import DataError
from litestar import MediaType, Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.response import Redirect

from qa_service.database.failures import as_refusal as database_refusal
from qa_service.errors import FieldError, InvalidInput, NotFound, NotLoggedIn, Refusal, TooLarge, TooMany, Unreadable
from qa_service.language import N_

log = logging.getLogger("qa_service")


class MethodRefused(Refusal):
    status, code, sentence = 405, "method-not-allowed", N_("这个地址不支持%(method)s")


class FormExpired(Refusal):
    status, code = 403, "form-expired"
    sentence = N_("表单已过期或不是从本页提交的，请刷新页面后再提交；您的输入没有保存")


class Unstorable(Refusal):
    status, code = 422, "unstorable"
    sentence = N_("有一个值无法保存：数字太大，或文字里有空字符，请改正后再试")


class Crash(Refusal):
    status, code = 500, "internal-error"
    sentence = N_("服务出错了，这一步没有保存任何内容。请稍后再试；仍不行时把编号%(number)s告诉管理员")


def as_refusal(error: Exception, request: Request) -> Refusal:
    """Every exception as a refusal with a code and a sentence; what nobody foresaw is logged and numbered."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return InvalidInput(fields=[_field(extra) for extra in error.extra or [] if isinstance(extra, dict)])
    if isinstance(error, MethodNotAllowedException):
        return MethodRefused(method=request.method)
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
            return Unreadable(reason=error.detail)
    if isinstance(error, OverflowError | DataError):
        return Unstorable()  # what no database takes; the engines say it each in their own way
    known = database_refusal(error, request.app.state.settings.database_url)
    if known is not None:
        log.warning("database at %s %s: %s", request.method, request.url.path, error)
        return known
    number = f"{id(error) & 0xFFFFFF:06x}"
    log.error("crash %s at %s %s", number, request.method, request.url.path, exc_info=error)
    return Crash(number=number)


def _field(extra: dict[str, Any]) -> FieldError:
    message = str(extra.get("message", ""))[:200]
    return FieldError(str(extra.get("key", "")), "invalid", N_("%(reason)s"), {"reason": message})


def problem(refusal: Refusal) -> dict[str, Any]:
    """The refusal as RFC 9457 problem details."""
    body: dict[str, Any] = {
        "type": f"urn:qa:{refusal.code}",
        "title": refusal.text(),
        "status": refusal.status,
        "detail": refusal.text(),
    }
    if refusal.fields:
        body["errors"] = [{"field": f.field, "code": f.code, "message": f.text()} for f in refusal.fields]
    return body


def render_error(request: Request, error: Exception) -> Response:
    """The application's only exception handler."""
    refusal = as_refusal(error, request)
    if request.url.path.startswith("/api/"):
        kind = "application/problem+json"
        return Response(problem(refusal), status_code=refusal.status, media_type=kind, headers=headers_of(refusal))
    if isinstance(refusal, NotLoggedIn) and request.method in ("GET", "HEAD"):
        return Redirect(f"/login?next={request.url.path}", status_code=303)
    from qa_service.web.rendering import error_page

    return Response(
        error_page(request, refusal),
        status_code=refusal.status,
        media_type=MediaType.HTML,
        headers=headers_of(refusal),
    )


def headers_of(refusal: Refusal) -> dict[str, str]:
    """When a program may try again, where the refusal knows."""
    return {"retry-after": str(int(refusal.facts["minutes"]) * 60)} if isinstance(refusal, TooMany) else {}


def plain_text(refusal: Refusal) -> str:
    """For the command line: the sentence, then a line for each field that says more than the sentence."""
    sentence = refusal.text()
    more = [(fault.field, fault.text()) for fault in refusal.fields]
    return "\n".join([sentence, *(f"  {field}: {text}" for field, text in more if text != sentence)])
