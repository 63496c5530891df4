"""The API's description for programs, and a page to read and try it that needs no network.

swagger-ui's own files come with a package; the page's start script is a file of ours, since the policy allows no
inline script.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import swagger_ui_bundle
from litestar import Litestar, MediaType, Request, Response, get
from litestar.params import FromPath

from qa_service.errors import NotFound
from qa_service.web.api_description import describe
from qa_service.web.guards import PUBLIC

BUNDLE = Path(swagger_ui_bundle.swagger_ui_path)
FILES = {
    "swagger-ui.css": MediaType.CSS,
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>API</title>
<link rel="stylesheet" href="/api-docs/swagger-ui.css"><link rel="icon" href="/api-docs/favicon-32x32.png"></head>
<body><div id="swagger"></div><noscript>/openapi.json</noscript>
<script src="/api-docs/swagger-ui-bundle.js"></script><script src="/api-docs/start.js"></script></body></html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  requestInterceptor: (request) => {
    const token = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    if (token) request.headers["x-csrftoken"] = token.slice(10);
    return request;
  },
});
"""


@lru_cache(maxsize=4)
def description_of(app: Litestar) -> dict[str, Any]:
    """Built at the first look: it takes a second."""
    return describe(app)


@get("/openapi.json", opt=PUBLIC, include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """The whole API as OpenAPI 3.1."""
    return description_of(request.app)


@get("/api-docs", opt=PUBLIC, include_in_schema=False)
async def page() -> Response[str]:
    return Response(PAGE, media_type=MediaType.HTML, headers={"content-security-policy": POLICY})


@get("/api-docs/{name:str}", opt=PUBLIC, include_in_schema=False)
async def file(name: FromPath[str]) -> Response[bytes]:
    headers = {"cache-control": "public, max-age=86400"}
    if name == "start.js":
        return Response(START.encode(), media_type="text/javascript", headers=headers)
    if name not in FILES or not (BUNDLE / name).is_file():
        raise NotFound()
    return Response((BUNDLE / name).read_bytes(), media_type=FILES[name], headers=headers)


routes = [openapi, page, file]
