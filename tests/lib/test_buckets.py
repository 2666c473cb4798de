"""A bucket keeps files as a folder does: asked over HTTP of a server that speaks S3."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bookreviews.lib.buckets import Bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of books")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.client("s3").create_bucket(Bucket="books")
    yield Bucket("s3://books/of/readers/")
    server.stop()


def test_what_is_put_is_there_until_it_is_deleted(bucket: Bucket) -> None:
    assert bucket.get("covers/ab/one.webp") is None
    bucket.put("covers/ab/one.webp", b"1")
    bucket.put("covers/ab/one.webp", b"2")
    bucket.put("covers/cd/two.webp", b"3")
    assert bucket.get("covers/ab/one.webp") == b"2"
    names = dict(bucket.names("covers/"))
    assert set(names) == {"covers/ab/one.webp", "covers/cd/two.webp"}
    assert abs(datetime.now(UTC) - names["covers/ab/one.webp"]) < timedelta(days=1)
    bucket.delete("covers/ab/one.webp")
    bucket.delete("covers/ab/one.webp")
    assert bucket.get("covers/ab/one.webp") is None
    with pytest.raises(ValueError, match="no name of a file"):
        bucket.put("../out", b"")
