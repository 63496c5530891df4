"""The API describes itself, and its page needs no network."""

import pytest

from qa_service.web import guards
from tests.builders import client_of

pytestmark = pytest.mark.anyio


async def test_every_api_route_is_described(engine, database_url):
    async with client_of(database_url) as client:
        schema = (await client.get("/openapi.json")).json()
        assert schema["openapi"].startswith("3.1")
        described = set(schema["paths"])
        routes = {r.path for r in client.app.routes if r.path.startswith("/api/")}
        assert {path.replace(":int}", "}").replace(":str}", "}") for path in routes} <= described


async def test_the_page_loads_only_from_here(engine, database_url):
    async with client_of(database_url) as client:
        page = await client.get("/api-docs")
        assert "http" not in page.text
        assert "unsafe-inline" not in page.headers["content-security-policy"].split("style-src")[0]
        for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
            assert (await client.get(f"/api-docs/{name}")).status_code == 200
        assert (await client.get("/api-docs/api_docs.py")).status_code in (303, 404, 500)


async def test_a_route_that_says_nothing_stays_shut():
    class Handler:
        opt: dict = {}

    class Connection:
        scope = {"user": object()}

    with pytest.raises(guards.RouteUndeclared):
        await guards.deny_by_default(Connection(), Handler())
