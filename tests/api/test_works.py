"""Works as JSON: reading one, walking its reviews, posting one's own."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from bookreviews.catalog import services as catalog
from bookreviews.reviews.models import Review
from bookreviews.transactions import transaction
from tests import crowd, stored
from tests.client import Client
from tests.conftest import NOON
from tests.stored import Said

WORK = "/api/v1/works/1"
REVIEWS = f"{WORK}/reviews"


def post(client: Client, **said: Any) -> TestResponse:
    return client.post(REVIEWS, json=said, headers={"X-CSRFToken": client.token})


class TestReading:
    def test_tells_what_the_page_tells(self, app: Flask, client: Client, alex: Viewer) -> None:
        new = catalog.NewWork(
            title="Der Zauberberg",
            subtitle="Roman",
            authors=["Thomas Mann"],
            subjects=["Novel", "Time"],
            description="Seven years.",
            language="de",
            first_published=1924,
            editions=[catalog.NewEdition(isbn="0-306-40615-2", publisher="Fischer", pages=1200)],
        )
        with transaction():
            catalog.add_work(new, at=NOON)
        crowd.review_by_each([alex], 1)
        assert client.get(WORK).json == {
            "id": 1,
            "slug": "der-zauberberg",
            "title": "Der Zauberberg",
            "subtitle": "Roman",
            "original_title": "",
            "description": "Seven years.",
            "language": "de",
            "published": 1924,
            "authors": [{"slug": "thomas-mann", "name": "Thomas Mann"}],
            "subjects": [{"slug": "novel", "name": "Novel"}, {"slug": "time", "name": "Time"}],
            "editions": [
                {
                    "isbn13": "9780306406157",
                    "publisher": "Fischer",
                    "published": None,
                    "pages": 1200,
                    "format": "",
                    "language": "und",
                }
            ],
            "rating": {
                "count": 1,
                "reviews_count": 1,
                "average": 0.5,
                "distribution": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            },
        }

    def test_of_what_nobody_rated(self, client: Client, book_id: int) -> None:
        rating = client.get(WORK).json["rating"]
        assert rating == {
            "count": 0,
            "reviews_count": 0,
            "average": None,
            "distribution": [0] * 10,
        }

    def test_of_nothing_is_missing(self, client: Client) -> None:
        for path in (WORK, REVIEWS):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.json["detail"] == "There is no such book here."


class TestItsReviews:
    @pytest.fixture(autouse=True)
    def _reviews(self, book_id: int) -> None:
        crowd.review_by_each(crowd.readers(40), book_id)

    @pytest.mark.parametrize("sort", ["newest", "oldest", "highest", "lowest"])
    def test_are_all_there_once(self, client: Client, sort: str) -> None:
        pages, after = [], ""
        while after is not None:
            page = client.get(f"{REVIEWS}?sort={sort}{after and '&after=' + after}").json
            pages.append(page["reviews"])
            after = page["next"]
        assert [len(page) for page in pages] == [15, 15, 10]
        assert {review["id"] for page in pages for review in page} == set(range(1, 41))

    def test_are_as_others_see_them(self, client: Client) -> None:
        first = client.get(f"{REVIEWS}?sort=oldest").json["reviews"][0]
        assert first == {
            "id": 1,
            "work_id": 1,
            "author": {"username": "reader0", "name": "Reader 0"},
            "stars": 0.5,
            "body_html": "<p>Said by Reader 0.</p>",
            "has_spoilers": False,
            "was_given": False,
            "language": None,
            "posted_at": "2026-03-14T12:00:00+00:00",
            "revised_at": None,
            "version": 1,
        }

    def test_may_be_those_of_some_stars(self, client: Client) -> None:
        reviews = client.get(f"{REVIEWS}?stars=5").json["reviews"]
        assert {review["stars"] for review in reviews} == {4.5, 5.0}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("sort=loudest", "sort"),
            ("stars=0", "stars"),
            ("stars=6", "stars"),
            ("stars=x", "stars"),
        ],
    )
    def test_of_an_unknown_kind_are_refused(self, client: Client, query: str, field: str) -> None:
        answer = client.get(f"{REVIEWS}?{query}")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json["errors"]] == [field]

    @pytest.mark.parametrize("after", ["", "x", "%00", "%FF", "W10", "bnVsbA"])
    def test_after_nothing_are_refused(self, client: Client, after: str) -> None:
        answer = client.get(f"{REVIEWS}?after={after}")
        assert (answer.status_code, answer.json["title"]) == (400, "Broken cursor")


@pytest.mark.usefixtures("book_id")
class TestPosting:
    def test_answers_with_the_review_and_where_it_is(self, as_alex: Client, client: Client) -> None:
        answer = post(as_alex, stars=4.5, body="Clear and *kind*.", has_spoilers=True)
        assert (answer.status_code, answer.location) == (201, "/api/v1/reviews/1")
        assert answer.json["body_source"] == "Clear and *kind*."
        public = client.get(answer.location).json
        assert answer.json == public | {"body_source": "Clear and *kind*."}
        assert answer.json["body_html"] == "<p>Clear and <em>kind</em>.</p>"
        assert answer.json["stars"] == 4.5
        assert answer.json["has_spoilers"] is True
        assert "Clear and <em>kind</em>." in client.get("/books/python-for-beginners").text
        assert stored.summary(1) == stored.counted(1)

    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ({"stars": 4}, Said("alex", 4.0, None)),
            ({"stars": 0.5, "body": " "}, Said("alex", 0.5, None)),
            ({"body": "Words."}, Said("alex", None, "Words.")),
            ({"stars": None, "body": "Words."}, Said("alex", None, "Words.")),
        ],
    )
    def test_takes_stars_or_words(self, as_alex: Client, said: dict[str, Any], kept: Said) -> None:
        assert post(as_alex, **said).status_code == 201
        assert stored.reviews() == [kept]

    def test_is_once_for_each_reader(self, as_alex: Client) -> None:
        post(as_alex, stars=4)
        answer = post(as_alex, stars=1)
        assert answer.status_code == 409
        assert "You have already reviewed this book." in answer.json["detail"]
        assert stored.reviews() == [Said("alex", 4.0, None)]

    def test_of_no_work_is_refused(self, as_alex: Client) -> None:
        answer = as_alex.post(
            "/api/v1/works/4711/reviews",
            json={"stars": 4},
            headers={"X-CSRFToken": as_alex.token},
        )
        assert answer.status_code == 404
        assert stored.count_of(Review) == 0
