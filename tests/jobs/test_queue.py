"""Where jobs wait: opened on first use, shared by processes, and harmless to read."""

import json
from pathlib import Path

import pytest
from huey.storage import RedisStorage

from bookreviews.jobs.queue import open_queue


def count(number: int) -> None:
    """Stand for a job."""


def test_nothing_is_opened_before_the_first_job(tmp_path: Path) -> None:
    file = tmp_path / "var" / "queue"
    huey = open_queue(f"sqlite:///{file}")
    assert list(tmp_path.iterdir()) == []
    assert huey.dequeue() is None
    assert file.exists()


def test_what_one_process_puts_in_another_takes_out(tmp_path: Path) -> None:
    here, there = (open_queue(f"sqlite:///{tmp_path / 'queue'}") for _process in range(2))
    for huey in (here, there):
        huey.task(name="count")(count)
    here.enqueue(here._registry.string_to_task(f"{__name__}.count")(kwargs={"number": 7}))
    assert there.dequeue().kwargs == {"number": 7}
    assert here.dequeue() is None


def test_messages_are_plain_values() -> None:
    huey = open_queue("memory:")
    task = huey.task(name="count")(count)
    task(number=7)
    (message,) = huey.storage.enqueued_items()
    assert {"number": 7} in json.loads(message)


@pytest.mark.parametrize("scheme", ["redis", "rediss", "valkey", "valkeys"])
def test_a_server_is_asked_by_any_of_its_names(scheme: str) -> None:
    storage = open_queue(f"{scheme}://:secret@cache.example:6380/2").storage
    assert isinstance(storage, RedisStorage)
    given = storage.pool.connection_kwargs
    assert (given["host"], given["port"], given["db"]) == ("cache.example", 6380, 2)
    assert given["socket_connect_timeout"] == 1
    assert ("SSL" in storage.pool.connection_class.__name__) == scheme.endswith("ss") or (
        scheme == "valkeys"
    )
