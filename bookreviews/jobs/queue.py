"""How jobs wait for a worker: in a file, in Redis or Valkey, or in a test's memory."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from huey import Huey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import MemoryStorage, RedisStorage, SqliteStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

# How long a request may wait for the queue. What it doesn't take, a sweep finds.
_PATIENCE = 1.0


def open_queue(url: str) -> Huey:
    """Return the queue of this address; nothing is opened or asked for before its first use."""
    return Huey("bookreviews", results=False, serializer=_Json(), **_storage(url))


def _storage(url: str) -> dict[str, Any]:
    if url == "memory:":
        return {"storage_class": MemoryStorage}
    if url.startswith("sqlite:///"):
        return {"storage_class": _File, "filename": url.removeprefix("sqlite:///")}
    # The client would try again for seconds, which neither a reader nor the worker waits for.
    pool = ConnectionPool.from_url(
        url.replace("valkey", "redis", 1) if url.startswith("valkey") else url,
        socket_connect_timeout=_PATIENCE,
        socket_timeout=5 * _PATIENCE,  # longer than the worker's question whether there is work
        retry=Retry(NoBackoff(), 0),
    )
    return {"storage_class": RedisStorage, "connection_pool": pool}


class _Json(Serializer):  # type: ignore[misc]
    """Messages are a job's name and plain values: reading one never runs what it holds."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class _File(SqliteStorage):  # type: ignore[misc]
    """Huey's file, opened on first use, so that no open file is shared by forked processes."""

    def __init__(self, name: str, filename: str) -> None:
        super().__init__(name, filename, cache_mb=0, timeout=_PATIENCE, create_tables=False)

    def _create_connection(self) -> sqlite3.Connection:
        Path(self.filename).parent.mkdir(parents=True, exist_ok=True)
        connection: sqlite3.Connection = super()._create_connection()
        # Safe against a crash; a power cut may cost jobs, which a sweep finds.
        connection.execute("PRAGMA synchronous = NORMAL")
        for statement in self.ddl:
            connection.execute(statement)
        return connection
