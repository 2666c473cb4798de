"""Files in a bucket of an object store that speaks S3, by boto3 (the extra `s3`).

Keys to it come as boto3 finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the
machine's own role. A store that isn't Amazon's is named by AWS_ENDPOINT_URL_S3.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bookreviews.lib.storage import is_name

# Seconds, and tries: a reader waits for what a page shows.
_CONNECT, _READ, _TRIES = 3, 10, 2


class Bucket:
    """Files under a prefix of a bucket: s3://bucket/prefix."""

    def __init__(self, url: str) -> None:
        # Imported where it is needed: it is not installed for those who keep files in a folder.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        config = Config(
            connect_timeout=_CONNECT, read_timeout=_READ, retries={"max_attempts": _TRIES}
        )
        self._client: Any = boto3.client("s3", config=config)

    def put(self, name: str, content: bytes) -> None:
        """Put an object, which the store shows whole or not at all."""
        self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=content)

    def get(self, name: str) -> bytes | None:
        """Get an object, if it is there."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
        except self._client.exceptions.NoSuchKey:
            return None
        content: bytes = found["Body"].read()
        return content

    def delete(self, name: str) -> None:
        """Delete an object; the store doesn't mind if it isn't there."""
        self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def names(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """List the objects, a thousand at a time."""
        pages = self._client.get_paginator("list_objects_v2")
        start = f"{self._prefix}/" if self._prefix else ""
        for page in pages.paginate(Bucket=self._bucket, Prefix=start + prefix):
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(start), one["LastModified"]

    def _key(self, name: str) -> str:
        if not is_name(name):
            raise ValueError(f"{name!r} is no name of a file of ours")
        return f"{self._prefix}/{name}" if self._prefix else name
