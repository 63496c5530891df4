"""Pages drawn by Jinja: a template, one frozen struct, and the shell around it."""

from typing import Any

from litestar import MediaType, Request, Response

from qa_service.language import LANGUAGE_COOKIE, LANGUAGES
from qa_service.web.environment import environment
from qa_service.web.months import unreadable
from qa_service.web.shell import build_shell


def render(request: Request, template: str, page: Any, *, status_code: int = 200, **more: Any) -> Response:
    """A page: the template gets `page` (one frozen struct) and `shell`."""
    notices = [*unreadable(request), *(more.pop("notices", None) or [])]
    shell = build_shell(request, request.app.state, notices)
    html = environment().get_template(template).render(page=page, shell=shell, **more)
    response = Response(html, status_code=status_code, media_type=MediaType.HTML)
    if (chosen := request.query_params.get("lang")) in LANGUAGES:  # a chosen language stays, also behind a form
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax")
    return response
