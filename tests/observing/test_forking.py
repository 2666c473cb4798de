"""Traces and errors leave from workers that Gunicorn forks after the application was made."""

import os
import sqlite3
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bookreviews.config import ROOT
from tests.breakages.test_sentry import events_in
from tests.listener import listening
from tests.observing.test_tracing import spans_in
from tests.walkthrough.servers import Server, free_port, production


def test_workers_tell_of_what_they_did(sqlite_url: str, tmp_path: Path) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("DROP TABLE rating_summaries")  # so that one page breaks
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with listening() as listener:
        told = {
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{listener.port}",
            "SENTRY_DSN": f"http://key@127.0.0.1:{listener.port}/7",
        }
        server = Server(
            "gunicorn",
            [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py")],
            tmp_path,
            os.environ | production(sqlite_url, address) | told,
            port,
        )
        server.start()
        try:
            urlopen(f"{address}/sign-in").read()
            with pytest.raises(HTTPError, match="500"):
                urlopen(f"{address}/books")
        finally:
            server.stop()  # what waits in the worker leaves at its end
        spans = spans_in(listener.bodies("/v1/traces"))
        errors = [one for body in listener.bodies("/api/7/envelope/") for one in events_in(body)]
    assert {"GET /sign-in", "GET /books"} <= {span.name for span in spans}
    assert [error["transaction"] for error in errors] == ["GET /books"]
