"""The plain functions say what the URL map says."""

import pytest
from flask import Flask, url_for

from bookreviews.web import addresses

PAIRS = [
    (addresses.book_path, "works.show", {"slug": "a-book"}),
    (addresses.book_reviews_path, "works.list_reviews", {"slug": "a-book"}),
    (addresses.book_reviews_path, "reviews.create", {"slug": "a-book"}),
    (addresses.book_editions_path, "editions.index", {"slug": "a-book"}),
    (addresses.edition_path, "editions.show", {"edition_id": 7}),
    (addresses.author_path, "authors.show", {"slug": "an-author"}),
    (addresses.subject_path, "subjects.show", {"slug": "a-subject"}),
    (addresses.series_path, "series.show", {"slug": "a-series"}),
    (addresses.language_path, "languages.show", {"code": "pt-BR"}),
    (addresses.year_path, "years.show", {"year": -380}),
    (addresses.decade_path, "years.show_decade", {"first_year": 1980}),
    (addresses.user_path, "users.show", {"username": "alex_2"}),
    (addresses.review_path, "reviews.show", {"review_id": 7}),
    (addresses.statement_path, "statements.show", {"action_id": 7}),
    (addresses.ledger_path, "ledger.show", {"action_id": 7}),
]


@pytest.mark.parametrize(("address", "endpoint", "values"), PAIRS)
def test_each_address_is_that_of_its_page(
    app: Flask, address: object, endpoint: str, values: dict[str, object]
) -> None:
    assert callable(address)
    with app.test_request_context():
        assert address(*values.values()) == url_for(endpoint, **values)


def test_none_is_forgotten() -> None:
    assert {address for address, _, _ in PAIRS} == set(addresses.ADDRESSES)
