"""The door for machines: alive, ready, and numbers for operators only."""

import pytest
from flask import Flask
from sqlalchemy import text

from bookreviews import create_app
from bookreviews.extensions import session
from bookreviews.transactions import transaction
from tests.client import Client, client_of
from tests.conftest import settings_for

TOKEN = "a token of operators that is long enough"
BRINGS_IT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def guarded(app: Flask, database_url: str) -> Client:
    """Return a browser at a site with an operator's token."""
    return client_of(create_app(settings_for(database_url, operator_token=TOKEN)))


def break_migrations() -> None:
    with transaction():
        session().execute(text("UPDATE alembic_version SET version_num = '0001'"))


class TestAlive:
    def test_needs_no_database(self, client: Client) -> None:
        for table in ("alembic_version", "site_settings"):
            with transaction():
                session().execute(text(f"DROP TABLE {table}"))
        answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (200, "alive\n")

    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_is_kept_nowhere_and_sets_no_cookie(self, as_alex: Client, path: str) -> None:
        answer = as_alex.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


class TestReady:
    def test_says_no_more_than_that(self, guarded: Client) -> None:
        answer = guarded.get("/readyz")
        assert (answer.status_code, answer.json) == (200, {"ready": True})

    def test_says_no_more_than_that_when_it_is_not(self, guarded: Client) -> None:
        break_migrations()
        answer = guarded.get("/readyz")
        assert (answer.status_code, answer.json) == (503, {"ready": False})
        assert answer.headers["Retry-After"] == "5"

    def test_says_what_is_wrong_to_an_operator(self, guarded: Client) -> None:
        break_migrations()
        answer = guarded.get("/readyz", headers=BRINGS_IT)
        assert answer.status_code == 503
        assert answer.json["database"] == "ok"
        assert answer.json["migrations"].startswith("at 0001, wanted ")


class TestNumbers:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer "},
            {"Authorization": "Bearer wrong"},
            {"Authorization": f"Basic {TOKEN}"},
            {"Authorization": TOKEN},
            {"Authorization": "Bearer é"},
            {"X-Forwarded-For": "127.0.0.1"},
        ],
    )
    def test_are_not_there_for_others(self, guarded: Client, headers: dict[str, str]) -> None:
        answer = guarded.get("/metrics", headers=headers)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text

    def test_are_not_there_where_nobody_is_named(self, client: Client) -> None:
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_are_for_who_brings_the_token(self, guarded: Client) -> None:
        guarded.get("/books")
        answer = guarded.get("/metrics", headers=BRINGS_IT)
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        assert 'bookreviews_requests_total{method="GET",route="/books",status="2xx"}' in answer.text
        assert "bookreviews_letters" in answer.text

    @pytest.mark.parametrize(
        ("address", "networks", "status"),
        [
            ("10.0.7.5", "10.0.7.0/24", 200),
            ("10.0.8.5", "10.0.7.0/24", 404),
            ("10.0.8.5", "10.0.7.0/24, 10.0.8.0/24", 200),
            ("::ffff:10.0.7.5", "10.0.7.0/24", 200),
            ("2001:db8::1", "2001:db8::/32", 200),
            ("2001:db8::1", "10.0.7.0/24", 404),
            ("", "10.0.7.0/24", 404),
        ],
    )
    def test_are_for_networks_of_operators(
        self, app: Flask, database_url: str, address: str, networks: str, status: int
    ) -> None:
        settings = settings_for(database_url, operator_networks=networks)
        client = client_of(create_app(settings))
        answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status
