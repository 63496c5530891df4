"""Which addresses have a page: where a link may lead from an answer to a form that was sent."""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Litestar, Request
from litestar.routes import HTTPRoute

PARTS = {"int": "[0-9]+", "str": "[^/]+"}
PASSING = ("lang", "notice")  # what an address says once


@lru_cache(maxsize=4)
def _pages(app: Litestar) -> Sequence[re.Pattern[str]]:
    return [
        re.compile("".join(rf"/{_part(one)}" for one in route.path_components) or "/")
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    ]


def _part(component: object) -> str:
    return re.escape(component) if isinstance(component, str) else PARTS.get(component.type.__name__, "[^/]+")


def has_page(app: Litestar, path: str) -> bool:
    """Whether a browser may ask for this path."""
    return any(page.fullmatch(path) for page in _pages(app))


def page_behind(request: Request) -> str:
    """The address that shows this page again: its own, or for an answer to a form the page that the form stood on.

    A form's own address often takes nothing but the form; then the referring page counts, or the nearest one above.
    """
    path = request.scope["path"]
    if request.method in ("GET", "HEAD"):
        return _plain(path, list(request.query_params.items()))
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc == request.url.netloc and has_page(request.app, came_from.path):
        return _plain(came_from.path, parse_qsl(came_from.query))
    while path != "/" and not has_page(request.app, path):
        path = path.rpartition("/")[0] or "/"
    return path


def _plain(path: str, given: list[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in given if name not in PASSING]
    return f"{path}?{urlencode(kept)}" if kept else path
