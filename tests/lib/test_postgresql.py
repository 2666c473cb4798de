"""A server that is silent is given up, and left alone for a moment."""

import socket
from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from bookreviews.lib import postgresql
from bookreviews.lib.outages import is_outage
from tests.postgres import Postgres
from tests.walkthrough.servers import wait_until

_SLEEP = text("SELECT pg_sleep(60)")
_ASK = text("SELECT 1")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Return an engine that waits a fifth of a second."""
    url = Postgres.running().url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, pool_pre_ping=True)
    yield engine
    engine.dispose()


def test_who_answers_too_late_is_not_waited_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_GRACE", 0.1)
    postgresql.tune(engine, patience=0.1)
    with engine.connect() as connection:
        connection.execute(_ASK)
        with pytest.raises(OperationalError, match="does not answer") as failed:
            connection.execute(_SLEEP)
        assert connection.invalidated
    assert is_outage(failed.value)

    with pytest.raises(OperationalError, match="a moment ago"):  # nobody else waits for it
        engine.connect()
    wait_until(lambda: answers(engine), "the server to be asked again")


def answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.execute(_ASK).scalar())
    except OperationalError:
        return False


def test_who_has_all_the_time_waits(engine: Engine) -> None:
    postgresql.tune(engine, patience=0)
    with engine.connect() as connection:
        assert type(connection.connection.driver_connection).__name__ == "Connection"


def test_a_server_that_takes_connections_and_says_nothing_costs_one_wait() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        url = f"postgresql+psycopg://me@{address}/books"
        engine = create_engine(url, connect_args={"connect_timeout": 2})
        postgresql.tune(engine, patience=2)
        with pytest.raises(OperationalError, match="timeout") as failed:
            engine.connect()
        assert is_outage(failed.value)
        began_at = monotonic()
        with pytest.raises(OperationalError, match="a moment ago") as failed:
            engine.connect()
        assert is_outage(failed.value)
        assert monotonic() - began_at < 1  # and the first waited for two
