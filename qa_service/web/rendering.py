"""Jinja pages: one environment, strict about missing names, every text in the reader's language."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response

from qa_service.errors import Refusal
from qa_service.language import LANGUAGE_COOKIE, LANGUAGES, current_language, translations
from qa_service.web import kit
from qa_service.web.shell import build_shell

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STATIC = Path(__file__).parent / "static"


@cache
def static_url(name: str) -> str:
    """The address of a file of ours with its fingerprint, cached for ever by browsers."""
    fingerprint = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{fingerprint}/{name}"


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(
        gettext=lambda text: translations(current_language()).gettext(text),
        ngettext=lambda one, many, n: translations(current_language()).gettext(one if n == 1 else many),
        newstyle=True,
    )
    env.globals["static_url"] = static_url
    kit.install(env)
    return env


def render(request: Request, template: str, page: Any, *, status_code: int = 200, **more: Any) -> Response:
    """A page: the template gets `page` (one frozen struct) and `shell`."""
    shell = build_shell(request, request.app.state, more.pop("notices", None))
    html = environment().get_template(template).render(page=page, shell=shell, **more)
    response = Response(html, status_code=status_code, media_type=MediaType.HTML)
    if (chosen := request.query_params.get("lang")) in LANGUAGES:  # a chosen language stays, also behind a form
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax")
    return response


def error_page(request: Request, refusal: Refusal) -> str:
    shell = build_shell(request, request.app.state)
    return environment().get_template("error.html").render(page=refusal, shell=shell)
