"""Reviews as JSON: reading one, and revising one's own in part."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from bookreviews.accounts.viewer import Viewer
from tests import stored
from tests.client import Client, client_of
from tests.stored import Said

REVIEW = "/api/v1/reviews/1"


def revise(client: Client, **changes: Any) -> TestResponse:
    return client.patch(REVIEW, json=changes, headers={"X-CSRFToken": client.token})


@pytest.fixture(autouse=True)
def _posted(as_alex: Client, book_id: int) -> None:
    said = {"stars": 4.5, "body": "Mine.", "has_spoilers": True}
    headers = {"X-CSRFToken": as_alex.token}
    assert as_alex.post("/api/v1/works/1/reviews", json=said, headers=headers).status_code == 201


class TestReading:
    def test_is_for_everyone(self, client: Client) -> None:
        review = client.get(REVIEW).json
        assert (review["author"]["username"], review["stars"]) == ("alex", 4.5)

    def test_tells_no_source_and_no_address(self, as_alex: Client) -> None:
        assert "body_source" not in as_alex.get(REVIEW).json
        assert "@example.org" not in as_alex.get(REVIEW).text

    def test_of_nothing_is_missing(self, client: Client) -> None:
        answer = client.get("/api/v1/reviews/4711")
        assert answer.status_code == 404
        assert "does not exist" in answer.json["detail"]

    def test_of_what_was_withdrawn_is_missing(self, as_alex: Client, client: Client) -> None:
        as_alex.submit("/reviews/1/withdrawal", "/reviews/1/withdrawal")
        for browser in (as_alex, client):
            assert browser.get(REVIEW).status_code == 404
        assert revise(as_alex, stars=1).status_code == 404


class TestRevising:
    @pytest.mark.parametrize(
        ("changes", "kept"),
        [
            ({"stars": 2}, (2.0, "Mine.", True)),
            ({"stars": None}, (None, "Mine.", True)),
            ({"body": "Better."}, (4.5, "Better.", True)),
            ({"body": ""}, (4.5, None, False)),
            ({"has_spoilers": False}, (4.5, "Mine.", False)),
        ],
    )
    def test_changes_what_is_sent_alone(
        self, as_alex: Client, changes: dict[str, Any], kept: tuple[Any, ...]
    ) -> None:
        answer = revise(as_alex, **changes)
        assert answer.status_code == 200
        assert answer.json["version"] == 2
        assert answer.json["revised_at"] is not None
        assert answer.json["has_spoilers"] is kept[2]
        assert stored.reviews() == [Said("alex", *kept[:2])]
        assert stored.summary(1) == stored.counted(1)

    @pytest.mark.parametrize("changes", [{}, {"stars": 4.5}, {"body": " Mine. "}])
    def test_changes_nothing_where_nothing_is_new(
        self, as_alex: Client, changes: dict[str, Any]
    ) -> None:
        answer = revise(as_alex, **changes)
        assert (answer.json["version"], answer.json["revised_at"]) == (1, None)

    def test_of_the_version_that_was_seen(self, as_alex: Client) -> None:
        assert revise(as_alex, stars=2, version=1).status_code == 200
        answer = revise(as_alex, stars=3, version=1)
        assert answer.status_code == 409
        assert "somewhere else meanwhile" in answer.json["detail"]
        assert stored.reviews() == [Said("alex", 2.0, "Mine.")]
        assert revise(as_alex, stars=3, version=2).status_code == 200

    def test_leaves_something_said(self, as_alex: Client) -> None:
        answer = revise(as_alex, stars=None, body=" ")
        assert answer.status_code == 422
        assert answer.json["errors"] == [
            {"field": "body", "detail": "Give stars, or write a few words, or both."}
        ]
        assert stored.reviews() == [Said("alex", 4.5, "Mine.")]

    @pytest.mark.parametrize("who", ["bo", "mo", "ada"])
    def test_is_for_its_author_alone(self, who: str, request: pytest.FixtureRequest) -> None:
        viewer: Viewer = request.getfixturevalue(who)
        answer = revise(client_of(request.getfixturevalue("app"), viewer), body="Mine now.")
        assert answer.status_code == 403
        assert answer.json["detail"] == "Only its author can change a review."
        assert stored.reviews() == [Said("alex", 4.5, "Mine.")]

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
    def test_is_by_patch_alone(self, as_alex: Client, method: str) -> None:
        answer = as_alex.open(
            REVIEW, method=method, json={}, headers={"X-CSRFToken": as_alex.token}
        )
        assert answer.status_code == 405
        assert set(answer.allow) == {"GET", "HEAD", "OPTIONS", "PATCH"}
        assert answer.content_type == "application/problem+json"
