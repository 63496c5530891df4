"""The API describes itself, and its page needs no network."""

import json
import re

import msgspec
import pytest
from litestar import Response, get
from litestar.response import ServerSentEvent

from qa_service.app import create_app
from qa_service.web import api_examples, guards
from qa_service.web.api_description import answer_of, body_of, describe, operations, structs
from qa_service.web.api_words import PARAMETERS, TAGS
from tests.builders import client_of, make_settings

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


def test_a_route_that_says_nothing_stays_shut():
    class Handler:
        opt: dict = {}

    with pytest.raises(guards.RouteUndeclared):
        guards.check_access({"user": object(), "route_handler": Handler()})


async def test_no_route_is_reached_without_the_middleware_that_shuts_it(engine, database_url):
    """Every address of the service, and one that says nothing of itself, answered to nobody."""

    @get("/api/unsaid")
    async def unsaid() -> None:
        raise AssertionError

    async with client_of(database_url) as client:
        client.app.register(unsaid)
        for route in client.app.routes:
            for method, (handler, _) in route.route_handler_map.items():
                if not handler.opt.get("public"):
                    path = re.sub(r"{[^}]*:int}", "1", re.sub(r"{[^}]*:(str|path)}", "x", route.path))
                    answer = await client.request(method, path)
                    assert answer.status_code in (401, 303), (method, path)


@pytest.fixture(scope="module")
def app():
    return create_app(make_settings("sqlite:///:memory:"), manage_database=False)


@pytest.fixture(scope="module")
def description(app):
    return describe(app)


@pytest.fixture(scope="module")
def described(app, description):
    """(label, operation, handler) of everything under /api/."""
    return [(f"{m} {p}", description["paths"][p][m], handler) for p, m, handler in operations(app)]


def test_no_operation_lacks_summary_and_description(described):
    assert len(described) > 150
    for label, operation, _ in described:
        assert operation["summary"], label
        assert len(operation["summary"]) <= 120, (label, operation["summary"])
        assert operation["description"].startswith(operation["summary"]), label
        assert operation["summary"] != operation["summary"].title() or " " in operation["summary"], label
        assert set(operation["tags"]) <= set(TAGS), label


def test_every_parameter_is_explained_and_no_word_is_left_over(described):
    asked = {one["name"]: one for _, operation, _ in described for one in operation.get("parameters", [])}
    assert [name for name, one in asked.items() if not one["description"]] == []
    assert set(asked) == set(PARAMETERS)


def test_every_body_has_an_example_that_its_struct_takes(described):
    used = set()
    for label, operation, handler in described:
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            example = content["example"]
            if media == "application/json":
                used.add(api_examples.body_name(body_of(handler)))
                msgspec.json.decode(json.dumps(example), type=body_of(handler))
            else:
                assert set(content["schema"]["required"]) <= set(example), label
        if body_of(handler) is not None or label in ("post /api/imports", "post /api/imports/trial"):
            assert "requestBody" in operation, label
    assert used == set(api_examples.known()["bodies"]), "each written example belongs to a body"


def test_every_json_answer_has_an_example_that_its_struct_gives(described):
    for label, operation, handler in described:
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert len(answers) == 1, label
        assert answers[0]["description"] != "Request fulfilled, document follows", label
        kind = answer_of(handler)
        if kind in (None, type(None), ServerSentEvent) or Response in (kind, getattr(kind, "__origin__", None)):
            continue
        example = answers[0].get("content", {}).get("application/json", {}).get("example")
        if example is not None:
            msgspec.convert(example, kind)
        else:
            assert kind is str, label


def test_every_operation_says_how_it_refuses(description, described):
    answers = description["components"]["responses"]
    for name, one in answers.items():
        assert list(one["content"]) == ["application/problem+json"], name
        assert set(one["content"]["application/problem+json"]["example"]) >= {"type", "title", "status", "detail"}
    for label, operation, handler in described:
        refused = {status: answer for status, answer in operation["responses"].items() if not status.startswith("2")}
        assert all(one["$ref"].rsplit("/", 1)[1] in answers for one in refused.values()), label
        assert {"422", "default"} <= set(refused), label
        if not handler.opt.get("public"):
            assert {"401", "403"} <= set(refused), label
        if "{" in label:
            assert "404" in refused, label
        if "requestBody" in operation:
            assert "400" in refused, label
        if not label.startswith("get"):
            assert "409" in refused, label


def test_names_read_like_names_and_both_ways_to_log_in_are_there(app, description):
    assert not [name for name in description["components"]["schemas"] if "_" in name]
    assert set(description["components"]["securitySchemes"]) == {"token", "cookie"}
    assert [one["name"] for one in description["tags"]] == list(TAGS)
    text = json.dumps(description)
    for name in description["components"]["schemas"]:
        assert f"schemas/{name}" in text or name == "Problem", name
    known = structs(app)
    for name, schema in description["components"]["schemas"].items():
        if name in known and known[name].__struct_config__.forbid_unknown_fields:
            assert schema["additionalProperties"] is False, name


def test_example_fields_that_nobody_uses_are_taken_out(app):
    fields = {field.name for kind in structs(app).values() for field in msgspec.structs.fields(kind)}
    owners = {kind.__name__ for kind in structs(app).values()}
    for name in api_examples.known()["fields"]:
        owner, _, field = name.rpartition(".")
        assert field in fields, name
        assert not owner or owner in owners, name
