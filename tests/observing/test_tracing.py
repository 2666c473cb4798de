"""Spans reach a collector that speaks OpenTelemetry's protocol, and say no more than the log."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from bookreviews import create_app
from bookreviews.observing.jobs import watched
from tests.client import Client, client_of
from tests.conftest import settings_for
from tests.listener import Listener, listening

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
BEGUN_ELSEWHERE = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture
def collector() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def traced(sqlite_url: str, collector: Listener) -> Flask:
    """Return an application that tells the collector, behind a proxy."""
    settings = settings_for(
        sqlite_url,
        otel_exporter_otlp_endpoint=f"http://127.0.0.1:{collector.port}/",
        otel_exporter_otlp_headers="authorization=Bearer%20let-me-in",
        trusted_proxies=1,
    )
    return create_app(settings)


def spans(app: Flask, collector: Listener) -> list[Span]:
    """Return all that was told, once all is."""
    app.extensions["tracing"].end()
    return spans_in(collector.bodies("/v1/traces"))


def spans_in(bodies: list[bytes]) -> list[Span]:
    return [
        span
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def attributes(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def test_a_request_is_a_span_with_its_statements_inside(traced: Flask, collector: Listener) -> None:
    answer = client_of(traced).get("/books?from=somebody", headers=BEGUN_ELSEWHERE)
    *statements, request = spans(traced, collector)
    assert request.name == "GET /books"
    assert request.trace_id.hex() == TRACE
    assert request.kind == Span.SPAN_KIND_SERVER
    assert attributes(request) == {
        "http.request.method": "GET",
        "http.route": "/books",
        "http.response.status_code": answer.status_code,
        "bookreviews.reference": answer.headers["X-Request-ID"],
    }
    assert statements
    for statement in statements:
        assert statement.parent_span_id == request.span_id
        assert statement.name in ("SELECT", "BEGIN")
        inside = (statement.start_time_unix_nano, statement.end_time_unix_nano)
        assert request.start_time_unix_nano <= inside[0] <= inside[1] <= request.end_time_unix_nano


def test_the_collector_sees_what_it_asked_for(traced: Flask, collector: Listener) -> None:
    client_of(traced).get("/books")
    assert spans(traced, collector)
    ((_, headers, _),) = collector.heard
    assert headers["authorization"] == "Bearer let-me-in"


def test_nothing_that_was_typed_is_told(traced: Flask, collector: Listener) -> None:
    browser = client_of(traced)
    browser.get("/search?q=my+secret+illness")
    browser.get("/password-resets/a-token-that-opens")
    assert len(spans(traced, collector)) > 2
    told = b"".join(collector.bodies("/v1/traces"))
    assert b"/search" in told
    for words in (b"illness", b"a-token-that-opens"):
        assert words not in told


def test_a_request_that_broke_is_an_error(traced: Flask, collector: Listener) -> None:
    traced.testing = False

    @traced.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError

    client_of(traced).get("/broken")
    *_, request = spans(traced, collector)
    assert request.status.code == Status.STATUS_CODE_ERROR


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_machines_ask_every_few_seconds_is_no_span(
    traced: Flask, collector: Listener, path: str
) -> None:
    client_of(traced).get(path)
    assert spans(traced, collector) == []


@pytest.mark.parametrize("nonsense", ["", "00-xyz", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_forged_beginning_begins_anew(traced: Flask, collector: Listener, nonsense: str) -> None:
    client_of(traced).get("/books", headers={"traceparent": nonsense})
    *_, request = spans(traced, collector)
    assert request.parent_span_id == b""


def test_only_a_proxy_is_believed(traced: Flask, collector: Listener) -> None:
    alone = create_app(replace(traced.config["SETTINGS"], trusted_proxies=0))
    client_of(alone).get("/books", headers=BEGUN_ELSEWHERE)
    *_, request = spans(alone, collector)
    assert request.trace_id.hex() != TRACE


def test_a_job_is_a_span(traced: Flask, collector: Listener) -> None:
    with traced.app_context(), watched("tidy") as doing:
        doing.has_failed = True
    (job,) = spans(traced, collector)
    assert (job.name, job.kind) == ("tidy", Span.SPAN_KIND_CONSUMER)
    assert job.status.code == Status.STATUS_CODE_ERROR


def test_a_collector_that_is_away_costs_no_page(sqlite_url: str) -> None:
    settings = settings_for(sqlite_url, otel_exporter_otlp_endpoint="http://127.0.0.1:9")
    app = create_app(settings)
    assert client_of(app).get("/books").status_code == 200
    app.extensions["tracing"].end()


def test_without_a_collector_there_is_nothing(app: Flask, client: Client) -> None:
    assert app.extensions["tracing"] is None
