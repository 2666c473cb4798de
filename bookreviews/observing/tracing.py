"""Traces for OpenTelemetry: a span for each request and job, and one for each statement in it.

Spans are made when all is over, from what was noted meanwhile, so the code that is traced knows
nothing of it, and a site without a collector pays nothing. A span says no more than the log:
the route's rule, never a path; a statement with its placeholders, never their values.

The names of attributes are those of OpenTelemetry's semantic conventions. Where spans are
sampled, and how many wait, the library reads from its own variables (OTEL_TRACES_SAMPLER, …).
"""

from time import perf_counter, time_ns
from urllib.parse import unquote

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bookreviews.config import Settings
from bookreviews.observing.doings import Doing

# Seconds until a batch is given up; a server that stops waits as long for the last one.
_PATIENCE = 2

_propagator = TraceContextTextMapPropagator()


class Tracing:
    """Where spans go. They leave in batches, from a thread that each forked worker has anew."""

    def __init__(self, settings: Settings) -> None:
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "bookreviews"}))
        self._provider.add_span_processor(BatchSpanProcessor(_exporter(settings)))
        self._tracer = self._provider.get_tracer("bookreviews")

    def tell(
        self, doing: Doing, *, name: str, of_server: bool, facts: dict[str, str | int], failed: bool
    ) -> None:
        """Make the spans of what has just ended."""
        ended = _Clock()
        span = self._tracer.start_span(
            name,
            context=_parent(doing.traceparent),
            kind=SpanKind.SERVER if of_server else SpanKind.CONSUMER,
            attributes={"bookreviews.reference": doing.reference, **facts},
            start_time=ended.moment_of(doing.began_at),
        )
        if span.is_recording():
            self._tell_statements(doing, span, ended)
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended.now)

    def end(self) -> None:
        """Send what waits, and stop."""
        self._provider.shutdown()

    def _tell_statements(self, doing: Doing, span: Span, ended: "_Clock") -> None:
        within = set_span_in_context(span)
        for asked in doing.asked or ():
            statement = self._tracer.start_span(
                asked.text.split(maxsplit=1)[0],
                context=within,
                kind=SpanKind.CLIENT,
                attributes={"db.query.text": asked.text},
                start_time=ended.moment_of(asked.began_at),
            )
            statement.end(ended.moment_of(asked.began_at + asked.seconds))


class _Clock:
    """Joins the clock that measures to the one that tells the time."""

    def __init__(self) -> None:
        self.now = time_ns()
        self._now = perf_counter()

    def moment_of(self, reading: float) -> int:
        """Return a reading of `perf_counter` as nanoseconds since 1970."""
        return self.now - int((self._now - reading) * 1e9)


def _exporter(settings: Settings) -> OTLPSpanExporter:
    pairs = (pair.split("=", 1) for pair in settings.otel_exporter_otlp_headers.split(","))
    return OTLPSpanExporter(
        endpoint=f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces",
        timeout=_PATIENCE,
        headers={pair[0].strip(): unquote(pair[1].strip()) for pair in pairs if len(pair) == 2},
    )


def _parent(traceparent: str | None) -> Context:
    """Return what began the trace before us, if it told so."""
    return _propagator.extract({"traceparent": traceparent} if traceparent else {}, Context())
