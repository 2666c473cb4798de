"""The description in /api/v1/openapi.json: whole, and true of what is answered."""

import re
from typing import Any

import pytest
from flask import Flask

from tests import crowd
from tests.client import Client

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.content_type == "application/json"
    described: dict[str, Any] = answer.json
    return described


def resolve(description: dict[str, Any], part: Any) -> Any:
    """Follow a reference to where it leads."""
    while "$ref" in part:
        place = description
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        part = place
    return part


def check(description: dict[str, Any], schema: Any, value: Any) -> None:
    """Check that a value is what a schema says: types, and each property described."""
    schema = resolve(description, schema)
    allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(_TYPES[name] for name in allowed)), (schema, value)
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) <= set(schema["properties"])
        for name, one in value.items():
            check(description, schema["properties"][name], one)
    if isinstance(value, list):
        for one in value:
            check(description, schema["items"], one)


def test_is_openapi(description: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", description["openapi"])
    assert {"title", "version"} <= set(description["info"])
    for path, item in description["paths"].items():
        named = {one["name"] for one in item.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        for method in set(item) - {"parameters"}:
            operation = item[method]
            assert operation["summary"].endswith(".")
            statuses = set(operation["responses"])
            assert all(re.fullmatch(r"[1-5]\d\d|default", status) for status in statuses)
            assert all(one["required"] for one in item["parameters"]) if named else True


def test_refers_to_what_is_there(description: dict[str, Any]) -> None:
    references = re.findall(r"'\$ref': '([^']+)'", repr(description))
    assert references
    for reference in references:
        assert isinstance(resolve(description, {"$ref": reference}), dict)


def test_names_every_route(app: Flask, description: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, item in description["paths"].items()
        for method in set(item) - {"parameters"}
    }
    assert routes == described


def test_is_true_of_what_is_answered(
    as_alex: Client, description: dict[str, Any], book_id: int
) -> None:
    crowd.review_by_each(crowd.readers(16), book_id)
    headers = {"X-CSRFToken": as_alex.token}
    answers = [
        ("/works/{work_id}", "get", as_alex.get("/api/v1/works/1")),
        ("/works/{work_id}/reviews", "get", as_alex.get("/api/v1/works/1/reviews")),
        (
            "/works/{work_id}/reviews",
            "post",
            as_alex.post("/api/v1/works/1/reviews", json={"stars": 4}, headers=headers),
        ),
        ("/reviews/{review_id}", "get", as_alex.get("/api/v1/reviews/1")),
        (
            "/reviews/{review_id}",
            "patch",
            as_alex.patch("/api/v1/reviews/17", json={"body": "x"}, headers=headers),
        ),
        (
            "/previews",
            "post",
            as_alex.post("/api/v1/previews", json={"body": "x"}, headers=headers),
        ),
        ("/works/{work_id}", "get", as_alex.get("/api/v1/works/4711")),
        (
            "/works/{work_id}/reviews",
            "post",
            as_alex.post("/api/v1/works/1/reviews", json={"stars": 11}, headers=headers),
        ),
    ]
    for path, method, answer in answers:
        responses = description["paths"][f"/api/v1{path}"][method]["responses"]
        described = responses.get(str(answer.status_code), responses["default"])
        content = resolve(description, described)["content"]
        check(description, content[answer.content_type]["schema"], answer.json)


def test_is_true_of_what_is_taken(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    said = {"stars", "body", "has_spoilers", "was_given"}
    assert set(schemas["NewReview"]["properties"]) == said
    assert set(schemas["Revision"]["properties"]) == {*said, "version"}
    for name in ("NewReview", "Revision"):
        assert set(schemas[name]["properties"]["stars"]["type"]) == {"number", "null"}
