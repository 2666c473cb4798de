"""What Open Library knows of a missing book, as JSON."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.catalog.test_lookup import ISBN, Elsewhere, asked_by
from tests.client import Client

ADDRESS = f"/api/v1/lookups/{ISBN}"


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[Elsewhere]:
    with asked_by(app) as site:
        yield site


def test_a_reader_is_told_what_is_known(as_alex: Client, elsewhere: Elsewhere) -> None:
    answer = as_alex.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["title"], answer.json["authors"]) == ("Fantastic Mr. Fox", ["Roald Dahl"])


def test_visitors_are_asked_to_sign_in(client: Client, elsewhere: Elsewhere) -> None:
    assert client.get(ADDRESS).status_code == 401
    assert elsewhere.asked == []


def test_it_is_off_unless_the_operator_says_where(as_alex: Client) -> None:
    assert as_alex.get(ADDRESS).status_code == 404


def test_a_site_that_fails_is_told_of(as_alex: Client, elsewhere: Elsewhere) -> None:
    elsewhere.status = 500
    answer = as_alex.get(ADDRESS)
    assert answer.status_code == 502
    assert answer.json is not None
    assert answer.json["title"] == "Open Library doesn’t answer"
