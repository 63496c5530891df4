"""The API's description, brought up from what Litestar derives to what a stranger needs.

Summaries and descriptions come from the docstrings of the handlers, examples from api_examples.py, words from
api_words.py; refusals are described as they are given (problem+json), and structs that forbid unknown fields say so.
"""

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from qa_service.web import api_examples
from qa_service.web.api_words import INTRODUCTION, PARAMETERS, REFUSALS, SUCCESS, TAGS
from qa_service.web.months import MONTH_PATTERN

PROBLEM = "application/problem+json"
JSON = "application/json"
PREFIXED = re.compile(r"(.+?)_(?:schemas|commands|queries|api|typed|verifying|reports|agreement|model|openings)_(\w+)$")
FORM = {
    "type": "object",
    "required": ["file", "profile"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "CSV, XLSX or JSON, also .gz"},
        "profile": {"type": "string", "description": "Name of a mapping profile (GET /api/imports/profiles)"},
    },
}


def describe(app: Litestar) -> dict[str, Any]:
    """The whole description as JSON values."""
    schema = _renamed(app.openapi_schema.to_schema())
    schema["info"]["description"] = INTRODUCTION
    schema["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    schema["components"]["securitySchemes"] = _security()
    schema["security"] = [{"token": []}, {"cookie": []}]
    _describe_structs(app, schema["components"]["schemas"])
    schema["components"]["schemas"]["Problem"] = _problem()
    schema["components"]["responses"] = {f"Refusal{status}": _refusal(status) for status in REFUSALS}
    for path, method, handler in operations(app):
        _describe(schema["paths"][path][method], path, method, handler)
    return schema


def operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """(path, method, handler) of everything that the description holds."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith("/api/"):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS" and handler.resolve_include_in_schema():
                yield route.path_format, method.lower(), handler


def body_of(handler: HTTPRouteHandler) -> Any:
    """The struct that a handler takes as its body, or None."""
    data = handler.parsed_fn_signature.parameters.get("data")
    return data.annotation if data else None


def answer_of(handler: HTTPRouteHandler) -> Any:
    """What a handler gives back."""
    return handler.parsed_fn_signature.return_type.annotation


def _describe(operation: dict[str, Any], path: str, method: str, handler: HTTPRouteHandler) -> None:
    text = " ".join((handler.fn.__doc__ or "").split())
    operation["summary"], operation["description"] = summary(text), text
    for parameter in operation.get("parameters", []):
        _describe_parameter(parameter)
    _describe_body(operation, path, handler)
    is_public = bool(handler.opt.get("public"))
    if is_public:
        operation["security"] = []
    _describe_answers(operation, handler)
    statuses = _statuses(path, method, operation, is_public=is_public)
    operation["responses"].pop("400", None)
    operation["responses"].update({s: {"$ref": f"#/components/responses/Refusal{s}"} for s in statuses})


def summary(text: str) -> str:
    """The first sentence, without its full stop; up to a colon or semicolon where it is long."""
    first = re.split(r"\.(?:\s|$)", text, maxsplit=1)[0]
    return re.split(r"[:;]\s(?![^(]*\))", first, maxsplit=1)[0] if len(first) > 80 else first


def _describe_parameter(parameter: dict[str, Any]) -> None:
    name = parameter["name"]
    parameter["description"] = PARAMETERS.get(name, "")  # a test holds every name to its words
    if name in ("month", "pay_month"):
        pattern = MONTH_PATTERN if parameter["required"] else f"^({MONTH_PATTERN[1:-1]})?$"
        parameter["schema"] |= {"pattern": pattern, "examples": ["2026-10"]}


def _describe_body(operation: dict[str, Any], path: str, handler: HTTPRouteHandler) -> None:
    if path in (forms := api_examples.known()["forms"]):
        content = {"multipart/form-data": {"schema": FORM, "example": forms[path]}}
        operation["requestBody"] = {"required": True, "content": content}
    elif (kind := body_of(handler)) is not None:
        operation["requestBody"]["content"][JSON]["example"] = api_examples.body_example(kind)


def _describe_answers(operation: dict[str, Any], handler: HTTPRouteHandler) -> None:
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        answer["description"] = SUCCESS.get(status, "Done.")
        for media, content in answer.get("content", {}).items():
            if media == JSON:
                content["example"] = api_examples.answer_example(answer_of(handler))
            else:
                content["schema"] = {"type": "string"}


def _statuses(path: str, method: str, operation: dict[str, Any], *, is_public: bool) -> list[str]:
    """The refusals that an operation can give."""
    found = [] if is_public else ["401", "403"]
    if "requestBody" in operation:
        found += ["400", "413"]
    if "{" in path or not query_scope(operation).isdisjoint({"unit", "person", "run"}) or path.startswith("/api/my/"):
        found.append("404")
    if method != "get":
        found.append("409")
    if path in ("/api/me/password",):
        found.append("429")
    return [*found, "422", "default"]


def query_scope(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}


def _refusal(status: str) -> dict[str, Any]:
    meaning, code, sentence = REFUSALS[status]
    number = 500 if status == "default" else int(status)
    example: dict[str, Any] = {"type": f"urn:qa:{code}", "title": sentence, "status": number, "detail": sentence}
    if status == "422":
        example["errors"] = [{"field": "month", "code": "month-invalid", "message": "月份应写成2026-10这样"}]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {PROBLEM: {"schema": schema, "example": example}}}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": {"field": text, "code": text, "message": text},
    }
    return {
        "type": "object",
        "title": "Problem",
        "description": "A refusal (RFC 9457): a stable type, and a sentence in the reader's language.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "description": "urn:qa: and the code, the same for ever"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "permission": {"type": "string", "description": "what the roles or the token lack"},
            "errors": {"type": "array", "items": error},
        },
    }


def _security() -> dict[str, Any]:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token; its scopes narrow your roles."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "qa_session",
            "description": "The session of the pages; changes also need the header x-csrftoken.",
        },
    }


def structs(app: Litestar) -> dict[str, Any]:
    """Every struct that goes in or out, by the names under which the description may hold it."""
    found: dict[str, Any] = {}

    def walk(kind: Any) -> None:
        for part in get_args(kind):
            walk(part)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            room = kind.__module__.split(".")[1]
            names = {kind.__name__, _camel(room) + kind.__name__}
            if found.get(f"{room}.{kind.__name__}") is kind:
                return
            found[f"{room}.{kind.__name__}"] = kind
            found.update({name: kind for name in names if name not in found or name.startswith(_camel(room))})
            for field in msgspec.structs.fields(kind):
                walk(field.type)

    for _, _, handler in operations(app):
        walk(body_of(handler))
        walk(answer_of(handler))
    return found


def _describe_structs(app: Litestar, schemas: dict[str, Any]) -> None:
    known = structs(app)
    for name, schema in schemas.items():
        kind = known.get(name)
        if kind is None:
            continue
        text = " ".join((kind.__doc__ or "").split())
        if text and not text.startswith(f"{kind.__name__}("):
            schema["description"] = text
        if kind.__struct_config__.forbid_unknown_fields:
            schema["additionalProperties"] = False


def _camel(room: str) -> str:
    return "".join(word.capitalize() for word in room.split("_"))


def _renamed(schema: dict[str, Any]) -> dict[str, Any]:
    """Names such as sampling_schemas_Id read SamplingId."""
    text = msgspec.json.encode(schema).decode()
    for name in schema["components"]["schemas"]:
        if found := PREFIXED.fullmatch(name):
            new = _camel(found[1]) + found[2]
            text = re.sub(rf'(?<=["/]){re.escape(name)}(?=")', new, text)
    return msgspec.json.decode(text)
