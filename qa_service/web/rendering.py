"""Pages drawn by Jinja: a template, one frozen struct, and the shell around it."""

import re
from typing import Any

from litestar import MediaType, Request, Response

from qa_service.language import LANGUAGE_COOKIE, LANGUAGES, N_, gettext
from qa_service.web.environment import environment
from qa_service.web.months import unreadable
from qa_service.web.shell import build_shell

LABELS = re.compile(
    r'(?:<label for="f-(?P<line>[^"]+)">|<fieldset class="field" id="f-(?P<set>[^"]+)"[^>]*><legend>'
    r'|<input type="checkbox" id="f-(?P<box>[^"]+)"[^>]*><span>)(?P<text>[^<]+)'
)
UNNAMED = re.compile(r'<a href="#f-([^"]+)" data-unnamed>')


def fields_named(html: str) -> str:
    """A page that was refused: the links of its error summary begin with what their fields are called on it."""
    names = {one["line"] or one["set"] or one["box"]: one["text"].strip() for one in LABELS.finditer(html)}

    def named(link: re.Match[str]) -> str:
        name = names.get(link[1])
        return f'<a href="#f-{link[1]}">{name}{gettext(N_("："))}' if name else f'<a href="#f-{link[1]}">'

    return UNNAMED.sub(named, html)


def render(request: Request, template: str, page: Any, *, status_code: int = 200, **more: Any) -> Response:
    """A page: the template gets `page` (one frozen struct) and `shell`."""
    notices = [*unreadable(request), *(more.pop("notices", None) or [])]
    shell = build_shell(request, request.app.state, notices)
    html = environment().get_template(template).render(page=page, shell=shell, **more)
    if status_code >= 400:
        html = fields_named(html)
    response = Response(html, status_code=status_code, media_type=MediaType.HTML)
    if (chosen := request.query_params.get("lang")) in LANGUAGES:  # a chosen language stays, also behind a form
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax")
    return response
